"""Checking everything that is declared at once: what this finds nobody learns from a build."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from migstat.declarations.catalogue import Catalogue
from migstat.declarations.disclosure_check import check_country_disclosure, check_ladders
from migstat.declarations.load import (
    country_file,
    examine_country,
    examine_survey,
    examine_translations,
    load_catalogue,
    survey_codes,
)
from migstat.declarations.model import DeclarationError, Problem
from migstat.declarations.release_check import check_shared_places
from migstat.declarations.report_check import check_report
from migstat.declarations.staging import check_staging, strayed_models
from migstat.declarations.suite_check import check_suite, strayed_suites
from migstat.declarations.survey import Survey
from migstat.declarations.yaml_file import line_of, read_yaml
from migstat.paths import paths

if TYPE_CHECKING:
    from migstat.declarations.country import Country


def check_all() -> list[Problem]:
    """Find every problem of all declarations at once; an empty list means all is well."""
    problems: list[Problem] = []
    catalogue = _catalogue(problems)
    countries: dict[str, Country | None] = {}
    for file in sorted(paths().countries.glob("*.yml")):
        countries[file.stem.upper()], found = examine_country(file)
        problems += found
    surveys: dict[str, Survey | None] = {}
    for code in survey_codes():
        surveys[code], found = survey, _ = examine_survey(code)
        country = countries.get(code[:3].upper())
        problems += [*found, *check_staging(code, survey, catalogue, country)]
        problems += check_suite(code, survey)
        if survey and survey.country not in countries:
            problems.append(_no_country(survey))
    problems += _shared_places(countries)
    problems += [*strayed_models(surveys), *strayed_suites(surveys)]
    if catalogue:
        problems += check_report(catalogue, surveys, countries)
        problems += examine_translations(catalogue)[1]
        problems += _disclosure(catalogue, surveys, countries)
    return sorted(set(problems))


def load_harmonised(code: str, catalogue: Catalogue | None) -> Survey:
    """Load one survey for a build: its declaration, its country and its staging models.

    Args:
        code: The survey.
        catalogue: The catalogue; without one, variables and codes are not looked up.

    Raises:
        DeclarationError: With every problem that a build of the survey would run into.
    """
    survey, problems = examine_survey(code)
    country = None
    if survey is not None:
        country, found = examine_country(country_file(survey.country))
        problems += found
    problems += check_staging(code, survey, catalogue, country)
    if problems or survey is None:
        raise DeclarationError(sorted(set(problems)))
    return survey


def _catalogue(problems: list[Problem]) -> Catalogue | None:
    try:
        return load_catalogue()
    except DeclarationError as error:
        problems.extend(error.problems)
        return None


def _disclosure(
    catalogue: Catalogue,
    surveys: Mapping[str, Survey | None],
    countries: Mapping[str, "Country | None"],
) -> list[Problem]:
    control = catalogue.disclosure
    file = paths().catalogue / "disclosure.yml"
    problems = [
        Problem(file, line_of(file, f.location[1:]), f.message)
        for f in check_ladders(control, surveys)
    ]
    for iso3, country in countries.items():
        if country is not None:
            own = country_file(iso3)
            problems += [
                read_yaml(own).problem(f.location, f.message)
                for f in check_country_disclosure(country, control, surveys)
            ]
    return problems


def _shared_places(countries: Mapping[str, "Country | None"]) -> list[Problem]:
    releases = {k: one.release for k, one in countries.items() if one and one.release}
    return [
        read_yaml(country_file(iso3)).problem(f.location, f.message)
        for iso3, f in check_shared_places(releases)
    ]


def _no_country(survey: Survey) -> Problem:
    file = paths().surveys / survey.survey / "delivery.yml"
    message = (
        f"country: {survey.country} has no file in include/countries; "
        f"write {survey.country.lower()}.yml there"
    )
    return Problem(file, line_of(file, ("country",)), message)
