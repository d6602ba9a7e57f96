"""Random surveys, against the variance as the textbook writes it.

The engine never sees units without a row of the domain; here every unit of the full design has its
z, 0 outside the domain, and V = sum over strata of (1-f) n/(n-1) sum (z - mean z)^2, and inside
every PSU f1 (1-f2) n2/(n2-1) sum (z - mean z)^2 (Cochran 1977, chapter 11).
"""

from math import sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from migstat.warehouse.estimate import compare, estimate
from migstat.warehouse.sample_design import Contrast, Design, Indicator
from migstat.warehouse.survey_source import Source

INDICATORS = {
    "mean": Indicator(name="mean", kind="mean", y="y"),
    "total": Indicator(name="total", kind="total", y="y"),
    "ratio": Indicator(name="ratio", kind="ratio", y="y", x="x"),
}
ONE_STAGE = Design(strata="h", psu="psu", weight="w", fpc="n_psus")
TWO_STAGE = ONE_STAGE.model_copy(update={"ssu": "ssu", "fpc2": "n_ssus"})
seeds = pytest.mark.parametrize("seed", range(4))
designs = pytest.mark.parametrize("design", [ONE_STAGE, TWO_STAGE], ids=["one", "two"])


def survey(folder: Path, seed: int) -> tuple[Source, pd.DataFrame]:
    """400 rows in 4 strata, 5 PSUs each, 4 SSUs each; a fifth of the answers are missing."""
    draw = np.random.default_rng(seed)
    i = np.arange(400)
    frame = pd.DataFrame(
        {
            "h": i // 100,
            "psu": i // 20,
            "ssu": i // 5,
            "w": draw.uniform(1, 9, 400).round(3),
            "n_psus": 5 + 3 * (i // 100),
            "n_ssus": 4 + (i // 20) % 3,
            "status": draw.choice(["IM", "NM", "RT"], 400),
            "y": np.where(draw.random(400) < 0.2, np.nan, draw.normal(5, 2, 400).round(3)),
            "x": np.where(draw.random(400) < 0.2, np.nan, draw.uniform(1, 3, 400).round(3)),
        }
    )
    path = folder / "survey.csv"
    frame.to_csv(path, index=False)
    return Source(path), frame


def figure_and_influence(
    frame: pd.DataFrame, kind: str, status: str | None
) -> tuple[float, pd.Series]:
    """R of a domain, and w (y - R x) / X of every row, 0 outside the domain."""
    x = frame["x"] if kind == "ratio" else pd.Series(1.0, frame.index)
    inside = frame["y"].notna() & x.notna() & (status is None or frame["status"] == status)
    w = frame["w"].where(inside, 0)
    y, x = frame["y"].fillna(0), x.fillna(0)
    if kind == "total":
        return float((w * y).sum()), w * y
    r = float((w * y).sum() / (w * x).sum())
    return r, w * (y - r * x) / (w * x).sum()


def variance(frame: pd.DataFrame, z: pd.Series, two_stage: bool) -> float:
    """The textbook, with the sums of squares written out."""
    total = 0.0
    for _, stratum in frame.assign(z=z).groupby("h"):
        psus = stratum.groupby("psu")["z"].sum()
        f1 = len(psus) / stratum["n_psus"].iloc[0]
        total += (1 - f1) * len(psus) * psus.var(ddof=1)
        for _, psu in stratum.groupby("psu") if two_stage else []:
            ssus = psu.groupby("ssu")["z"].sum()
            f2 = len(ssus) / psu["n_ssus"].iloc[0]
            total += f1 * (1 - f2) * len(ssus) * ssus.var(ddof=1)
    return total


@seeds
@designs
def test_estimates(tmp_path: Path, seed: int, design: Design):
    source, frame = survey(tmp_path, seed)
    found = estimate(source, design, list(INDICATORS.values()), [[], ["status"]])
    for row in found.to_dict("records"):
        status = None if row["status"] == "_T" else row["status"]
        r, z = figure_and_influence(frame, row["indicator"], status)
        assert row["obs_value"] == pytest.approx(r, rel=1e-12)
        error = sqrt(variance(frame, z, design.fpc2 is not None))
        assert row["std_error"] == pytest.approx(error, rel=1e-10)


@seeds
@designs
@pytest.mark.parametrize("scale", ["difference", "ratio"])
def test_contrasts(tmp_path: Path, seed: int, design: Design, scale: str):
    source, frame = survey(tmp_path, seed)
    over = {"IM": 0.25, "RT": 0.75, "NM": -1}
    gap = Contrast.model_validate({"name": "gap", "by": "status", "over": over, "scale": scale})
    found = compare(source, design, list(INDICATORS.values()), contrasts=[gap])
    for row in found.to_dict("records"):
        (im, z_im), (rt, z_rt), (nm, z_nm) = (
            figure_and_influence(frame, row["indicator"], status) for status in ("IM", "RT", "NM")
        )
        ours, z_ours = 0.25 * im + 0.75 * rt, 0.25 * z_im + 0.75 * z_rt
        z = z_ours - z_nm if scale == "difference" else z_ours / nm - ours / nm**2 * z_nm
        value = ours - nm if scale == "difference" else ours / nm
        assert row["obs_value"] == pytest.approx(value, rel=1e-10)
        error = sqrt(variance(frame, z, design.fpc2 is not None))
        assert row["std_error"] == pytest.approx(error, rel=1e-10)
