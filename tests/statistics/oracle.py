"""The answers of R's survey package to ten designs, and ours to the same questions.

The oracle is no part of the checkout: it lies in `$MIGSTAT_SHARED/oracle`, or beside the checkout
in `../shared/oracle`.
"""

import csv
import math
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from migstat.warehouse.estimate import estimate, estimate_quantiles
from migstat.warehouse.sample_design import Design, Indicator, Quantile
from migstat.warehouse.survey_source import Source

CHECKOUT = Path(__file__).resolve().parents[2]

DESIGNS = {
    "apistrat_fpc": Design(strata="stype", weight="pw", fpc="fpc"),
    "apistrat_wr": Design(strata="stype", weight="pw"),
    "apiclus1_fpc": Design(psu="dnum", weight="pw", fpc="fpc"),
    "nhanes": Design(strata="SDMVSTRA", psu="SDMVPSU", weight="WTMEC2YR", nest=True),
    "scd": Design(strata="ESA", psu="ambulance", nest=True),
    "fpc": Design(strata="stratid", psu="psuid", weight="weight", fpc="popsize", nest=True),
    "eusilc": Design(strata="db040", psu="db030", weight="rb050"),
    "synth_a": Design(strata="stratum", psu="psu", weight="wt", nest=True),
    "lonely_a": Design(strata="stratum", psu="psu", weight="wt", nest=True),
    "certainty_fpc_a": Design(strata="stratum", psu="psu", weight="wt", fpc="Nh", nest=True),
}

CASES = [
    (name, rule)
    for name in DESIGNS
    for rule in (["adjust", "average", "certainty", "remove"] if name == "lonely_a" else ["fail"])
]


@dataclass(frozen=True)
class Figure:
    """One figure of R's beside ours, both by column name; our proportions in 0-1."""

    key: str
    r: dict[str, str]
    ours: dict[str, Any]

    def pair(self, theirs: str, column: str) -> tuple[float, float]:
        """Both values of one column."""
        return float(self.r[theirs]), float(self.ours[column])


def close(theirs: float, ours: float, estimate: float, rel: float = 1e-9) -> bool:
    """Equal to `rel`, or to 1e-12 of the estimate where R's own figure is rounding noise."""
    return math.isclose(theirs, ours, rel_tol=rel, abs_tol=1e-12 * abs(estimate))


def folder() -> Path:
    """Where the oracle lies; skips the test where it does not."""
    shared = Path(os.environ.get("MIGSTAT_SHARED", CHECKOUT.parent / "shared"))
    if not (shared / "oracle" / "synth_a.csv").is_file():
        pytest.skip(
            f"NOT COMPARED WITH R: no oracle in {shared / 'oracle'}; set MIGSTAT_SHARED to the "
            "folder that holds it. Only our own surveys in r_answers were."
        )
    return shared / "oracle"


def figures(
    name: str, rule: str, ci: str = "t", on_no_df: str = "as_r", *, empty: bool = False
) -> list[Figure]:
    """Pair R's figures of one design with ours, of domains with an answer, or of those without."""
    expected = [row for row in _expected(folder(), name, rule) if row["estimator"] != "median"]
    answers = _answers(folder(), name, rule, ci, on_no_df)
    return [
        Figure(key, row, answers[key])
        for row in expected
        if (row["n_obs"] == "0") == empty and (key := _key(row)) in answers
    ]


def medians(name: str, rule: str) -> list[Figure]:
    """Pair R's medians of one design with ours; R's have no interval here."""
    expected = [row for row in _expected(folder(), name, rule) if row["estimator"] == "median"]
    asked = [Quantile(name=f"median|{y}|", y=y, p=0.5) for y in sorted({r["y"] for r in expected})]
    found = estimate_quantiles(
        Source(folder() / f"{name}.csv"), DESIGNS[name], asked, _margins(expected)
    )
    answers = _by_key(found, _margins(expected))
    return [Figure(_key(row), row, answers[_key(row)]) for row in expected if row["n_obs"] != "0"]


def _key(row: dict[str, str]) -> str:
    domain = [] if row["domain"] == "all" else sorted(row["domain"].split(";"))
    return "|".join([row["estimator"], row["y"], row["x"], *domain])


@cache
def _expected(oracle: Path, name: str, rule: str) -> list[dict[str, str]]:
    with (oracle / f"{name}_expected.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["lonely_psu"] == rule]


@cache
def _answers(oracle: Path, name: str, rule: str, ci: str, on_no_df: str) -> dict[str, Any]:
    rows = [row for row in _expected(oracle, name, rule) if row["estimator"] != "median"]
    asked = sorted({(row["estimator"], row["y"], row["x"]) for row in rows})
    indicators = [
        Indicator.model_validate(
            {"name": f"{kind}|{y}|{x}", "kind": kind, "y": y, "x": x or None}
            | ({"ci": ci} if kind == "prop" else {})
        )
        for kind, y, x in asked
    ]
    design = DESIGNS[name].model_copy(update={"lonely": rule, "on_no_df": on_no_df})
    found = estimate(Source(oracle / f"{name}.csv"), design, indicators, _margins(rows))
    return _by_key(found, _margins(rows))


def _margins(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    return sorted({tuple(part.split("=")[0] for part in _parts(row)) for row in rows})


def _by_key(found: pd.DataFrame, by: list[tuple[str, ...]]) -> dict[str, Any]:
    dims = sorted({dim for keys in by for dim in keys})
    return {
        "|".join(
            [row["indicator"], *(f"{d}={row[d]}" for d in dims if row[d] != "_T")]
        ): _in_shares(row)
        for row in found.to_dict("records")
    }


def _parts(row: dict[str, str]) -> list[str]:
    return [] if row["domain"] == "all" else row["domain"].split(";")


def _in_shares(row: dict[Any, Any]) -> dict[str, Any]:
    scale = 100 if row["estimator"] == "prop" else 1
    percent = ("obs_value", "std_error", "ci_lower", "ci_upper")
    return {k: v / scale if k in percent and v is not None else v for k, v in row.items()}
