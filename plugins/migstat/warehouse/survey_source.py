"""Open the file an estimate is made from: CSV, Parquet, or a table of a DuckDB file.

What the file is, its first bytes say, not its name. A CSV file is text throughout; nothing is
guessed from its values.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from migstat.declarations.nearest import proposal
from migstat.sql import identifier, literal

MISSING = ("NA", "NaN", "nan", ".")
"""What stands for no value in a CSV file, beside an empty cell: R, Python and Stata write these."""

DELIMITERS = ",;\t|"


class SurveyFileError(ValueError):
    """A file, or what was said of it, does not allow a sound estimate."""


@dataclass(frozen=True)
class Source:
    """A file to estimate from.

    Attributes:
        path: A CSV, Parquet or DuckDB file.
        table: The table of a DuckDB file, such as `persons`; None: its only one.
        missing: What stands for no value in a CSV file, beside an empty cell.
    """

    path: Path
    table: str | None = None
    missing: tuple[str, ...] = MISSING

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.path.name}:{self.table}" if self.table else self.path.name


@dataclass(frozen=True)
class Opened:
    """A file that can be read.

    Attributes:
        relation: What to select from, as SQL.
        types: The type of each column, as the engine calls it, by the name the file spells.
        as_written: Columns of a CSV file that expressions see as numbers, and the column that
            keeps what the file says.
    """

    relation: str
    types: Mapping[str, str]
    as_written: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """A column as the file has it, as SQL."""
        return identifier(self.as_written.get(name, name))

    def with_numbers(self, connection: duckdb.DuckDBPyConnection) -> "Opened":
        """Let expressions see a text column as numbers where every value of it is one."""
        texts = [name for name, kind in self.types.items() if kind == "VARCHAR"]
        if not texts:
            return self
        all_numbers = ", ".join(
            f"bool_and(try_cast({name} as double) is not null) filter (where {name} is not null)"
            for name in map(identifier, texts)
        )
        row = connection.execute(f"select {all_numbers} from {self.relation}").fetchone() or ()
        numbers = [name for name, is_number in zip(texts, row, strict=True) if is_number]
        kept = {name: f"est_written_{number}" for number, name in enumerate(numbers)}
        copies = "".join(f", {identifier(n)} as {copy}" for n, copy in kept.items())
        typed = ", ".join(f"cast({identifier(n)} as double) as {identifier(n)}" for n in numbers)
        inner = f"(select *{copies} from {self.relation})"
        relation = f"(select * replace ({typed}) from {inner})" if numbers else self.relation
        return Opened(relation, self.types, kept)


def open_source(connection: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    """Find out what there is to read.

    Args:
        connection: an in-memory DuckDB connection; a DuckDB file is attached to it.
        source: the file.

    Raises:
        SurveyFileError: There is no such file or table, it can't be read, or two of its columns
            differ in case only.
    """
    if not source.path.is_file():
        raise SurveyFileError(f"{source.path}: there is no such file")
    with source.path.open("rb") as file:
        start = file.read(12)
    try:
        if start[8:12] == b"DUCK":
            opened = _open_table(connection, source)
        elif start[:4] == b"PAR1":
            relation = f"read_parquet({literal(source.path)})"
            names = pq.read_schema(source.path).names
            _check_names(source, names)
            opened = _opened(connection, relation, names)
        else:
            opened = _open_csv(source)
    except (duckdb.Error, OSError) as error:
        raise unreadable(source, error) from None
    return opened


def unreadable(source: Source, error: Exception) -> SurveyFileError:
    """Say that a file can't be read; the engine's own message would quote a line of it."""
    said = type(error).__name__
    if isinstance(error, duckdb.InvalidInputException):
        said = "a row has other cells than the header, a quote stays open, or it is not UTF-8"
    return SurveyFileError(f"{source.name}: the file cannot be read: {said}")


def check_column(source: Source, column: str, columns: Sequence[str]) -> None:
    """Make sure that the file has a column of this name.

    Raises:
        SurveyFileError: It has not; names the nearest.
    """
    if column not in columns:
        near = proposal(column, columns)
        raise SurveyFileError(f"{source.name}: there is no column {column!r}{near}")


def _opened(
    connection: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str] | None = None
) -> Opened:
    rows = connection.execute(f"describe select * from {relation}").fetchall()
    return Opened(
        relation, dict(zip(names or [r[0] for r in rows], [r[1] for r in rows], strict=True))
    )


def _open_table(connection: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    connection.execute(f"attach {literal(source.path)} as source (read_only)")
    found = connection.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = 'source' order by all"
    ).fetchall()
    held = {f"{schema}.{table}": (schema, table) for schema, table in found}
    names = {source.table, f"main.{(source.table or '').removeprefix(source.path.stem + '.')}"}
    fits = [place for name, place in held.items() if source.table is None or name in names] or [
        place for place in held.values() if place[1] == source.table
    ]
    if len(fits) != 1:
        listed = ", ".join(sorted(f"{s}.{t}" if s != "main" else t for s, t in held.values()))
        said = (
            f"there is no table {source.table!r}" if source.table and not fits else "name the table"
        )
        raise SurveyFileError(f"{source.path.name}: {said}; it holds {listed or 'none'}")
    return _opened(connection, f"source.{'.'.join(map(identifier, fits[0]))}")


def _open_csv(source: Source) -> Opened:
    """Every column as text; what stands for no value becomes null."""
    columns, delimiter = _header(source)
    types = ", ".join(f"{literal(column)}: 'varchar'" for column in columns)
    options = (
        f"auto_detect = false, header = true, columns = {{{types}}}, delim = {literal(delimiter)}, "
        "quote = '\"'"
    )
    none = ", ".join(map(literal, ("", *source.missing)))
    values = ", ".join(
        f"case when trim({c}) not in ({none}) then trim({c}) end as {c}"
        for c in map(identifier, columns)
    )
    read = f"read_csv({literal(source.path)}, {options})"
    return Opened(f"(select {values} from {read})", dict.fromkeys(columns, "VARCHAR"))


def _header(source: Source) -> tuple[list[str], str]:
    """Return the column names and the delimiter, the one that makes most of them.

    A name that is missing, as R and pandas leave it for the row number, becomes `column_1`.
    """
    try:
        with source.path.open(encoding="utf-8-sig", newline="") as file:
            lines = [
                next(csv.reader(file, delimiter=d), []) for d in DELIMITERS if not file.seek(0)
            ]
    except UnicodeDecodeError:
        raise SurveyFileError(f"{source.name}: not UTF-8; convert the file first") from None
    except csv.Error as error:
        raise unreadable(source, error) from None
    names = max(lines, key=len)
    if not names:
        raise SurveyFileError(f"{source.name}: the file is empty")
    columns = [name.strip() or f"column_{n}" for n, name in enumerate(names, start=1)]
    _check_names(source, columns)
    return columns, DELIMITERS[lines.index(names)]


def _check_names(source: Source, columns: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for column in columns:
        if column.lower() in seen:
            raise SurveyFileError(
                f"{source.name}: the columns {seen[column.lower()]!r} and {column!r} differ at "
                "most in case, and the engine cannot tell them apart; rename one"
            )
        seen[column.lower()] = column
