"""How a column of a survey file is read in each part it plays, as SQL."""

from collections.abc import Sequence

import duckdb

from migstat.warehouse.survey_source import Opened

_FLOATS = ("DOUBLE", "FLOAT")


def code(opened: Opened, column: str) -> str:
    """A column as a code; 1.0 is the code 1, since missing values make whole numbers floats."""
    name = opened.column(column)
    text = f"nullif(trim(cast({name} as varchar)), '')"
    if opened.types[column] not in _FLOATS:
        return text
    whole = f"{name} = trunc({name}) and abs({name}) < 1e15"
    return (
        f"case when isnan({name}) then null when {whole} then cast(cast({name} as bigint) as "
        f"varchar) else {text} end"
    )


def number(opened: Opened, column: str) -> str:
    """A column as a number; NaN is missing."""
    kind = opened.types[column]
    if kind not in (*_FLOATS, "VARCHAR"):
        return f"cast({opened.column(column)} as double)"
    given = code(opened, column) if kind == "VARCHAR" else opened.column(column)
    return f"nullif(cast({given} as double), 'nan'::double)"


def truth(opened: Opened, column: str) -> str:
    """A column as 1 and 0; text may say true and false, yes and no. Anything else becomes 2."""
    if opened.types[column] != "VARCHAR":
        return number(opened, column)
    text = f"lower({code(opened, column)})"
    return (
        f"case when {text} in ('true', 'yes', 't', 'y') then 1 "
        f"when {text} in ('false', 'no', 'f', 'n') then 0 "
        f"when {text} is not null then coalesce(try_cast({text} as double), 2) end"
    )


def numberless(
    connection: duckdb.DuckDBPyConnection, opened: Opened, columns: Sequence[str]
) -> list[tuple[str, int]]:
    """Return the columns with values that are no number, each with how many rows hold one."""
    found = []
    for column in columns:
        value = code(opened, column)
        row = connection.execute(
            f"select count(*) from {opened.relation} "
            f"where {value} is not null and try_cast({value} as double) is null"
        ).fetchone()
        if row and row[0]:
            found.append((column, row[0]))
    return found
