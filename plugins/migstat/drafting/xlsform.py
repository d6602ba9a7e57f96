"""What an XLSForm says of the columns of its exports: types, labels in every language, choices.

The sheets ``survey`` and ``choices`` are read as any workbook is, in the jail. The form is not
judged (the tool that collected with it did), only looked up.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from migstat.drafting.look import Sheet, look

SELECT = re.compile(r"(select_one|select_multiple|rank)\s+(\S+)")
LAST = re.compile(r"[/.:-]")  # what tools put between a group and a question
LABEL = "label"
POSITION = re.compile(r"position\(\s*\.\.\s*\)")


@dataclass(frozen=True)
class Question:
    """A question of a form.

    Attributes:
        name: Its name, without groups.
        kind: ``select_one``, ``integer``, ``text``, ``calculate``, ….
        labels: The question by language.
        choices: Of each answer, its label by language.
        relevant: The condition under which it is asked.
        calculation: How a calculated one comes about.
        repeat: The innermost repeat it lies in.
    """

    name: str
    kind: str
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    relevant: str = ""
    calculation: str = ""
    repeat: str = ""

    @property
    def text(self) -> str:
        """The label in English, or the first there is."""
        english = [label for lang, label in self.labels.items() if "en" in lang.casefold()]
        return next(iter(english or self.labels.values()), "")

    @property
    def is_position(self) -> bool:
        """Whether it holds the number of the row within its parent."""
        return POSITION.fullmatch(self.calculation.strip()) is not None


@dataclass(frozen=True)
class Form:
    """The questions of a form by name; the first where a name stands twice."""

    questions: Mapping[str, Question] = field(default_factory=dict)

    def question(self, column: str) -> Question | None:
        """Find the question of an export's column, whatever groups stand before its name."""
        return self.questions.get(LAST.split(column)[-1]) or self.questions.get(column)


def load_form(file: Path) -> Form:
    """Read a form.

    Raises:
        LookError: The file is no workbook that can be read.
    """
    sheets = {sheet.name: sheet for sheet in look(file, ("survey", "choices"))}
    if "survey" not in sheets:
        return Form()
    choices = _choices(sheets.get("choices"))
    questions: dict[str, Question] = {}
    for question in _questions(_records(sheets["survey"]), choices):
        questions.setdefault(question.name, question)
    return Form(questions)


def _questions(
    records: Iterator[dict[str, str]], choices: Mapping[str, Mapping[str, Mapping[str, str]]]
) -> Iterator[Question]:
    repeats: list[str] = []
    for record in records:
        kind, name = record.get("type", "").strip(), record.get("name", "").strip()
        if kind.replace(" ", "_") == "begin_repeat":
            repeats.append(name)
        elif kind.replace(" ", "_") == "end_repeat":
            repeats[-1:] = []
        elif name:
            select = SELECT.match(kind)
            yield Question(
                name,
                select[1] if select else kind,
                _labels(record),
                choices.get(select[2], {}) if select else {},
                record.get("relevant", ""),
                record.get("calculation", ""),
                repeats[-1] if repeats else "",
            )


def _choices(sheet: Sheet | None) -> dict[str, dict[str, dict[str, str]]]:
    lists: dict[str, dict[str, dict[str, str]]] = {}
    for record in _records(sheet) if sheet else ():
        name = record.get("name", record.get("value", "")).strip()
        list_name = record.get("list_name", record.get("list name", "")).strip()
        if name and list_name:
            lists.setdefault(list_name, {})[name] = _labels(record)
    return lists


def _labels(record: Mapping[str, str]) -> dict[str, str]:
    return {
        column.removeprefix(LABEL).strip(": "): text
        for column, text in record.items()
        if column.split(":", 1)[0].strip() == LABEL
    }


def _records(sheet: Sheet) -> Iterator[dict[str, str]]:
    for at in range(sheet.n_rows):
        row = ((name.strip(), answers[at]) for name, answers in sheet.rows.items())
        yield {name: answer for name, answer in row if answer}
