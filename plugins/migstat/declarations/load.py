"""Loading declarations from ``include/``: sane ones, or every problem of a file."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from migstat.declarations.catalogue import Catalogue, Language
from migstat.declarations.catalogue_check import Finding, check_catalogue
from migstat.declarations.country import Country
from migstat.declarations.country_check import check_country
from migstat.declarations.disclosure_check import check_disclosure
from migstat.declarations.known_keys import message_of
from migstat.declarations.model import DeclarationError, Problem
from migstat.declarations.nearest import proposal
from migstat.declarations.survey import Survey
from migstat.declarations.survey_check import check_survey
from migstat.declarations.translations import MASTER, Translation, check_translation
from migstat.declarations.yaml_file import Source, examine, line_of, load_yaml, read_yaml
from migstat.paths import paths

M = TypeVar("M", bound=BaseModel)

CATALOGUE_PARTS = tuple(Catalogue.model_fields)


def load_surveys() -> dict[str, Survey]:
    """Load every survey, by code, in the order of their codes.

    Raises:
        DeclarationError: With the problems of the first file that has some.
    """
    return {code: load_survey(code) for code in survey_codes()}


def load_survey(code: str) -> Survey:
    """Load one survey.

    Raises:
        DeclarationError: The survey is not declared (names the nearest one) or not sane.
    """
    survey, problems = examine_survey(code)
    if problems or survey is None:
        raise DeclarationError(problems)
    return survey


def examine_survey(code: str) -> tuple[Survey | None, list[Problem]]:
    """Load a survey as far as it goes, with every problem of its ``delivery.yml``."""
    file = paths().surveys / code / "delivery.yml"
    if not file.is_file():
        known = proposal(code, survey_codes())
        return None, [Problem(file, 1, f"survey {code!r} is not declared{known}")]
    survey, problems, source = _examine(file, Survey)
    if survey is None or source is None:
        return None, problems
    findings = check_survey(survey)
    if survey.survey != code:
        findings.append(Finding(("survey",), f"{survey.survey!r} lies in the folder of {code!r}"))
    return survey, [*problems, *(source.problem(f.location, f.message) for f in findings)]


def survey_codes() -> list[str]:
    """List the surveys that have a ``delivery.yml``, sane or not, in their order."""
    return sorted(file.parent.name for file in paths().surveys.glob("*/delivery.yml"))


def load_countries() -> list[Country]:
    """Load every country, in the order of their ISO3 codes.

    Raises:
        DeclarationError: With the problems of the first file that has some.
    """
    return [load_country(file.stem) for file in sorted(paths().countries.glob("*.yml"))]


def load_releasing_countries() -> list[Country]:
    """Load the countries that declare a release, in the order of their ISO3 codes.

    Raises:
        DeclarationError: With the problems of the first file of any country that has some.
    """
    return [country for country in load_countries() if country.release]


def load_country(iso3: str) -> Country:
    """Load one country.

    Raises:
        DeclarationError: The country is not declared or not sane.
    """
    file = country_file(iso3)
    if not file.exists():
        known = ", ".join(sorted(one.stem.upper() for one in paths().countries.glob("*.yml")))
        raise DeclarationError([Problem(file, 1, f"country {iso3!r} is not declared; {known} are")])
    country, problems = examine_country(file)
    if problems or country is None:
        raise DeclarationError(problems)
    return country


def country_file(iso3: str) -> Path:
    """Say which file declares a country."""
    return paths().countries / f"{iso3.lower()}.yml"


def examine_country(file: Path) -> tuple[Country | None, list[Problem]]:
    """Load a country as far as it goes, with every problem of its file."""
    country, problems, source = _examine(file, Country)
    if country is None or source is None:
        return None, problems
    findings = check_country(country)
    if country.iso3.lower() != file.stem:
        findings.append(Finding(("iso3",), f"{country.iso3} lies in {file.name}"))
    return country, [*problems, *(source.problem(f.location, f.message) for f in findings)]


def load_catalogue() -> Catalogue:
    """Load the catalogue.

    Raises:
        DeclarationError: With every problem, each in the file of its part.
    """
    folder = paths().catalogue
    parts = {name: load_yaml(folder / f"{name}.yml") for name in CATALOGUE_PARTS}
    try:
        catalogue = Catalogue.model_validate(parts)
    except ValidationError as error:
        found = [
            message_of(Catalogue, item["loc"], item["type"], item["msg"]) for item in error.errors()
        ]
        raise DeclarationError(_catalogue_problems(folder, found)) from error
    checked = [*check_catalogue(catalogue), *check_disclosure(catalogue)]
    findings = [(finding.location, finding.message) for finding in checked]
    if findings:
        raise DeclarationError(_catalogue_problems(folder, findings))
    return catalogue


def load_translations() -> dict[Language, Translation]:
    """Load the words of every language.

    Raises:
        DeclarationError: With every problem of all files; there is no English; the catalogue is
            not sane.
    """
    translations, problems = examine_translations(load_catalogue())
    if not translations:
        problems = problems or [_no_english()]
    if problems:
        raise DeclarationError(problems)
    return translations


def examine_translations(catalogue: Catalogue) -> tuple[dict[Language, Translation], list[Problem]]:
    """Load every language as far as it goes, with every problem of their files.

    A project that has none yet has no problem either: only releases need words.
    """
    files = sorted(paths().translations.glob("*.yml"))
    examined = [(file, *_examine(file, Translation)) for file in files]
    problems = [problem for _, _, found, _ in examined for problem in found]
    translations = {one.language: one for _, one, _, _ in examined if one is not None}
    master = translations.get(MASTER)
    if master is None:
        return {}, problems or [_no_english()] * bool(files)
    surveys = set(survey_codes())
    for file, translation, _, source in examined:
        if translation is None or source is None:
            continue
        findings = check_translation(translation, master, catalogue, surveys)
        if translation.language != file.stem:
            findings.append(Finding(("language",), f"{translation.language} lies in {file.name}"))
        problems += [source.problem(f.location, f.message) for f in findings]
    return translations, problems


def _no_english() -> Problem:
    file = paths().translations / f"{MASTER}.yml"
    return Problem(file, 1, "is missing: English is what all other languages translate")


def _examine(file: Path, model: type[M]) -> tuple[M | None, list[Problem], Source | None]:
    try:
        source = read_yaml(file)
    except DeclarationError as error:
        return None, error.problems, None
    return *examine(source, model), source


def _catalogue_problems(
    folder: Path, found: list[tuple[tuple[str | int, ...], str]]
) -> list[Problem]:
    problems = []
    for location, message in found:
        part = str(location[0]) if location else CATALOGUE_PARTS[0]
        file = folder / f"{part}.yml"
        where = ".".join(str(step) for step in location[1:])
        text = f"{where}: {message}" if where else message
        problems.append(Problem(file, line_of(file, location[1:]), text))
    return problems
