"""Bring one survey file into the engine, typed by what the design says of a column."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

import duckdb

from migstat.sql import identifier, literal
from migstat.warehouse.replicates import PATTERN, Replicates
from migstat.warehouse.sample_design import Design, Indicator, Quantile
from migstat.warehouse.survey_source import Opened, Source, SurveyFileError, open_source, unreadable

FILE = "survey_file"
"""The table that `load` makes."""

REPLICATES = "survey_replicates"
"""The view that `load` makes of a file with replicate weights: the table once per replicate."""

Asked = TypeVar("Asked", Indicator, Quantile)

_TEXTS = ("strata", "psu", "ssu", "row_key", "lonely_column")
_NUMBERS = ("weight", "fpc", "fpc2")
_FLOATS = ("DOUBLE", "FLOAT")


@dataclass(frozen=True)
class LoadedSurvey:
    """A survey in the engine.

    Attributes:
        design: The design, in the column names of `survey_file`.
        indicators: What to estimate, likewise.
        quantiles: Likewise.
        n_replicates: How many replicate weights there are; `est_in_replicate_1` and so on.
    """

    design: Design
    indicators: list[Indicator]
    quantiles: list[Quantile]
    n_replicates: int = 0

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
    indicators: Sequence[Indicator] = (),
    quantiles: Sequence[Quantile] = (),
    dims: Sequence[str] = (),
) -> LoadedSurvey:
    """Make the table `survey_file`: design, dims and what is to be estimated, each typed.

    Rows are sorted unless sums are decimal, so that the order of the file leaves no trace in the
    last bits of a sum.

    Args:
        connection: an in-memory DuckDB connection.
        source: the file.
        design: the design, in column names of the file.
        indicators: what to estimate, over columns of the file.
        quantiles: likewise.
        dims: the columns to break down by.

    Raises:
        SurveyFileError: a column is missing or ambiguous, or a value is not what it must be.
    """
    opened = open_source(connection, source)
    parts = {name: column for name in (*_TEXTS, *_NUMBERS) if (column := getattr(design, name))}
    for column in (*parts.values(), *design.groups, *dims):
        check_column(source, column, list(opened.types))
    keys = dict.fromkeys((*design.groups, *dims))
    select = [f"{_code(opened, column)} as {identifier(column)}" for column in keys]
    for part, column in parts.items():
        typed = _code(opened, column) if part in _TEXTS else _number(opened, column)
        select.append(f"{typed} as est_in_{part}")
    asked = [*indicators, *quantiles]
    for number, one in enumerate(asked):
        for part in _parts(one):
            value = _value(source, opened, getattr(one, part), part == "y" and _is_prop(one))
            select.append(f"{value} as est_in_{part}_{number}")
    weights = _replicate_columns(source, opened, design.replicates)
    for number, column in enumerate(weights, start=1):
        select.append(f"{_number(opened, column)} as est_in_replicate_{number}")
    if weights:
        select.append(f"{_pattern(opened, design, weights)} as est_in_pattern")
    ordered = "" if design.sum_type == "decimal" else " order by all"
    _create(connection, source, f"select {', '.join(select)} from {opened.relation}{ordered}")
    renamed = _renamed_design(design, parts)
    _count_populations(connection, renamed)
    if design.replicates:
        _make_replicates(connection, design.replicates, len(weights))
    return LoadedSurvey(
        renamed,
        [_renamed(n, one) for n, one in enumerate(indicators)],
        [_renamed(n, one) for n, one in enumerate(quantiles, start=len(indicators))],
        len(weights),
    )


def check_column(source: Source, column: str, columns: Sequence[str]) -> None:
    """Make sure that the file has a column of this name.

    Raises:
        SurveyFileError: It has not; names the nearest.
    """
    if column not in columns:
        near = get_close_matches(column, columns, n=1, cutoff=0)
        raise SurveyFileError(f"{source.name}: there is no column {column!r}; nearest: {near[0]!r}")


def _parts(one: Indicator | Quantile) -> list[str]:
    """The fields that are columns or expressions."""
    return [part for part in ("y", "x", "n_dk") if getattr(one, part, None)]


def _is_prop(one: Indicator | Quantile) -> bool:
    return isinstance(one, Indicator) and one.kind == "prop"


def _code(opened: Opened, column: str) -> str:
    """A column as a code; 1.0 is the code 1, since missing values make whole numbers floats."""
    name = identifier(column)
    text = f"nullif(trim(cast({name} as varchar)), '')"
    if opened.types[column] not in _FLOATS:
        return text
    whole = f"{name} = trunc({name}) and abs({name}) < 1e15"
    return (
        f"case when isnan({name}) then null when {whole} then cast(cast({name} as bigint) as "
        f"varchar) else {text} end"
    )


def _number(opened: Opened, column: str) -> str:
    """A column as a number; NaN is missing."""
    kind = opened.types[column]
    number = f"cast({_code(opened, column) if kind == 'VARCHAR' else identifier(column)} as double)"
    return number if kind not in (*_FLOATS, "VARCHAR") else f"nullif({number}, 'nan'::double)"


def _truth(opened: Opened, column: str) -> str:
    """A column as 1 and 0; text may say true and false, yes and no. Anything else becomes 2."""
    if opened.types[column] != "VARCHAR":
        return _number(opened, column)
    text = f"lower({_code(opened, column)})"
    return (
        f"case when {text} in ('true', 'yes', 't', 'y') then 1 "
        f"when {text} in ('false', 'no', 'f', 'n') then 0 "
        f"when {text} is not null then coalesce(try_cast({text} as double), 2) end"
    )


def _value(source: Source, opened: Opened, expression: str, is_truth: bool) -> str:
    """A column becomes a number; anything else is SQL over the columns as they are."""
    if expression in opened.types:
        return (_truth if is_truth else _number)(opened, expression)
    if expression.isidentifier():
        check_column(source, expression, list(opened.types))
    return f"cast(({expression}) as double)"


def _replicate_columns(
    source: Source, opened: Opened, replicates: Replicates | None
) -> list[str]:
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
    weight = _number(opened, design.weight or "")
    ratios = ", ".join(f"round({_number(opened, c)} / {weight}, 6)" for c in columns)
    return f"{literal(PATTERN)} || array_to_string([{ratios}], ' ')"


def _count_populations(connection: duckdb.DuckDBPyConnection, design: Design) -> None:
    """Turn shares of the population in the sample into counts, as R does where all are 1 or less.

    The count is the number of sampled units over the share.
    """
    stages = {
        design.fpc: ([design.strata], f"count(distinct {design.psu})" if design.psu else "count(*)"),
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


def _make_replicates(
    connection: duckdb.DuckDBPyConnection, replicates: Replicates, n: int
) -> None:
    weights = ", ".join(f"est_in_replicate_{number}" for number in range(1, n + 1))
    factors = ", ".join(map(repr, replicates.factors(n)))
    connection.execute(
        f"create temp view {REPLICATES} as select * exclude ({weights}), "
        f"unnest(range(1, {n + 1})) as replicate_number, unnest([{weights}]) as replicate_weight, "
        f"unnest([{factors}]::double[]) as replicate_rscale from {FILE}"
    )


def _create(connection: duckdb.DuckDBPyConnection, source: Source, select: str) -> None:
    """Run the one scan of the file; no message repeats a value of it."""
    try:
        connection.execute(f"create temp table {FILE} as {select}")
    except duckdb.ConversionException:
        raise SurveyFileError(
            f"{source.name}: a weight, a population count or a value to estimate is not a number"
        ) from None
    except (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException) as error:
        said = str(error).splitlines()[0]
        raise SurveyFileError(f"{source.name}: an expression does not fit: {said}") from None
    except duckdb.Error as error:
        raise unreadable(source, error) from None


def _renamed_design(design: Design, parts: dict[str, str]) -> Design:
    groups = tuple(map(identifier, design.groups))
    return design.model_copy(
        update={"groups": groups, **{part: f"est_in_{part}" for part in parts}}
    )


def _renamed(number: int, one: Asked) -> Asked:
    return one.model_copy(update={part: f"est_in_{part}_{number}" for part in _parts(one)})
