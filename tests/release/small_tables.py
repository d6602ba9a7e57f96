"""Small systems of tables, written out, and an oracle that knows what whole people allow."""

from collections.abc import Iterable, Mapping
from itertools import product

import numpy as np
from migstat.release.disclosure.model import (
    TOTAL,
    Answers,
    Cell,
    Dimension,
    Leaf,
    Profile,
    Rule,
    Table,
    TableSystem,
)
from scipy.optimize import Bounds, LinearConstraint, milp

STATUS = Dimension("status", {"A": None, "A1": "A", "A2": "A", "B": None, "C": None})
SEX = Dimension("sex", {"F": None, "M": None})
AREA = Dimension("area", {"N": None, "S": None, "W": None})
OUTSIDE = Profile(floor=Rule(3), insiders=False, max_suppressed=1, weights=(1,), polish=0)


def every_cell(dimensions: Iterable[Dimension], table: str = "n") -> dict[Cell, bool]:
    """All cells of all margins and levels, precise enough."""
    codes = [[TOTAL, *sorted(d.parents)] for d in dimensions]
    return {Cell(table, cell): True for cell in product(*codes)}


def counts(
    dimensions: tuple[Dimension, ...], leaves: Mapping[Leaf, int], k: int = 10
) -> TableSystem:
    """One table of counts, all margins planned."""
    answers = {leaf: Answers(n) for leaf, n in leaves.items() if n}
    table = Table("n", "count", answers, Rule(min_contributors=k))
    return TableSystem("one/2021/person", dimensions, {"n": table}, every_cell(dimensions), "n")


def status_by_sex_and_area(small: int = 4) -> TableSystem:
    """Three statuses in two groups, two sexes, three areas; A2 is rare in the north."""
    leaves = {
        (status, sex, area): 14 + 3 * i + 2 * j + k
        for (i, status), (j, sex), (k, area) in product(
            enumerate(("A1", "A2", "B", "C")), enumerate("FM"), enumerate("NSW")
        )
    }
    return counts((STATUS, SEX, AREA), leaves | {("A2", "F", "N"): small})


def random_counts(
    shape: tuple[int, ...], groups: tuple[int, ...], n: int, seed: int
) -> TableSystem:
    """A cube of people drawn at random; dimensions with groups are hierarchical."""
    drawn = np.random.default_rng(seed)
    dimensions, chosen = [], []
    for axis, (size, of) in enumerate(zip(shape, groups, strict=True)):
        codes = [f"c{axis}x{i}" for i in range(size)]
        above = {code: f"g{axis}x{i % of}" if of else None for i, code in enumerate(codes)}
        dimensions.append(
            Dimension(f"d{axis}", above | dict.fromkeys(filter(None, above.values())))
        )
        weights = drawn.permutation(1 / np.arange(1, size + 1) ** 0.7)
        chosen.append([codes[i] for i in drawn.choice(size, n, p=weights / weights.sum())])
    leaves: dict[Leaf, int] = {}
    for leaf in zip(*chosen, strict=True):
        leaves[leaf] = leaves.get(leaf, 0) + 1
    return counts(tuple(dimensions), leaves)


def whole_people(
    system: TableSystem, shown: Iterable[Cell], figure: Cell, table: str = "n"
) -> tuple[int, int]:
    """Least and most records of a figure in all tables of whole people that fit what is shown.

    An integer program over every leaf; written for the tests, it knows nothing of moves.
    """
    codes = [sorted(c for c in d.parents if c not in d.parents.values()) for d in system.dimensions]
    leaves = list(product(*codes))
    answers = system.tables[table].answers

    def holds(cell: Cell) -> list[float]:
        return [
            float(
                all(
                    code == TOTAL or code in d.path(own)
                    for d, code, own in zip(system.dimensions, cell.codes, leaf, strict=True)
                )
            )
            for leaf in leaves
        ]

    true = np.array([answers[leaf].n if leaf in answers else 0 for leaf in leaves])
    told = [holds(cell) for cell in shown if cell.table == table]
    known = np.array(told).reshape(-1, len(leaves))
    wanted = np.array(holds(figure))
    limits = LinearConstraint(known, known @ true, known @ true)
    found = [
        milp(
            sign * wanted,
            integrality=np.ones(len(leaves)),
            bounds=Bounds(0, float(true.sum() + 100)),
            constraints=limits if told else (),
        ).fun
        for sign in (1, -1)
    ]
    return round(found[0]), round(-found[1])
