"""Which figures are unsafe by themselves, and how far apart other tables must lie in them."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from migstat.release.disclosure.model import TOTAL, Amounts, Cell, Rule, Table, TableSystem
from migstat.release.disclosure.space import Space

Quantity = str  # "n", "yes", "no", or one of the amounts
AMOUNTS = ("amount 0", "amount 1")


@dataclass(frozen=True)
class Sums:
    """What a cell rests on: records with an answer, with the property, and amounts."""

    n: int
    yes: int = 0
    amounts: tuple[Amounts, ...] = ()


@dataclass(frozen=True, order=True)
class Unsafe:
    """A figure that must not be known: tables that fit must differ in it by ``width``."""

    cell: Cell
    quantity: Quantity
    width: int


def rule_of(system: TableSystem, cell: Cell) -> Rule:
    """Give the rule of a cell: its table's, and the stricter ones of its codes."""
    rule = system.tables[cell.table].rule
    for stricter in system.stricter:
        column = next(
            (i for i, d in enumerate(system.dimensions) if d.name == stricter.dimension), None
        )
        if column is None or cell.codes[column] == TOTAL:
            continue
        if stricter.codes & {*system.dimensions[column].path(cell.codes[column])}:
            rule = rule.with_stricter(stricter.rule)
    return rule


def unsafe_quantities(cell: Cell, kind: str, rule: Rule, sums: Sums) -> list[Unsafe]:
    """Find what of a cell must not be known; an empty list means that it may be shown.

    Args:
        cell: The cell.
        kind: ``count``, ``prop`` or ``magnitude``.
        rule: What its figures must rest on.
        sums: What they rest on.
    """
    found = []
    if 0 < sums.n < rule.min_contributors or (sums.n == 0 and rule.protects_zeros):
        found.append(Unsafe(cell, "n", rule.min_contributors))
    if kind == "prop" and sums.n:
        found += _numerators(cell, rule, sums)
    if sums.n:
        for quantity, amounts in zip(AMOUNTS, sums.amounts, strict=False):
            if width := amount_width(rule, amounts):
                found.append(Unsafe(cell, quantity, width))
    return found


def _numerators(cell: Cell, rule: Rule, sums: Sums) -> list[Unsafe]:
    found = []
    least = rule.min_numerator
    for quantity, count in (("yes", sums.yes), ("no", sums.n - sums.yes)):
        harmful_other = {"yes": "no", "no": "yes"}[quantity]
        if 0 < count < least or (count == 0 and rule.harmful == harmful_other):
            found.append(Unsafe(cell, quantity, max(least, 1)))
    return found


def amount_width(rule: Rule, amounts: Amounts) -> int:
    """Say how far a total must be unknown, 0 if it is safe.

    By dominance the two largest may make up at most a share ``d`` of the total: the protection
    is ``(largest + second) / d - total``. By the p-ratio nobody may come nearer to the largest
    than a share ``p`` of it: ``p * largest - (total - largest - second)``. Both as in Hundepool
    et al., Statistical Disclosure Control (2012), chapter 4.
    """
    top = amounts.largest + amounts.second
    dominance = Fraction(str(rule.dominance))
    p_ratio = Fraction(str(rule.p_ratio))
    by_dominance = Fraction(top) / dominance - amounts.absolute
    by_p_ratio = p_ratio * amounts.largest - (amounts.absolute - top)
    return max(ceil(by_dominance), ceil(by_p_ratio), 0)


def unsafe_figures(space: Space, system: TableSystem, margin: int = 0) -> list[Unsafe]:
    """Find all that must not be known of the cells of a system, shown or not, in their order.

    Args:
        space: With all its leaves and cells.
        system: The system.
        margin: Records above its rule from which on a figure is safe.
    """
    found = []
    for key, table in sorted(system.tables.items()):
        cells = sorted(cell for cell in system.cells if cell.table == key)
        for cell, sums in zip(cells, cell_sums(space, table, cells), strict=True):
            rule = rule_of(system, cell).raised(margin)
            found += unsafe_quantities(cell, table.kind, rule, sums)
    return found


def cell_sums(space: Space, table: Table, cells: list[Cell]) -> list[Sums]:
    """Add up what each cell rests on."""
    n, yes = np.zeros((2, space.n_leaves), dtype=np.int64)
    amounts: dict[int, tuple[Amounts, ...]] = {}
    for leaf, answers in table.answers.items():
        place = space.leaf(leaf)
        n[place], yes[place] = answers.n, answers.yes
        if answers.amounts:
            for number in space.cells_with(place).tolist():
                before = amounts.get(number, (Amounts(),) * len(answers.amounts))
                amounts[number] = tuple(a + b for a, b in zip(before, answers.amounts, strict=True))
    n, yes = space.sums(n), space.sums(yes)
    numbers = [space.cell_of[cell.codes] for cell in cells]
    return [Sums(int(n[i]), int(yes[i]), amounts.get(i, ())) for i in numbers]
