"""What is shown while it is being decided: cells are withheld, and leaves become alike.

Two leaves are alike in a table when the same shown cells hold them: to exchange what lies in them
changes nothing that is shown. Alikeness is told by sums of random numbers, one per shown cell;
should two sums ever agree by chance, the gate refuses the move.
"""

import copy
from collections.abc import Iterable, Sequence

import numpy as np

from migstat.release.disclosure.ground import LOCKED, Ground
from migstat.release.disclosure.space import Bools, Ints

SEED = 5  # of the random numbers; any will do


class Sheet:
    """The shown cells of each table; some are pinned and can't be withheld any more."""

    def __init__(self, ground: Ground) -> None:
        """Begin with the cells that the ground shows."""
        self.ground = ground
        self.shown = [field.shown.copy() for field in ground.fields]
        self.pinned: set[tuple[int, int]] = set()
        drawn = np.random.default_rng(SEED)
        self._random = drawn.integers(-(2**63), 2**63 - 1, ground.space.n_cells, dtype=np.int64)
        self._occupied = np.flatnonzero(
            np.logical_or.reduce([field.no + field.yes > 0 for field in ground.fields])
        )
        self._marks: dict[int, Ints] = {}
        self._alike: dict[int, dict[int, Ints]] = {}

    def copy(self) -> "Sheet":
        """Give an independent copy."""
        other = copy.copy(self)
        other.shown = [shown.copy() for shown in self.shown]
        other.pinned = set(self.pinned)
        other.forget()
        return other

    def forget(self, place: int | None = None) -> None:
        """Tell anew which leaves are alike in a table, or in all."""
        if place is None:
            self._marks, self._alike = {}, {}
        else:
            self._marks.pop(place, None)
            self._alike.pop(place, None)

    def revealed(self, place: int) -> Bools:
        """Cells of a table that this vintage or an earlier one shows."""
        return self.shown[place] | self.ground.fields[place].locked

    def withhold(self, place: int, cells: Iterable[int]) -> None:
        """Show cells of a table no more, nor the shares that would tell of them."""
        bases = self.ground.fields[place].bases
        for cell in cells:
            self.shown[place][[cell, *bases.get(cell, ())]] = False
        self.forget(place)

    def pin(self, place: int, cell: int) -> None:
        """Show a cell of a table again, for good."""
        self.shown[place][cell] = True
        self.pinned.add((place, cell))
        self.forget(place)

    def is_fixed(self, place: int, cells: Ints) -> bool:
        """Say whether one of the cells can't be withheld any more."""
        locked = self.ground.fields[place].locked[cells].any()
        return bool(locked) or any((place, cell) in self.pinned for cell in cells.tolist())

    def weights(self, places: Sequence[int]) -> Ints:
        """What it costs to change each cell in all of the tables given."""
        total = np.zeros(self.ground.space.n_cells, dtype=np.int64)
        for place in places:
            field = self.ground.fields[place]
            total += np.where(self.shown[place], field.weights, 0)
            total += np.where(field.locked, LOCKED, 0)
        for place, cell in self.pinned:
            if place in places:
                total[cell] += LOCKED
        return total

    def alike(self, place: int, leaf: int) -> Ints:
        """Occupied leaves that the same shown cells of a table hold, in their order."""
        if place not in self._marks:
            shown = np.where(self.revealed(place), self._random, 0)
            self._marks[place] = self.ground.space.spread(shown)
        groups = self._alike.setdefault(place, {})
        mark = int(self._marks[place][leaf])
        if mark not in groups:
            marks = self._marks[place][self._occupied]
            groups[mark] = self._occupied[marks == self._marks[place][leaf]]
        return groups[mark]
