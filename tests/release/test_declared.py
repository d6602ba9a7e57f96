"""What a vintage keeps of the declarations: all that it uses, and nothing of anybody else."""

from datetime import date

import pytest
from migstat.declarations import (
    Catalogue,
    Country,
    load_catalogue,
    load_country,
    load_surveys,
    load_translations,
)
from migstat.declarations.release import Announcement, Approver, Recipient
from migstat.release.declared import DEFAULT, Declared, declare
from migstat.release.release import release_of

ISO3 = "SLV"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def kept(country: Country, catalogue: Catalogue) -> Declared:
    announced = [entry.date for entry in release_of(load_country(ISO3)).calendar]
    surveys, words = load_surveys().values(), load_translations()
    return declare(country, catalogue, surveys, words, announced)


def changed(**of_release: object) -> Country:
    country = load_country(ISO3)
    release = release_of(country).model_copy(update=of_release)
    return country.model_copy(update={"release": release})


def test_nothing_of_another_country_is_kept(catalogue: Catalogue):
    found = kept(load_country(ISO3), catalogue)
    assert found.surveys
    assert {code[:3] for code in found.surveys} == {"slv"}
    assert found.recommendations
    assert {ISO3 in one.countries for one in found.recommendations.values()} == {True}
    assert set(found.recommendations) < set(catalogue.recommendations)
    assert {code[:3] for code in found.report_figures} == {ISO3}
    ladders = set(found.disclosure.ladders)
    assert DEFAULT in ladders
    assert {code[:3] for code in ladders - {DEFAULT}} <= {"slv"}
    assert ladders < set(catalogue.disclosure.ladders)
    for words in found.translations.values():
        assert {code[:3].lower() for code in (*words.surveys, *words.figures)} <= {"slv"}


def test_who_receives_and_who_signs_makes_no_vintage_and_is_not_in_it(catalogue: Catalogue):
    plain = kept(load_country(ISO3), catalogue)
    later = Announcement(period="2030", date=date(2031, 1, 1))
    others = changed(
        recipients=(Recipient(name="Ministry", connection="ministry"),),
        approval=(Approver(name="A. Director", user="director"),),
        calendar=(*release_of(load_country(ISO3)).calendar, later),
    )
    found = kept(others, catalogue)
    assert release_of(found.country).recipients == ()
    assert release_of(found.country).approval == ()
    assert "2030" not in {entry.period for entry in release_of(found.country).calendar}
    assert found.identity == plain.identity


def test_wording_makes_no_vintage_and_a_rule_does(catalogue: Catalogue):
    country = load_country(ISO3)
    plain = kept(country, catalogue)
    spoken = kept(country, catalogue).model_copy(update={"translations": {}})
    assert spoken.identity == plain.identity
    stricter = country.disclosure.model_copy(update={"min_contributors": 99})
    found = kept(country.model_copy(update={"disclosure": stricter}), catalogue)
    assert found.identity != plain.identity
