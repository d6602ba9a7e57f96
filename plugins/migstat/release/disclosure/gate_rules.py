"""The gate's own reading of the rules: which figures must not be known, and which cells are told.

Written apart from the suppressor on purpose: a slip in one of the two is seen by the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import ceil

from migstat.release.disclosure.model import (
    TOTAL,
    Amounts,
    Answers,
    Cell,
    Codes,
    Dimension,
    Leaf,
    Rule,
    TableSystem,
)

YES, NO, ANYBODY = "with the property", "without the property", "records"


@dataclass(frozen=True, order=True)
class Secret:
    """A figure that must not be known: other tables must differ in it by ``width``.

    ``what`` is ANYBODY, YES, NO, or the number of one of its amounts.
    """

    cell: Cell
    what: str | int
    width: int


def cells_above(
    leaf: Leaf, dimensions: tuple[Dimension, ...], margins: Iterable[frozenset[int]]
) -> Iterator[Codes]:
    """List the cells of some margins (places of dimensions) that hold a leaf."""
    paths = [d.path(code) for d, code in zip(dimensions, leaf, strict=True)]
    for margin in margins:
        options = [paths[i] if i in margin else (TOTAL,) for i in range(len(paths))]
        yield from product(*options)


def margins_of(cells: Iterable[Codes]) -> set[frozenset[int]]:
    """Find the margins that cells are broken down by."""
    return {frozenset(i for i, code in enumerate(c) if code != TOTAL) for c in cells}


def told_by(system: TableSystem, cells: Iterable[Cell]) -> set[Cell]:
    """Give all cells that shown ones tell of: a share tells also what it is a share of."""
    told = set()
    for cell in cells:
        told.add(cell)
        of = system.tables[cell.table].share_of
        if of:
            whole = [
                TOTAL if d.name in of else code
                for d, code in zip(system.dimensions, cell.codes, strict=True)
            ]
            told.add(Cell(cell.table, tuple(whole)))
    return told


def secrets(system: TableSystem) -> list[Secret]:
    """Find every figure of a system that must not be known, and by how much it must be open."""
    found: list[Secret] = []
    for key, table in sorted(system.tables.items()):
        cells = {cell.codes for cell in system.cells if cell.table == key}
        answers = _answers_by_cell(system, table.answers, cells)
        for codes in sorted(cells):
            cell = Cell(key, codes)
            found += _secrets_of(cell, _rule(system, cell), answers.get(codes, []), table.kind)
    return found


def _answers_by_cell(
    system: TableSystem, answers: Mapping[Leaf, Answers], cells: set[Codes]
) -> dict[Codes, list[Answers]]:
    margins = margins_of(cells)
    found: dict[Codes, list[Answers]] = {}
    for leaf, given in answers.items():
        for codes in cells_above(leaf, system.dimensions, margins):
            if codes in cells:
                found.setdefault(codes, []).append(given)
    return found


def _secrets_of(cell: Cell, rule: Rule, answers: list[Answers], kind: str) -> Iterator[Secret]:
    n = sum(a.n for a in answers)
    yes = sum(a.yes for a in answers)
    if n == 0:
        if rule.protects_zeros:
            yield Secret(cell, ANYBODY, rule.min_contributors)
        return
    if n < rule.min_contributors:
        yield Secret(cell, ANYBODY, rule.min_contributors)
    if kind == "prop":
        width = max(1, rule.min_numerator)
        if 0 < yes < rule.min_numerator or (yes == 0 and rule.harmful == "no"):
            yield Secret(cell, YES, width)
        if 0 < n - yes < rule.min_numerator or (yes == n and rule.harmful == "yes"):
            yield Secret(cell, NO, width)
    for layer in range(max((len(a.amounts) for a in answers), default=0)):
        width = _open_amount(rule, [a.amounts[layer] for a in answers if a.amounts])
        if width > 0:
            yield Secret(cell, layer, width)


def _open_amount(rule: Rule, parts: list[Amounts]) -> int:
    """How far a total must be open for the second largest contributor not to know the largest."""
    whole = sum(part.absolute for part in parts)
    values = sorted((v for part in parts for v in (part.largest, part.second)), reverse=True)
    first, second = (*values, 0, 0)[:2]
    rest = whole - first - second
    needed = max(
        (first + second) / Fraction(str(rule.dominance)) - whole,
        Fraction(str(rule.p_ratio)) * first - rest,
    )
    return max(0, ceil(needed))


def _rule(system: TableSystem, cell: Cell) -> Rule:
    rule = system.tables[cell.table].rule
    for dimension, code in zip(system.dimensions, cell.codes, strict=True):
        for stricter in system.stricter:
            if stricter.dimension == dimension.name and code != TOTAL:
                above = dimension.path(code)
                if any(one in stricter.codes for one in above):
                    rule = _both(rule, stricter.rule)
    return rule


def _both(one: Rule, other: Rule) -> Rule:
    return Rule(
        min_contributors=max(one.min_contributors, other.min_contributors),
        min_numerator=max(one.min_numerator, other.min_numerator),
        harmful=one.harmful or other.harmful,
        dominance=min(one.dominance, other.dominance),
        p_ratio=max(one.p_ratio, other.p_ratio),
        protects_zeros=one.protects_zeros or other.protects_zeros,
    )


def too_fine(system: TableSystem, cell: Cell) -> bool:
    """Say whether a cell names an area finer than its table may show."""
    finest = system.tables[cell.table].rule.max_area_level
    return finest is not None and any(
        system.area_levels.get(code, 0) > finest for code in cell.codes
    )
