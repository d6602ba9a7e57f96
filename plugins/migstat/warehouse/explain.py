"""Why a person has a migratory status: the rules, and how each came out on the record.

Everything said comes from ``include/catalogue/migratory_status.yml``, the declaration that the
status itself is derived from.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migstat.declarations.catalogue import Catalogue
from migstat.declarations.migratory_status import MigratoryStatus, StatusRule
from migstat.warehouse.published import open_published

VERDICTS = {"T": "true", "F": "false", "U": "open", "-": "not asked"}


class UnknownRecordError(LookupError):
    """No published person has this key."""


@dataclass(frozen=True)
class RuleOutcome:
    """How one rule came out on a record.

    Attributes:
        rule: The declared rule.
        verdict: ``true``, ``false``, ``open`` (an answer it needs is missing) or ``not asked``.
        decided: This rule gave the record its status.
        answers: What the record holds of the variables that the rule looks at, by name.
    """

    rule: StatusRule
    verdict: str
    decided: bool
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Explanation:
    """Why a record has its status.

    Attributes:
        record: Survey, wave, key, status and the ``ms_`` columns, by name.
        reason: One sentence on what decided.
        rules: Every rule in order.
    """

    record: Mapping[str, Any]
    reason: str
    rules: tuple[RuleOutcome, ...]


def explain_record(record_key: str, catalogue: Catalogue) -> list[Explanation]:
    """Explain the status of a published person, once per wave that holds the key.

    Args:
        record_key: ``marts.persons.record_key``, or its first characters.
        catalogue: The catalogue of the build.

    Raises:
        UnknownRecordError: Nobody has the key, or it is of several persons.
        FileNotFoundError: Nothing is published yet.
    """
    with open_published() as connection:
        found = connection.execute(
            "select * from persons where starts_with(record_key, ?) order by survey_code, wave",
            [record_key],
        )
        names = [column[0] for column in found.description]
        records = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    if len({record["record_key"] for record in records}) != 1:
        several = "several persons' keys begin so" if records else "no published person has it"
        raise UnknownRecordError(
            f"record_key {record_key!r}: {several}. "
            "`migstat sql 'SELECT record_key FROM marts.persons'` lists the keys"
        )
    return [_explain(record, catalogue.migratory_status) for record in records]


def _explain(record: Mapping[str, Any], status: MigratoryStatus) -> Explanation:
    if record["ms_version"] != status.version:
        raise UnknownRecordError(
            f"the record was derived by version {record['ms_version']} of the rules, the catalogue "
            f"holds {status.version}: run `migstat build` first"
        )
    deciding = _deciding(record, status)
    outcomes = tuple(
        RuleOutcome(rule, VERDICTS[letter], rule is deciding, _answers(rule, status, record))
        for rule, letter in zip(status.rules, record["ms_trace"], strict=True)
    )
    return Explanation(record, _reason(record, status, deciding), outcomes)


def _deciding(record: Mapping[str, Any], status: MigratoryStatus) -> StatusRule | None:
    """Return the first true rule; none where the survey or a missing answer decided."""
    numbers = {status.outcomes.not_collected.rule, status.outcomes.not_stated.rule}
    if record["ms_rule"] in {*numbers, status.outcomes.by_design.rule}:
        return None
    true = (r for r, letter in zip(status.rules, record["ms_trace"], strict=True) if letter == "T")
    return next(true)


def _reason(record: Mapping[str, Any], status: MigratoryStatus, deciding: StatusRule | None) -> str:
    if deciding:
        return f"{deciding.explain} (rule {deciding.rule}, {deciding.name})"
    outcomes = status.outcomes
    if record["ms_contradiction"]:
        flags = {item.flag: item.explain for item in status.contradictions}
        return f"The answers contradict each other: {flags[record['ms_contradiction']]}"
    by_number = {o.rule: o for o in (outcomes.by_design, outcomes.not_collected)}
    return by_number.get(record["ms_rule"], outcomes.not_stated).explain


def _answers(
    rule: StatusRule, status: MigratoryStatus, record: Mapping[str, Any]
) -> dict[str, Any]:
    return {name: record[name] for name in _variables(rule.when, status) if name in record}


def _variables(condition: str, status: MigratoryStatus) -> Iterator[str]:
    """Yield the names in a condition, in order; a term gives those of its own."""
    seen: set[str] = set()
    pending = re.findall(r"\b[a-z][a-z0-9_]*\b", condition)
    while pending:
        name = pending.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if name in status.terms:
            pending[:0] = re.findall(r"\b[a-z][a-z0-9_]*\b", status.terms[name].sql)
        else:
            yield name


def rules_page(catalogue: Catalogue) -> str:
    """Write the rules as a page of Markdown for statisticians, from the declaration alone."""
    status = catalogue.migratory_status
    lines = [
        "# How migratory status is derived",
        "",
        f"Version {status.version}; made by `migstat explain-status --rules` from "
        "`include/catalogue/migratory_status.yml`. Rules stand in order and the first that is true "
        "gives the code. A rule without all the answers it needs is open, and nothing below an "
        "open rule calls a person a non-migrant: unknown is not false. A rule whose questions the "
        "survey did not ask is left out, and the record's quality is then B.",
        "",
        "`migstat explain-status RECORD_KEY` shows how each came out on one record.",
        "",
        *_table("Rule|Code|Name|Who|Needs", (_rule_row(rule) for rule in status.rules)),
        "",
        "## Where no rule decides",
        "",
        *_table("Rule|Code|When", _outcome_rows(status)),
        "",
        "## Contradictions",
        "",
        "A record whose answers contradict each other is not stated, with a flag.",
        "",
        *_table("Flag|What", ((c.flag, c.explain) for c in status.contradictions)),
        "",
        "## Words the rules use",
        "",
        *_table("Term|Meaning", ((name, term.explain) for name, term in status.terms.items())),
        "",
        "## Thresholds",
        "",
        *_table("Name|Value", ((name, str(value)) for name, value in status.thresholds.items())),
        "",
        "## Households",
        "",
        "First true wins, over flags of the household (its own answers, and its members).",
        "",
        *_table("Code|Which", ((rule.code, rule.explain) for rule in status.household)),
        "",
    ]
    return "\n".join(lines)


def _rule_row(rule: StatusRule) -> tuple[str, ...]:
    needs = ", ".join(rule.needs)
    if rule.needs_any:
        needs += f"{', ' if needs else ''}one of {', '.join(rule.needs_any)}"
    if rule.without:
        needs += f"; only where {', '.join(rule.without)} was not asked"
    return str(rule.rule), f"`{rule.code}`", rule.name, rule.explain, needs


def _outcome_rows(status: MigratoryStatus) -> Iterator[tuple[str, ...]]:
    for outcome in (
        status.outcomes.not_collected,
        status.outcomes.not_stated,
        status.outcomes.by_design,
    ):
        code = f"`{outcome.code}`" if outcome.code else "as declared"
        yield str(outcome.rule), code, outcome.explain


def _table(header: str, rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    titles = header.split("|")
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
