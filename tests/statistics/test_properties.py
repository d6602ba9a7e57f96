"""What holds for every survey, whatever it says: invented surveys by the hundred, by hypothesis."""

import math
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from migstat.warehouse.estimate import compare, estimate
from migstat.warehouse.sample_design import Contrast, Design, Indicator
from migstat.warehouse.survey_source import Source

DESIGN = Design(strata="h", psu="psu", weight="w", nest=True)
MEAN = Indicator(name="mean", kind="mean", y="y")
SHARE = Indicator(name="share", kind="prop", y="yes")
TOTAL = Indicator(name="total", kind="total", y="y")
RATIO = Indicator(name="ratio", kind="ratio", y="y", x="x")
ALL = [MEAN, SHARE, TOTAL, RATIO]
MARGINS = [[], ["status"]]
FIGURES = ["obs_value", "std_error", "ci_lower", "ci_upper", "cv", "df", "n_psu"]

many = settings(max_examples=12, deadline=None, derandomize=True)


@st.composite
def surveys(draw: st.DrawFn) -> pd.DataFrame:
    """One to three strata, two or three PSUs in each, one to four rows in each; some y missing."""
    n_psus = draw(st.lists(st.integers(2, 3), min_size=1, max_size=3))
    rows = [
        {
            "h": h,
            "psu": psu,
            "w": draw(st.integers(1, 400)) / 8,
            "status": draw(st.sampled_from(["NM", "IM", "RT"])),
            "y": draw(st.one_of(st.none(), st.integers(-40, 200))),
            "x": draw(st.integers(1, 30)),
            "yes": draw(st.integers(0, 1)),
        }
        for h, n in enumerate(n_psus)
        for psu in range(n)
        for _ in range(draw(st.integers(1, 4)))
    ]
    return pd.DataFrame(rows).astype({"y": "Float64"})


def answer(frame: pd.DataFrame, design: Design = DESIGN) -> pd.DataFrame:
    return asked(frame, lambda source: estimate(source, design, ALL, MARGINS))


def asked(frame: pd.DataFrame, ask: Callable[[Source], pd.DataFrame]) -> pd.DataFrame:
    with TemporaryDirectory() as folder:
        path = Path(folder, "survey.csv")
        frame.to_csv(path, index=False)
        return ask(Source(path))


def same(one: pd.DataFrame, other: pd.DataFrame, figures: list[str]) -> None:
    pd.testing.assert_frame_equal(one[figures], other[figures], rtol=1e-9, atol=1e-10)


@many
@given(surveys(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_to_the_last_bit(frame: pd.DataFrame, order: object):
    places = list(range(len(frame)))
    order.shuffle(places)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(answer(frame), answer(frame.iloc[places]), check_exact=True)


@many
@given(surveys(), st.sampled_from([0.001, 0.5, 7, 1000]))
def test_the_scale_of_weights_matters_to_totals_only(frame: pd.DataFrame, factor: float):
    plain, scaled = answer(frame), answer(frame.assign(w=frame["w"] * factor))
    others, totals = plain["indicator"] != "total", plain["indicator"] == "total"
    same(plain[others], scaled[others], FIGURES)
    grown = plain[totals].assign(
        **{name: plain[name] * factor for name in ("obs_value", "std_error")}
    )
    same(grown, scaled[totals], ["obs_value", "std_error", "cv"])


@many
@given(surveys(), st.data())
def test_splitting_rows_of_a_psu_changes_nothing_but_their_number(
    frame: pd.DataFrame, data: st.DataObject
):
    place = data.draw(st.integers(0, len(frame) - 1))
    half = frame.assign(w=frame["w"].where(frame.index != place, frame["w"] / 2))
    split = pd.concat([half, half.iloc[[place]]])
    plain, found = answer(frame), answer(split)
    kept = [name for name in FIGURES if not name.startswith("ci")]  # beta counts rows
    same(plain, found, kept)


@many
@given(surveys())
def test_a_census_has_no_sampling_error(frame: pd.DataFrame):
    sizes = frame.groupby("h")["psu"].transform("nunique")
    design = DESIGN.model_copy(update={"fpc": "n"})
    found = answer(frame.assign(n=sizes), design)
    found = found[found["n_obs"] > 0]
    assert set(found["variance_method"]) == {"CENSUS"}
    assert (found["std_error"] == 0).all()
    assert (found["ci_lower"] == found["obs_value"]).all()


@many
@given(surveys())
def test_domains_partition_totals(frame: pd.DataFrame):
    found = answer(frame)
    totals = found[found["indicator"] == "total"]
    parts = totals[totals["status"] != "_T"]
    whole = totals[totals["status"] == "_T"].iloc[0]
    assert parts["n_obs"].sum() == whole["n_obs"]
    if whole["n_obs"]:
        assert parts["population"].sum() == pytest.approx(whole["population"])
        assert parts["obs_value"].sum() == pytest.approx(whole["obs_value"], abs=1e-9)


@many
@given(surveys(), st.sampled_from(["difference", "ratio"]))
def test_the_variance_of_a_gap_is_that_of_its_joint_linearisation(frame: pd.DataFrame, scale: str):
    gap = Contrast.model_validate(
        {"name": "gap", "by": "status", "over": {"IM": 1, "NM": -1}, "scale": scale}
    )
    found = asked(frame, lambda s: compare(s, DESIGN, [MEAN], contrasts=[gap]))
    row = found.iloc[0] if len(found) else None
    if row is None or math.isnan(row["obs_value"]):
        return
    means, influences = {}, {}
    for code in ("IM", "NM"):
        inside = (frame["status"] == code) & frame["y"].notna()
        w = frame["w"].where(inside, 0)
        y = frame["y"].fillna(0).astype(float)
        means[code] = (w * y).sum() / w.sum()
        influences[code] = (y - means[code]).where(inside, 0) / w.sum()
    if scale == "difference":
        u = influences["IM"] - influences["NM"]
    else:
        u = influences["IM"] / means["NM"] - means["IM"] / means["NM"] ** 2 * influences["NM"]
    linear = Indicator(name="u", kind="total", y="u")
    whole = asked(frame.assign(u=u), lambda s: estimate(s, DESIGN, [linear], [[]])).iloc[0]
    if not math.isnan(row["std_error"]):
        tiny = 1e-9 * (1 + abs(row["obs_value"]))
        assert row["std_error"] == pytest.approx(whole["std_error"], rel=1e-8, abs=tiny)
    else:  # no degrees of freedom: nothing is known of a spread of 0
        assert row["df"] <= 0


@many
@given(surveys(), st.data())
def test_a_status_with_one_member_is_never_exact(frame: pd.DataFrame, data: st.DataObject):
    place = data.draw(st.integers(0, len(frame) - 1))
    alone = frame.assign(status=frame["status"].where(frame.index != place, "XB_TRD"))
    found = answer(alone)
    member = found[
        (found["status"] == "XB_TRD") & found["indicator"].isin(["mean", "share", "ratio"])
    ]
    assert len(member) == 3
    assert member["std_error"].isna().all()
    assert member["ci_lower"].isna().all()
    assert set(member["variance_method"]) == {"NONE"}
