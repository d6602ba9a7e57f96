"""What a reader must not stumble over in a brief: promises, units, names, half-told findings."""

import brief_source
import pandas as pd
import pytest
from brief_source import SECRET, brief, cell, rows_of, section, source, tables, told, withheld
from migstat.release.brief.across import build_across_brief
from migstat.release.brief.document import texts_of
from migstat.release.brief.words import Words

REPORT = "The report of 2021 beside these data"
SPAN = "36.1\u00a0to\u00a044.0"
NO_EVIDENCE = pd.DataFrame(columns=["indicator_code", "survey_code", "wave", "evidence"])


def test_nothing_is_promised_of_a_report_that_does_not_speak_of_the_country():
    nothing = pd.DataFrame(columns=["figure_id", "result", "obs_value"])
    cells = pd.DataFrame([cell("ARG", "LB01")])
    document = brief(source("ARG", cells, evidence=NO_EVIDENCE, comparison=nothing))
    assert document.subtitle == "Figures from household and other surveys"
    assert "no recommendation that speaks of this country" in document.lines[-1].text
    assert [b.text for b in section(document, "What to collect next").blocks] == [  # type: ignore[union-attr]
        document.lines[-1].text
    ]
    (only,) = section(document, "The report of 2021 beside these data").blocks
    assert "no estimate to compare with" in only.text  # type: ignore[union-attr]


@pytest.mark.parametrize("result", ["holds", "withheld"])
def test_made_up_data_agree_with_a_report_only_where_they_are_compared(result: str):
    ours = brief_source.catalogue().report_figures["SLV-B08"].signs[0].left
    row = cell("SLV", ours.indicator, survey_code=ours.survey, wave="2021", time_period="2021")
    made = pd.DataFrame([row if result == "holds" else withheld(row)])
    comparison = pd.DataFrame([{"figure_id": "SLV-B08", "result": "holds", "obs_value": SECRET}])
    part = section(brief(source("SLV", made, comparison=comparison)), REPORT)
    told_so = [getattr(block, "text", "").startswith("The synthetic data") for block in part.blocks]
    assert any(told_so) == (result == "holds")
    assert not told_so[-1]  # the table stands last: no words alone on the page behind it
    ours_told = {"holds": ("40.0%", "2021", SPAN), "withheld": ("..", "\u2013", "..")}[result]
    assert tables(part)[0].rows[0][2:5] == ours_told


def test_a_finding_that_compares_two_groups_shows_both():
    figure = brief_source.catalogue().report_figures["BLR-B02"]
    cells = [
        cell("BLR", "SC01", breakdown=c.breakdown, obs_value={"EUR": 80.8}.get(c.breakdown, 39.4))
        for _, c in figure.cells()
    ]
    made = pd.DataFrame(cells).drop_duplicates()
    comparison = pd.DataFrame([{"figure_id": "BLR-B02", "result": "holds", "obs_value": 1.0}])
    (row,) = rows_of(brief(source("BLR", made, comparison=comparison)), REPORT)
    assert row[2:5] == ("39.4% <\u00a080.8%", "2020", f"{SPAN}; {SPAN}")


def test_a_column_of_gaps_stands_only_where_there_are_gaps():
    title = "The recommendations and their evidence"
    with_gaps = tables(section(brief(source("SLV")), title))
    assert {table.columns[-1].title for table in with_gaps} == {"Widest gap"}
    without = tables(section(brief(source("SLV", gaps=brief_source.gaps_of("SLV")[:0])), title))
    assert {table.columns[-1].title for table in without} == {"Answers"}
    for one, other in zip(with_gaps, without, strict=True):
        assert other.rows == tuple(row[:-1] for row in one.rows)
        shares = [sum(column.share for column in table.columns) for table in (one, other)]
        assert shares[0] == pytest.approx(shares[1])


def test_questions_that_tell_status_apart_stand_as_sentences():
    rows = brief_source.coverage_of("SLV")
    status = rows.iloc[0].to_dict() | {
        "indicator_code": "LB01",
        "disaggregation": "mig_status",
        "missing_variables": "birth_country citizenship_country",
    }
    coverage = pd.concat([rows, pd.DataFrame([status])])
    made = source("SLV", pd.DataFrame([cell("SLV", "LB01")]), coverage=coverage)
    asked = "In which country was each person born? Of which country is each person a citizen?"
    assert asked in told(brief(made))


def test_a_command_is_broken_only_where_a_shell_goes_on():
    commands = [b for s in brief(source("SLV")).sections for b in s.blocks if b.kind == "commands"]
    lines = commands[0].lines  # type: ignore[union-attr]
    assert lines[1].endswith(" \\")
    assert lines[2] == "  -s SHA256SUMS.sig < SHA256SUMS"
    assert all(len(line) <= 100 for line in lines)  # as many as the PDF has room for


@pytest.mark.parametrize(
    ("iso3", "language", "name"),
    [
        ("KGZ", "ru", "Ведомство статистики (пример), Кыргызстан"),
        ("KGZ", "en", "Statistics office (example), Kyrgyzstan"),
        ("BGD", "bn", "পরিসংখ্যান দপ্তর (উদাহরণ), বাংলাদেশ"),
        ("SLV", "es", "Oficina de ejemplo de estadística, El Salvador"),
        ("SLV", "fr", "Statistics office (example), El Salvador"),
    ],
)
def test_the_publisher_is_named_in_the_language_of_the_page(iso3: str, language: str, name: str):
    document = brief(source(iso3), language)
    assert document.publisher == name
    assert name in [fact for _, fact in document.facts.pairs]
    assert any(name in text for text in texts_of(document.sections))


def test_another_name_of_the_publisher_makes_no_vintage():
    declared = brief_source.declared("SLV")
    release = declared.country.release
    assert release is not None
    renamed = declared.country.model_copy(
        update={"release": release.model_copy(update={"publisher_names": {"en": "Office"}})}
    )
    assert declared.model_copy(update={"country": renamed}).identity == declared.identity


def test_across_countries_the_years_are_told_and_who_lacks_what_all_are_advised():
    waves = [("SLV", "2021-01"), ("GIN", "2021"), ("ARG", "2016-Q2")]
    sources = [
        source(iso3, pd.DataFrame([cell(iso3, "LB01", time_period=period)]), evidence=NO_EVIDENCE)
        for iso3, period in waves
    ]
    document = build_across_brief(sources, Words("en", *(one.declared for one in sources)))
    assert "2016\u20132021" in [fact for _, fact in document.facts.pairs]
    lacking = {row[0]: row[1] for row in rows_of(document, "What to collect next")}
    assert "ARG" in lacking["Account ownership"]
