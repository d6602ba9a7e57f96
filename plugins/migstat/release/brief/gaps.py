"""How far a migrant group lies from its reference group, where both are shown."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from migstat.declarations.model import TOTAL
from migstat.release.brief.key_figures import (
    DEEPEST,
    STATUS_DIMENSIONS,
    is_told_by_definition,
    level_of,
    list_of,
)
from migstat.release.brief.shown import Figure, Table
from migstat.release.brief.source import Source

SURE = 0.05  # p-value below which a difference is told as one
CARRIES = ("reliable", "caution")
Side = Literal["worse", "better", "apart"]


@dataclass(frozen=True)
class Gap:
    """A difference between two shown figures, from one linearisation.

    Attributes:
        table: Indicator, survey and wave.
        unit: Unit of the figures; of a percentage, the difference is in points.
        dimension: Which status is compared.
        status: The compared group.
        reference: The group it is held against.
        value: Figure of the compared group.
        other: Figure of the reference group.
        difference: ``value`` less ``other``, from figures that were not rounded.
        low: Lower bound of its 95 % interval.
        high: Upper bound.
        is_sure: Whether it is told from none (5 % level).
        side: What it means for the compared group, by the indicator's polarity.
    """

    table: Table
    unit: str
    dimension: str
    status: str
    reference: str
    value: float
    other: float
    difference: float
    low: float | None
    high: float | None
    is_sure: bool
    side: Side


def widest_gap(source: Source, table: Table) -> Gap | None:
    """Find the widest gap of an indicator among those that carry best.

    Ranked as in ``marts.recommendation_evidence``, over the gaps between shown figures only.
    """
    gaps = source.gaps
    rows = gaps[
        (gaps["survey_code"] == table.survey)
        & (gaps["wave"] == table.wave)
        & (gaps["indicator_code"] == table.indicator)
        & (gaps[["ref_area", "sex", "age", "breakdown"]] == TOTAL).all(axis=1)
        & gaps["dimension"].isin(STATUS_DIMENSIONS)
        & gaps["reliability"].isin(CARRIES)
    ]
    told = (row for _, row in rows.iterrows() if _is_told_apart(source, row))
    ranked = sorted(told, key=_rank)
    return next((gap for row in ranked if (gap := _gap(source, table, row))), None)


def _is_told_apart(source: Source, row: pd.Series) -> bool:
    """Whether a brief tells this group apart: finer ones are for the tables."""
    codes = source.declared.code_lists[list_of(str(row["dimension"]))]
    return level_of(codes, str(row["status"])) <= DEEPEST


def _rank(row: pd.Series) -> tuple[int, bool, int, float, str]:
    dimension = STATUS_DIMENSIONS.index(str(row["dimension"]))
    width = -abs(float(row["difference"]))
    carries = CARRIES.index(str(row["reliability"]))
    return carries, bool(pd.isna(row["p_value"])), dimension, width, str(row["status"])


def _gap(source: Source, table: Table, row: pd.Series) -> Gap | None:
    dimension = str(row["dimension"])
    if is_told_by_definition(source.declared, table.indicator, dimension):
        return None
    status, reference = str(row["status"]), str(row["reference"])
    sides = [source.shown.find(table, **{dimension: code}) for code in (status, reference)]
    one, other = sides
    if one is None or other is None or not (_is_told(one) and _is_told(other)):
        return None
    bounds = (row["diff_ci_lower"], row["diff_ci_upper"])
    low, high = (None if pd.isna(bound) else float(bound) for bound in bounds)
    difference = float(row["difference"])
    is_sure = not pd.isna(row["p_value"]) and float(row["p_value"]) < SURE
    polarity = source.declared.indicators[table.indicator].polarity
    return Gap(
        table,
        one.unit,
        dimension,
        status,
        reference,
        one.value,
        other.value,
        difference,
        low,
        high,
        is_sure,
        _side(polarity, difference),
    )


def _is_told(side: Figure) -> bool:
    """Whether a gap may stand beside its side; one of true counts would tell of changed ones."""
    return side.is_shown and not side.is_perturbed


def _side(polarity: str, difference: float) -> Side:
    if polarity == "0" or difference == 0:
        return "apart"
    return "better" if (difference > 0) == (polarity == "+") else "worse"
