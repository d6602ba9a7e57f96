"""The cells that may be released: the estimates of a country, as far as they are shown.

A cell that does not leave keeps its row, with null figures and the same two flags whatever the
reason, so that nobody learns whether it is small, imprecise or protects another.
"""

import numpy as np
import pandas as pd

from migstat.release.components import COMPONENTS
from migstat.release.disclosure.rounding import rounded

DIMENSIONS = (
    "ref_area",
    "mig_status",
    "hh_mig",
    "birth",
    "citizenship",
    "sex",
    "age",
    "urbanisation",
    "breakdown",
)
KEY = ("survey_code", "wave", "indicator_code", *DIMENSIONS)
FIGURES = ("obs_value", "std_error", "ci_lower", "ci_upper", "n_obs")
COLUMNS = tuple(component.column for component in COMPONENTS)
ARCHIVED = (*COLUMNS, "survey_delivery")
DECIMALS = {"PT": 1, "PP": 1, "SCORE": 1, "RO": 2, "NUMBER": 1}

WITHHELD = "Q"
USUAL = "A"
CAUTION = "U"
UNWEIGHTED = "E"
NOBODY = "O"
PERTURBED = "K"  # a footnote


def build_cells(rows: pd.DataFrame, round_counts_to: int = 1) -> pd.DataFrame:
    """Turn estimates into what is published of them.

    Args:
        rows: As ``rows.build_rows`` gives them.
        round_counts_to: Counts of records become multiples of it.

    Returns:
        One row per figure, columns ``ARCHIVED``, sorted by ``KEY``: percentages, points,
        scores and their errors to 1 decimal, ratios to 2, ``n_obs`` a nullable integer.
    """
    cells, shown = rows.copy(), rows["is_shown"].astype(bool)
    for name in FIGURES[:-1]:
        cells[name] = _rounded(cells[name], cells["unit_measure"]).where(shown)
    counts = [rounded(int(count), round_counts_to) for count in cells["n_obs"]]
    cells["n_obs"] = pd.Series(counts, cells.index, dtype="Int64").where(shown)
    cells["obs_status"] = cells["obs_status"].where(shown, WITHHELD)
    cells["conf_status"] = np.where(shown, "F", "C")
    cells["notes"] = _notes(cells)
    return cells[list(ARCHIVED)].sort_values(list(KEY), ignore_index=True)


def is_withheld(cells: pd.DataFrame) -> pd.Series:
    """Tell which released cells carry no figures."""
    return cells["obs_status"] == WITHHELD


def is_perturbed(cells: pd.DataFrame) -> pd.Series:
    """Tell which released cells are made of counts that were changed at random."""
    return cells["notes"].fillna("").str.split().map(lambda codes: PERTURBED in codes).astype(bool)


def _rounded(values: pd.Series, units: pd.Series) -> pd.Series:
    """Round to what a reader may rely on; a tiny negative number becomes 0, not -0."""
    scale = 10.0 ** units.map(DECIMALS).astype(float)
    return (values.astype(float) * scale).round() / scale + 0.0


def _notes(cells: pd.DataFrame) -> pd.Series:
    """Footnote codes of each cell, separated by spaces (``include/translations``)."""
    status = cells["obs_status"]
    codes = {
        "Q": status == WITHHELD,
        "U": status == CAUTION,
        "O": status == NOBODY,
        "W": ~cells["is_weighted"].astype(bool),
        PERTURBED: cells["is_perturbed"].astype(bool) & (status != WITHHELD),
        "S": cells["is_synthetic"].astype(bool),
    }
    joined = pd.Series("", index=cells.index)
    for code, holds in codes.items():
        joined += np.where(holds, f" {code}", "")
    return joined.str.strip()
