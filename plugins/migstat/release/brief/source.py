"""What a brief is filled from: the cells a country releases, and what the marts say beside them.

Of the marts only what the release shows is used: a gap, a comparison or an evidence stands in a
brief where every cell it is made of is shown.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from migstat.declarations import Country
from migstat.declarations.release import Release as Announced
from migstat.release.brief.shown import Shown
from migstat.release.declared import Declared
from migstat.release.inputs import Inputs
from migstat.release.release import Release, release_of
from migstat.release.stamp import Stamp
from migstat.release.vintages import Vintage


@dataclass(frozen=True)
class Source:
    """One country's release.

    Attributes:
        declared: The declarations it was made from.
        vintage: Its label, as its folder is called.
        day: Its date.
        shown: The released cells.
        gaps: Rows of ``marts.migrant_gaps`` of its waves.
        evidence: Rows of ``marts.recommendation_evidence`` of its waves.
        coverage: Rows of ``marts.indicator_coverage`` of its waves.
        comparison: Rows of ``marts.report_comparison`` of its waves.
    """

    declared: Declared
    vintage: str
    day: date
    shown: Shown
    gaps: pd.DataFrame
    evidence: pd.DataFrame
    coverage: pd.DataFrame
    comparison: pd.DataFrame

    @property
    def country(self) -> Country:
        """The country."""
        return self.declared.country

    @property
    def announced(self) -> Announced:
        """Its release section: who publishes, whom to ask."""
        return release_of(self.country)


def source_of(release: Release) -> Source:
    """Take from a release what a brief may say."""
    return _source(release.inputs, release.stamp, release.cells)


def source_of_vintage(vintage: Vintage) -> Source:
    """Take from a vintage on disk what a brief may say."""
    return _source(vintage.inputs(), vintage.stamp, vintage.cells())


def _source(inputs: Inputs, stamp: Stamp, cells: pd.DataFrame) -> Source:
    tables = inputs.tables
    return Source(
        inputs.declared,
        stamp.label,
        stamp.issued,
        Shown(cells),
        tables["gaps"],
        tables["evidence"],
        tables["coverage"],
        tables["comparison"],
    )
