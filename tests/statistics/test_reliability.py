"""How far an estimate carries: every threshold of docs/statistics.md, seen from both sides."""

from typing import Any

import duckdb
import pytest
from migstat.declarations import load_catalogue
from migstat.sql import literal
from migstat.warehouse.macros import render

MEAN = {
    "estimator": "mean",
    "variance_method": "TAYLOR",
    "obs_value": 50.0,
    "std_error": 8.25,
    "cv": 0.165,
    "ci_lower": 30.0,
    "ci_upper": 70.0,
    "n_obs": 50,
    "n_eff": 40.0,
    "df": 8,
}
SHARE = MEAN | {"estimator": "prop", "obs_value": 20.0, "n_eff": 30.0, "ci_upper": 56.0}


def _sql(value: str | float | None) -> str:
    if isinstance(value, str):
        return literal(value)
    return "null::double" if value is None else repr(value)


def rule_of(row: dict[str, Any]) -> tuple[str, str]:
    """The rule that decides on an estimate, and its verdict."""
    rule = render("est_reliability_rule", load_catalogue().reliability.model_dump())
    columns = ", ".join(f"{_sql(value)} as {name}" for name, value in row.items())
    verdict = render("est_reliability", "rule")
    query = f"select rule, {verdict} from (select {rule} as rule from (select {columns}))"
    with duckdb.connect() as connection:
        found = connection.execute(query).fetchone()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("row", "changes", "rule"),
    [
        (MEAN, {}, "reliable"),
        (SHARE, {}, "reliable"),
        (MEAN, {"obs_value": None, "n_obs": 0}, "withhold_no_value"),
        (MEAN, {"n_obs": 24}, "withhold_n"),
        (MEAN, {"n_obs": 25}, "caution_n"),
        (MEAN, {"n_obs": 49}, "caution_n"),
        (MEAN, {"cv": None}, "withhold_cv"),
        (MEAN, {"cv": 0.334}, "withhold_cv"),
        (MEAN, {"cv": 0.333}, "caution_cv"),
        (MEAN, {"cv": 0.166}, "caution_cv"),
        (MEAN, {"cv": 0.0, "std_error": 0.0}, "withhold_no_spread"),
        (MEAN, {"cv": 0.0, "std_error": 0.0, "variance_method": "CENSUS"}, "reliable"),
        (SHARE, {"n_obs": 24}, "withhold_n"),
        (SHARE, {"cv": 0.9}, "reliable"),
        (SHARE, {"n_eff": None}, "withhold_effective_n"),
        (SHARE, {"n_eff": 29.9}, "withhold_effective_n"),
        (SHARE, {"ci_lower": None}, "withhold_width"),
        (SHARE, {"obs_value": 40.0, "ci_upper": 60.0}, "withhold_width"),
        (SHARE, {"obs_value": 40.0, "ci_upper": 59.9}, "reliable"),
        (SHARE, {"ci_upper": 56.1}, "withhold_relative_width"),
        (SHARE, {"obs_value": 1.0, "ci_lower": 0.0, "ci_upper": 5.0}, "reliable"),
        (SHARE, {"obs_value": 1.0, "ci_lower": 0.0, "ci_upper": 5.1}, "withhold_relative_width"),
        (MEAN, {"df": 7}, "caution_df"),
        (SHARE, {"df": None}, "caution_df"),
    ],
)
def test_an_estimate_carries_as_far_as_the_first_rule_that_speaks(
    row: dict[str, Any], changes: dict[str, Any], rule: str
):
    assert rule_of(row | changes) == (rule, rule.split("_", maxsplit=1)[0])


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"obs_value": None, "n_obs": 0, "cv": None}, "withhold_no_value"),
        ({"n_obs": 24, "cv": 0.5}, "withhold_n"),
        ({"n_obs": 49, "cv": 0.3}, "caution_n"),
        ({"cv": 0.3, "df": 1}, "caution_cv"),
    ],
)
def test_of_several_rules_the_first_is_named(changes: dict[str, Any], rule: str):
    assert rule_of(MEAN | changes)[0] == rule
