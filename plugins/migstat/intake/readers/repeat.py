"""Repeats that a tool writes as numbered columns (``age_1, age_2``), turned into rows.

Works around any reader: a table with a repeat is first read wide, as any table, and then unrolled.
DuckDB makes the rows; Arrow counts the answered repeats once more without it.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers.request import RepeatRequest, Request, TableRead, TableRequest
from migstat.sql import identifier, literal

REPEAT_NUMBER = "_repeat"


def widened(request: Request) -> Request:
    """Ask for the numbered columns of every repeat, and make them known to its neighbours."""
    numbered = {
        table.name: _numbered(table.repeat) for table in request.tables if table.repeat is not None
    }
    return replace(
        request,
        tables=tuple(_wide(table, numbered.get(table.name), request) for table in request.tables),
    )


def narrowed(request: Request, read: Sequence[TableRead]) -> list[TableRead]:
    """Turn the tables that were read wide into one row per answered repeat.

    Raises:
        RefusedDelivery: The file numbers further than declared: rows would be lost in silence.
    """
    by_name = {table.name: table for table in request.tables}
    return [
        _narrow(request, by_name[found.name], repeat, found)
        if found.name in by_name and (repeat := by_name[found.name].repeat)
        else found
        for found in read
    ]


def _numbered(repeat: RepeatRequest) -> dict[tuple[str, int], str]:
    """Name the columns of a repeat, by canonical name and number."""
    return {
        (stem, n): repeat.names.format(column=spelt, n=n)
        for n in range(1, repeat.up_to + 1)
        for stem, spelt in repeat.stems.items()
    }


def _wide(
    table: TableRequest, numbered: dict[tuple[str, int], str] | None, request: Request
) -> TableRequest:
    if numbered is None or table.repeat is None:
        beside = [
            name
            for other in request.tables
            if other.repeat and (other.file, other.sheet) == (table.file, table.sheet)
            if other.member == table.member
            for name in _numbered(other.repeat).values()
        ]
        return replace(table, optional=tuple(beside))
    plain = _plain(table, table.repeat)
    return replace(
        table,
        expected=(*plain.values(), *(name for (_, n), name in numbered.items() if n == 1)),
        optional=tuple(name for (_, n), name in numbered.items() if n > 1),
        wanted={**plain, **{_wide_name(*at): name for at, name in numbered.items()}},
    )


def _plain(table: TableRequest, repeat: RepeatRequest) -> dict[str, str]:
    return {
        name: spelt
        for name, spelt in table.wanted.items()
        if name not in repeat.stems and name != REPEAT_NUMBER
    }


def _wide_name(stem: str, n: int) -> str:
    return f"{n}:{stem}"


def _narrow(
    request: Request, table: TableRequest, repeat: RepeatRequest, found: TableRead
) -> TableRead:
    _refuse_further(request.place, repeat, found.undeclared)
    if found.n_rows != found.n_counted:
        return found
    parquet = request.parquet(table)
    wide = parquet.with_suffix(".wide")
    parquet.replace(wide)
    there = set(pq.read_schema(wide).names)
    rows = _unroll(request, table, repeat, wide, there)
    counted = _count(wide, repeat, there)
    wide.unlink()
    return TableRead(table.name, rows, counted)


def _refuse_further(place: str, repeat: RepeatRequest, undeclared: Sequence[str]) -> None:
    further = {
        repeat.names.format(column=spelt, n=n): n
        for spelt in repeat.stems.values()
        for n in range(repeat.up_to + 1, repeat.up_to + 1_000)
    }
    if beyond := [name for name in undeclared if name in further]:
        raise RefusedDelivery(
            f"{place}: column {beyond[0]!r} is in the file, but its repeat is declared up to "
            f"{repeat.up_to}. Nothing was taken in. Declare `up_to: "
            f"{max(further[name] for name in beyond)}` in delivery.yml and `migstat requeue` this "
            "delivery."
        )


def _unroll(
    request: Request, table: TableRequest, repeat: RepeatRequest, wide: Path, there: set[str]
) -> int:
    """Write one row per answered repeat, in the order of the file."""
    plain = _plain(table, repeat)
    parts = []
    for n in range(1, repeat.up_to + 1):
        names = {stem: _wide_name(stem, n) for stem in repeat.stems}
        answered = [f"trim({identifier(name)}) <> ''" for name in names.values() if name in there]
        if not answered:
            continue
        columns = [identifier(name) for name in plain]
        columns += [
            f"{identifier(name) if name in there else 'null::varchar'} as {identifier(stem)}"
            for stem, name in names.items()
            if stem in table.wanted
        ]
        parts.append(
            f'select file_row_number as "@row", {n} as "@n", '
            f"'{n}' as {REPEAT_NUMBER}, "
            f"{', '.join(columns)} from read_parquet({literal(wide)}, file_row_number = true) "
            f"where coalesce({', '.join(f'nullif({test}, false)' for test in answered)}, false)"
        )
    connection = duckdb.connect(
        config={"memory_limit": "1GB", "temp_directory": request.scratch, "threads": 1}
    )
    wanted = ", ".join(map(identifier, table.wanted))
    try:
        copied = connection.execute(
            f"copy (select {wanted} from ({' union all '.join(parts)}) "
            'order by "@row", "@n") '
            f"to {literal(request.parquet(table))} (format parquet, compression snappy)"
        ).fetchone()
    finally:
        connection.close()
    return int(copied[0]) if copied else 0


def _count(wide: Path, repeat: RepeatRequest, there: set[str]) -> int:
    """Count the repeats that hold any answer, without DuckDB."""
    total = 0
    for n in range(1, repeat.up_to + 1):
        names = [name for stem in repeat.stems if (name := _wide_name(stem, n)) in there]
        if not names:
            continue
        columns = pq.read_table(wide, columns=names)
        answered = pa.scalar(value=False)
        for name in names:
            filled = pc.not_equal(pc.utf8_length(pc.utf8_trim(columns[name], " ")), 0)
            answered = pc.or_(answered, pc.fill_null(filled, fill_value=False))
        total += pc.sum(answered).as_py() or 0
    return total
