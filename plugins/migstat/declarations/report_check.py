"""Whether what the report is compared with can be found: surveys, waves, areas, what is counted."""

from collections.abc import Iterator, Mapping

from migstat.declarations.catalogue import Catalogue
from migstat.declarations.country import Country
from migstat.declarations.expression import check_expression
from migstat.declarations.model import TOTAL, Problem
from migstat.declarations.nearest import proposal
from migstat.declarations.report import Cell, Count
from migstat.declarations.staging import mapped_variables
from migstat.declarations.survey import UNIT_OF_TABLE, Survey
from migstat.declarations.yaml_file import Location, line_of
from migstat.paths import paths

PUBLISHED = {"mig_status": "string", "stratum": "string", "psu": "string"}  # beside the variables


def check_report(
    catalogue: Catalogue,
    surveys: Mapping[str, Survey | None],
    countries: Mapping[str, Country | None],
) -> list[Problem]:
    """Find what the report's figures name and nobody declares.

    Args:
        catalogue: The catalogue.
        surveys: Every declared survey by code; None where it has problems of its own. A survey
            that is not declared is a problem once each country of the programme has one.
        countries: Every declared country by its ISO3 code, likewise.
    """
    programme = {c for one in catalogue.recommendations.values() for c in one.countries}
    is_whole = programme <= {code[:3].upper() for code in surveys}
    file = paths().catalogue / "report_figures.yml"
    problems = []
    for path, ours in _compared(catalogue):
        found = [*_of_survey(ours, surveys, is_whole=is_whole)]
        if isinstance(ours, Cell):
            found += [*_of_area(ours, countries), *_of_needs(ours, catalogue, surveys)]
        else:
            found += _of_count(ours, catalogue)
        for key, message in found:
            where = ".".join(str(step) for step in (*path, key))
            problems.append(Problem(file, line_of(file, (*path, key)), f"{where}: {message}"))
    return problems


def _compared(catalogue: Catalogue) -> Iterator[tuple[Location, Cell | Count]]:
    for name, figure in catalogue.report_figures.items():
        for path, cell in figure.cells():
            yield (name, *path), cell
        if figure.count:
            yield (name, "count"), figure.count


def _of_survey(
    ours: Cell | Count, surveys: Mapping[str, Survey | None], *, is_whole: bool
) -> Iterator[tuple[str, str]]:
    if ours.survey not in surveys and is_whole:
        yield "survey", f"survey {ours.survey!r} is not declared{proposal(ours.survey, surveys)}"
    survey = surveys.get(ours.survey)
    if survey is None:
        return
    if ours.wave and ours.wave not in survey.waves:
        known = proposal(ours.wave, survey.waves)
        yield "wave", f"{ours.survey} has no wave {ours.wave!r}{known}"
    if isinstance(ours, Count) and ours.table not in survey.export.tables:
        yield "table", f"{ours.survey} has no table {ours.table.value}"


def _of_area(cell: Cell, countries: Mapping[str, Country | None]) -> Iterator[tuple[str, str]]:
    country = countries.get(cell.survey[:3].upper())
    if country and cell.ref_area not in {TOTAL, *(area.code for area in country.areas)}:
        known = proposal(cell.ref_area, [area.code for area in country.areas])
        yield "ref_area", f"{cell.ref_area} is no area of {country.name}{known}"


def _of_needs(
    cell: Cell, catalogue: Catalogue, surveys: Mapping[str, Survey | None]
) -> Iterator[tuple[str, str]]:
    """Say that a survey does not ask what an indicator needs: no estimate would ever come."""
    survey, code = surveys.get(cell.survey), cell.indicator
    if survey is None:
        return
    indicator = catalogue.indicators[code]
    asked = [t for t in survey.export.tables if UNIT_OF_TABLE[t] in indicator.units]
    if not asked:
        units = " or ".join(f"{unit}s" for unit in indicator.units)
        yield "indicator", f"{code} is measured of {units}, of which {cell.survey} has no table"
        return
    mapped = [mapped_variables(cell.survey, table) for table in asked]
    lacking = [set(indicator.needs) - names for names in mapped if names is not None]
    if len(lacking) == len(asked) and all(lacking):
        names = ", ".join(sorted(lacking[0]))
        yield "indicator", f"{cell.survey} maps no {names}, which {code} needs of {asked[0]}"


def _of_count(count: Count, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    variables = catalogue.variables[count.table]
    columns = PUBLISHED | {name: variable.type for name, variable in variables.items()}
    for key, sql, kind in (
        ("where", count.where, "boolean"),
        ("distinct", count.distinct, "string"),
    ):
        if sql is None:
            continue
        unknown, wrong = check_expression(sql, kind, columns)
        for name in unknown:
            yield key, f"{name} is no variable of {count.table.value}{proposal(name, columns)}"
        if wrong:
            yield key, wrong
