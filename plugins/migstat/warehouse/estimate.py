"""Estimates with their sampling error, on any file, by the macros the marts are built with."""

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import pandas as pd

from migstat.sql import identifier
from migstat.warehouse.functions import register
from migstat.warehouse.macros import MacroError, render
from migstat.warehouse.sample_design import Contrast, Design, Indicator
from migstat.warehouse.survey_checks import check_survey
from migstat.warehouse.survey_file import FILE, Source, SurveyFileError, load

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
    return _run("survey_estimates", source, design, indicators, by=by, area=area)


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
    return _run(
        "survey_contrasts", source, design, indicators, by=by, area=area, contrasts=contrasts
    )


def _run(
    macro: str,
    source: Source,
    design: Design,
    indicators: Sequence[Indicator],
    *,
    by: Margins,
    area: Sequence[str],
    contrasts: Sequence[Contrast] = (),
) -> pd.DataFrame:
    margins = [list(keys) for keys in by]
    mentioned = [*(dim for keys in margins for dim in keys), *(c.by for c in contrasts)]
    dims = list(dict.fromkeys(mentioned))
    with duckdb.connect() as connection:
        register(connection)
        connection.execute("set threads to 1")  # the same file gives the same bytes
        design, indicators = load(connection, source, design, indicators, dims)
        areas = [identifier(dim) for dim in area if dim in dims]
        findings = check_survey(connection, design, indicators, [*map(identifier, dims)], areas)
        if findings:
            raise SurveyFileError(f"{source.name}: " + "; ".join(findings))
        more = [[_quoted_by(contrast) for contrast in contrasts]] if contrasts else []
        try:
            sql = render(
                macro,
                FILE,
                design.model_dump(exclude={"nest"}),
                [indicator.model_dump() for indicator in indicators],
                [[*map(identifier, keys)] for keys in margins],
                *more,
                areas,
            )
        except MacroError as error:
            raise SurveyFileError(f"{source.name}: {error}") from error
        return connection.execute(f"select * from ({sql}) order by all").df()


def _quoted_by(contrast: Contrast) -> dict[str, Any]:
    return contrast.model_dump() | {"by": identifier(contrast.by)}
