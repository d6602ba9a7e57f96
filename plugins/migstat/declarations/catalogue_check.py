"""Whether the parts of the catalogue fit together: every name that one part uses, another has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from migstat.declarations.catalogue import Catalogue, Component, Indicator
from migstat.declarations.model import TOTAL
from migstat.declarations.nearest import proposal
from migstat.declarations.report import GENERAL, Cell
from migstat.declarations.survey import UNIT_OF_TABLE, TableName


@dataclass(frozen=True)
class Finding:
    """One name that leads nowhere, and the path of keys to the place that uses it."""

    location: tuple[str | int, ...]
    message: str


def check_catalogue(catalogue: Catalogue) -> list[Finding]:
    """Find every name that leads nowhere; an empty list means the parts fit together."""
    return [
        *_code_lists(catalogue),
        *_parents(catalogue),
        *_status_codes(catalogue),
        *_status_variables(catalogue),
        *_indicators(catalogue),
        *_standard_population(catalogue),
        *_figures(catalogue),
        *_recommendations(catalogue),
    ]


def _code_lists(catalogue: Catalogue) -> Iterator[Finding]:
    named: list[tuple[tuple[str, ...], str | None]] = [
        (("variables", table.value, name, "codes"), variable.codes)
        for table, variables in catalogue.variables.items()
        for name, variable in variables.items()
    ]
    named += [
        (("disaggregations", "dimensions", name, "codes"), dimension.codes)
        for name, dimension in catalogue.disaggregations.dimensions.items()
    ]
    for location, codes in named:
        if codes and codes not in catalogue.code_lists:
            yield Finding(location, f"code list {codes} is not in code_lists.yml")


def _parents(catalogue: Catalogue) -> Iterator[Finding]:
    for name, codes in catalogue.code_lists.items():
        for code, entry in codes.items():
            if entry.parent and entry.parent not in codes:
                location = ("code_lists", name, code, "parent")
                yield Finding(location, f"code {entry.parent} is not in {name}")


def _status_codes(catalogue: Catalogue) -> Iterator[Finding]:
    status = catalogue.migratory_status
    named: list[tuple[tuple[str | int, ...], str | None]] = [
        *((("rules", i, "code"), rule.code) for i, rule in enumerate(status.rules)),
        *((("flags", name), code) for name, code in status.flags.items()),
        *((("household_flags", n, "of"), flag.of) for n, flag in status.household_flags.items()),
        (("outcomes", "not_collected", "code"), status.outcomes.not_collected.code),
        (("outcomes", "not_stated", "code"), status.outcomes.not_stated.code),
    ]
    yield from _missing_codes(catalogue, "CL_MIG_STATUS", named)
    households = [(("household", i, "code"), rule.code) for i, rule in enumerate(status.household)]
    yield from _missing_codes(catalogue, "CL_HH_MIG", households)


def _missing_codes(
    catalogue: Catalogue,
    code_list: str,
    named: Iterable[tuple[tuple[str | int, ...], str | None]],
) -> Iterator[Finding]:
    known = catalogue.code_lists.get(code_list, {})
    for location, code in named:
        if code and code not in known:
            yield Finding(("migratory_status", *location), f"code {code} is not in {code_list}")


def _status_variables(catalogue: Catalogue) -> Iterator[Finding]:
    status = catalogue.migratory_status
    persons = catalogue.variables.get(TableName.PERSONS, {})
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("rules", i, part), name)
        for i, rule in enumerate(status.rules)
        for part in ("needs", "needs_any", "without")
        for name in getattr(rule, part)
    ]
    named += [
        (("contradictions", i, "needs"), name)
        for i, contradiction in enumerate(status.contradictions)
        for name in contradiction.needs
    ]
    for location, name in named:
        if name not in persons:
            yield Finding(("migratory_status", *location), f"{name} is no variable of persons")
    households = catalogue.variables.get(TableName.HOUSEHOLDS, {})
    for name, flag in status.household_flags.items():
        if flag.answer and flag.answer not in households:
            location = ("migratory_status", "household_flags", name, "answer")
            yield Finding(location, f"{flag.answer} is no variable of households")
    for term in status.terms:
        if term in persons:
            yield Finding(("migratory_status", "terms", term), "is the name of a variable too")


def _indicators(catalogue: Catalogue) -> Iterator[Finding]:
    variables = {name for table in catalogue.variables.values() for name in table}
    for code, indicator in catalogue.indicators.items():
        yield from _needs(catalogue, code, indicator)
        for term in set(indicator.terms) & variables:
            yield Finding(("indicators", code, "terms", term), "is the name of a variable too")
        for part in ("of", "disaggregations"):
            for name in getattr(indicator, part):
                dimension = catalogue.disaggregations.dimensions.get(name)
                if dimension is None or not set(indicator.units) & set(dimension.units):
                    units = " or ".join(indicator.units)
                    message = f"{name} is no dimension of a {units}"
                    yield Finding(("indicators", code, part), message)
        for part, named in (("components", indicator.components), ("variants", indicator.variants)):
            for name in named:
                if name not in catalogue.code_lists.get("CL_BREAKDOWN", {}):
                    message = f"code {name} is not in CL_BREAKDOWN"
                    yield Finding(("indicators", code, part, name), message)


def _needs(catalogue: Catalogue, code: str, indicator: Indicator) -> Iterator[Finding]:
    parts: list[tuple[tuple[str, ...], Indicator | Component]] = [((), indicator)]
    parts += [(("components", key), component) for key, component in indicator.components.items()]
    for location, part in parts:
        units = part.units or indicator.units
        tables = [table for table, unit in UNIT_OF_TABLE.items() if unit in units]
        for table, key in product(tables, ("needs", "instead")):
            for name in getattr(part, key):
                if name not in catalogue.variables.get(table, {}):
                    message = f"{name} is no variable of {table.value}"
                    yield Finding(("indicators", code, *location, key), message)


def _standard_population(catalogue: Catalogue) -> Iterator[Finding]:
    standard, cube = catalogue.standard_population, catalogue.disaggregations
    dimension = cube.dimensions.get(standard.dimension)
    if dimension is None or dimension.codes is None:
        near = proposal(standard.dimension, cube.dimensions)
        message = f"{standard.dimension} is no dimension with codes{near}"
        yield Finding(("standard_population", "dimension"), message)
        return
    codes = catalogue.code_lists.get(dimension.codes, {})
    for code in standard.shares:
        if code not in codes or code.startswith("_"):
            at = ("standard_population", "shares", code)
            yield Finding(at, f"code {code} is not in {dimension.codes}{proposal(code, codes)}")


def _figures(catalogue: Catalogue) -> Iterator[Finding]:
    programme = {c for one in catalogue.recommendations.values() for c in one.countries}
    for name, figure in catalogue.report_figures.items():
        location = ("report_figures", name)
        if name[:3] not in {GENERAL, *programme}:
            yield Finding(location, f"{name[:3]} is no country of recommendations.yml")
        if figure.indicator and figure.indicator not in catalogue.indicators:
            yield Finding((*location, "indicator"), _unknown_indicator(catalogue, figure.indicator))
        for path, cell in figure.cells():
            for key, message in _cell(catalogue, cell):
                yield Finding((*location, *path, key), message)


def _cell(catalogue: Catalogue, cell: Cell) -> Iterator[tuple[str, str]]:
    """Find what no estimate can have: key of the cell, and what is wrong with it."""
    indicator = catalogue.indicators.get(cell.indicator)
    if indicator is None:
        yield "indicator", _unknown_indicator(catalogue, cell.indicator)
        return
    if cell.breakdown not in {TOTAL, *indicator.components, *indicator.variants}:
        known = proposal(cell.breakdown, [*indicator.components, *indicator.variants])
        yield "breakdown", f"{cell.breakdown} is no component of {cell.indicator}{known}"
    published = {*catalogue.disaggregations.always, *indicator.of, *indicator.disaggregations}
    for name, dimension in catalogue.disaggregations.dimensions.items():
        code = getattr(cell, name)
        if code != TOTAL and name not in published:
            yield name, f"{cell.indicator} is not published by {name}"
        if dimension.codes and code not in catalogue.code_lists.get(dimension.codes, {}):
            known = proposal(code, catalogue.code_lists.get(dimension.codes, {}))
            yield name, f"code {code} is not in {dimension.codes}{known}"


def _recommendations(catalogue: Catalogue) -> Iterator[Finding]:
    for name, recommendation in catalogue.recommendations.items():
        location = ("recommendations", name)
        if name[:3] != GENERAL and recommendation.countries != (name[:3],):
            yield Finding((*location, "countries"), f"{name} is of {name[:3]} alone")
        for i, code in enumerate(recommendation.indicators):
            if code not in catalogue.indicators:
                yield Finding((*location, "indicators", i), _unknown_indicator(catalogue, code))
        for part in ("countries", "indicators"):
            listed = getattr(recommendation, part)
            if len(set(listed)) < len(listed):
                yield Finding((*location, part), "names one twice")


def _unknown_indicator(catalogue: Catalogue, code: str) -> str:
    return f"{code} is not in indicators.yml{proposal(code, catalogue.indicators)}"
