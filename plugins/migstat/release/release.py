"""The release: all that one vintage says, from which every file of it is written.

It is made from the archived inputs, the stamp and the vintages before; nothing else, no clock, so
that the same three give the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from migstat.declarations import Country
from migstat.declarations.release import Release as Declared
from migstat.release.cells import COLUMNS, build_cells, is_withheld
from migstat.release.changes import build_changes
from migstat.release.disclosure.profiles import thresholds_of
from migstat.release.errors import ReleaseError
from migstat.release.inputs import Inputs
from migstat.release.protection import Earlier, Protected, protect_cells
from migstat.release.rows import build_rows
from migstat.release.stamp import Stamp

FLOW = "migdis"


@dataclass(frozen=True)
class Release:
    """One vintage of a country.

    Attributes:
        stamp: Which vintage.
        inputs: What it was made from; unprotected, never written to a file that leaves.
        protected: What disclosure control decided.
        archived: The released cells with the deliveries they come from (``cells.ARCHIVED``).
        changes: What changed since the vintage before that was let out (``changes.COLUMNS``).
    """

    stamp: Stamp
    inputs: Inputs
    protected: Protected
    archived: pd.DataFrame
    changes: pd.DataFrame

    @property
    def cells(self) -> pd.DataFrame:
        """The released cells, one row each, columns ``cells.COLUMNS``."""
        return self.archived[list(COLUMNS)]

    @property
    def country(self) -> Country:
        """The country."""
        return self.inputs.country

    @property
    def declared(self) -> Declared:
        """The country's release section.

        Raises:
            ReleaseError: It has none.
        """
        return release_of(self.country)

    @property
    def is_synthetic(self) -> bool:
        """Whether any figure comes from made-up data."""
        return bool(self.archived["is_synthetic"].any())

    @cached_property
    def stem(self) -> str:
        """Name of the main files: country, flow, years and vintage."""
        years = sorted({period[:4] for period in self.archived["time_period"]})
        span = years[0] if len(years) == 1 else f"{years[0]}-{years[-1]}"
        return f"{self.stamp.country.lower()}_{FLOW}_{span}_{self.stamp.label}"

    @property
    def n_withheld(self) -> int:
        """Cells that carry no figures."""
        return int(is_withheld(self.archived).sum())


def make_release(inputs: Inputs, stamp: Stamp, earlier: Sequence[Earlier]) -> Release:
    """Make a release.

    Args:
        inputs: What it is made from.
        stamp: Which vintage it is.
        earlier: The vintages before it, oldest first.

    Raises:
        ReleaseError: Disclosure control lets no table of some survey leave.
    """
    protected = protect_cells(inputs, earlier)
    thresholds = thresholds_of(inputs.declared.disclosure, inputs.country)
    cells = build_cells(build_rows(inputs, protected), thresholds.round_counts_to)
    # the first vintage has changed nothing: there is nothing before it
    before = earlier[stamp.baseline - 1].cells if stamp.baseline else cells
    changes = build_changes(before, cells)
    return Release(stamp, inputs, protected, cells, changes)


def release_of(country: Country) -> Declared:
    """Give the release section of a country.

    Raises:
        ReleaseError: It has none.
    """
    if country.release is None:
        raise ReleaseError(
            f"{country.iso3}: include/countries/{country.iso3.lower()}.yml has no section release"
        )
    return country.release
