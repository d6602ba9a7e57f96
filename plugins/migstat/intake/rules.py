"""What holds a row back whatever its survey: keys, parents, types, dates, weights.

The rules follow from ``delivery.yml``; what is possible or plausible in one survey stands in its
suite (``acceptance``). Every row that breaks a rule gets a line in ``held_<table>`` per rule,
with a reason that names the column and never the answer.
"""

from dataclasses import dataclass

from migstat.declarations import ColumnType, TableName
from migstat.intake.answers import Answers, typed
from migstat.intake.privacy import FARTHEST_KM, coarsened, keys_of
from migstat.sql import identifier, literal

LEAST_WEIGHT, MOST_WEIGHT = "1e-6", "1e12"  # what the type of weights holds: decimal(18, 6)
KIND_NAMES = {
    ColumnType.INTEGER: "whole number",
    ColumnType.DECIMAL: "number",
    ColumnType.DATE: "ISO date",
    ColumnType.TIMESTAMP: "ISO date and time",
}


@dataclass(frozen=True)
class Rule:
    """One rule: its name, the reason a steward reads, and the SQL of the rows that break it."""

    name: str
    reason: str
    broken: str


def hold_back(answers: Answers, table: TableName) -> list[Rule]:
    """Apply every structural rule to a table; its parent's must have been applied before.

    Returns:
        The rules that were applied, also those that nothing broke.
    """
    rules = structural_rules(answers, table)
    for rule in rules:
        answers.connection.execute(
            f"insert into held_{table} select _row_number, {literal(rule.name)}, "
            f"{literal(rule.reason)} from raw_{table} where {rule.broken}"
        )
    return rules


def count_notes(answers: Answers, table: TableName) -> list[tuple[Rule, int]]:
    """Count what passes but loses something, and holds no row back."""
    return [
        (rule, answers.count(f"raw_{table} where {rule.broken}"))
        for rule in _position_notes(answers, table)
    ]


def structural_rules(answers: Answers, table: TableName) -> list[Rule]:
    """List the rules of a table, in the order in which their reasons are given."""
    return [
        *_key_rules(answers, table),
        *_parent_rules(answers, table),
        *_type_rules(answers, table),
        *_date_rules(answers, table),
        *_weight_rules(answers, table),
        *_lost_rules(answers, table),
    ]


def in_order(answers: Answers) -> list[TableName]:
    """Give the tables of a delivery, parents before their children."""
    tables = answers.survey.export.tables
    ordered: list[TableName] = []
    while len(ordered) < len(tables):
        ready = [
            name
            for name, table in tables.items()
            if name not in ordered and (table.parent is None or table.parent.table in ordered)
        ]
        if not ready:
            raise ValueError(f"{answers.survey.survey}: the tables are each other's parents")
        ordered += ready
    return ordered


def _key_rules(answers: Answers, table: TableName) -> list[Rule]:
    name = answers.survey.export.tables[table].key
    sources = keys_of(answers.survey, table)[name]
    message = answers.key(table)
    made_of = ", ".join(sources)
    doubled = (
        f"select key from (select {message} as key from raw_{table}) "
        "where key is not null group by key having count(*) > 1"
    )
    return [
        Rule(
            "key_missing",
            f"the key ({made_of}) is empty, or cut to a number such as 8.8E+12",
            f"({message}) is null",
        ),
        Rule(
            "key_duplicated",
            f"the key ({made_of}) stands more than once in this delivery",
            f"({message}) in ({doubled})",
        ),
    ]


def _parent_rules(answers: Answers, table: TableName) -> list[Rule]:
    parent = answers.survey.export.tables[table].parent
    if parent is None:
        return []
    own, theirs = answers.link(parent)
    accepted = (
        f"select {theirs} from raw_{parent.table} anti join "
        f"(select distinct row_number as _row_number from held_{parent.table}) using (_row_number)"
    )
    return [
        Rule(
            "parent_missing",
            f"no accepted row of {parent.table} has the key in {parent.key!r}",
            f"{own} is null or {own} not in ({accepted})",
        )
    ]


def _type_rules(answers: Answers, table: TableName) -> list[Rule]:
    decimal, missing = answers.decimal, answers.survey.export.dialect.missing
    return [
        Rule(
            "wrong_type",
            f"column {name!r} is not a valid {KIND_NAMES[kind]}",
            f"{identifier(name)} is not null and ({typed(name, kind, decimal, missing)}) is null",
        )
        for name, kind in answers.columns(table).items()
        if kind is not ColumnType.TEXT
    ]


def _date_rules(answers: Answers, table: TableName) -> list[Rule]:
    column = answers.wave.interview_date
    if column is None or column not in answers.columns(table):
        return []
    start, end = answers.wave.fieldwork
    return [
        Rule(
            "date_outside_fieldwork",
            f"the interview date ({column}) is missing or outside fieldwork ({start} to {end})",
            f"coalesce(day_of({identifier(column)}) not between date '{start}' and date '{end}', "
            "true)",
        )
    ]


def _weight_rules(answers: Answers, table: TableName) -> list[Rule]:
    column = answers.survey.design.weight
    columns = answers.columns(table)
    if column is None or column not in columns:
        return []
    decimal = answers.decimal
    weight = f"try_cast({typed(column, ColumnType.DECIMAL, decimal)} as double)"
    return [
        Rule(
            "weight_not_positive",
            f"the weight ({column}) is missing, zero or negative, or no weight is so small or big",
            f"coalesce(not ({weight} >= {LEAST_WEIGHT} and {weight} < {MOST_WEIGHT}), true)",
        )
    ]


def _position_notes(answers: Answers, table: TableName) -> list[Rule]:
    """Positions that are left empty, because they lie in no area that is declared."""
    survey, country = answers.survey, answers.country
    return [
        Rule(
            "position_unplaced",
            f"column {name!r} is given, but is no position within {FARTHEST_KM:.0f} km of an area "
            f"of {country.iso3}; it is left empty",
            f"{identifier(name)} is not null and ({coarsened(survey, country, name)}) is null",
        )
        for name, to in survey.privacy.coarsen.items()
        if to.startswith("adm") and not answers.is_stored and name in answers.columns(table)
    ]


def _lost_rules(answers: Answers, table: TableName) -> list[Rule]:
    """Rows whose fault can't be judged again, because the answer at fault was not kept."""
    if not answers.is_stored:
        return []
    lost = ["wrong_type"]
    date = answers.wave.interview_date
    if date in answers.survey.export.tables[table].columns and date not in answers.columns(table):
        lost.append("date_outside_fieldwork")
    return [
        Rule(
            name,
            f"held back before ({name}); the answer was not kept, so only the original export can "
            "bring the row back",
            f"list_contains(string_split(_rules, '; '), {literal(name)})",
        )
        for name in lost
    ]
