"""The released cells, looked up by what they are broken down by."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from migstat.release.cells import CAUTION, DIMENSIONS, NOBODY, WITHHELD, is_withheld

TOTAL = "_T"
BOUNDS = ("ci_lower", "ci_upper")


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
        code: Its code in the dimension it was looked up by; ``_T`` for a total.
        unit: Unit of measure (``PT`` is percent, 0 to 100).
        value: The estimate.
        low: Lower bound of the 95 % interval; None for a census or a count.
        high: Upper bound.
        n: Unweighted answers.
        is_shown: Whether it leaves with its numbers.
        is_caution: Whether it must be used with caution.
    """

    code: str
    unit: str
    value: float
    low: float | None
    high: float | None
    n: int
    is_shown: bool
    is_caution: bool


class Shown:
    """The cells of a release."""

    def __init__(self, cells: pd.DataFrame) -> None:
        """Index the cells.

        Args:
            cells: One row per cell with the columns of ``release.cells``.
        """
        self.cells = cells

    @cached_property
    def tables(self) -> Mapping[Table, pd.DataFrame]:
        """The cells by survey, wave and indicator."""
        keys = ["survey_code", "wave", "indicator_code"]
        return {Table(*map(str, key)): part for key, part in self.cells.groupby(keys, sort=True)}

    @cached_property
    def periods(self) -> Mapping[tuple[str, str], str]:
        """Time period (SDMX) of each survey and wave."""
        waves = self.cells[["survey_code", "wave", "time_period"]].drop_duplicates()
        named = zip(waves["survey_code"], waves["wave"], waves["time_period"], strict=True)
        return {(str(survey), str(wave)): str(period) for survey, wave, period in named}

    @property
    def is_synthetic(self) -> bool:
        """Whether any of the figures is made up."""
        return bool(self.cells["is_synthetic"].astype(bool).any())

    @property
    def n_cells(self) -> int:
        """How many cells there are, withheld ones too."""
        return len(self.cells)

    @property
    def n_withheld(self) -> int:
        """How many of them don't leave."""
        return int(is_withheld(self.cells).sum())

    def find(self, table: Table, **codes: str) -> Figure | None:
        """Find a cell by the codes of its dimensions (those left out are totals).

        Returns:
            The cell, withheld or not; None where the release has none.
        """
        found = self._where(table, codes)
        return None if found.empty else _figure(found.iloc[0], TOTAL)

    def along(self, table: Table, dimension: str) -> list[Figure]:
        """List the cells that are broken down by one dimension and no other."""
        part = self.tables.get(table)
        if part is None:
            return []
        others = [name for name in DIMENSIONS if name != dimension]
        rows = part[(part[others] == TOTAL).all(axis=1) & (part[dimension] != TOTAL)]
        rows = rows[rows["obs_status"] != NOBODY]
        return [_figure(row, str(row[dimension])) for _, row in rows.iterrows()]

    def n_answers(self, survey: str, wave: str) -> int:
        """Find the most answers behind any shown figure of a wave; 0 where none is shown."""
        cells = self.cells
        rows = cells[(cells["survey_code"] == survey) & (cells["wave"] == wave)]
        most = rows["n_obs"].max()
        return 0 if pd.isna(most) else int(most)

    def _where(self, table: Table, codes: Mapping[str, str]) -> pd.DataFrame:
        part = self.tables.get(table)
        if part is None:
            return self.cells.iloc[:0]
        wanted = [codes.get(name, TOTAL) for name in DIMENSIONS]
        found = part[(part[list(DIMENSIONS)] == wanted).all(axis=1)]
        return found[found["obs_status"] != NOBODY]


def _figure(row: pd.Series, code: str) -> Figure:
    if row["obs_status"] == WITHHELD or pd.isna(row["obs_value"]):
        unit = str(row["unit_measure"])
        return Figure(code, unit, 0.0, None, None, 0, is_shown=False, is_caution=False)
    low, high = (None if pd.isna(row[name]) else float(row[name]) for name in BOUNDS)
    return Figure(
        code,
        str(row["unit_measure"]),
        float(row["obs_value"]),
        low,
        high,
        int(row["n_obs"]),
        is_shown=True,
        is_caution=row["obs_status"] == CAUTION,
    )
