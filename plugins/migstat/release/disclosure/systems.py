"""The systems of linked tables of a country, from its published marts."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Protocol

import duckdb

from migstat.declarations.catalogue import Code, Disaggregations, Indicator
from migstat.declarations.country import Country
from migstat.declarations.disclosure import DisclosureControl
from migstat.release.disclosure.model import (
    TOTAL,
    Amounts,
    Answers,
    Cell,
    Codes,
    Dimension,
    Leaf,
    Table,
    TableSystem,
)
from migstat.release.disclosure.profiles import rule_for, stricter_codes

DIMENSIONS = (
    "ref_area", "mig_status", "hh_mig", "birth", "citizenship", "sex", "age", "urbanisation",
)  # fmt: skip
Row = tuple[object, ...]


class Definitions(Protocol):
    """What of the catalogue decides on figures; a vintage keeps a copy of it."""

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """Definitions by code."""

    @property
    def code_lists(self) -> Mapping[str, Mapping[str, Code]]:
        """Lists by name."""

    @property
    def disaggregations(self) -> Disaggregations:
        """Dimensions and margins."""

    @property
    def disclosure(self) -> DisclosureControl:
        """Profiles, plans, ladders."""


def load_systems(
    connection: duckdb.DuckDBPyConnection, catalogue: Definitions, country: Country
) -> dict[str, TableSystem]:
    """Load every survey wave and unit of a country, by ``survey/wave/unit``.

    Args:
        connection: To published marts, in their schema.
        catalogue: Indicators, code lists and rules.
        country: Its profile and areas.
    """
    counts = _by_system(connection, _CONTRIBUTORS, country.iso3)
    figures = _by_system(connection, _ESTIMATES, country.iso3)
    return {
        "/".join(key): _system("/".join(key), rows, figures.get(key, []), catalogue, country)
        for key, rows in sorted(counts.items())
        if key in figures
    }


_CONTRIBUTORS = f"""
    select survey_code, wave, unit, indicator_code || '/' || breakdown, {", ".join(DIMENSIONS)},
        n_obs, n_yes, y_sum, y_absolute, y_largest, y_second, x_sum, x_absolute, x_largest, x_second
    from contributors
    where country_code = ? and n_obs > 0
    order by all
"""

_ESTIMATES = f"""
    select estimates.survey_code, estimates.wave, units.unit,
        estimates.indicator_code || '/' || estimates.breakdown, {", ".join(DIMENSIONS)},
        estimates.reliability <> 'withhold' and estimates.obs_value is not null
    from indicator_estimates as estimates
    inner join (
        select distinct survey_code, wave, unit, indicator_code, breakdown from contributors
    ) as units using (survey_code, wave, indicator_code, breakdown)
    where estimates.country_code = ?
    order by all
"""


def _by_system(
    connection: duckdb.DuckDBPyConnection, query: str, iso3: str
) -> dict[tuple[str, str, str], list[Row]]:
    found: dict[tuple[str, str, str], list[Row]] = {}
    for survey, wave, unit, *row in connection.execute(query, [iso3]).fetchall():
        found.setdefault((survey, wave, unit), []).append(tuple(row))
    return found


def _system(
    name: str, counts: list[Row], figures: list[Row], catalogue: Definitions, country: Country
) -> TableSystem:
    tables = _tables(counts, catalogue, country)
    cells = {
        Cell(str(key), tuple(codes)): bool(precise)  # type: ignore[arg-type]
        for key, *codes, precise in figures
        if key in tables
    }
    shares = (key for key, table in tables.items() if table.share_of)
    population = next((key for key in shares if key.endswith(f"/{TOTAL}")), None)
    system = TableSystem(
        name=name,
        dimensions=tuple(_dimension(dim, catalogue) for dim in DIMENSIONS),
        tables=tables,
        cells={},
        population=population,
        linked=catalogue.disclosure.linked,
        stricter=stricter_codes(catalogue.disclosure, country),
        area_levels={area.code: area.level for area in country.areas},
    )
    return _with_cells(system, cells)


def _dimension(name: str, catalogue: Definitions) -> Dimension:
    code_list = catalogue.disaggregations.dimensions[name].codes
    codes = catalogue.code_lists[code_list] if code_list else {}
    return Dimension(name, {code: one.parent for code, one in codes.items()})


def _tables(counts: list[Row], catalogue: Definitions, country: Country) -> dict[str, Table]:
    answers: dict[str, dict[Leaf, Answers]] = {}
    for key, *rest in counts:
        leaf, figures = tuple(rest[: len(DIMENSIONS)]), rest[len(DIMENSIONS) :]
        answers.setdefault(str(key), {})[leaf] = _answers(figures)  # type: ignore[index]
    return {key: _table(key, leaves, catalogue, country) for key, leaves in answers.items()}


def _answers(figures: list[object]) -> Answers:
    n, yes, *amounts = figures
    pairs = (_amounts(amounts[:4]), _amounts(amounts[4:]))
    return Answers(int(n), int(yes or 0), tuple(pair for pair in pairs if pair))  # type: ignore[call-overload]


def _amounts(figures: list[object]) -> Amounts | None:
    """Whole hundredths, so that sums are exact."""
    if figures[0] is None:
        return None
    return Amounts(*(int((Decimal(str(f or 0)) * 100).to_integral_value()) for f in figures))


def _table(
    key: str, leaves: dict[Leaf, Answers], catalogue: Definitions, country: Country
) -> Table:
    code, breakdown = key.split("/")
    indicator = catalogue.indicators[code]
    part = indicator.components.get(breakdown)
    kind = (part.kind if part else None) or indicator.kind
    return Table(
        key=key,
        kind={"distribution": "count", "prop": "prop"}.get(kind, "magnitude"),  # type: ignore[arg-type]
        answers=leaves,
        rule=rule_for(code, catalogue.disclosure, country),
        share_of=indicator.of,
        within=not indicator.absent,
    )


def _with_cells(system: TableSystem, cells: dict[Cell, bool]) -> TableSystem:
    """Add the cells that nobody is in: a figure that is missing tells that it is empty."""
    every = dict(cells)
    for key in {cell.table for cell in cells}:
        own = [cell.codes for cell in cells if cell.table == key]
        for codes in _combined(own):
            every.setdefault(Cell(key, codes), True)
    levels = {key: table.rule.max_area_level for key, table in system.tables.items()}
    kept = {
        cell: precise
        for cell, precise in sorted(every.items())
        if not _names_finer(cell, levels[cell.table], system.area_levels)
    }
    return replace(system, cells=kept)


def _combined(cells: Iterable[Codes]) -> Iterable[Codes]:
    """All combinations, margin by margin, of the codes that stand in a margin."""
    margins: dict[tuple[bool, ...], list[Codes]] = {}
    for codes in cells:
        margins.setdefault(tuple(code != TOTAL for code in codes), []).append(codes)
    for own in margins.values():
        yield from product(*(sorted(set(column)) for column in zip(*own, strict=True)))


def _names_finer(cell: Cell, finest: int | None, levels: Mapping[str, int]) -> bool:
    return finest is not None and any(levels.get(code, 0) > finest for code in cell.codes)
