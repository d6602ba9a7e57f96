"""Bring one survey file into the engine, typed by what the design says of a column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from migstat.declarations.replicates import Replicates
from migstat.sql import identifier, literal
from migstat.warehouse.replicates import PATTERN
from migstat.warehouse.sample_design import Asked, Design, Indicator, Quantile
from migstat.warehouse.survey_columns import code, number, numberless, truth
from migstat.warehouse.survey_source import (
    Opened,
    Source,
    SurveyFileError,
    check_column,
    open_source,
    unreadable,
)

FILE = "survey_file"
"""The table that `load` makes."""

REPLICATES = "survey_replicates"
"""The view that `load` makes of a file with replicate weights: the table once per replicate."""

_TEXTS = ("strata", "psu", "ssu", "row_key", "lonely_column")
_NUMBERS = ("weight", "fpc", "fpc2")


@dataclass(frozen=True)
class LoadedSurvey:
    """A survey in the engine.

    Attributes:
        design: The design, in the column names of `survey_file`.
        asked: What to estimate, likewise.
        n_replicates: How many replicate weights there are; `est_in_replicate_1` and so on.
    """

    design: Design
    asked: list[Asked]
    n_replicates: int = 0

    @property
    def indicators(self) -> list[Indicator]:
        """Those that are indicators."""
        return [one for one in self.asked if isinstance(one, Indicator)]

    @property
    def quantiles(self) -> list[Quantile]:
        """Those that are quantiles."""
        return [one for one in self.asked if isinstance(one, Quantile)]

    @property
    def for_macros(self) -> dict[str, Any]:
        """The design as the macros take it."""
        plain = self.design.model_dump(exclude={"nest", "replicates"})
        given = self.design.replicates
        if given is None:
            return plain
        return plain | {
            "replicates": {
                "rows": REPLICATES,
                "number": "replicate_number",
                "weight": "replicate_weight",
                "rscale": "replicate_rscale",
                "scale": str(given.factor(self.n_replicates)),
                "mse": str(given.mse).lower(),
                "method": literal(given.method.upper()),
                "pattern": "est_in_pattern",
            }
        }


def load(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    design: Design,
    asked: Sequence[Asked],
    dims: Sequence[str],
) -> LoadedSurvey:
    """Make the table `survey_file`: design, dims and what is to be estimated, each typed.

    Rows are sorted unless sums are decimal, so that the order of the file leaves no trace in the
    last bits of a sum.

    Args:
        connection: an in-memory DuckDB connection.
        source: the file.
        design: the design, in column names of the file.
        asked: what to estimate, over columns of the file.
        dims: the columns to break down by.

    Raises:
        SurveyFileError: a column is missing or ambiguous, or a value is not what it must be.
    """
    opened = open_source(connection, source)
    if any(_is_expression(opened, getattr(one, part)) for one in asked for part in _parts(one)):
        opened = opened.with_numbers(connection)
    parts = {name: column for name in (*_TEXTS, *_NUMBERS) if (column := getattr(design, name))}
    for column in (*parts.values(), *design.groups, *dims):
        check_column(source, column, list(opened.types))
    keys = dict.fromkeys((*design.groups, *dims))
    select = [f"{code(opened, column)} as {identifier(column)}" for column in keys]
    for part, column in parts.items():
        typed = code(opened, column) if part in _TEXTS else number(opened, column)
        select.append(f"{typed} as est_in_{part}")
    for place, one in enumerate(asked):
        for part in _parts(one):
            value = _value(source, opened, getattr(one, part), part == "y" and _is_prop(one))
            select.append(f"{value} as est_in_{part}_{place}")
    weights = _replicate_columns(source, opened, design.replicates)
    for place, column in enumerate(weights, start=1):
        select.append(f"{number(opened, column)} as est_in_replicate_{place}")
    if weights:
        select.append(f"{_pattern(opened, design, weights)} as est_in_pattern")
    ordered = "" if design.sum_type == "decimal" else " order by all"
    numbers = [*(parts[name] for name in _NUMBERS if name in parts), *weights]
    numbers += [getattr(one, part) for one in asked for part in _parts(one) if not _is_prop(one)]
    try:
        read = f"select {', '.join(select)} from {opened.relation}{ordered}"
        connection.execute(f"create temp table {FILE} as {read}")
    except duckdb.Error as error:
        raise _refused(connection, source, opened, numbers, error) from None
    renamed = _renamed_design(design, parts)
    _count_populations(connection, renamed)
    if design.replicates:
        _make_replicates(connection, design.replicates, len(weights))
    return LoadedSurvey(
        renamed,
        [_renamed(place, one) for place, one in enumerate(asked)],
        len(weights),
    )


def _parts(one: Asked) -> list[str]:
    """The fields that are columns or expressions."""
    return [part for part in ("y", "x", "n_dk") if getattr(one, part, None)]


def _is_prop(one: Asked) -> bool:
    return isinstance(one, Indicator) and one.kind == "prop"


def _value(source: Source, opened: Opened, expression: str, is_truth: bool) -> str:
    """A column becomes a number; anything else is SQL over the columns."""
    if _is_expression(opened, expression):
        return f"cast(({expression}) as double)"
    check_column(source, expression, list(opened.types))
    return (truth if is_truth else number)(opened, expression)


def _is_expression(opened: Opened, text: str) -> bool:
    return text not in opened.types and not text.isidentifier()


def _replicate_columns(source: Source, opened: Opened, replicates: Replicates | None) -> list[str]:
    if replicates is None:
        return []
    try:
        columns = replicates.columns_of(list(opened.types))
    except ValueError as error:
        raise SurveyFileError(f"{source.name}: {error}") from None
    for column in columns:
        check_column(source, column, list(opened.types))
    return columns


def _pattern(opened: Opened, design: Design, columns: Sequence[str]) -> str:
    """How the weights of a row change from replicate to replicate, as `est_replicates` takes it."""
    weight = number(opened, design.weight or "")
    ratios = ", ".join(f"round({number(opened, c)} / {weight}, 6)" for c in columns)
    return f"{literal(PATTERN)} || array_to_string([{ratios}], ' ')"


def _count_populations(connection: duckdb.DuckDBPyConnection, design: Design) -> None:
    """Turn shares of the population in the sample into counts, as R does where all are 1 or less.

    The count is the number of sampled units over the share.
    """
    stages = {
        design.fpc: (
            [design.strata],
            f"count(distinct {design.psu})" if design.psu else "count(*)",
        ),
        design.fpc2: (
            [design.strata, design.psu],
            f"count(distinct {design.ssu})" if design.ssu else "count(*)",
        ),
    }
    given = [column for column in stages if column]
    if not given:
        return
    largest = connection.execute(
        f"select max(greatest({', '.join(given)}, 0)) from {FILE}"
    ).fetchone()
    if largest is None or largest[0] is None or largest[0] > 1:
        return
    for column in given:
        units, n = stages[column]
        keys = [*design.groups, *filter(None, units)]
        same = " and ".join(f"{FILE}.{k} is not distinct from counted.{k}" for k in keys)
        connection.execute(
            f"update {FILE} set {column} = n / nullif({column}, 0) from (select "
            f"{', '.join([*keys, ''])} {n} as n from {FILE} group by {', '.join(keys) or '()'}) "
            f"as counted where {same or 'true'}"
        )


def _make_replicates(connection: duckdb.DuckDBPyConnection, replicates: Replicates, n: int) -> None:
    weights = ", ".join(f"est_in_replicate_{place}" for place in range(1, n + 1))
    factors = ", ".join(map(repr, replicates.factors(n)))
    connection.execute(
        f"create temp view {REPLICATES} as select * exclude ({weights}), "
        f"unnest(range(1, {n + 1})) as replicate_number, unnest([{weights}]) as replicate_weight, "
        f"unnest([{factors}]::double[]) as replicate_rscale from {FILE}"
    )


def _refused(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    opened: Opened,
    numbers: Sequence[str],
    error: duckdb.Error,
) -> SurveyFileError:
    """Say why the scan of the file failed; no message repeats a value of it."""
    if isinstance(error, duckdb.ConversionException):
        plain = [column for column in dict.fromkeys(numbers) if column in opened.types]
        found = numberless(connection, opened, plain)
        said = "; ".join(f"{n} row(s) hold no number in {column!r}" for column, n in found)
        return SurveyFileError(f"{source.name}: {said or 'an expression gives no number'}")
    if isinstance(error, duckdb.BinderException | duckdb.ParserException | duckdb.CatalogException):
        said = str(error).splitlines()[0]
        return SurveyFileError(f"{source.name}: an expression does not fit: {said}")
    return unreadable(source, error)


def _renamed_design(design: Design, parts: dict[str, str]) -> Design:
    groups = tuple(map(identifier, design.groups))
    return design.model_copy(
        update={"groups": groups, **{part: f"est_in_{part}" for part in parts}}
    )


def _renamed(place: int, one: Asked) -> Asked:
    return one.model_copy(update={part: f"est_in_{part}_{place}" for part in _parts(one)})
