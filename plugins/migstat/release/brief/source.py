"""What a brief is filled from: the cells a country releases, and what the marts say beside them.

Of the marts only what the release shows is used: a gap, a comparison or an evidence stands in a
brief where every cell it is made of is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from migstat.declarations import Catalogue, Country, Survey
from migstat.release.brief.shown import Shown


@dataclass(frozen=True)
class Verification:
    """How a reader checks the signature under ``SHA256SUMS``."""

    identity: str
    namespace: str


@dataclass(frozen=True)
class Source:
    """One country's release.

    Attributes:
        country: The country.
        vintage: Number of the vintage, as its folder is called.
        day: Date of the release.
        publisher: The office that signs.
        contact: Its address for questions.
        shown: The released cells.
        gaps: Rows of ``marts.migrant_gaps`` of the country.
        evidence: Rows of ``marts.recommendation_evidence`` of the country.
        coverage: Rows of ``marts.indicator_coverage`` of the country.
        comparison: Rows of ``marts.report_comparison`` of the country.
        surveys: The declared surveys by code.
        catalogue: The catalogue.
        min_contributors: People a figure needs behind it, by the disclosure profile.
        verification: How the signature is checked.
    """

    country: Country
    vintage: str
    day: date
    publisher: str
    contact: str
    shown: Shown
    gaps: pd.DataFrame
    evidence: pd.DataFrame
    coverage: pd.DataFrame
    comparison: pd.DataFrame
    surveys: Mapping[str, Survey]
    catalogue: Catalogue
    min_contributors: int
    verification: Verification
