"""Whether an SQL expression over columns can run, found out without a row of data.

DuckDB parses the expression, which gives the columns it names, and then plans it over an empty
table of those columns: functions and types that don't exist are found too.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from migstat.sql import identifier

RAW = "latest"  # what the harmonise macro calls the relation
TECHNICAL = {
    "wave": "varchar",
    "delivery_id": "varchar",
    "delivery_sequence": "bigint",
    "delivery_round": "bigint",
    "file_name": "varchar",
    "_record_key": "varchar",
    "_parent_key": "varchar",
    "_payload_hash": "varchar",
    "_row_number": "bigint",
}


def check_expression(
    sql: str, to_type: str, columns: Sequence[str] | Mapping[str, str]
) -> tuple[list[str], str | None]:
    """Parse and plan an expression.

    Args:
        sql: The expression.
        to_type: The type it is cast to.
        columns: The raw columns it may name, which are text, or columns with their types.

    Returns:
        The columns it names that don't exist, and what else is wrong, in the engine's words.
    """
    typed = columns if isinstance(columns, Mapping) else dict.fromkeys(columns, "varchar")
    types = TECHNICAL | dict(typed)
    statement = f"select cast({sql} as {to_type}) from {RAW}"
    with _engine().cursor() as connection:
        row = connection.execute("select json_serialize_sql(?)", [statement]).fetchone()
        tree = json.loads(row[0]) if row else {}
        if tree["error"] or len(tree["statements"]) > 1:
            return [], f"is not one expression: {tree.get('error_message', 'it ends early')}"
        known = {name.casefold() for name in types}
        named = dict.fromkeys(_columns(tree["statements"][0]))
        unknown = [name for name in named if name.casefold() not in known]
        return unknown, None if unknown else _planned(connection, types, statement)


@cache
def _engine() -> Any:  # noqa: ANN401 - imported late
    """One empty database for all expressions: opening one takes longer than planning in it."""
    import duckdb  # noqa: PLC0415 - DAG files import declarations

    return duckdb.connect(config={"enable_external_access": "false", "threads": "1"})


def _planned(connection: Any, types: dict[str, str], statement: str) -> str | None:  # noqa: ANN401 - imported late
    import duckdb  # noqa: PLC0415 - likewise

    declared: dict[str, str] = {}
    for name, kind in types.items():
        declared.setdefault(name.casefold(), f"{identifier(name)} {kind}")
    connection.execute(f"create temp table {RAW} ({', '.join(declared.values())})")
    try:
        connection.execute(f"explain {statement}")
    except duckdb.Error as error:
        return f"can't run: {str(error).splitlines()[0]}"
    return None


def _columns(part: object, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """Find the columns that a syntax tree names, apart from parameters and those of subqueries."""
    if isinstance(part, list):
        for item in part:
            yield from _columns(item, bound)
    elif isinstance(part, dict) and part.get("class") == "COLUMN_REF":
        names = [name for name in part["column_names"] if name != RAW]
        if len(names) == 1 and names[0] not in bound:
            yield names[0]
    elif isinstance(part, dict) and part.get("class") == "LAMBDA":
        yield from _columns(part["expr"], bound | {*_columns(part["lhs"])})
    elif isinstance(part, dict) and part.get("class") != "SUBQUERY":
        for item in part.values():
            yield from _columns(item, bound)
