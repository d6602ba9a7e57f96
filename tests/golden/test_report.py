"""The figures of the report beside ours, and the evidence of its recommendations, as published."""

from collections.abc import Callable
from typing import Any

Query = Callable[..., list[tuple[Any, ...]]]

# domain.md 3.2, but DM04 and GV05 of Moldova, whose instruments the report does not describe
CANDIDATES = {
    "BGD": "DM01 DM04 DM05 EC01 FS01 FS02 FS03 SV01 SV02 GV02 GV04",
    "BLR": "DM01 LB01 SV01 SV03 PR02 SC01",
    "SLV": "DM01 DM02 DM05 RM01 RM02 EC01 EC02 EC04 LB01 ED01 SV01 SV03 RI01",
    "GIN": "DM01 EC01 FS01 LB04 FI01 SC02 GV02 TR01 TR02",
    "IDN": "DM01 RM02 EC01 EC02 LB04 LB05 SV01 RI01 GV02 GV03 GV04",
    "KGZ": "DM01 DM05 LB04 FI01 SC02 RI01 RI02 GV01 GV02 GV04",
    "LSO": "DM01 RM01 EC01 LB03 SV03 FI01 PR01 GV02 TR01 TR02",
    "MDA": "DM01 DM03 DM05 RM01 RM02 LB01 LB02 LB04 LB05 FI01 RI01 RI02",
    "PER": "DM01 DM05 EC03 LB03 SV03 FI01 ID01 PR02 SC01 SC02 GV05",
}


def test_each_figure_of_the_report_stands_beside_ours_once(query: Query):
    assert query("select count(*), count(distinct figure_id) from marts.report_comparison") == [
        (77, 77)  # 74 figures, and three countries without an estimate
    ]


def test_each_estimate_of_the_report_that_was_collected_is_within_its_tolerance(query: Query):
    rows = query(
        "select figure_id, reported_value, obs_value, is_synthetic from marts.report_comparison "
        "where kind = 'EST' and result not in ('not_compared', 'no_data')"
    )
    assert {figure for figure, *_ in rows} >= {"PER-B01"}  # line 396
    off = query(
        "select figure_id from marts.report_comparison where result in ('outside', 'differs')"
    )
    assert off == []
    assert all(is_synthetic for *_, is_synthetic in rows)


def test_the_directions_of_the_report_show(query: Query):
    held = query("select figure_id from marts.report_comparison where result = 'holds'")
    failed = query("select figure_id from marts.report_comparison where result = 'fails'")
    assert {("SLV-B06",), ("IDN-B07",)} <= set(held)  # lines 218, 293
    assert failed == []


def test_the_villages_of_the_report_are_all_counted(query: Query):
    assert query(
        "select figure_id, obs_value, result from marts.report_comparison "
        "where survey_code = 'idn_village' and kind = 'DESIGN' order by figure_id"
    ) == [("IDN-B03", 1082, "reconciled"), ("IDN-B04", 8, "reconciled")]  # line 285


def test_countries_without_a_figure_say_so(query: Query):
    assert query(
        "select country_code from marts.report_comparison "
        "where reported_text = 'no figure in the report' order by country_code"
    ) == [("BGD",), ("BLR",), ("LSO",)]


def test_each_of_the_31_recommendations_has_its_evidence(query: Query):
    rows = query(
        "select recommendation_id, count(*) from marts.recommendation_evidence group by all"
    )
    assert len(rows) == 31
    assert dict(rows)["SLV-2"] == 7  # domain.md 1.3: seven indicators
    assert dict(rows)["GEN-1"] == 4 * 9  # four indicators, nine countries


def test_what_is_not_collected_is_what_the_described_instruments_do_not_hold(query: Query):
    rows = query(
        "select recommendation_id, indicator_code from marts.recommendation_evidence "
        "where evidence = 'not_collected' and recommendation_id not like 'GEN%' order by all"
    )
    assert rows == [  # domain.md 1: the gaps of the country tables
        ("BLR-2", "RI02"),
        ("LSO-3", "DM02"),
        ("LSO-3", "RM02"),
        ("SLV-1", "GV04"),
    ]


def test_each_country_produces_the_indicators_its_instruments_were_chosen_for(query: Query):
    rows = query(
        "select country_code, string_agg(distinct indicator_code, ' ' order by indicator_code) "
        "from marts.indicator_estimates where obs_value is not null group by country_code"
    )
    produced = {country: set(codes.split()) for country, codes in rows}
    for country, codes in CANDIDATES.items():
        assert set(codes.split()) <= produced[country], country


def test_the_register_that_el_salvador_does_not_keep_is_an_evidence_gap(query: Query):
    assert query(
        "select evidence, missing from marts.recommendation_evidence "
        "where recommendation_id = 'SLV-1' and indicator_code = 'GV04'"
    ) == [("not_collected", "evidence gap: not collected: institutions has_register")]


def test_the_migrant_gap_of_the_poor_of_income_is_that_of_immigrant_households(query: Query):
    ((dimension, status, gap, p_value),) = query(
        "select gap_dimension, gap_status, gap, gap_p_value from marts.recommendation_evidence "
        "where recommendation_id = 'SLV-2' and indicator_code = 'EC01'"
    )
    assert (dimension, status) == ("hh_mig", "H_IMM")  # line 218
    assert gap > 0
    assert p_value < 0.05
