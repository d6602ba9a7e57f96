"""The released cells, looked up by what they are broken down by."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from migstat.declarations.model import TOTAL
from migstat.release.cells import (
    CAUTION,
    DIMENSIONS,
    NOBODY,
    PERTURBED,
    WITHHELD,
    is_withheld,
)

WAVE = ("survey_code", "wave", "time_period", "indicator_code")
FIGURE = ("unit_measure", "obs_value", "ci_lower", "ci_upper", "n_obs", "notes", "obs_status")

Codes = tuple[str, ...]  # of DIMENSIONS
Row = tuple[Any, ...]


@dataclass(frozen=True, order=True)
class Table:
    """The figures of one indicator in one wave of a survey."""

    survey: str
    wave: str
    indicator: str


@dataclass(frozen=True)
class Figure:
    """A released cell. One that is withheld has no numbers.

    Attributes:
        unit: Unit of measure (``PT`` is percent, 0 to 100).
        value: The estimate.
        low: Lower bound of the 95 % interval; None for a census or a count.
        high: Upper bound.
        n: Unweighted answers.
        is_shown: Whether it leaves with its numbers.
        is_caution: Whether it must be used with caution.
        code: Its code in the dimension it was looked up by.
        is_perturbed: Whether it is made of counts that were changed at random.
    """

    unit: str
    value: float
    low: float | None
    high: float | None
    n: int
    is_shown: bool
    is_caution: bool
    code: str = TOTAL
    is_perturbed: bool = False


class Shown:
    """The cells of a release."""

    def __init__(self, cells: pd.DataFrame) -> None:
        """Index the cells.

        Args:
            cells: One row per cell with the columns of ``release.cells``.
        """
        self.n_cells = len(cells)
        self.n_withheld = int(is_withheld(cells).sum())
        self.is_synthetic = bool(cells["is_synthetic"].astype(bool).any())
        self.periods: dict[tuple[str, str], str] = {}
        self.tables: dict[Table, dict[Codes, Figure]] = {}
        self._answers: dict[tuple[str, str], int] = {}
        self.perturbed: set[tuple[str, str]] = set()  # waves with changed counts
        read = (*WAVE, *DIMENSIONS, *FIGURE)
        for row in zip(*(cells[name] for name in read), strict=True):
            self._add(row[: len(WAVE)], row[len(WAVE) : -len(FIGURE)], row[-len(FIGURE) :])

    def find(self, table: Table, **codes: str) -> Figure | None:
        """Find a cell by the codes of its dimensions (those left out are totals).

        Returns:
            The cell, withheld or not; None where the release has none or nobody answered.
        """
        wanted = tuple(codes.get(name, TOTAL) for name in DIMENSIONS)
        return self.tables.get(table, {}).get(wanted)

    def along(self, table: Table, dimension: str) -> list[Figure]:
        """List the cells that are broken down by one dimension and no other."""
        place = DIMENSIONS.index(dimension)
        return [
            replace(figure, code=codes[place])
            for codes, figure in self.tables.get(table, {}).items()
            if codes[place] != TOTAL and codes.count(TOTAL) == len(DIMENSIONS) - 1
        ]

    def n_answers(self, survey: str, wave: str) -> int:
        """Find the most answers behind any shown figure of a wave; 0 where none is shown."""
        return self._answers.get((survey, wave), 0)

    def _add(self, wave: Row, codes: Row, figure: Row) -> None:
        survey, name, period, indicator = (str(part) for part in wave)
        self.periods[survey, name] = period
        status = figure[-1]
        table = self.tables.setdefault(Table(survey, name, indicator), {})
        if status == NOBODY:
            return
        made = _figure(figure)
        table[tuple(str(code) for code in codes)] = made
        self._answers[survey, name] = max(made.n, self._answers.get((survey, name), 0))
        if made.is_perturbed:
            self.perturbed.add((survey, name))


def _figure(row: Row) -> Figure:
    """Read the columns ``FIGURE`` of a cell."""
    unit, value, low, high, n, notes, status = row
    if status == WITHHELD or pd.isna(value):
        return Figure(str(unit), 0.0, None, None, 0, is_shown=False, is_caution=False)
    return Figure(
        str(unit),
        float(value),
        None if pd.isna(low) else float(low),
        None if pd.isna(high) else float(high),
        int(n),
        is_shown=True,
        is_caution=status == CAUTION,
        is_perturbed=PERTURBED in str(notes).split(),
    )
