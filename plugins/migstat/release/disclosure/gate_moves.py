"""Whether a move is another table of people that an attacker can't exclude; with whole numbers.

A move is checked against one vintage at a time: the tables it makes of that vintage's must be
possible, and agree with every figure that the vintage showed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from migstat.release.disclosure.gate_rules import cells_above, margins_of, told_by
from migstat.release.disclosure.model import Answers, Change, Leaf, Move, TableSystem, Vintage

LIMIT = 1 << 40  # no difference is larger, so that sums of a million of them stay exact in 64 bits
NOBODY = Answers(0)


@dataclass(frozen=True)
class Matrix:
    """Which cells hold which leaves, for a list of leaves."""

    leaves: Mapping[Leaf, int]
    cells: Mapping[tuple[str, ...], int]
    holds: sparse.csr_matrix

    def sums(self, changes: Sequence[Mapping[Leaf, int]]) -> sparse.csr_matrix:
        """Add up changes per cell: one row per mapping of leaves to whole numbers."""
        rows, columns, values = [], [], []
        for row, leaves in enumerate(changes):
            for leaf, by in leaves.items():
                rows.append(row)
                columns.append(self.leaves[leaf])
                values.append(by)
        shape = (len(changes), len(self.leaves))
        data = np.array(values, dtype=np.int64)
        return sparse.csr_matrix((data, (rows, columns)), shape, dtype=np.int64) @ self.holds


def build_matrix(vintages: Sequence[Vintage], moves: Iterable[Move]) -> Matrix:
    """Lay out all leaves that somebody is in or that a move changes, and all cells."""
    leaves = {leaf for v in vintages for t in v.system.tables.values() for leaf in t.answers}
    for move in moves:
        for change in move.changes.values():
            leaves |= {*change.n, *change.yes}
            leaves |= {leaf for amounts in change.amounts for leaf in amounts}
    cells = {cell.codes for v in vintages for cell in v.system.cells}
    for vintage in vintages:
        cells |= {cell.codes for cell in told_by(vintage.system, vintage.shown)}
    leaf_places = {leaf: i for i, leaf in enumerate(sorted(leaves))}
    cell_places = {codes: i for i, codes in enumerate(sorted(cells))}
    margins = margins_of(cells)
    dimensions = vintages[-1].system.dimensions
    rows, columns = [], []
    for leaf, row in leaf_places.items():
        for codes in cells_above(leaf, dimensions, margins):
            if codes in cell_places:
                rows.append(row)
                columns.append(cell_places[codes])
    shape = (len(leaf_places), len(cell_places))
    ones = np.ones(len(rows), dtype=np.int64)
    return Matrix(leaf_places, cell_places, sparse.csr_matrix((ones, (rows, columns)), shape))


def misshapen(move: Move, system: TableSystem, possible: Sequence[set[tuple[str, ...]]]) -> str:
    """Say what makes a move no table at all; empty if nothing does.

    Args:
        move: The move.
        system: Its dimensions, linked groups and tables.
        possible: Per linked group, and per other dimension, the codes that go together.
    """
    groups = groups_of(system)
    for key, change in move.changes.items():
        for leaf, by in _all_changes(change):
            if type(by) is not int or abs(by) >= LIMIT:
                return f"changes {key} by {by!r}, which is no whole number in bounds"
            if len(leaf) != len(system.dimensions):
                return f"changes {key} in a leaf of other dimensions"
            for group, together in zip(groups, possible, strict=True):
                if tuple(leaf[i] for i in group) not in together:
                    return f"puts somebody of {key} where codes never go together"
    return ""


def groups_of(system: TableSystem) -> list[tuple[int, ...]]:
    """Places of the dimensions that are linked, and of each other one."""
    names = [d.name for d in system.dimensions]
    linked = [tuple(i for i, name in enumerate(names) if name in group) for group in system.linked]
    rest = [(i,) for i in range(len(names)) if not any(i in group for group in linked)]
    return [group for group in linked if group] + rest


def possible_codes(vintages: Sequence[Vintage]) -> list[set[tuple[str, ...]]]:
    """Per linked group and other dimension the codes that occur together in some record."""
    groups = groups_of(vintages[-1].system)
    found: list[set[tuple[str, ...]]] = [set() for _ in groups]
    for vintage in vintages:
        for table in vintage.system.tables.values():
            for leaf in table.answers:
                for group, together in zip(groups, found, strict=True):
                    together.add(tuple(leaf[i] for i in group))
    return found


def signs_of(system: TableSystem) -> dict[str, bool]:
    """The tables that hold amounts, and whether any of them is less than nothing."""
    return {
        key: any(a.total < 0 for one in table.answers.values() for a in one.amounts)
        for key, table in system.tables.items()
        if any(one.amounts for one in table.answers.values())
    }


def impossible(move: Move, system: TableSystem, signs: Mapping[str, bool]) -> str:
    """Say what the tables that a move makes of a vintage's can't be; empty if they can.

    Args:
        move: The move.
        system: The vintage's.
        signs: As ``signs_of`` gives them.
    """
    name = system.population or ""
    people = system.tables[name].answers if name else {}
    moved = move.changes[name].n if name in move.changes else {}
    for key, table in system.tables.items():
        change = move.changes.get(key, Change())
        leaves = {*change.n, *change.yes, *(leaf for a in change.amounts for leaf in a)}
        inside = bool(name) and table.within and key != name
        if inside:
            leaves |= set(moved)
        for leaf in leaves:
            true = table.answers.get(leaf, NOBODY)
            n = true.n + change.n.get(leaf, 0)
            yes = true.yes + change.yes.get(leaf, 0)
            if not 0 <= yes <= n:
                return f"leaves {yes} of {n} records of {key} with the property"
            if inside and n > people.get(leaf, NOBODY).n + moved.get(leaf, 0):
                return f"has more records of {key} than there are people"
        if key in signs and _conjures(change, table.answers, leaves, is_signed=signs[key]):
            return f"leaves an amount of {key} that nobody contributed"
    return ""


def _conjures(
    change: Change, answers: Mapping[Leaf, Answers], leaves: Iterable[Leaf], *, is_signed: bool
) -> bool:
    """Whether an amount is left where nobody is, or less than nothing where all gave something."""
    for leaf in leaves:
        true = answers.get(leaf, NOBODY)
        left = true.n + change.n.get(leaf, 0)
        for layer in range(max(len(true.amounts), len(change.amounts))):
            before = true.amounts[layer].total if layer < len(true.amounts) else 0
            by = change.amounts[layer].get(leaf, 0) if layer < len(change.amounts) else 0
            if (before + by < 0 and not is_signed) or (before + by != 0 and left == 0):
                return True
    return False


def _all_changes(change: Change) -> Iterable[tuple[Leaf, int]]:
    for leaves in (change.n, change.yes, *change.amounts):
        yield from leaves.items()
