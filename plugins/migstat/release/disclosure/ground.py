"""The true tables as arrays: what may move at each leaf, and what is shown of each cell.

Where earlier vintages are out, the same move must fit all of them: at each leaf it may take away
no more than the vintage with the fewest holds, and it changes no cell that any of them showed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from migstat.release.disclosure.model import TOTAL, Cell, Profile, Table, TableSystem, Vintage
from migstat.release.disclosure.space import Bools, Ints, Space

FREE = 1 << 40  # records outside the universe of a table whose number nobody knows
LOCKED = 1 << 30  # cost of a cell that is out already


@dataclass
class Field:
    """One table.

    Attributes:
        table: As declared, of the newest vintage.
        no: Per leaf records with an answer and without the property.
        yes: Per leaf records with it.
        out: Per leaf records of the population without an answer; ``FREE`` where unknown.
        amounts: Per magnitude and leaf what its records contribute.
        is_signed: Per magnitude whether contributions can be negative.
        settled: Leaves that can't be emptied of their records: vintages with the fewest of them
            hold different amounts, and no move takes away what each of them has.
        staying: Leaves of which one record must stay: they are a cell by themselves, and an empty
            cell would be shown as 0.
        allowed: Leaves that a record with an answer may be in: those of no cell shown as empty.
        planned: Cells of the plan, of all vintages.
        n: Records per cell, of the vintage with the fewest.
        shown: Cells that are shown.
        locked: Cells that an earlier vintage showed.
        weights: What it costs to withhold each cell.
        bases: Cells that other cells tell of: cell -> those others.
    """

    table: Table
    no: Ints
    yes: Ints
    out: Ints
    amounts: tuple[Ints, ...]
    is_signed: tuple[bool, ...]
    settled: Bools
    staying: Bools
    allowed: Bools
    planned: Bools
    n: Ints
    shown: Bools
    locked: Bools
    weights: Ints
    bases: dict[int, list[int]]

    @property
    def revealed(self) -> Bools:
        """Cells that this vintage or an earlier one shows."""
        return self.shown | self.locked


@dataclass
class Ground:
    """All tables of a system in one space; ``population`` is the place of the table they lie in."""

    space: Space
    keys: tuple[str, ...]
    fields: tuple[Field, ...]
    population: int | None

    def followers(self) -> list[int]:
        """Places of the tables whose records are among those of the population."""
        return [
            i for i, field in enumerate(self.fields) if i != self.population and field.table.within
        ]


def build_space(vintages: Sequence[Vintage]) -> Space:
    """Number the leaves and cells of all vintages together."""
    newest = vintages[-1].system
    return Space(
        newest.dimensions,
        newest.linked,
        (leaf for v in vintages for table in v.system.tables.values() for leaf in table.answers),
        (
            codes
            for v in vintages
            for cell in v.system.cells
            for codes in (cell.codes, base_of(v.system, cell).codes)
        ),
    )


def build_ground(space: Space, vintages: Sequence[Vintage], profile: Profile) -> Ground:
    """Lay out the vintages, the one to be protected last.

    Args:
        space: That holds them all.
        vintages: With what each shows; earlier ones can't be changed any more.
        profile: Weights of the cells.
    """
    keys = tuple(sorted({key for v in vintages for key in v.system.tables}))
    name = vintages[-1].system.population
    population = keys.index(name) if name else None
    fields = tuple(_field(space, vintages, key, profile) for key in keys)
    if name:
        for key, field in zip(keys, fields, strict=True):
            if key != name and field.table.within:
                outside = [_outside(space, v, name, key) for v in _having(vintages, key)]
                field.out = np.maximum(np.minimum.reduce(outside), 0)
    return Ground(space, keys, fields, population)


def base_of(system: TableSystem, cell: Cell) -> Cell:
    """Give the cell whose records a share is a share of; of anything else the cell itself."""
    of = system.tables[cell.table].share_of
    codes = (
        TOTAL if dimension.name in of else code
        for dimension, code in zip(system.dimensions, cell.codes, strict=True)
    )
    return Cell(cell.table, tuple(codes))


def _having(vintages: Sequence[Vintage], key: str) -> list[Vintage]:
    return [v for v in vintages if key in v.system.tables]


def _outside(space: Space, vintage: Vintage, population: str, key: str) -> Ints:
    return _count(space, vintage, population) - _count(space, vintage, key)


def _count(space: Space, vintage: Vintage, key: str, what: str = "n") -> Ints:
    found = np.zeros(space.n_leaves, dtype=np.int64)
    for leaf, answers in vintage.system.tables[key].answers.items():
        found[space.leaf(leaf)] = getattr(answers, what)
    return found


def _field(space: Space, vintages: Sequence[Vintage], key: str, profile: Profile) -> Field:
    having = _having(vintages, key)
    counts = [(_count(space, v, key), _count(space, v, key, "yes")) for v in having]
    sums = [space.sums(n) for n, _ in counts]
    planned = _any(
        [_mask(space, (c for c in v.system.cells if c.table == key)) for v in having], space
    )
    n = np.minimum.reduce(sums)
    table = having[-1].system.tables[key]
    told = [_mask(space, _revealed(v, key)) for v in having]
    empty = [shown & (s == 0) for shown, s in zip(told, sums, strict=True)]
    layers = _amounts(space, having, key)
    amounts = tuple(layer.min(axis=0) for layer in layers)
    bases = _bases(space, having[-1].system, key)
    locked = [mask for mask, v in zip(told, having, strict=True) if v is not vintages[-1]]
    return Field(
        table=table,
        no=np.minimum.reduce([count - yes for count, yes in counts]),
        yes=np.minimum.reduce([yes for _, yes in counts]),
        out=np.full(space.n_leaves, FREE, dtype=np.int64),
        amounts=amounts,
        is_signed=tuple(bool((a < 0).any()) for a in amounts),
        settled=_settled(np.array([count for count, _ in counts]), layers),
        staying=space.spread((planned & (n > 0) & (space.sizes == 1)).astype(np.int64)) > 0,
        allowed=space.spread(_any(empty, space).astype(np.int64)) == 0,
        planned=planned,
        n=n,
        shown=_mask(space, _revealed(vintages[-1], key)),
        locked=_any(locked, space),
        weights=_weights(space, profile, bases),
        bases=bases,
    )


def _any(masks: list[Bools], space: Space) -> Bools:
    found: Bools = np.logical_or.reduce([np.zeros(space.n_cells, dtype=np.bool_), *masks])
    return found


def _mask(space: Space, cells: Iterable[Cell]) -> Bools:
    mask = np.zeros(space.n_cells, dtype=np.bool_)
    mask[[space.cell_of[cell.codes] for cell in cells]] = True
    return mask


def _revealed(vintage: Vintage, key: str) -> set[Cell]:
    """What the shown figures of a table tell: themselves, and of shares what they are shares of."""
    if key not in vintage.system.tables:
        return set()
    shown = {cell for cell in vintage.shown if cell.table == key}
    return shown | {base_of(vintage.system, cell) for cell in shown}


def _bases(space: Space, system: TableSystem, key: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    if system.tables[key].share_of:
        for cell in sorted(c for c in system.cells if c.table == key):
            base = base_of(system, cell)
            if base != cell:
                found.setdefault(space.cell_of[base.codes], []).append(space.cell_of[cell.codes])
    return found


def _settled(counts: Ints, layers: Sequence[Ints]) -> Bools:
    """Find the leaves that a vintage with the fewest records would keep an amount in.

    Args:
        counts: Records, vintages by leaves.
        layers: Each magnitude, likewise.
    """
    has_fewest = counts == counts.min(axis=0)
    found = np.zeros(counts.shape[1], dtype=np.bool_)
    for layer in layers:
        found |= (has_fewest & (layer != layer.min(axis=0))).any(axis=0)
    return found


def _amounts(space: Space, having: list[Vintage], key: str) -> tuple[Ints, ...]:
    """Lay out each magnitude: vintages by leaves."""
    layers: list[Ints] = []
    for vintage in having:
        for leaf, answers in vintage.system.tables[key].answers.items():
            while len(layers) < len(answers.amounts):
                layers.append(np.full((len(having), space.n_leaves), 0, dtype=np.int64))
            for layer, amounts in zip(layers, answers.amounts, strict=True):
                layer[having.index(vintage), space.leaf(leaf)] = amounts.total
    return tuple(layers)


def _weights(space: Space, profile: Profile, bases: dict[int, list[int]]) -> Ints:
    weights = np.ones(space.n_cells, dtype=np.int64)
    for codes, cell in space.cell_of.items():
        depth = sum(code != TOTAL for code in codes)
        weights[cell] = profile.weights[min(depth, len(profile.weights) - 1)]
    for base, shares in bases.items():
        weights[base] += int(weights[shares].sum())
    return weights
