"""The quality report: written from the run, and from nothing that must not leave."""

import re

import pytest
from migstat.release.brief.document import Document, Table, texts_of
from migstat.release.brief.words import Words
from migstat.release.making import build
from migstat.release.release import Release
from migstat.release.writers import quality
from release_office import COUNTRY, DELIVERY, Office, by_sex, planned


def report(release: Release, language: str = "en") -> Document:
    return quality.build_report(release, Words(language, release.inputs.declared))


def rows(document: Document, caption: str) -> list[tuple[str, ...]]:
    tables = [
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table) and block.caption == caption
    ]
    return [row for table in tables for row in table.rows]


def test_it_says_how_long_it_took_from_the_last_interview(release: Release):
    ((_, period, ended, days),) = rows(report(release), "From the last interview to the release")
    assert (period, ended, days) == ("2020", "2020-11-27", "215")  # 27 November to 30 June


def test_sampling_errors_are_those_of_what_is_shown(release: Release):
    ((_, figures, shown, cautious, median),) = rows(
        report(release), "Figures and their sampling errors"
    )
    assert (figures, shown, cautious, median) == ("3", "2", "0", "1.3")


def test_records_delivered_and_used_add_up(release: Release):
    ((_, delivered, accepted, held_back, unmapped),) = rows(
        report(release), "Records delivered and used"
    )
    assert (delivered, accepted, held_back, unmapped) == ("410", "405", "5", "0")


def test_what_was_refused_or_superseded_is_not_counted_twice(office: Office):
    old = DELIVERY | {"delivery_id": "d0", "state": "superseded"}
    office.publish(by_sex(), deliveries=[old, DELIVERY])
    ((_, delivered, *_),) = rows(report(planned(office)), "Records delivered and used")
    assert delivered == "410"


def test_indicators_are_counted_by_what_the_survey_can_say(office: Office):
    base = {"country_code": COUNTRY, "survey_code": "zzz_people", "wave": "2020"}
    states = [("LB01", "_T", "produced"), ("LB01", "sex", "too_imprecise")]
    states += [("ED01", "_T", "not_collected"), ("RM01", "_T", "not_collected")]
    coverage = [
        base | {"indicator_code": code, "disaggregation": by, "coverage": state}
        for code, by, state in states
    ]
    office.publish(by_sex(), indicator_coverage=coverage)
    ((_, *counts),) = rows(report(planned(office)), "Indicators by what the survey can say of them")
    assert counts == ["1", "0", "2"]


def test_rules_that_records_broke_are_counted(office: Office):
    base = {"survey_code": "zzz_people", "wave": "2020", "delivery_id": "d1", "n_rows": 410}
    results = [
        base | {"rule": rule, "severity": severity, "n_failed": failed}
        for rule, severity, failed in [("a", "warning", 5), ("b", "critical", 0), ("c", "info", 0)]
    ]
    office.publish(by_sex(), quality_results=results)
    ((_, *counts),) = rows(report(planned(office)), "Rules that the deliveries were checked by")
    assert counts == ["3", "1", "0"]


def test_a_critical_rule_that_allows_some_records_is_not_told_to_allow_none(office: Office):
    """Of an accepted delivery a critical rule may count records: fewer than it refuses for."""
    broken = {"survey_code": "zzz_people", "wave": "2020", "delivery_id": "d1", "n_rows": 410}
    broken |= {"rule": "a", "severity": "critical", "n_failed": 5}
    office.publish(by_sex(), quality_results=[broken])
    document = report(planned(office))
    ((_, *counts),) = rows(document, "Rules that the deliveries were checked by")
    assert counts == ["1", "1", "1"]
    assert "Where more records break a critical rule than it allows" in " ".join(texts_of(document))


def test_revisions_are_told_with_their_reason(office: Office):
    build(COUNTRY, office.ledger, clock=office.clock)
    office.publish(by_sex(obs_value=20.0))
    build(COUNTRY, office.ledger, correction="Wrong weights.", clock=office.clock)
    document = report(planned(office))
    told = " ".join(texts_of(document))
    assert "0 figures added, 1 revised, 0 withdrawn" in told
    assert "This vintage corrects the one before: Wrong weights." in told


def test_the_first_vintage_says_that_it_is_the_first(release: Release):
    assert "This is the first vintage." in list(texts_of(report(release)))


@pytest.mark.parametrize("language", ["en", "es", "fr", "ru", "id", "bn"])
def test_it_is_written_in_every_language_without_a_word_missing(release: Release, language: str):
    document = report(release, language)
    assert all(not re.search(r"\{\w+\}", text) for text in texts_of(document))
    foreign = [text for text in texts_of(document) if getattr(text, "key", "").startswith("phras")]
    assert foreign == []


def test_it_names_the_threshold_of_the_profile(office: Office):
    office.declared["disclosure"] = {"profile": "strict"}
    office.declare()
    told = " ".join(texts_of(report(planned(office))))
    assert "if fewer than 20 people or households stand behind it" in told


def test_a_withheld_figure_is_nowhere_in_it(release: Release):
    women = release.inputs.tables["estimates"].query("sex == 'F'").iloc[0]
    told = " ".join(texts_of(report(release)))
    assert str(women["n_obs"]) not in told.replace("2021", "").replace("2020", "")
    assert f"{women['obs_value']:.1f}" not in told
