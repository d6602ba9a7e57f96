"""Another table of people: the true one, and what is different."""

from dataclasses import dataclass, field

import numpy as np

from migstat.release.disclosure.ground import FREE, Ground
from migstat.release.disclosure.model import Change, Leaf, Move
from migstat.release.disclosure.primary import AMOUNTS
from migstat.release.disclosure.sheet import Sheet
from migstat.release.disclosure.space import Ints, Space

What = str  # of a leaf: those with the property ("yes"), without it ("no"), without an answer
# ("out"), or one of its amounts ("amount 0", "amount 1")
Delta = dict[tuple[int, What], dict[int, int]]


@dataclass
class World:
    """Differences to the true tables, and what they add up to per cell."""

    sheet: Sheet
    delta: Delta = field(default_factory=dict)
    n: dict[int, Ints] = field(default_factory=dict)
    yes: dict[int, Ints] = field(default_factory=dict)
    amounts: dict[tuple[int, What], Ints] = field(default_factory=dict)
    kept: frozenset[int] = frozenset()
    journal: list[tuple[int, What, int, int]] = field(default_factory=list)
    withheld: list[tuple[int, Ints]] = field(default_factory=list)

    def gain(self, figure: tuple[int, int, str]) -> int:
        """Say by how much a figure (table, cell, quantity) differs from the true one."""
        place, cell, quantity = figure
        if quantity in AMOUNTS:
            return _of(self.amounts.get((place, quantity)), cell)
        if quantity == "no":
            return _of(self.n.get(place), cell) - _of(self.yes.get(place), cell)
        return _of((self.n if quantity == "n" else self.yes).get(place), cell)

    def gains(self, place: int, quantity: str, cells: Ints) -> Ints:
        """Say by how much a quantity of some cells of a table differs from the true one."""
        if quantity in AMOUNTS:
            return _at(self.amounts.get((place, quantity)), cells)
        if quantity == "no":
            return _at(self.n.get(place), cells) - _at(self.yes.get(place), cells)
        return _at((self.n if quantity == "n" else self.yes).get(place), cells)

    def holds(self, place: int, what: What, leaf: int) -> int:
        """Say how many records of a table a leaf holds: no, yes or out; or which amount."""
        ground = self.sheet.ground
        true = ground.fields[place]
        if what == "out":
            if true.out[leaf] >= FREE:
                return FREE
            people = self._change(ground.population, "no", leaf)
            return int(true.out[leaf]) + people - self._answers(place, leaf)
        if what in ("no", "yes"):
            return int(getattr(true, what)[leaf]) + self._change(place, what, leaf)
        return int(true.amounts[amount_number(what)][leaf]) + self._change(place, what, leaf)

    def spare(self, place: int, what: What, leaf: int) -> int:
        """Say how many of them may go: the last one stays where somebody must be left."""
        held = self.holds(place, what, leaf)
        return held - 1 if leaf in self.kept and held > 0 else held

    def _change(self, place: int | None, what: What, leaf: int) -> int:
        return self.delta.get((place, what), {}).get(leaf, 0) if place is not None else 0

    def _answers(self, place: int, leaf: int) -> int:
        return self._change(place, "no", leaf) + self._change(place, "yes", leaf)

    def add(self, place: int, what: What, leaf: int, by: int) -> None:
        """Change what a leaf holds."""
        leaves = self.delta.setdefault((place, what), {})
        leaves[leaf] = leaves.get(leaf, 0) + by
        space = self.sheet.ground.space
        cells = space.cells_with(leaf)
        kinds = {"no": (self.n,), "yes": (self.n, self.yes)}.get(what)
        for sums in kinds or ():
            if place not in sums:
                sums[place] = np.zeros(space.n_cells, dtype=np.int64)
            sums[place][cells] += by
        if kinds is None:
            key = (place, what)
            if key not in self.amounts:
                self.amounts[key] = np.zeros(space.n_cells, dtype=np.int64)
            self.amounts[key][cells] += by
        self.journal.append((place, what, leaf, by))

    def touched(self) -> dict[int, Ints]:
        """Per table the cells that differ."""
        found: dict[int, Ints] = {}
        every = [*self.n.items(), *self.yes.items()]
        every += [(place, sums) for (place, _), sums in self.amounts.items()]
        for place, sums in every:
            cells = np.flatnonzero(sums)
            found[place] = np.union1d(found[place], cells) if place in found else cells
        return found

    def mark(self) -> tuple[int, int]:
        """Say how far the world has come, to come back to."""
        return len(self.journal), len(self.withheld)

    def roll_back(self, mark: tuple[int, int] = (0, 0)) -> None:
        """Undo the latest changes, back to a mark or to the last that were kept."""
        changes, cells = mark
        undone = self.journal[changes:]
        for place, what, leaf, by in reversed(undone):
            self.add(place, what, leaf, -by)
        del self.journal[changes:]
        del self.withheld[cells:]

    def keep(self) -> None:
        """Keep what was done, and show no more what it changes."""
        for place, cells in self.withheld:
            self.sheet.withhold(place, cells.tolist())
        self.journal.clear()
        self.withheld.clear()

    def emptied(self) -> frozenset[int]:
        """Leaves where somebody's answers are gone: the owner knows that this is not the truth."""
        found = set()
        ground = self.sheet.ground
        for place, true in enumerate(ground.fields):
            leaves = {leaf for what in ("no", "yes") for leaf in self.delta.get((place, what), {})}
            if true.table.within and ground.population is not None:
                leaves |= set(self.delta.get((ground.population, "no"), {}))
            for leaf in leaves:
                for what in ("no", "yes", "out"):
                    held = self.holds(place, what, leaf)
                    if held <= 0 and self._true(place, what, leaf) > 0:
                        found.add(leaf)
        return frozenset(found)

    def _true(self, place: int, what: What, leaf: int) -> int:
        return int(getattr(self.sheet.ground.fields[place], what)[leaf])


def world_move(ground: Ground, delta: Delta, alone: bool) -> Move:
    """Give the differences of a world with codes, as the proof holds them."""
    changes = {}
    for place, key in enumerate(ground.keys):
        no, yes = delta.get((place, "no"), {}), delta.get((place, "yes"), {})
        n = {leaf: no.get(leaf, 0) + yes.get(leaf, 0) for leaf in {**no, **yes}}
        layers = AMOUNTS[: len(ground.fields[place].amounts)]
        amounts = [delta.get((place, layer), {}) for layer in layers]
        if any(n.values()) or any(yes.values()) or any(amounts):
            named = [_named(ground.space, part) for part in (n, yes, *amounts)]
            changes[key] = Change(named[0], named[1], tuple(named[2:]))
    return Move(changes, alone)


def _named(space: Space, leaves: dict[int, int]) -> dict[Leaf, int]:
    return {space.leaf_codes(leaf): by for leaf, by in sorted(leaves.items()) if by}


def amount_number(what: What) -> int:
    """Say which of a table's amounts is meant."""
    return AMOUNTS.index(what)


def _of(sums: Ints | None, cell: int) -> int:
    return 0 if sums is None else int(sums[cell])


def _at(sums: Ints | None, cells: Ints) -> Ints:
    return np.zeros(len(cells), dtype=np.int64) if sums is None else sums[cells]
