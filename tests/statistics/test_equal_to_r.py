"""Every figure of the oracle: ten designs, four lonely-PSU rules."""

import math

import pandas as pd
import pytest
from oracle import CASES, Figure, close, figures, medians

designs = pytest.mark.parametrize(("name", "rule"), CASES)


def differing(
    found: list[Figure], theirs: str, column: str, rel: float = 1e-9, noise: float = 0
) -> list[str]:
    """The keys of figures that R has and that are not ours; a comparison of nothing is refused."""
    compared = [figure for figure in found if figure.r[theirs] != ""]
    assert compared, f"R has no {theirs} here: nothing would be compared"
    return [
        f"{figure.key}: R {figure.r[theirs]}, ours {figure.ours[column]}"
        for figure in compared
        if not close(*figure.pair(theirs, column), float(figure.r["estimate"]), rel)
        and not math.isclose(*figure.pair(theirs, column), abs_tol=noise)
    ]


@designs
@pytest.mark.parametrize(
    ("theirs", "column"),
    [
        ("estimate", "obs_value"),
        ("se", "std_error"),
        ("sum_w", "population"),
        ("ci_dom_lo", "ci_lower"),
        ("ci_dom_hi", "ci_upper"),
    ],
)
def test_estimates_errors_and_t_intervals_equal_r(name: str, rule: str, theirs: str, column: str):
    assert differing(figures(name, rule), theirs, column) == []


@designs
@pytest.mark.parametrize(
    ("theirs", "column"), [("n_obs", "n_obs"), ("df_domain_r", "df"), ("n_psu_dom", "n_psu")]
)
def test_counts_and_degrees_of_freedom_equal_r_exactly(
    name: str, rule: str, theirs: str, column: str
):
    found = figures(name, rule)
    assert [int(f.r[theirs]) for f in found] == [int(f.ours[column]) for f in found]


def test_rows_that_have_the_property_are_counted_for_proportions_only():
    found = figures("synth_a", "fail")
    for figure in found:
        if figure.r["estimator"] == "prop":
            assert int(figure.r["n_pos"]) == figure.ours["n_pos"]
        else:
            assert pd.isna(figure.ours["n_pos"])


@designs
def test_no_interval_is_given_where_r_gives_none(name: str, rule: str):
    without = [f for f in figures(name, rule) if f.r["ci_dom_lo"] == ""]
    assert [f.key for f in without if not math.isnan(f.ours["ci_lower"])] == []


def inside(found: list[Figure]) -> list[Figure]:
    """Proportions away from 0 and 1 and from a census, where R's own interval is defined."""
    return [
        figure
        for figure in found
        if figure.r["estimator"] == "prop"
        and figure.r["n_pos"] not in ("0", figure.r["n_obs"])
        and figure.ours["variance_method"] != "CENSUS"
    ]


@pytest.mark.parametrize(("ci", "rel"), [("beta", 1e-9), ("xlogit", 1e-9), ("logit", 1e-7)])
@pytest.mark.parametrize(
    ("name", "rule"), [case for case in CASES if case[0] not in ("scd", "fpc")]
)
def test_intervals_of_proportions_equal_r(name: str, rule: str, ci: str, rel: float):
    found = inside(figures(name, rule, ci))
    noise = 0.0
    if ci == "logit":
        # R ends its iterations when the deviance moves by less than 1e-8, and loses t in a normal
        # probability of 1 where there is one degree of freedom
        noise = 1e-9
        found = [f for f in found if f.r["df_domain_r"] != "1"]
    assert differing(found, f"{ci}_lo", "ci_lower", rel, noise) == []
    assert differing(found, f"{ci}_hi", "ci_upper", rel, noise) == []


@pytest.mark.parametrize("name", ["apistrat_fpc", "synth_a"])
def test_medians_equal_r(name: str):
    found = medians(name, "fail")
    assert len(found) >= 12
    assert differing(found, "estimate", "obs_value", 1e-12) == []
    assert [int(f.r["n_obs"]) for f in found] == [f.ours["n_obs"] for f in found]


@designs
def test_nobody_in_a_domain_is_an_empty_row_and_never_a_figure(name: str, rule: str):
    for figure in figures(name, rule, empty=True):
        assert (figure.ours["n_obs"], figure.ours["variance_method"]) == (0, "NONE")
        for column in ("obs_value", "std_error", "ci_lower", "ci_upper"):
            assert math.isnan(figure.ours[column])


def test_some_domain_of_the_oracle_is_empty():
    assert figures("synth_a", "fail", empty=True)


@pytest.mark.parametrize(
    ("name", "rule"), [case for case in CASES if case[0] not in ("scd", "fpc")]
)
def test_design_effects_of_means_and_proportions_equal_r(name: str, rule: str):
    found = [f for f in figures(name, rule) if f.r["n_pos"] not in ("0", f.r["n_obs"])]
    assert differing(found, "deff_wr", "deff") == []
    assert differing(found, "deff_wor", "deff_wor") == []


def test_a_standard_error_of_zero_without_degrees_of_freedom_is_not_published():
    found = [f for f in figures("lonely_a", "certainty", on_no_df="null") if f.ours["df"] == 0]
    structural = [f for f in found if float(f.r["se"]) <= 1e-12 * abs(float(f.r["estimate"]))]
    assert structural
    assert all(math.isnan(f.ours["std_error"]) for f in structural)


def test_a_standard_error_above_zero_is_kept_without_degrees_of_freedom():
    found = [f for f in figures("lonely_a", "adjust", on_no_df="null") if f.ours["df"] == 0]
    real = [f for f in found if float(f.r["se"]) > 1e-12 * abs(float(f.r["estimate"]))]
    assert differing(real, "se", "std_error") == []


def test_a_census_stratum_has_no_error_and_its_value_as_interval():
    found = [
        f
        for f in figures("certainty_fpc_a", "fail", "beta")
        if f.r["domain"] == "stratum=1" and f.r["estimator"] == "prop"
    ]
    assert {f.ours["variance_method"] for f in found} == {"CENSUS"}
    assert all(f.ours["std_error"] == 0 for f in found)
    assert all(f.ours["ci_lower"] == f.ours["obs_value"] == f.ours["ci_upper"] for f in found)
