"""What holds a row back whatever its survey: keys, parents, types, dates, weights.

The rules follow from ``delivery.yml``; what is possible or plausible in one survey stands in its
suite (``acceptance``). Every row that breaks a rule gets a line in ``held_<table>`` per rule,
with a reason that names the column and never the answer.
"""

from dataclasses import dataclass

from migstat.declarations import ColumnType, TableName
from migstat.intake.answers import Answers, typed
from migstat.intake.privacy import key_message, keys_of
from migstat.intake.sql import identifier, literal

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


def structural_rules(answers: Answers, table: TableName) -> list[Rule]:
    """List the rules of a table, in the order in which their reasons are given."""
    return [
        *_key_rules(answers, table),
        *_parent_rules(answers, table),
        *_type_rules(answers, table),
        *_date_rules(answers, table),
        *_weight_rules(answers, table),
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
    message = key_message(answers.survey, name, sources)
    made_of = ", ".join(sources)
    doubled = (
        f"select key from (select {message} as key from raw_{table}) "
        "where key is not null group by key having count(*) > 1"
    )
    return [
        Rule("key_missing", f"the key ({made_of}) is empty", f"({message}) is null"),
        Rule(
            "key_duplicated",
            f"the key ({made_of}) stands more than once in this delivery",
            f"({message}) in ({doubled})",
        ),
    ]


def _parent_rules(answers: Answers, table: TableName) -> list[Rule]:
    tables = answers.survey.export.tables
    parent = tables[table].parent
    if parent is None:
        return []
    own = f"trim({identifier(parent.key)})"
    (source,) = keys_of(answers.survey, parent.table)[tables[parent.table].key]
    accepted = (
        f"select trim({identifier(source)}) from raw_{parent.table} anti join "
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
    decimal = answers.survey.export.dialect.decimal
    return [
        Rule(
            "wrong_type",
            f"column {name!r} is not a valid {KIND_NAMES[kind]}",
            f"{identifier(name)} is not null and ({typed(name, kind, decimal)}) is null",
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
    decimal = answers.survey.export.dialect.decimal
    number = typed(column, ColumnType.DECIMAL, decimal)
    return [
        Rule(
            "weight_not_positive",
            f"the weight ({column}) is missing, zero or negative",
            f"coalesce(try_cast({number} as double) <= 0, true)",
        )
    ]
