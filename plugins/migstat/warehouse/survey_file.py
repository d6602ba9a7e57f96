"""Bring one survey file into the engine, typed by what the design says of a column.

Text is read as text; nothing is guessed from the values.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from migstat.sql import identifier, literal
from migstat.warehouse.sample_design import Design, Indicator

FILE = "survey_file"
"""The table that `load` makes."""

_TEXTS = ("strata", "psu", "ssu", "row_key", "lonely_column")
_NUMBERS = ("weight", "fpc", "fpc2")


class SurveyFileError(ValueError):
    """A file, or what was said of it, does not allow a sound estimate."""


@dataclass(frozen=True)
class Source:
    """A file to estimate from.

    Attributes:
        path: A CSV, Parquet or DuckDB file.
        table: The table of a DuckDB file, such as `marts.persons`.
    """

    path: Path
    table: str | None = None

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.path.name}:{self.table}" if self.table else self.path.name

    @property
    def is_text(self) -> bool:
        """Whether its values are text, whatever they mean."""
        return self.path.suffix == ".csv"


def load(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    design: Design,
    indicators: Sequence[Indicator],
    dims: Sequence[str],
) -> tuple[Design, list[Indicator]]:
    """Make the table `survey_file`: design, dims and the values of the indicators, each cast.

    Args:
        connection: an in-memory DuckDB connection.
        source: the file.
        design: the design, in column names of the file.
        indicators: what to estimate, over columns of the file.
        dims: the columns to break down by.

    Returns:
        The design and the indicators in the column names of `survey_file`.

    Raises:
        SurveyFileError: a column is missing or ambiguous, or a value is not what it must be.
    """
    relation, columns = _open(connection, source)
    _check_names(source, columns)
    parts = {name: column for name in (*_TEXTS, *_NUMBERS) if (column := getattr(design, name))}
    for column in (*parts.values(), *design.groups, *dims):
        _check_column(source, column, columns)
    keys = dict.fromkeys((*design.groups, *dims))
    select = [f"{_text(column)} as {identifier(column)}" for column in keys]
    for part, column in parts.items():
        typed = _text(column) if part in _TEXTS else _number(source, column)
        select.append(f"{typed} as est_in_{part}")
    for number, indicator in enumerate(indicators):
        for part in ("y", "x", "n_dk"):
            if expression := getattr(indicator, part):
                value = _value(source, expression, columns)
                select.append(f"{value} as est_in_{part}_{number}")
    _create(connection, source, f"select {', '.join(select)} from {relation}")
    return _renamed_design(design, parts), list(map(_renamed, range(len(indicators)), indicators))


def _open(connection: duckdb.DuckDBPyConnection, source: Source) -> tuple[str, list[str]]:
    """Return the relation to select from and the column names as the file spells them."""
    if not source.path.is_file():
        raise SurveyFileError(f"{source.path}: there is no such file")
    if source.is_text:
        return _csv(source)
    path = literal(source.path)
    if source.path.suffix == ".parquet":
        return f"read_parquet({path})", list(pq.read_schema(source.path).names)
    if source.table is None:
        raise SurveyFileError(f"{source.path}: name the table to read")
    connection.execute(f"attach {path} as source (read_only)")
    relation = "source." + ".".join(map(identifier, source.table.split(".")))
    return relation, [row[0] for row in connection.execute(f"describe {relation}").fetchall()]


def _csv(source: Source) -> tuple[str, list[str]]:
    """Every column as text, and nothing sniffed."""
    try:
        with source.path.open(encoding="utf-8-sig", newline="") as file:
            columns = next(csv.reader(file), [])
    except UnicodeDecodeError:
        raise SurveyFileError(f"{source.name}: not UTF-8; convert the file first") from None
    types = ", ".join(f"{literal(column)}: 'varchar'" for column in columns)
    options = f"auto_detect = false, header = true, columns = {{{types}}}, quote = '\"'"
    return f"read_csv({literal(source.path)}, {options})", columns


def _check_names(source: Source, columns: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for column in columns:
        if column.lower() in seen:
            raise SurveyFileError(
                f"{source.name}: the columns {seen[column.lower()]!r} and {column!r} differ at "
                "most in case, and the engine cannot tell them apart; rename one"
            )
        seen[column.lower()] = column


def _check_column(source: Source, column: str, columns: Sequence[str]) -> None:
    if column not in columns:
        near = get_close_matches(column, columns, n=1, cutoff=0)
        raise SurveyFileError(f"{source.name}: there is no column {column!r}; nearest: {near[0]!r}")


def _text(column: str) -> str:
    return f"nullif(trim(cast({identifier(column)} as varchar)), '')"


def _number(source: Source, column: str) -> str:
    return f"cast({_text(column) if source.is_text else identifier(column)} as double)"


def _value(source: Source, expression: str, columns: Sequence[str]) -> str:
    """A column becomes a number; anything else is SQL over the columns as they are."""
    if expression in columns:
        return _number(source, expression)
    if expression.isidentifier():
        _check_column(source, expression, columns)
    return f"cast(({expression}) as double)"


def _create(connection: duckdb.DuckDBPyConnection, source: Source, select: str) -> None:
    """Run the one scan of the file; no message repeats a value of it."""
    try:
        connection.execute(f"create temp table {FILE} as {select}")
    except duckdb.ConversionException:
        raise SurveyFileError(
            f"{source.name}: a weight, a population count or a value to estimate is not a number"
        ) from None
    except (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException) as error:
        raise SurveyFileError(f"{source.name}: an expression does not fit: {error}") from None
    except duckdb.Error as error:
        kind = type(error).__name__  # the message would quote the line
        raise SurveyFileError(f"{source.name}: the file cannot be read ({kind})") from None


def _renamed_design(design: Design, parts: dict[str, str]) -> Design:
    groups = tuple(map(identifier, design.groups))
    return design.model_copy(
        update={"groups": groups, **{part: f"est_in_{part}" for part in parts}}
    )


def _renamed(number: int, indicator: Indicator) -> Indicator:
    parts = [part for part in ("y", "x", "n_dk") if getattr(indicator, part)]
    return indicator.model_copy(update={part: f"est_in_{part}_{number}" for part in parts})
