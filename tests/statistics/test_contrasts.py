"""Gaps between groups that live in the same clusters.

z of the difference women - men, times 675: 212, 100, -108 | -104, -100; hence
675^2 V = 3/2 (66608 - 204^2/3) + 2 (20816 - 204^2/2) = 79120.
"""

from math import isnan, sqrt
from pathlib import Path

import pytest
from migstat.warehouse.estimate import compare
from migstat.warehouse.sample_design import Contrast
from migstat.warehouse.survey_source import SurveyFileError
from scipy import stats
from survey_tables import CLUSTERED, CLUSTERS, MEAN, SHARE, TOTAL, gap, one, write

SEXES = Contrast(name="sexes", by="sex", over={"F": 1, "M": -1})


def test_a_difference_carries_the_covariance_of_shared_clusters(tmp_path: Path):
    source = write(tmp_path, CLUSTERS)
    found = gap(source, CLUSTERED, MEAN, SEXES)
    women = one(source, CLUSTERED, MEAN, ("sex",), sex="F")["std_error"]
    men = one(source, CLUSTERED, MEAN, ("sex",), sex="M")["std_error"]
    assert found["obs_value"] == pytest.approx(2 / 3 - 3 / 5)
    assert found["std_error"] == pytest.approx(sqrt(79120) / 675)
    assert found["std_error"] != pytest.approx(sqrt(women**2 + men**2), rel=0.01)


def test_a_difference_is_tested_on_the_psus_of_either_side(tmp_path: Path):
    found = gap(write(tmp_path, CLUSTERS), CLUSTERED, MEAN, SEXES)
    t = (1 / 15) / (sqrt(79120) / 675)
    assert (found["n_psu"], found["df"], found["n_obs_a"], found["n_obs_b"]) == (5, 3, 4, 3)
    assert found["p_value"] == pytest.approx(2 * stats.t.sf(t, 3))
    assert found["ci_lower"] == pytest.approx(1 / 15 - stats.t.ppf(0.975, 3) * sqrt(79120) / 675)


def test_a_gap_of_proportions_is_in_percentage_points(tmp_path: Path):
    found = gap(write(tmp_path, CLUSTERS), CLUSTERED, SHARE, SEXES)
    assert found["obs_value"] == pytest.approx(100 / 15)
    assert found["std_error"] == pytest.approx(100 * sqrt(79120) / 675)
    assert (found["value_a"], found["value_b"]) == (pytest.approx(200 / 3), pytest.approx(60))


def test_a_ratio_is_linearised_on_both_sides(tmp_path: Path):
    # 81 z: 46, 20, -24 | -22, -20; 81^2 V = 3/2 (3092 - 42^2/3) + 2 (884 - 42^2/2) = 3760
    ratio = SEXES.model_copy(update={"scale": "ratio"})
    found = gap(write(tmp_path, CLUSTERS), CLUSTERED, SHARE, ratio)
    assert found["obs_value"] == pytest.approx(10 / 9)
    assert found["std_error"] == pytest.approx(sqrt(3760) / 81)
    assert found["p_value"] == pytest.approx(2 * stats.t.sf((1 / 9) / (sqrt(3760) / 81), 3))


def test_totals_are_compared_as_they_are(tmp_path: Path):
    # z = +-w y: 10, 20, -10 | -5, 0; V = 3/2 (600 - 400/3) + 2 (25 - 25/2)
    found = gap(write(tmp_path, CLUSTERS), CLUSTERED, TOTAL, SEXES)
    assert (found["obs_value"], found["std_error"]) == (15, pytest.approx(sqrt(725)))


def test_a_contrast_inside_a_domain_compares_its_rows_only(tmp_path: Path):
    source = write(tmp_path, CLUSTERS)
    found = compare(source, CLUSTERED, [MEAN], contrasts=[SEXES], by=[["h"]], area=["h"])
    assert dict(zip(found["h"], found["obs_value"], strict=True)) == pytest.approx(
        {"1": 0.5, "2": -1}
    )


def test_a_side_without_answers_has_no_gap(tmp_path: Path):
    rows = CLUSTERS.replace("M,0", "M,").replace("M,1", "M,")
    found = gap(write(tmp_path, rows), CLUSTERED, MEAN, SEXES)
    assert (found["n_obs_a"], found["n_obs_b"]) == (4, 0)
    assert isnan(found["obs_value"])
    assert isnan(found["std_error"])
    assert isnan(found["p_value"])


def test_one_person_on_each_side_is_no_evidence(tmp_path: Path):
    rows = "h,psu,w,sex,y\n1,a,1,F,1\n1,a,1,M,0\n1,b,1,,1\n"
    found = gap(write(tmp_path, rows), CLUSTERED, MEAN, SEXES)
    assert (found["obs_value"], found["df"]) == (1, 0)
    assert isnan(found["std_error"])
    assert isnan(found["p_value"])


def test_a_contrast_needs_two_sides():
    with pytest.raises(ValueError, match="one code must count above 0 and one below"):
        Contrast(name="one-sided", by="sex", over={"F": 1})


def test_an_unknown_dim_is_refused(tmp_path: Path):
    wrong = SEXES.model_copy(update={"by": "sx"})
    with pytest.raises(SurveyFileError, match="no column 'sx'; nearest: 'sex'"):
        gap(write(tmp_path, CLUSTERS), CLUSTERED, MEAN, wrong)
