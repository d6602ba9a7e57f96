"""What a brief says: of what is shown only, in five lines first."""

import brief_source
import pandas as pd
import pytest
from brief_source import (
    SECRET,
    brief,
    cell,
    cells_of,
    gap,
    rows_of,
    section,
    source,
    tables,
    told,
    withheld,
)
from migstat.release.brief.across import build_across_brief
from migstat.release.brief.by_status import Row, alt_of
from migstat.release.brief.gaps import widest_gap
from migstat.release.brief.key_figures import find_key
from migstat.release.brief.report_figures import compare
from migstat.release.brief.shown import Figure
from migstat.release.brief.shown import Table as Cells
from migstat.release.brief.words import Words

PROGRAMME = ("BGD", "BLR", "GIN", "IDN", "KGZ", "LSO", "MDA", "PER", "SLV")


def of(indicator: str) -> Cells:
    return Cells(*brief_source.survey_of("SLV"), indicator)


def unemployment(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([cell("SLV", "LB01"), *rows])


@pytest.mark.parametrize("iso3", PROGRAMME)
def test_the_first_screen_holds_five_lines(iso3: str):
    document = brief(source(iso3))
    assert len(document.lines) == 5
    assert all(line.lead and line.text for line in document.lines)
    assert [line.lead for line in document.lines][::4] == ["Who is counted.", "To collect next."]


def test_no_figure_of_the_marts_stands_beside_a_withheld_cell():
    """The marts hold the secret wherever a withheld cell has its figure."""
    words = Words("en", source("SLV").declared)
    secrets = {words.numbers.bare(SECRET, "PT"), f"{SECRET}", "7177", "7,177"}
    assert not [secret for secret in secrets if secret in told(brief(source("SLV")))]
    everything = cells_of("SLV", withheld=frozenset())
    assert "71.8" in told(brief(source("SLV", everything)))


def test_a_picture_is_told_by_its_highest_and_lowest_group_not_by_the_total():
    words = Words("en", source("SLV").declared)

    def figure(value: float, *, is_shown: bool = True) -> Figure:
        return Figure("PT", value, None, None, 90, is_shown, is_caution=False)

    rows: list[Row] = [
        ("Total", figure(68.0), True, 0),
        ("Women", figure(71.0), False, 0),
        ("Men", figure(69.5), False, 0),
        ("Not stated", figure(2.0, is_shown=False), False, 0),
    ]
    told = alt_of(words, "Work", rows)
    assert "3 figures" in told
    assert "Highest: Women 71.0%. Lowest: Men 69.5%." in told
    assert "Highest: Total 68.0%." in alt_of(words, "Work", rows[:1])


def test_a_gap_needs_both_its_sides():
    women, men = cell("SLV", "LB01", mig_status="IM"), cell("SLV", "LB01", mig_status="NM")
    gaps = pd.DataFrame([gap("SLV", "LB01", "mig_status", "IM", "NM")])
    both = source("SLV", unemployment(women, men), gaps=gaps)
    found = widest_gap(both, of("LB01"))
    assert found is not None
    assert (found.status, found.difference, found.side) == ("IM", 17.5, "worse")
    for one, other in ((withheld(women), men), (women, withheld(men))):
        hidden = source("SLV", unemployment(one, other), gaps=gaps)
        assert widest_gap(hidden, of("LB01")) is None
    assert widest_gap(source("SLV", unemployment(women), gaps=gaps), of("LB01")) is None


def test_a_gap_that_is_too_imprecise_is_not_told():
    sides = [cell("SLV", "LB01", mig_status=code) for code in ("IM", "NM")]
    vague = gap("SLV", "LB01", "mig_status", "IM", "NM") | {"reliability": "withhold"}
    made = source("SLV", unemployment(*sides), gaps=pd.DataFrame([vague]))
    assert widest_gap(made, of("LB01")) is None


def test_a_change_since_the_wave_before_is_no_gap_between_groups():
    sides = [cell("SLV", "LB01", mig_status=code) for code in ("IM", "NM")]
    wave = gap("SLV", "LB01", "wave", "2021", "2020") | {"difference": 99.0}
    gaps = pd.DataFrame([wave, gap("SLV", "LB01", "mig_status", "IM", "NM")])
    found = widest_gap(source("SLV", unemployment(*sides), gaps=gaps), of("LB01"))
    assert found is not None
    assert found.dimension == "mig_status"


@pytest.mark.parametrize(
    ("indicator", "difference", "side"),
    [
        ("LB01", 5.0, "worse"),  # more unemployment
        ("LB01", -5.0, "better"),
        ("SV01", 5.0, "better"),  # more protection
        ("SV01", -5.0, "worse"),
        ("DM05", 5.0, "apart"),  # a wish to leave is neither
    ],
)
def test_a_gap_is_judged_by_the_indicators_polarity(indicator: str, difference: float, side: str):
    sides = [cell("SLV", indicator, mig_status=code) for code in ("IM", "NM")]
    told_gap = gap("SLV", indicator, "mig_status", "IM", "NM") | {"difference": difference}
    made = source("SLV", pd.DataFrame(sides), gaps=pd.DataFrame([told_gap]))
    found = widest_gap(made, of(indicator))
    assert found is not None
    assert found.side == side


def test_households_are_not_compared_by_the_answer_that_makes_their_status():
    sides = [cell("SLV", "RM01", hh_mig=code) for code in ("H_IMM", "H_NON")]
    gaps = pd.DataFrame([gap("SLV", "RM01", "hh_mig", "H_IMM", "H_NON")])
    made = source("SLV", pd.DataFrame([cell("SLV", "RM01"), *sides]), gaps=gaps)
    assert widest_gap(made, of("RM01")) is None
    assert find_key(made, "RM01").dimension is None


def test_shares_by_status_are_shares_of_nothing_else():
    """Of the people of each kind of household, all are people: 100 %."""
    whole = [cell("SLV", "DM01", hh_mig=code, obs_value=100.0) for code in ("H_IMM", "H_NON")]
    made = source("SLV", pd.DataFrame(whole))
    assert find_key(made, "DM01").dimension is None
    split = [cell("SLV", "DM01", birth=code) for code in ("NB", "FB")]
    made = source("SLV", pd.DataFrame([*whole, *split]))
    key = find_key(made, "DM01")
    assert key.dimension == "birth"
    assert key.headline is not None
    assert key.headline.code == "FB"
    assert "foreign-born 40.0%" in brief(made).lines[0].text.lower()


def test_those_abroad_are_not_told_apart_by_the_status_of_living_abroad():
    split = [cell("SLV", "DM03", mig_status=code) for code in ("NM", "EM")]
    assert find_key(source("SLV", pd.DataFrame(split)), "DM03").dimension is None


def test_a_chart_needs_two_groups_that_are_shown():
    shown, hidden = cell("SLV", "LB01", birth="NB"), withheld(cell("SLV", "LB01", birth="FB"))
    made = source("SLV", unemployment(shown, hidden))
    assert not find_key(made, "LB01").is_told_apart
    groups = rows_of(brief(made), "What is withheld, and why")
    assert ("Unemployment rate", "Foreign-born") in groups


def test_a_group_that_is_the_whole_of_its_parent_stands_once():
    same = [cell("SLV", "LB01", mig_status=code, n_obs=80) for code in ("RT", "RT_LAB")]
    made = source("SLV", unemployment(cell("SLV", "LB01", mig_status="NM"), *same))
    assert [one.code for one in find_key(made, "LB01").groups] == ["NM", "RT"]
    other = cell("SLV", "LB01", mig_status="RT_OTH", n_obs=5)
    made = source("SLV", unemployment(cell("SLV", "LB01", mig_status="NM"), *same, other))
    assert [one.code for one in find_key(made, "LB01").groups] == ["NM", "RT", "RT_LAB", "RT_OTH"]


def test_the_reports_figure_is_set_beside_ours_only_if_ours_is_shown():
    figures = brief_source.catalogue().report_figures
    ours = figures["SLV-B08"].signs[0].left
    made = cell("SLV", ours.indicator, survey_code=ours.survey, wave="2021", time_period="2021")
    comparison = pd.DataFrame([{"figure_id": "SLV-B08", "result": "holds", "obs_value": SECRET}])
    for row, result in ((made, "holds"), (withheld(made), "withheld")):
        found = compare(source("SLV", pd.DataFrame([row]), comparison=comparison))
        assert [(one.figure_id, one.result) for one in found] == [("SLV-B08", result)]
        assert (found[0].ours is None) == (result == "withheld")


def test_a_sign_is_told_only_if_both_its_sides_are_shown():
    """SLV-B06: households with immigrants are worse off by several indicators."""
    figure = brief_source.catalogue().report_figures["SLV-B06"]
    cells = [
        cell("SLV", c.indicator, survey_code=c.survey, wave="2021", hh_mig=c.hh_mig)
        for _, c in figure.cells()
    ]
    assert len(cells) > 2
    comparison = pd.DataFrame([{"figure_id": "SLV-B06", "result": "holds", "obs_value": 1.0}])
    assert compare(source("SLV", pd.DataFrame(cells), comparison=comparison))[0].agrees
    hidden = pd.DataFrame([*cells[:-1], withheld(cells[-1])])
    assert compare(source("SLV", hidden, comparison=comparison))[0].result == "withheld"


def test_what_is_not_asked_names_the_question_and_whom_to_ask():
    document = brief(source("SLV"))
    asked = {row[0]: row for row in rows_of(document, "What to collect next")}
    question = "How much money did the household receive from abroad in a month?"
    assert asked[question][1:] == ("Households", "Remittance dependence", "SLV-2, GEN-6")
    needed = [row[3].startswith("SLV") for row in asked.values()]
    assert needed == sorted(needed, reverse=True)  # the country's own recommendations first


def test_withheld_figures_are_counted_and_no_reason_is_told_of_any():
    made = source("SLV")
    document = brief(made)
    hidden = int((made_cells := cells_of("SLV"))["conf_status"].eq("C").sum())
    assert f"{hidden} of {len(made_cells)} figures" in [fact for _, fact in document.facts.pairs]
    reasons = told(document).lower()
    assert not [w for w in ("primary", "secondary", "n < 10", "suppress") if w in reasons]


def test_made_up_data_are_told_at_the_top():
    assert brief(source("SLV")).banner.startswith("Synthetic data")
    real = cells_of("SLV").assign(is_synthetic=False)
    assert brief(source("SLV", real)).banner == ""


def test_a_country_that_the_report_does_not_speak_of_has_its_own_indicators():
    rows = [cell("ARG", "LB01"), cell("ARG", "ED01")]
    empty = pd.DataFrame(columns=["indicator_code", "survey_code", "wave", "evidence"])
    document = brief(source("ARG", pd.DataFrame(rows), evidence=empty))
    listed = rows_of(document, "The recommendations and their evidence")
    assert [row[0] for row in listed] == [
        "Unemployment rate",
        "Illiteracy rate (10 years and over)",
    ]


def test_a_release_that_shows_nothing_still_has_a_brief():
    nothing = pd.DataFrame([withheld(cell("SLV", code)) for code in ("LB01", "ED01")])
    document = brief(source("SLV", nothing))
    assert len(document.lines) == 3
    assert "40.0" not in told(document)


def test_across_countries_only_what_each_country_shows():
    hidden = withheld(cell("SLV", "EC01"))
    sources = [
        source("GIN", pd.DataFrame([cell("GIN", "EC01", obs_value=91.3)])),
        source("SLV", pd.DataFrame([hidden, cell("SLV", "LB01", obs_value=8.6)])),
    ]
    document = build_across_brief(sources, Words("en", *(one.declared for one in sources)))
    tables_of = tables(section(document, "The general recommendations and their evidence"))
    rows = {row[0]: row[1:] for table in tables_of for row in table.rows}
    assert rows["Income reduced because of COVID-19,\u00a0%"] == ("91.3", "..")
    assert rows["Unemployment rate,\u00a0%"][1] == "8.6"
    assert [c.title for c in tables_of[0].columns[1:]] == ["GIN", "SLV"]
    assert f"{SECRET:.1f}" not in told(document)
