"""Surveys of our own making, with what R answered: they run everywhere, with the oracle or without.

How they were made stands in `r_answers/make_answers.R`; R itself is not needed.
"""

import csv
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from migstat.declarations.replicates import Replicates
from migstat.warehouse.estimate import compare, estimate, estimate_quantiles
from migstat.warehouse.sample_design import Contrast, Design, Indicator, Quantile
from migstat.warehouse.survey_source import Source

FOLDER = Path(__file__).parent / "r_answers"
MARGINS = [[], ["status"], ["status", "sex"]]
SHARES = {"Y15T24": 2, "Y25T44": 5, "Y45T64": 3}

CLUSTERED = Design(strata="stratum", psu="psu", weight="weight", nest=True, on_no_df="as_r")


def two_stage(first: str, second: str) -> Design:
    return CLUSTERED.model_copy(update={"ssu": "ssu", "fpc": first, "fpc2": second})


def replicated(method: str, **more: float | bool | tuple[float, ...]) -> Design:
    given = Replicates.model_validate({"prefix": f"{method}_", "method": method, **more})
    return Design(weight="weight", replicates=given, on_no_df="as_r")


DESIGNS = {
    "clustered": CLUSTERED,
    "elements": Design(strata="stratum", weight="weight", on_no_df="as_r"),
    "two_stage": two_stage("n_psus", "n_ssus"),
    "shares": two_stage("f_psus", "f_ssus"),
    "lonely": CLUSTERED,
    "brr": replicated("brr"),
    "brr_mse": replicated("brr", mse=True),
    "fay": replicated("fay", rho=0.3),
    "jk1": replicated("jk1", scale=11 / 12),
    "jkn": replicated("jkn", rscales=(0.5,)),
    "bootstrap": replicated("bootstrap"),
}
CASES = [
    (name, rule)
    for name in DESIGNS
    for rule in (["certainty", "adjust", "average"] if name == "lonely" else ["fail"])
]


@cache
def answers(file: str) -> list[dict[str, str]]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def of_design(name: str, rule: str) -> list[dict[str, str]]:
    return [r for r in answers("estimates.csv") if (r["design"], r["lonely_psu"]) == (name, rule)]


def source(name: str) -> Source:
    return Source(FOLDER / ("lonely.csv" if name == "lonely" else "survey.csv"))


def domain(row: dict[Any, Any]) -> str:
    codes = [f"{dim}={row[dim]}" for dim in ("status", "sex") if row[dim] != "_T"]
    return ";".join(codes) or "all"


def close(theirs: str, ours: float | None, scale: float, rel: float = 1e-9) -> bool:
    """Equal to `rel`, or to 1e-12 of the figure where R's own is rounding noise; empty is none."""
    if theirs == "":
        return ours is None or math.isnan(ours)
    return ours is not None and math.isclose(
        float(theirs), ours, rel_tol=rel, abs_tol=1e-12 * abs(scale)
    )


def label(r: dict[str, str]) -> str:
    return "|".join([r["estimator"], r["y"], r["x"], r["interval"], r["p"]])


@cache
def ours(name: str, rule: str, *, quantiles: bool) -> dict[tuple[str, str], dict[Any, Any]]:
    """All that R was asked of a design, asked of the engine at once."""
    rows = [r for r in of_design(name, rule) if (r["estimator"] == "quantile") == quantiles]
    wanted = {label(r): r for r in rows}
    design = DESIGNS[name].model_copy(update={"lonely": rule})
    if quantiles:
        asked = [
            Quantile.model_validate({"name": k, "y": r["y"], "p": r["p"], "ci": r["interval"]})
            for k, r in wanted.items()
        ]
        found = estimate_quantiles(source(name), design, asked, MARGINS)
    else:
        indicators = [
            Indicator.model_validate(
                {"name": k, "kind": r["estimator"], "y": r["y"], "x": r["x"] or None}
                | ({"ci": r["interval"]} if r["estimator"] == "prop" else {})
            )
            for k, r in wanted.items()
        ]
        found = estimate(source(name), design, indicators, MARGINS)
    return {(row["indicator"], domain(row)): row for row in found.to_dict("records")}


def differing(rows: list[dict[str, str]], name: str, rule: str, **pairs: str) -> list[str]:
    """The figures that are not ours, by the columns of R's answers."""
    found = []
    for r in rows:
        row = ours(name, rule, quantiles=r["estimator"] == "quantile")[label(r), r["domain"]]
        scale = 100 if r["estimator"] == "prop" else 1
        rel = 1e-7 if r["interval"] == "logit" else 1e-9
        found += [
            f"{label(r)} {r['domain']} {theirs}: R {r[theirs]}, ours {row[column] / scale}"
            for theirs, column in pairs.items()
            if not close(r[theirs], row[column] / scale, float(r["estimate"]), rel)
        ]
    return found


cases = pytest.mark.parametrize(("name", "rule"), CASES)
FIGURES = {"estimate": "obs_value", "se": "std_error", "ci_lo": "ci_lower", "ci_hi": "ci_upper"}


@cases
@pytest.mark.parametrize("estimator", ["mean", "total", "ratio", "prop", "quantile"])
def test_estimates_errors_and_intervals_equal_r(name: str, rule: str, estimator: str):
    rows = [r for r in of_design(name, rule) if r["estimator"] == estimator]
    assert len(rows) >= 10  # to compare nothing proves nothing
    assert differing(rows, name, rule, **FIGURES) == []


@cases
def test_counts_and_degrees_of_freedom_equal_r(name: str, rule: str):
    for r in of_design(name, rule):
        row = ours(name, rule, quantiles=r["estimator"] == "quantile")[label(r), r["domain"]]
        assert (row["n_obs"], row["df"]) == (int(r["n_obs"]), int(r["df"]))


def test_every_interval_was_asked_of_every_kind_of_design():
    for name, rule in CASES:
        rows = of_design(name, rule)
        props = {r["interval"] for r in rows if r["estimator"] == "prop"}
        assert props == {"t", "logit", "xlogit", "beta"}
        quantiles = {r["interval"] for r in rows if r["estimator"] == "quantile"}
        with_replicates = DESIGNS[name].replicates is not None  # R has but one for them
        assert quantiles == ({"t"} if with_replicates else {"t", "xlogit", "beta"})


def contrasts_of(name: str) -> list[dict[str, str]]:
    found = [r for r in answers("contrasts.csv") if r["design"] == name]
    assert len(found) >= 18
    return found


@pytest.mark.parametrize("name", ["clustered", "two_stage", "brr", "jkn"])
@pytest.mark.parametrize("by", ["status", "wave"])
def test_contrasts(name: str, by: str):
    wanted = [r for r in contrasts_of(name) if r["by"] == by]
    for kind, y in sorted({(r["estimator"], r["y"]) for r in wanted}):
        rows = [r for r in wanted if (r["estimator"], r["y"]) == (kind, y)]
        asked = [
            Contrast.model_validate(
                {
                    "name": f"{r['a']}|{r['scale']}|{r['standardised']}",
                    "by": by,
                    "over": {r["a"]: 1, r["b"]: -1},
                    "scale": r["scale"],
                    "family": f"{r['scale']} {r['standardised']}",
                    "standard": (
                        {"by": "age", "shares": SHARES} if r["standardised"] == "1" else None
                    ),
                }
            )
            for r in rows
        ]
        indicator = Indicator.model_validate({"name": y, "kind": kind, "y": y})
        found = compare(source(name), DESIGNS[name], [indicator], contrasts=asked)
        gaps = {row["contrast"]: row for row in found.to_dict("records")}
        for r in rows:
            row = gaps[f"{r['a']}|{r['scale']}|{r['standardised']}"]
            scale = 100 if kind == "prop" and r["scale"] == "difference" else 1
            value = float(r["estimate"])
            assert row["df"] == int(r["df"])
            for theirs, column in (
                ("estimate", "obs_value"),
                ("se", "std_error"),
                ("ci_lo", "ci_lower"),
                ("ci_hi", "ci_upper"),
            ):
                assert close(r[theirs], row[column] / scale, value), (r, row)
            assert close(r["p_value"], row["p_value"], 1), (r, row)
            if r["p_holm"]:
                assert close(r["p_holm"], row["p_adjusted"], 1), (r, row)
                assert row["n_comparisons"] == 2
