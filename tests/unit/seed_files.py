"""Where the seeds lie, and weighted shares worked out from the raw files alone."""

import os
from pathlib import Path

import pandas as pd
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SEEDS = CHECKOUT / "include" / "seed_data"
TOLERANCE = 0.5  # percentage points: the rounding of a printed figure


def seed(survey: str, wave: str) -> Path:
    """Find the one file of a seeded wave."""
    (file,) = (SEEDS / survey / wave).iterdir()
    return file


def share(said: pd.Series, weight: pd.Series) -> float:
    """Weighted share of the true ones, percent (Hajek: both totals are estimated)."""
    return float(100 * weight[said].sum() / weight.sum())


def real_quarter(quarter: int) -> Path:
    """Find a real file of the permanent household survey; skips the test where it is not."""
    shared = Path(os.environ.get("MIGSTAT_SHARED", CHECKOUT.parent / "shared"))
    file = shared / "data" / "eph-argentina" / f"individual_2016_{quarter:02}.csv"
    if not file.is_file():
        pytest.skip(
            f"NOT CHECKED AGAINST REAL DATA: {file} is missing; set MIGSTAT_SHARED to the folder "
            "that holds data/eph-argentina."
        )
    return file
