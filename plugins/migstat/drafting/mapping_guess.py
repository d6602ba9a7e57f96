"""Which column answers which harmonised variable, and which answer means which code: proposals.

A column is recognised by its name and its label; what it answers must fit the variable too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from migstat.declarations import ColumnType, TableName
from migstat.drafting.countries import ABROAD, iso3_of
from migstat.drafting.look import SHOWN, Column
from migstat.drafting.words import folded, hints, mentions, words_of
from migstat.drafting.xlsform import LAST, Question

ENOUGH = 0.5  # share of the answers that must be understood
FEW = 40  # different answers of a question with answers to choose from
NUMBERS = (ColumnType.INTEGER, ColumnType.DECIMAL)
Code = str | bool


@dataclass(frozen=True)
class Answers:
    """The possible answers of a column, sorted by what they seem to mean.

    Attributes:
        codes: Answer to code.
        not_stated: Answers like "don't know".
        open: Answers that nobody could place, with their labels.
    """

    codes: Mapping[str, Code] = field(default_factory=dict)
    not_stated: tuple[str, ...] = ()
    open: Mapping[str, str] = field(default_factory=dict)

    @property
    def understood(self) -> float:
        """Share of the answers with a code, of those that state something."""
        stated = len(self.codes) + len(self.open)
        return len(self.codes) / stated if stated else 0.0


@dataclass(frozen=True)
class Proposal:
    """A harmonised variable and the column that seems to answer it."""

    variable: str
    column: str
    why: str
    score: int
    answers: Answers = Answers()
    bounds: tuple[float, float] | None = None
    relevant: str = ""


def propose(
    table: TableName, columns: Iterable[Column], questions: Mapping[str, Question]
) -> dict[str, Proposal]:
    """Propose the best column for each harmonised variable of a table that has hints.

    Args:
        table: The table.
        columns: Its columns.
        questions: The form's question of a column, where there is one.
    """
    found: dict[str, Proposal] = {}
    for column in columns:
        for variable, hint in hints()["variables"][table.value].items():
            proposal = _judge(variable, hint, column, questions.get(column.name))
            if proposal and proposal.score > getattr(found.get(variable), "score", 0):
                found[variable] = proposal
    return found


def possible_answers(column: Column, question: Question | None) -> dict[str, list[str]]:
    """List what may be answered, each with its labels, spelt as this export spells it."""
    if question and question.choices:
        by_name = {name: [name, *labels.values()] for name, labels in question.choices.items()}
        by_label = {
            label: [name, *labels.values()]
            for name, labels in question.choices.items()
            for label in labels.values()
            if label in column.answers
        }
        in_export = set(column.answers)
        return by_label if len(by_label) > len(in_export & set(by_name)) else by_name
    if column.choices:
        return {code: [label] for code, label in column.choices.items()}
    return {answer: [answer] for answer in column.answers}


def _judge(
    variable: str, hint: Mapping[str, Any], column: Column, question: Question | None
) -> Proposal | None:
    name, label = LAST.split(column.name)[-1], question.text if question else column.label
    labels = " ".join([label, *(question.labels.values() if question else ())])
    if mentions(f"{name} {label}", hint["not"]):
        return None
    by_name, by_label = mentions(name, hint["words"]), mentions(labels, hint["words"])
    fit = _fit(hint, column, question) if by_name or by_label else None
    if fit is None:
        return None
    exact = len(words_of(name)) == 1 and folded(name) in hint["words"]
    score = 4 * bool(by_name) + 4 * bool(by_label) + 2 * exact + 2 * bool(column.n_filled)
    said = [f'its name says "{by_name}"'] if by_name else []
    said += [f'its label says "{by_label}"'] if by_label else []
    if fit.codes:
        said.append(f"{len(fit.codes)} of {len(fit.codes) + len(fit.open)} answers recognised")
    bounds = tuple(hint["number"]) if "number" in hint else None
    relevant = question.relevant if question else ""
    return Proposal(variable, column.name, ", ".join(said), score, fit, bounds, relevant)


def _fit(hint: Mapping[str, Any], column: Column, question: Question | None) -> Answers | None:
    """Sort the answers; None where they don't fit the variable."""
    kind = question.kind if question else ""
    if "number" in hint:
        is_number = column.type in NUMBERS or (not column.n_filled and kind == "integer")
        is_list = kind.startswith("select") or column.n_distinct <= len(column.choices)
        return Answers(not_stated=_unusable(column)) if is_number and not is_list else None
    limit = SHOWN if "country" in hint else FEW
    possible = possible_answers(column, question)
    if not possible or len(possible) > limit or kind == "select_multiple":
        return None
    answers = _sorted(hint, possible, set(column.missing))
    return (
        answers if answers.understood >= ENOUGH and len(set(answers.codes.values())) > 1 else None
    )


def _unusable(column: Column) -> tuple[str, ...]:
    """List the codes that are no number: declared missing, or labelled as no answer."""
    phrases = hints()["not_stated"]
    labelled = [code for code, label in column.choices.items() if mentions(label, phrases)]
    return tuple(dict.fromkeys([*column.missing, *labelled]))


def _sorted(
    hint: Mapping[str, Any], possible: Mapping[str, list[str]], missing: set[str]
) -> Answers:
    codes: dict[str, Code] = {}
    not_stated, left = [], {}
    for answer, labels in possible.items():
        code = _code(hint, labels)
        if _is_not_stated(answer, labels, code, missing):
            not_stated.append(answer)
        elif code is None:
            left[answer] = labels[-1] if len(labels) == 1 else labels[1]
        else:
            codes[answer] = code
    return Answers(codes, tuple(not_stated), left)


def _code(hint: Mapping[str, Any], labels: list[str]) -> Code | None:
    if "country" in hint:
        return _country(labels)
    if "boolean" in hint:
        return _yes_or_no(labels)
    texts = labels[1:] or labels
    met = {code: _strength(texts, phrases) for code, phrases in hint["codes"].items()}
    best = max(met, key=lambda code: met[code], default=None)
    return best if best is not None and met[best] else None


def _is_not_stated(answer: str, labels: list[str], code: Code | None, missing: set[str]) -> bool:
    """Tell "don't know" from answers; a country is one whatever else its label says (DNK)."""
    if isinstance(code, str) and len(code) == len(ABROAD) and code != ABROAD:
        return False
    if any(mentions(text, hints()["abroad_unknown"]) for text in labels):
        return False
    return answer in missing or any(mentions(text, hints()["not_stated"]) for text in labels)


def _country(labels: list[str]) -> str | None:
    """Recognise a country; "another one" only where no label names one."""
    if any(mentions(text, hints()["stateless"]) for text in labels):
        return None
    if any(mentions(text, hints()["abroad_unknown"]) for text in labels):
        return ABROAD
    found = [code for text in labels if (code := iso3_of(text))]
    return next((code for code in found if code != ABROAD), next(iter(found), None))


def _yes_or_no(labels: list[str]) -> bool | None:
    texts = labels[1:] or labels
    for code, key in ((True, "yes"), (False, "no")):
        if any(folded(text).strip(" .!") in map(folded, hints()[key]) for text in texts):
            return code
    return None


def _strength(texts: list[str], phrases: list[str]) -> int:
    """Add up, over the languages, the letters of the longest phrase that is met.

    So "grandchild" says more than "child", and three labels say more than one.
    """
    return sum(max((len(p) for p in phrases if mentions(text, [p])), default=0) for text in texts)
