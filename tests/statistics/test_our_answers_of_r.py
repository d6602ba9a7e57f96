"""Surveys of our own making, with what R answered: they run everywhere, with the oracle or without.

How they were made stands in `r_answers/make_answers.R`; R itself is not needed.
"""

import csv
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from migstat.warehouse.estimate import compare, estimate, estimate_quantiles
from migstat.warehouse.replicates import Replicates
from migstat.warehouse.sample_design import Contrast, Design, Indicator, Quantile
from migstat.warehouse.survey_source import Source

FOLDER = Path(__file__).parent / "r_answers"
MARGINS = [[], ["status"], ["status", "sex"]]
SHARES = {"Y15T24": 2, "Y25T44": 5, "Y45T64": 3}

CLUSTERED = Design(strata="stratum", psu="psu", weight="weight", nest=True, on_no_df="as_r")


def two_stage(first: str, second: str) -> Design:
    return CLUSTERED.model_copy(update={"ssu": "ssu", "fpc": first, "fpc2": second})


def replicated(prefix: str, **more: Any) -> Design:
    given = Replicates(prefix=f"{prefix}_", method=more.pop("method", prefix), **more)
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
    found = [r for r in answers("estimates.csv") if (r["design"], r["lonely_psu"]) == (name, rule)]
    return found


def source(name: str) -> Source:
    return Source(FOLDER / ("lonely.csv" if name == "lonely" else "survey.csv"))


def cells(found: list[dict[Any, Any]]) -> dict[tuple[str, str], dict[Any, Any]]:
    """Rows by what is estimated and R's name of the domain."""
    return {(row["indicator"], domain(row)): row for row in found}


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


@pytest.mark.parametrize(("name", "rule"), CASES)
@pytest.mark.parametrize("interval", ["t", "logit", "xlogit", "beta"])
def test_estimates(name: str, rule: str, interval: str):
    wanted = [
        r
        for r in of_design(name, rule)
        if r["estimator"] != "quantile" and r["interval"] == interval
    ]
    assert len(wanted) >= (5 if interval == "logit" else 10)  # to compare nothing proves nothing
    asked = {(r["estimator"], r["y"], r["x"]) for r in wanted}
    indicators = [
        Indicator.model_validate(
            {"name": f"{kind}({y})", "kind": kind, "y": y, "x": x or None}
            | ({"ci": interval} if kind == "prop" else {})
        )
        for kind, y, x in sorted(asked)
    ]
    design = DESIGNS[name].model_copy(update={"lonely": rule})
    ours = cells(estimate(source(name), design, indicators, MARGINS).to_dict("records"))
    for r in wanted:
        row = ours[f"{r['estimator']}({r['y']})", r["domain"]]
        scale = 100 if r["estimator"] == "prop" else 1
        value = float(r["estimate"])
        rel = 1e-7 if interval == "logit" else 1e-9
        assert row["n_obs"] == int(r["n_obs"])
        assert row["df"] == int(r["df"]), (r, row)
        for theirs, column in (("estimate", "obs_value"), ("se", "std_error")):
            assert close(r[theirs], row[column] / scale, value), (r, row)
        for theirs, column in (("ci_lo", "ci_lower"), ("ci_hi", "ci_upper")):
            assert close(r[theirs], row[column] / scale, value, rel), (r, row)


@pytest.mark.parametrize(
    ("name", "rule", "interval"),
    [
        (*case, interval)
        for case in CASES
        for interval in ("t", "xlogit", "beta")
        if interval == "t" or not DESIGNS[case[0]].replicates  # R has no other for them
    ],
)
def test_quantiles(name: str, rule: str, interval: str):
    wanted = [
        r
        for r in of_design(name, rule)
        if r["estimator"] == "quantile" and r["interval"] == interval
    ]
    assert len(wanted) >= 30
    asked = sorted({(r["y"], float(r["p"])) for r in wanted})
    quantiles = [
        Quantile.model_validate({"name": f"{y}|{p:g}", "y": y, "p": p, "ci": interval})
        for y, p in asked
    ]
    design = DESIGNS[name].model_copy(update={"lonely": rule})
    found = estimate_quantiles(source(name), design, quantiles, MARGINS)
    ours = cells(found.to_dict("records"))
    for r in wanted:
        row = ours[f"{r['y']}|{float(r['p']):g}", r["domain"]]
        value = float(r["estimate"])
        assert (row["n_obs"], row["df"]) == (int(r["n_obs"]), int(r["df"]))
        pairs = [("estimate", "obs_value"), ("se", "std_error")]
        for theirs, column in [*pairs, ("ci_lo", "ci_lower"), ("ci_hi", "ci_upper")]:
            assert close(r[theirs], row[column], value), (r, row)


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
        ours = {row["contrast"]: row for row in found.to_dict("records")}
        for r in rows:
            row = ours[f"{r['a']}|{r['scale']}|{r['standardised']}"]
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
