"""With DECIMAL sums a figure does not depend on the order of the rows."""

import random
from pathlib import Path

import pandas as pd
import pytest
from migstat.warehouse.estimate import estimate
from migstat.warehouse.sample_design import Design, Indicator
from survey_tables import write

INDICATORS = [
    Indicator(name="share", kind="prop", y="yes"),
    Indicator(name="income", kind="mean", y="income"),
    Indicator(name="sum", kind="total", y="income"),
    Indicator(name="ratio", kind="ratio", y="income", x="members"),
]


def shuffled(folder: Path, seed: int, sum_type: str) -> pd.DataFrame:
    draw = random.Random(1)  # noqa: S311 - a made-up survey, no secret
    rows = [
        f"{i % 7},{i % 210},{draw.uniform(50, 900):.6f},{draw.choice('abc')},"
        f"{draw.randint(0, 1)},{draw.lognormvariate(6, 1):.2f},{draw.randint(1, 9)}"
        for i in range(4200)
    ]
    random.Random(seed).shuffle(rows)  # noqa: S311
    source = write(folder, "h,psu,w,region,yes,income,members\n" + "\n".join(rows) + "\n")
    design = Design.model_validate(
        {"strata": "h", "psu": "psu", "weight": "w", "sum_type": sum_type}
    )
    return estimate(source, design, INDICATORS, [[], ["region"]])


def test_decimal_sums_are_the_same_in_every_order(tmp_path: Path):
    found = [shuffled(tmp_path, seed, "decimal") for seed in (1, 2, 3)]
    for other in found[1:]:
        for column in ("obs_value", "population", "n_obs", "n_psu", "df"):
            assert list(found[0][column]) == list(other[column])
        assert list(found[0]["std_error"]) == pytest.approx(list(other["std_error"]), rel=1e-12)


def test_decimal_and_double_sums_agree(tmp_path: Path):
    exact, fast = (shuffled(tmp_path, 1, kind) for kind in ("decimal", "double"))
    for column in ("obs_value", "std_error", "ci_lower", "ci_upper", "deff"):
        assert list(exact[column]) == pytest.approx(list(fast[column]), rel=1e-9, nan_ok=True)
