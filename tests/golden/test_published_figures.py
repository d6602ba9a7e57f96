"""The published figures are those of the report (cited by line) and of real data.

Tolerance of the report's figures: half a point for a printed figure, or 1.96 standard errors where
that is more; five points for "half".
"""

from collections.abc import Callable
from typing import Any

import pytest

Query = Callable[..., list[tuple[Any, ...]]]

DIMENSIONS = (
    "ref_area",
    "mig_status",
    "hh_mig",
    "birth",
    "citizenship",
    "sex",
    "age",
    "urbanisation",
    "breakdown",
)
COLUMNS = "obs_value, std_error, ci_lower, ci_upper, n_obs, reliability, obs_status, is_synthetic"


def estimate(query: Query, survey: str, wave: str, indicator: str, **cell: str) -> dict[str, Any]:
    """One published row; dimensions that are not named are not broken down."""
    codes = {dimension: cell.get(dimension, "_T") for dimension in DIMENSIONS}
    where = " and ".join(f"{dimension} = ?" for dimension in codes)
    rows = query(
        f"select {COLUMNS} from marts.indicator_estimates "
        f"where survey_code = ? and wave = ? and indicator_code = ? and {where}",
        *(survey, wave, indicator, *codes.values()),
    )
    assert len(rows) == 1
    return dict(zip(COLUMNS.split(", "), rows[0], strict=True))


@pytest.mark.parametrize(
    ("row", "status", "reported", "tolerance"),
    [
        (("slv_household", "2021", "RM01"), "_T", 50.0, 5.0),  # line 214
        (("slv_household", "2021", "DM02"), "_T", 30.0, 0.5),  # line 214
        (("slv_household", "2021", "ED01"), "_T", 19.9, 0.5),  # line 214
        (("per_needs", "2020", "EC03"), "IM", 87.6, 0.5),  # line 396
        (("per_needs", "2020", "EC03"), "_T", 87.6, 0.5),  # line 396
    ],
)
def test_the_figure_of_the_report_lies_inside_its_tolerance(
    query: Query, row: tuple[str, str, str], status: str, reported: float, tolerance: float
):
    ours = estimate(query, *row, mig_status=status)
    assert abs(ours["obs_value"] - reported) <= max(tolerance, 1.96 * ours["std_error"])
    assert ours["ci_lower"] < ours["obs_value"] < ours["ci_upper"]
    assert ours["std_error"] > 0
    assert ours["n_obs"] > 1000
    assert ours["is_synthetic"]


@pytest.mark.parametrize("status", ["_T", "_Z"])
def test_most_villages_do_not_fully_understand_the_law_and_a_census_has_no_sampling_error(
    query: Query, status: str
):
    ours = estimate(query, "idn_village", "2021", "GV03", mig_status=status)
    assert ours["obs_value"] < 50  # line 293: the majority does not
    assert ours["std_error"] == 0
    assert ours["ci_lower"] == ours["ci_upper"] == ours["obs_value"]


def test_the_census_of_villages_counts_1082_less_those_that_gave_no_answer(query: Query):
    (row,) = query(
        "select n_obs, n_dk from marts.indicator_estimates where survey_code = 'idn_village' "
        "and indicator_code = 'GV03' and mig_status = '_T' and ref_area = '_T' and breakdown = '_T'"
    )
    assert sum(row) == 1082  # line 285


@pytest.mark.parametrize(
    ("survey", "wave", "indicator"),
    [
        ("slv_household", "2021", "EC01"),
        ("slv_household", "2021", "ED01"),
        ("slv_ehpm", "2019", "EC04"),
        ("slv_ehpm", "2019", "ED01"),
    ],
)
def test_households_with_immigrants_are_worse_off(
    query: Query, survey: str, wave: str, indicator: str
):
    immigrant = estimate(query, survey, wave, indicator, hh_mig="H_IMM")  # line 218
    none = estimate(query, survey, wave, indicator, hh_mig="H_NON")
    assert immigrant["obs_value"] > none["obs_value"]


def test_local_and_national_survey_tell_the_same_of_immigrants_of_la_union(query: Query):
    local = estimate(query, "slv_household", "2021", "ED01", mig_status="IM")
    national = estimate(query, "slv_ehpm", "2019", "ED01", mig_status="IM", ref_area="SV-UN")
    error = (local["std_error"] ** 2 + national["std_error"] ** 2) ** 0.5
    assert abs(local["obs_value"] - national["obs_value"]) <= 1.96 * error
    assert national["reliability"] == "withhold"  # 28 answers: no figure to publish


@pytest.mark.usefixtures("real_quarters")
def test_the_foreign_born_of_2016q4_are_5_42_percent_not_stated_included(query: Query):
    ours = estimate(query, "arg_eph", "2016Q4", "DM01", birth="FB")
    assert ours["obs_value"] == pytest.approx(5.42, abs=0.005)
    assert ours["n_obs"] == 2000
    assert not ours["is_synthetic"]
    assert query(
        "select count(*) from marts.persons where survey_code = 'arg_eph' and wave = '2016Q4' "
        "and birth = 'FB'"
    ) == [(72,)]


@pytest.mark.usefixtures("real_quarters")
def test_unemployment_of_the_native_born_of_2016q4_is_6_49_percent(query: Query):
    ours = estimate(query, "arg_eph", "2016Q4", "LB01", birth="NB")
    assert ours["obs_value"] == pytest.approx(6.49, abs=0.005)
    assert ours["n_obs"] == 843
    assert ours["reliability"] == "reliable"


@pytest.mark.usefixtures("real_quarters")
def test_unemployment_of_the_27_foreign_born_of_2016q4_is_flagged(query: Query):
    ours = estimate(query, "arg_eph", "2016Q4", "LB01", birth="FB")
    assert ours["n_obs"] == 27
    assert ours["reliability"] == "withhold"
    assert ours["obs_status"] == "U"


def test_all_of_a_population_are_100_percent_whoever_was_drawn(query: Query):
    found = query(
        "select distinct survey_code, breakdown, obs_value, std_error, ci_lower, ci_upper "
        "from marts.indicator_estimates where indicator_code = 'DM01' "
        "and mig_status = '_T' and birth = '_T' and citizenship = '_T'"
    )
    assert {breakdown for _, breakdown, *_ in found} == {"_T", "NO_BORDER"}
    assert len({survey for survey, *_ in found}) > 5
    without_a_variance = (100, None, None, None)
    assert {tuple(figures) for _, _, *figures in found} == {(100, 0, 100, 100), without_a_variance}


@pytest.mark.parametrize(
    ("survey", "wave", "status"),
    [
        ("blr_attitudes", "2020", "IM"),
        ("mda_household", "2021", "IM"),
        ("kgz_returnees", "2021", None),
    ],
)
def test_the_foreign_born_are_published_with_and_without_births_in_the_soviet_union(
    query: Query, survey: str, wave: str, status: str | None
):
    ways = [{"birth": "FB"}, *([{"mig_status": status}] if status else [])]
    for cell in ways:
        present = estimate(query, survey, wave, "DM01", **cell)
        without = estimate(query, survey, wave, "DM01", breakdown="NO_BORDER", **cell)
        assert 0 < without["obs_value"] < present["obs_value"]
    ((flagged,),) = query(
        "select count(*) from marts.persons where survey_code = ? and wave = ? and f_border_change "
        "and is_usual_resident",
        survey,
        wave,
    )
    everybody = estimate(query, survey, wave, "DM01")
    others = estimate(query, survey, wave, "DM01", breakdown="NO_BORDER")
    assert everybody["n_obs"] - others["n_obs"] == flagged > 0


def test_members_abroad_and_remittances_of_la_union_make_a_table_of_four(query: Query):
    rows = query(
        "select hh_abroad, hh_remit, hh_mig, count(*) from marts.households "
        "where survey_code = 'slv_household' "
        "and hh_mig in ('H_ABR_R', 'H_ABR_N', 'H_REM_O', 'H_NON') group by all order by all"
    )
    assert [row[:3] for row in rows] == [
        ("N", "N", "H_NON"),
        ("N", "Y", "H_REM_O"),
        ("Y", "N", "H_ABR_N"),
        ("Y", "Y", "H_ABR_R"),
    ]
    abroad = estimate(query, "slv_household", "2021", "RM01", hh_mig="H_ABR_R")
    assert abroad["obs_value"] == 100  # by definition of the status


@pytest.mark.parametrize(
    ("survey", "statuses"),
    [
        ("bgd_dtm", {"IN_IDP_D", "IN_IDPR", "IN_MIG", "RT_LAB", "RT_OTH", "NM"}),
        ("bgd_dbt", {"_X"}),
        ("blr_attitudes", {"NM_NAT", "IM_FBF", "IM_FBN", "_U"}),
        ("slv_household", {"NM_NAT", "IN_MIG", "IM_FBF", "RT_LAB", "EM_ROS"}),
        ("slv_ehpm", {"NM", "IM_OTH", "RT", "IN_MIG"}),
        ("gin_traders", {"XB_TRD"}),
        ("gin_training", {"_X"}),
        ("idn_returnees", {"RT_LAB"}),
        ("kgz_returnees", {"RT"}),
        ("lso_traders", {"XB_TRD"}),
        ("mda_household", {"EM_ROS", "RT_LAB", "NM_NAT"}),
        ("mda_diaspora", {"EM_DSP"}),
        ("per_needs", {"IM_REF", "IM_ASY", "IM_OIP", "IM_FBF", "NM_NAT"}),
    ],
)
def test_a_survey_shows_the_statuses_it_was_chosen_for(
    query: Query, survey: str, statuses: set[str]
):
    rows = query("select distinct mig_status from marts.persons where survey_code = ?", survey)
    assert statuses <= {status for (status,) in rows}


def test_shares_of_the_statuses_of_one_level_add_up_to_all(query: Query):
    rows = query(
        "select survey_code, wave, sum(obs_value) from marts.indicator_estimates "
        "where indicator_code = 'DM01' and mig_status in "
        "('NM', 'IN', 'IM', 'RT', 'XB', '_U', '_X') "
        "and hh_mig = '_T' and ref_area = '_T' and sex = '_T' and age = '_T' "
        "and urbanisation = '_T' group by survey_code, wave, breakdown"
    )
    assert rows
    for survey, wave, total in rows:
        assert total == pytest.approx(100, abs=1e-4), (survey, wave)
