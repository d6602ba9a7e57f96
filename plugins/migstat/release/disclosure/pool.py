"""What is to be opened, and the worlds found so far that open it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from migstat.release.disclosure.primary import Quantity
from migstat.release.disclosure.space import Ints
from migstat.release.disclosure.worlds import Delta, World

Figure = tuple[int, int, Quantity]
Opening = tuple[int, frozenset[int], int]  # what a world gives, whom it contradicts, its number


@dataclass(frozen=True, order=True)
class Target:
    """A figure that must not be known: place of its table, cell, and how far it must be open."""

    place: int
    cell: int
    quantity: Quantity
    width: int

    @property
    def figure(self) -> Figure:
        """What it is, however far it must be open."""
        return self.place, self.cell, self.quantity


@dataclass(frozen=True)
class Found:
    """A finished world: its differences, what it gives each target, and whom it contradicts."""

    delta: Delta
    gains: dict[Figure, int]
    emptied: frozenset[int]
    touched: dict[int, Ints]


@dataclass
class Pool:
    """The worlds found so far, by the figures they open."""

    with_insiders: bool
    targets: Sequence[Target] = ()
    found: list[Found] = field(default_factory=list)
    by_figure: dict[Figure, list[int]] = field(default_factory=dict)
    by_cell: dict[int, list[Target]] = field(default_factory=dict)
    groups: dict[tuple[int, Quantity], Ints] = field(default_factory=dict)

    def aim(self, targets: Sequence[Target]) -> None:
        """Say what is to be opened, and how far; the figures are the same every time."""
        self.targets = targets
        self.by_cell = {}
        groups: dict[tuple[int, Quantity], set[int]] = {}
        for target in targets:
            self.by_cell.setdefault(target.cell, []).append(target)
            groups.setdefault((target.place, target.quantity), set()).add(target.cell)
        self.groups = {key: np.array(sorted(cells)) for key, cells in groups.items()}

    def emptied(self) -> "Pool":
        """Give a pool for the same targets without worlds."""
        return Pool(self.with_insiders, self.targets, by_cell=self.by_cell, groups=self.groups)

    def keep(self, world: World) -> None:
        """Add a finished world."""
        gains = {}
        for (place, quantity), cells in self.groups.items():
            found = world.gains(place, quantity, cells)
            for at in np.flatnonzero(found):
                gains[place, int(cells[at]), quantity] = int(found[at])
        delta = {
            key: {leaf: by for leaf, by in leaves.items() if by}
            for key, leaves in world.delta.items()
        }
        self.add(Found(delta, gains, world.emptied(), world.touched()))

    def add(self, found: Found) -> None:
        """Add a world as it is."""
        for figure in found.gains:
            self.by_figure.setdefault(figure, []).append(len(self.found))
        self.found.append(found)

    def opening(self, target: Target) -> list[Opening]:
        """What the worlds give a target, whom they contradict, and their numbers; truth is last."""
        figure = target.figure
        numbers = self.by_figure.get(figure, ())
        entries = [(self.found[i].gains[figure], self.found[i].emptied, i) for i in numbers]
        return [*entries, (0, frozenset(), -1)]

    def best(self, target: Target, kept: frozenset[int]) -> tuple[int, int]:
        """Numbers of the worlds that raise and lower a target most and empty no leaf kept."""
        entries = [e for e in self.opening(target) if not e[1] & kept]
        high = max(entries, key=lambda e: e[0])
        low = min(entries, key=lambda e: e[0])
        return high[2], low[2]

    def served(self, target: Target) -> int:
        """How many tables have the same figure to open still: people who move open it in all."""
        same = (t for t in self.by_cell.get(target.cell, ()) if t.quantity == target.quantity)
        return max(1, sum(not self.is_open(t) for t in same))

    def needed(self) -> list[Found]:
        """The worlds that the targets need, the fewest that a simple choice finds."""
        chosen: set[int] = set()
        for target in self.targets:
            chosen |= self.owned(target)
        return [self.found[i] for i in sorted(chosen)]

    def owned(self, target: Target) -> set[int]:
        """Numbers of the worlds that a target is open by: the best, and one more per insider."""
        falling, rising, at_risk = self._ranked(target)
        numbers = {falling[0][2], rising[0][2]}
        for leaf in at_risk:
            numbers |= {_believed(falling, leaf)[2], _believed(rising, leaf)[2]}
        return numbers - {-1}

    def _ranked(self, target: Target) -> tuple[list[Opening], list[Opening], frozenset[int]]:
        """What opens a target, the most first and the least first, and whose owners doubt it.

        Those are the leaves whose owners do not believe in the best worlds.
        """
        entries = self.opening(target)
        falling = sorted(entries, key=lambda e: -e[0])
        rising = sorted(entries, key=lambda e: e[0])
        at_risk = falling[0][1] | rising[0][1] if self.with_insiders else frozenset()
        return falling, rising, at_risk

    def is_open(self, target: Target) -> bool:
        """Say whether a target is as wide as it must be to one from outside."""
        gains = [gain for gain, _, _ in self.opening(target)]
        return max(gains) - min(gains) >= target.width

    def betrayed(self, target: Target) -> frozenset[int]:
        """Leaves whose owners, who know themselves, still know too much of an open target."""
        falling, rising, at_risk = self._ranked(target)
        return frozenset(
            leaf
            for leaf in at_risk
            if _believed(falling, leaf)[0] - _believed(rising, leaf)[0] < target.width
        )


def _believed(entries: Sequence[Opening], leaf: int) -> Opening:
    """The first that does not contradict the owner of a leaf; the truth contradicts nobody."""
    return next(entry for entry in entries if leaf not in entry[1])
