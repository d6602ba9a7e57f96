"""Variances worked out with pencil and paper; they run everywhere, with the oracle or without.

The design of CLUSTERS: R = 45/70, and 14 z per PSU is -40, 100, 50 | -20, -90, so that
14^2 V = 3/2 (14100 - 110^2/3) + 2 (8500 - 110^2/2) = 20000.
"""

from math import isnan, sqrt
from pathlib import Path

import pytest
from migstat.warehouse.estimate import estimate
from migstat.warehouse.sample_design import Design, Indicator, Lonely
from survey_tables import CLUSTERED, CLUSTERS, MEAN, SHARE, TOTAL, one, write

T_3 = 3.182446305284263  # quantile 0.975 of t with 3 degrees of freedom, from tables


def test_a_stratified_cluster_sample(tmp_path: Path):
    found = one(write(tmp_path, CLUSTERS), CLUSTERED, MEAN)
    error = sqrt(20000) / 14 / 70
    assert found["obs_value"] == pytest.approx(45 / 70, rel=1e-14)
    assert found["std_error"] == pytest.approx(error, rel=1e-14)
    assert found["ci_upper"] == pytest.approx(45 / 70 + T_3 * error, rel=1e-13)
    assert (found["n_obs"], found["n_psu"], found["df"]) == (7, 5, 3)
    assert found["variance_method"] == "TAYLOR"


def test_a_proportion_is_answered_in_percent(tmp_path: Path):
    found = one(write(tmp_path, CLUSTERS), CLUSTERED, SHARE)
    assert found["obs_value"] == pytest.approx(100 * 45 / 70)
    assert found["std_error"] == pytest.approx(100 * sqrt(20000) / 14 / 70)
    assert found["cv"] == pytest.approx(sqrt(20000) / 14 / 45)
    assert found["n_pos"] == 4


def test_a_domain_keeps_the_psus_that_hold_none_of_it(tmp_path: Path):
    # z: 10/3, 20/3, (c holds no woman) | -10/3, -20/3; V = 3/2 (500 - 300)/9 + 2 (500 - 450)/9
    found = one(write(tmp_path, CLUSTERS), CLUSTERED, MEAN, ("sex",), sex="F")
    assert found["obs_value"] == pytest.approx(2 / 3)
    assert found["std_error"] == pytest.approx(20 / 3 / 45)
    assert (found["n_psu"], found["df"]) == (4, 2)


def test_a_domain_total_is_not_linearised(tmp_path: Path):
    found = one(write(tmp_path, CLUSTERS), CLUSTERED, TOTAL, ("sex",), sex="F")
    assert (found["obs_value"], found["std_error"]) == (30, pytest.approx(sqrt(300)))


@pytest.mark.parametrize("number", [9, 20, 45])
def test_many_indicators_side_by_side_keep_their_figures(tmp_path: Path, number: int):
    kinds = [MEAN, TOTAL]
    asked = [kinds[i % 2].model_copy(update={"name": f"i{i:02}"}) for i in range(number)]
    found = estimate(write(tmp_path, CLUSTERS), CLUSTERED, asked, [[], ["sex"]])
    women = found[found["sex"] == "F"]
    assert list(women["indicator"]) == [indicator.name for indicator in asked]
    errors = {"mean": 20 / 3 / 45, "total": sqrt(300)}  # as above, one by one
    expected = [errors[indicator.kind] for indicator in asked]
    assert list(women["std_error"]) == pytest.approx(expected)


def test_the_finite_population_correction_shrinks_each_stratum(tmp_path: Path):
    rows = CLUSTERS.replace("h,", "N,h,").replace("\n1,", "\n6,1,").replace("\n2,", "\n4,2,")
    design = CLUSTERED.model_copy(update={"fpc": "N"})
    found = one(write(tmp_path, rows), design, MEAN)
    assert found["std_error"] == pytest.approx(sqrt(20000 / 2) / 14 / 70)


def test_a_simple_random_sample_has_the_textbook_error(tmp_path: Path):
    found = one(write(tmp_path, "y\n" + "1\n" * 3 + "0\n" * 7), Design(), SHARE)
    assert found["std_error"] == pytest.approx(100 * sqrt(0.3 * 0.7 / 9))
    assert found["deff"] == pytest.approx(1)
    assert found["variance_method"] == "SRS"


def test_two_stages_add_the_variance_inside_the_psus(tmp_path: Path):
    # w y per SSU: 4, 12 | 20, 36. First stage (1-2/4) 2 (20^2 + 20^2)/1 = 800,
    # second stage 2/4 (1-2/4) 2 (32 + 128) = 80.
    rows = "psu,ssu,w,N,M,y\na,1,4,4,4,1\na,2,4,4,4,3\nb,1,4,4,4,5\nb,2,4,4,4,9\n"
    design = Design(psu="psu", ssu="ssu", weight="w", fpc="N", fpc2="M")
    found = one(write(tmp_path, rows), design, TOTAL)
    assert (found["obs_value"], found["std_error"]) == (72, pytest.approx(sqrt(880)))


@pytest.mark.parametrize(("rule", "variance"), [("certainty", 816), ("adjust", 1992)])
def test_a_psu_with_one_ssu_follows_the_rule_too(tmp_path: Path, rule: Lonely, variance: float):
    # w y: 4, 12 | 56. 800 from the first stage and 16 from a; b adds 2/4 (1-1/4) 56^2 = 1176.
    rows = "psu,ssu,w,N,M,y\na,1,4,4,4,1\na,2,4,4,4,3\nb,1,4,4,4,14\n"
    design = Design(psu="psu", ssu="ssu", weight="w", fpc="N", fpc2="M", lonely=rule)
    found = one(write(tmp_path, rows), design, TOTAL)
    assert found["std_error"] == pytest.approx(sqrt(variance))


def test_without_a_rule_a_lonely_ssu_leaves_no_standard_error(tmp_path: Path):
    rows = "psu,ssu,w,N,M,y\na,1,4,4,4,1\na,2,4,4,4,3\nb,1,4,4,4,14\n"
    design = Design(psu="psu", ssu="ssu", weight="w", fpc="N", fpc2="M")
    found = one(write(tmp_path, rows), design, TOTAL)
    assert (found["n_lonely"], found["variance_method"]) == (1, "NONE")


@pytest.mark.parametrize(
    ("rule", "variance"),
    [("certainty", 125), ("remove", 125), ("adjust", 225), ("average", 187.5)],
)
def test_a_stratum_with_one_psu_follows_the_rule(tmp_path: Path, rule: Lonely, variance: float):
    # The total has 100 + 25 from two strata; in the third one PSU with w y = 10.
    design = CLUSTERED.model_copy(update={"lonely": rule})
    found = one(write(tmp_path, CLUSTERS + "3,f,10,M,1\n"), design, TOTAL)
    assert found["std_error"] == pytest.approx(sqrt(variance))
    assert found["n_lonely"] == 0


def test_without_a_rule_a_lonely_psu_leaves_no_standard_error(tmp_path: Path):
    found = one(write(tmp_path, CLUSTERS + "3,f,10,M,1\n"), CLUSTERED, TOTAL)
    assert (found["obs_value"], found["n_lonely"], found["variance_method"]) == (55, 1, "NONE")
    assert isnan(found["std_error"])
    assert isnan(found["ci_lower"])


def test_a_lonely_psu_harms_only_the_domains_it_holds(tmp_path: Path):
    source = write(tmp_path, CLUSTERS + "3,f,10,M,1\n")
    found = one(source, CLUSTERED, TOTAL, ("sex",), sex="F")
    assert (found["std_error"], found["n_lonely"]) == (pytest.approx(sqrt(300)), 0)


def test_a_single_member_of_a_group_has_neither_error_nor_interval(tmp_path: Path):
    rows = CLUSTERS.replace("1,c,10,M,1", "1,c,10,X,1")
    for indicator in (MEAN, SHARE):
        found = one(write(tmp_path, rows), CLUSTERED, indicator, ("sex",), sex="X")
        assert (found["n_obs"], found["df"], found["variance_method"]) == (1, 0, "NONE")
        assert isnan(found["std_error"])
        assert isnan(found["ci_lower"])
        assert isnan(found["ci_upper"])


def test_a_census_is_exact(tmp_path: Path):
    rows = CLUSTERS.replace("h,", "N,h,").replace("\n1,", "\n3,1,").replace("\n2,", "\n2,2,")
    design = CLUSTERED.model_copy(update={"fpc": "N"})
    for indicator in (MEAN, SHARE, TOTAL):
        found = one(write(tmp_path, rows), design, indicator)
        assert (found["std_error"], found["variance_method"]) == (0, "CENSUS")
        assert found["ci_lower"] == found["obs_value"] == found["ci_upper"]


def test_a_sample_with_one_census_stratum_is_no_census(tmp_path: Path):
    rows = CLUSTERS.replace("h,", "N,h,").replace("\n1,", "\n6,1,").replace("\n2,", "\n2,2,")
    found = one(write(tmp_path, rows), CLUSTERED.model_copy(update={"fpc": "N"}), TOTAL)
    assert (found["std_error"], found["variance_method"]) == (pytest.approx(sqrt(50)), "TAYLOR")


def test_a_census_of_psus_that_samples_inside_them_is_no_census(tmp_path: Path):
    rows = "psu,ssu,w,N,M,y\na,1,2,2,4,1\na,2,2,2,4,3\nb,1,2,2,4,5\nb,2,2,2,4,9\n"
    design = Design(psu="psu", ssu="ssu", weight="w", fpc="N", fpc2="M")
    found = one(write(tmp_path, rows), design, TOTAL)
    assert found["variance_method"] == "TAYLOR"
    assert found["std_error"] == pytest.approx(sqrt((1 - 2 / 4) * 2 * (8 + 32)))


@pytest.mark.parametrize(("y", "lower", "upper"), [(0, 0, 0.025), (1, 0.025, 1)])
def test_none_or_all_has_the_exact_binomial_interval(
    tmp_path: Path, y: int, lower: float, upper: float
):
    # With 10 equal rows Korn and Graubard is Clopper and Pearson: 1 - 0.025^(1/10), or its mirror.
    found = one(write(tmp_path, "y\n" + f"{y}\n" * 10), Design(), SHARE)
    assert found["ci_lower"] == pytest.approx(0 if y == 0 else 100 * lower**0.1)
    assert found["ci_upper"] == pytest.approx(100 if y == 1 else 100 * (1 - upper**0.1))


def test_a_missing_code_and_a_total_are_kept_apart(tmp_path: Path):
    source = write(tmp_path, "sex,y\nF,1\nF,2\n,6\n")
    found = estimate(source, Design(), [TOTAL], [["sex"], []])
    assert dict(zip(found["sex"], found["obs_value"], strict=True)) == {"F": 3, "_T": 9, "_U": 6}


def test_rows_outside_the_universe_count_for_the_design_only(tmp_path: Path):
    rows = CLUSTERS + "1,c,10,F,\n"
    found = one(write(tmp_path, rows), CLUSTERED, MEAN)
    assert (found["n_obs"], found["population"]) == (7, 70)
    assert found["std_error"] == pytest.approx(sqrt(20000) / 14 / 70)


def test_dont_know_answers_are_counted_without_weights(tmp_path: Path):
    asked = Indicator(name="share", kind="prop", y="nullif(y, '9')", n_dk="y = '9'")
    found = one(write(tmp_path, "w,y\n3,1\n3,0\n3,9\n3,9\n"), Design(weight="w"), asked)
    assert (found["n_dk"], found["n_obs"], found["obs_value"]) == (2, 2, 50)
