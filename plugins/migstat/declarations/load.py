"""Loading declarations from ``include/``, and checking all of them at once."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from rapidfuzz import process

from migstat.declarations.catalogue import Catalogue
from migstat.declarations.catalogue_check import check_catalogue
from migstat.declarations.country import Country
from migstat.declarations.model import DeclarationError, Problem
from migstat.declarations.survey import Survey
from migstat.declarations.yaml_file import line_of, load_yaml, parse_file
from migstat.paths import paths

M = TypeVar("M")

CATALOGUE_PARTS = tuple(Catalogue.model_fields)


def load_surveys() -> dict[str, Survey]:
    """Load every survey, by code, in the order of their codes.

    Raises:
        DeclarationError: With the problems of the first file that has some.
    """
    return {file.parent.name: load_survey(file.parent.name) for file in _survey_files()}


def load_survey(code: str) -> Survey:
    """Load one survey.

    Raises:
        DeclarationError: The survey is not declared (names the nearest one) or not sane.
    """
    file = paths().surveys / code / "delivery.yml"
    if not file.is_file():
        raise DeclarationError(
            [Problem(file, 1, f"survey {code!r} is not declared{_nearest(code)}")]
        )
    survey = parse_file(file, Survey)
    if survey.survey != code:
        message = f"survey: {survey.survey!r} lies in the folder of {code!r}"
        raise DeclarationError([Problem(file, line_of(file, ("survey",)), message)])
    return survey


def load_countries() -> list[Country]:
    """Load every country, in the order of their ISO3 codes.

    Raises:
        DeclarationError: With the problems of the first file that has some.
    """
    return [_load_country(file) for file in sorted(paths().countries.glob("*.yml"))]


def load_country(iso3: str) -> Country:
    """Load one country.

    Raises:
        DeclarationError: The country is not declared or not sane.
    """
    return _load_country(paths().countries / f"{iso3.lower()}.yml")


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
        found = [(item["loc"], item["msg"]) for item in error.errors()]
        raise DeclarationError(_catalogue_problems(folder, found)) from error
    findings = [(finding.location, finding.message) for finding in check_catalogue(catalogue)]
    if findings:
        raise DeclarationError(_catalogue_problems(folder, findings))
    return catalogue


def check_all() -> list[Problem]:
    """Find every problem of all declarations at once; an empty list means all is well."""
    problems: list[Problem] = []
    codes = [file.parent.name for file in _survey_files()]
    surveys = [_gather(partial(load_survey, code), problems) for code in codes]
    country_files = sorted(paths().countries.glob("*.yml"))
    countries = [_gather(partial(_load_country, file), problems) for file in country_files]
    _gather(load_catalogue, problems)
    known = {country.iso3 for country in countries if country}
    for survey in surveys:
        if survey and survey.country not in known:
            file = paths().surveys / survey.survey / "delivery.yml"
            message = f"country: {survey.country} has no file in include/countries"
            problems.append(Problem(file, line_of(file, ("country",)), message))
    return sorted(problems)


def _gather(load: Callable[[], M], problems: list[Problem]) -> M | None:
    try:
        return load()
    except DeclarationError as error:
        problems.extend(error.problems)
        return None


def _load_country(file: Path) -> Country:
    country = parse_file(file, Country)
    if country.iso3.lower() != file.stem:
        message = f"iso3: {country.iso3} lies in {file.name}"
        raise DeclarationError([Problem(file, line_of(file, ("iso3",)), message)])
    return country


def _survey_files() -> list[Path]:
    return sorted(paths().surveys.glob("*/delivery.yml"))


def _nearest(code: str) -> str:
    names = [file.parent.name for file in _survey_files()]
    match = process.extractOne(code, names)
    return f"; nearest: {match[0]!r}" if match else ""


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
