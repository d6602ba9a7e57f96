"""Estimates with their sampling error, on any file, by the macros the marts are built with."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from migstat.sql import identifier
from migstat.warehouse.functions import register
from migstat.warehouse.macros import MacroError, render
from migstat.warehouse.sample_design import Asked, Contrast, Design, Indicator, Quantile
from migstat.warehouse.survey_checks import check_survey
from migstat.warehouse.survey_file import FILE, LoadedSurvey, load
from migstat.warehouse.survey_source import Source, SurveyFileError

Margins = Iterable[Sequence[str]]


def estimate(
    source: Source,
    design: Design,
    indicators: Sequence[Indicator],
    by: Margins = ((),),
    area: Sequence[str] = (),
) -> pd.DataFrame:
    """Estimate indicators for the total and for domains.

    Args:
        source: a CSV, Parquet or DuckDB file.
        design: how the sample was drawn.
        indicators: what to estimate.
        by: margins, each a list of columns to break down by; an empty one is the total.
        area: the columns of `by` that are constant inside a PSU.

    Returns:
        One row per survey, cell and indicator, sorted: the groups, the dims (`_T` where not broken
        down, `_U` where the code is missing), then the columns of the macro `survey_estimates`.

    Raises:
        SurveyFileError: the file contradicts the design; the message names every kind of defect.
    """
    margins = _margins(by)
    with surveyed(source, design, indicators, by=margins, area=area) as survey:
        return survey.frame(survey.estimates(margins, area))


def estimate_quantiles(
    source: Source, design: Design, quantiles: Sequence[Quantile], by: Margins = ((),)
) -> pd.DataFrame:
    """Estimate quantiles with Woodruff's interval, for the total and for domains.

    Args:
        source: a CSV, Parquet or DuckDB file.
        design: how the sample was drawn.
        quantiles: what to estimate.
        by: margins, as for `estimate`.

    Returns:
        One row per survey, cell and quantile, sorted: the groups, the dims, then the columns of
        the macro `survey_quantiles`.

    Raises:
        SurveyFileError: the file contradicts the design.
    """
    margins = _margins(by)
    with surveyed(source, design, quantiles, by=margins) as survey:
        return survey.frame(survey.quantiles(margins))


def compare(
    source: Source,
    design: Design,
    indicators: Sequence[Indicator],
    *,
    contrasts: Sequence[Contrast],
    by: Margins = ((),),
    area: Sequence[str] = (),
) -> pd.DataFrame:
    """Estimate differences and ratios between domains, with the covariance of shared clusters.

    Two waves of one survey are two domains of a file that holds both: name the wave as the dim
    compared. Where the waves are samples of their own, the stratum is that of the wave.

    Args:
        source: a CSV, Parquet or DuckDB file.
        design: how the sample was drawn.
        indicators: what to compare.
        contrasts: which codes of which dim to compare.
        by: margins inside which to compare, as for `estimate`.
        area: the dims that are constant inside a PSU.

    Returns:
        One row per survey, cell, contrast and indicator, sorted: the columns of the macro
        `survey_contrasts`.

    Raises:
        SurveyFileError: the file contradicts the design.
    """
    margins = _margins(by)
    standards = [contrast.standard.by for contrast in contrasts if contrast.standard]
    dims = [*(contrast.by for contrast in contrasts), *standards]
    with surveyed(source, design, indicators, by=[*margins, dims], area=area) as survey:
        return survey.frame(survey.contrasts(margins, contrasts, area))


@dataclass(frozen=True)
class Surveyed:
    """A survey in the engine, found sound, and the SQL of what can be asked of it."""

    connection: duckdb.DuckDBPyConnection
    source: Source
    loaded: LoadedSurvey

    def estimates(self, by: Margins, area: Sequence[str] = ()) -> str:
        """The SQL of `survey_estimates`."""
        indicators = [indicator.model_dump() for indicator in self.loaded.indicators]
        return self._render("survey_estimates", indicators, _quoted(by), _names(area))

    def quantiles(self, by: Margins) -> str:
        """The SQL of `survey_quantiles`."""
        quantiles = [quantile.model_dump() for quantile in self.loaded.quantiles]
        return self._render("survey_quantiles", quantiles, _quoted(by))

    def contrasts(
        self, by: Margins, contrasts: Sequence[Contrast], area: Sequence[str] = ()
    ) -> str:
        """The SQL of `survey_contrasts`."""
        indicators = [indicator.model_dump() for indicator in self.loaded.indicators]
        quoted = [_quoted_by(contrast) for contrast in contrasts]
        return self._render("survey_contrasts", indicators, _quoted(by), quoted, _names(area))

    def frame(self, sql: str, order: str = "all") -> pd.DataFrame:
        """What a query answers, in an order of its own."""
        return self.connection.execute(f"select * from ({sql}) order by {order}").df()

    def _render(self, macro: str, *arguments: object) -> str:
        try:
            return render(macro, FILE, self.loaded.for_macros, *arguments)
        except MacroError as error:
            raise SurveyFileError(f"{self.source.name}: {error}") from error


@contextmanager
def surveyed(
    source: Source,
    design: Design,
    asked: Sequence[Asked],
    *,
    by: Margins,
    area: Sequence[str] = (),
) -> Iterator[Surveyed]:
    """Load a survey into an engine of its own and look for what contradicts the design.

    Args:
        source: a CSV, Parquet or DuckDB file.
        design: how the sample was drawn.
        asked: what will be estimated.
        by: the margins that will be asked for.
        area: the dims said to be constant inside a PSU.

    Raises:
        SurveyFileError: the file contradicts the design; the message names every kind of defect.
    """
    dims = list(dict.fromkeys(dim for keys in by for dim in keys))
    with duckdb.connect() as connection:
        register(connection)
        connection.execute("set threads to 1")  # the same file gives the same bytes
        loaded = load(connection, source, design, asked, dims)
        areas = _names(dim for dim in area if dim in dims)
        findings = check_survey(connection, loaded, _names(dims), areas)
        if findings:
            raise SurveyFileError(f"{source.name}: " + "; ".join(findings))
        yield Surveyed(connection, source, loaded)


def _margins(by: Margins) -> list[list[str]]:
    """The margins, each once."""
    return [list(keys) for keys in {frozenset(keys): keys for keys in by}.values()]


def _names(columns: Iterable[str]) -> list[str]:
    return list(map(identifier, columns))


def _quoted(by: Margins) -> list[list[str]]:
    return [_names(keys) for keys in by]


def _quoted_by(contrast: Contrast) -> dict[str, Any]:
    plain = contrast.model_dump() | {"by": identifier(contrast.by)}
    if contrast.standard:
        plain["standard"] |= {"by": identifier(contrast.standard.by)}
    return plain
