"""Withholding as little as it takes: along moves that are themselves the proof.

Every unsafe figure must differ by its width among other tables of people that agree with all that
is shown. They are built one after the other, margins first and then small figures, each along the
patterns that cost least for what they give; what a pattern changes is withheld. To withhold more
breaks no move made before, so that one pass is enough.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from migstat.release.disclosure.cubes import Pattern, Room, search
from migstat.release.disclosure.ground import FREE, Ground
from migstat.release.disclosure.persons import search_pairs
from migstat.release.disclosure.primary import Quantity
from migstat.release.disclosure.sheet import Sheet
from migstat.release.disclosure.space import Ints
from migstat.release.disclosure.steps import Step, StuckError, legs, take
from migstat.release.disclosure.worlds import Delta, What, World

CANDIDATES = 48  # patterns that are tried per search
ROUNDS = 40      # steps per pair of worlds
ATTEMPTS = 4     # searches per step, should all that one finds be stuck
_Try = tuple[Step, tuple[int, ...]]
_Offer = tuple[float, int, int, Step, Pattern]
_Search = Callable[..., list[Pattern]]
GUARDED = 8      # times that a figure is looked at anew for those who know themselves


@dataclass(frozen=True, order=True)
class Target:
    """A figure that must not be known: place of its table, cell, and how far it must be open."""

    place: int
    cell: int
    quantity: Quantity
    width: int


@dataclass(frozen=True)
class Found:
    """A finished world: its differences, what it gives each target, and whom it contradicts."""

    delta: Delta
    gains: dict[Target, int]
    emptied: frozenset[int]
    touched: dict[int, Ints]


@dataclass
class Pool:
    """The worlds found so far, by the targets they open."""

    targets: Sequence[Target]
    with_insiders: bool
    found: list[Found] = field(default_factory=list)
    by_target: dict[Target, list[int]] = field(default_factory=dict)
    by_cell: dict[int, list[Target]] = field(init=False)

    def __post_init__(self) -> None:
        """Find the targets of each cell, of whichever table."""
        self.by_cell = {}
        for target in self.targets:
            self.by_cell.setdefault(target.cell, []).append(target)

    def keep(self, world: World) -> None:
        """Add a finished world."""
        gains = {t: g for t in self.targets if (g := world.gain(t.place, t.quantity, t.cell))}
        delta = {
            key: {leaf: by for leaf, by in leaves.items() if by}
            for key, leaves in world.delta.items()
        }
        self.add(Found(delta, gains, world.emptied(), world.touched()))

    def add(self, found: Found) -> None:
        """Add a world as it is."""
        for target in found.gains:
            self.by_target.setdefault(target, []).append(len(self.found))
        self.found.append(found)

    def opening(self, target: Target) -> list[tuple[int, frozenset[int], int]]:
        """What the worlds give a target, whom they contradict, and their numbers; truth is last."""
        numbers = self.by_target.get(target, ())
        entries = [(self.found[i].gains[target], self.found[i].emptied, i) for i in numbers]
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

    def needed(self, targets: Sequence[Target]) -> list[Found]:
        """The worlds that the targets need, the fewest that a simple choice finds."""
        chosen: set[int] = set()
        for target in targets:
            chosen |= self.owned(target)
        return [self.found[i] for i in sorted(chosen)]

    def owned(self, target: Target) -> set[int]:
        """Numbers of the worlds that a target is open by: the best, and one more per insider."""
        entries = self.opening(target)
        high, low = max(entries, key=lambda e: e[0]), min(entries, key=lambda e: e[0])
        numbers = {high[2], low[2]}
        for leaf in self.at_risk(target):
            left = [e for e in entries if leaf not in e[1]]
            numbers |= {max(left, key=lambda e: e[0])[2], min(left, key=lambda e: e[0])[2]}
        return numbers - {-1}

    def at_risk(self, target: Target) -> frozenset[int]:
        """Leaves whose owners do not believe in the best worlds of a target."""
        if not self.with_insiders:
            return frozenset()
        entries = self.opening(target)
        high, low = max(entries, key=lambda e: e[0]), min(entries, key=lambda e: e[0])
        return high[1] | low[1]

    def is_open(self, target: Target) -> bool:
        """Say whether a target is as wide as it must be to one from outside."""
        gains = [gain for gain, _, _ in self.opening(target)]
        return max(gains) - min(gains) >= target.width

    def betrayed(self, target: Target) -> frozenset[int]:
        """Leaves whose owners, who know themselves, still know too much of an open target."""
        entries = self.opening(target)
        found = set()
        for leaf in self.at_risk(target):
            gains = [gain for gain, emptied, _ in entries if leaf not in emptied]
            if max(gains) - min(gains) < target.width:
                found.add(leaf)
        return frozenset(found)


def protect_all(sheet: Sheet, pool: Pool, targets: Sequence[Target]) -> list[Target]:
    """Open every target, withholding cells of the sheet; what can't be opened is returned."""
    return [target for target in ordered(sheet.ground, targets) if not protect(sheet, pool, target)]


def ordered(ground: Ground, targets: Sequence[Target]) -> list[Target]:
    """Margins first, then small figures."""
    depth = np.zeros(ground.space.n_cells, dtype=np.int64)
    for codes, cell in ground.space.cell_of.items():
        depth[cell] = sum(code != "_T" for code in codes)
    return sorted(
        targets,
        key=lambda t: (int(depth[t.cell]), int(ground.fields[t.place].n[t.cell]), t),
    )


def protect(sheet: Sheet, pool: Pool, target: Target) -> bool:
    """Open one target, for everybody who knows itself too; False if it can't be."""
    if not pool.is_open(target) and not _build(sheet, pool, target, frozenset()):
        return False
    kept: frozenset[int] = frozenset()
    for _ in range(GUARDED):
        betrayed = pool.betrayed(target)
        if not betrayed:
            return True
        kept |= betrayed
        if not _build(sheet, pool, target, kept):
            return False
    return not pool.betrayed(target)


def _build(sheet: Sheet, pool: Pool, target: Target, kept: frozenset[int]) -> bool:
    """Build one world above the truth and one below that lie as far apart as they must."""
    high, low = pool.best(target, kept)
    pair = _Pair(target, _resume(sheet, pool, high, kept), _resume(sheet, pool, low, kept))
    dead: set[_Try] = set()
    for _ in range(ROUNDS):
        if pair.lacking <= 0:
            break
        if not _advance(sheet, pool, pair, dead):
            break
    for world, number in ((pair.up, high), (pair.down, low)):
        gain = world.gain(target.place, target.quantity, target.cell)
        if gain and (number < 0 or gain != pool.found[number].gains[target]):
            pool.keep(world)
    return pair.lacking <= 0


@dataclass
class _Pair:
    """Two worlds, one to raise a target and one to lower it."""

    target: Target
    up: World
    down: World

    @property
    def lacking(self) -> int:
        t = self.target
        high = self.up.gain(t.place, t.quantity, t.cell)
        low = self.down.gain(t.place, t.quantity, t.cell)
        return t.width - (high - low)


def _resume(sheet: Sheet, pool: Pool, number: int, kept: frozenset[int]) -> World:
    world = World(sheet, kept=kept)
    if number >= 0:
        for (place, what), leaves in pool.found[number].delta.items():
            for leaf, by in leaves.items():
                world.add(place, what, leaf, by)
    world.journal.clear()
    return world


def steps_for(ground: Ground, target: Target) -> list[Step]:
    """What may be carried to open a target, the least entangled first."""
    place, table = target.place, ground.fields[target.place].table
    if target.quantity.startswith("amount "):
        return [Step("amounts", place, (int(target.quantity[-1]),))]  # type: ignore[arg-type]
    if place == ground.population:
        return [Step("people", place, ("no",))]
    answers: tuple[What, ...] = ("no", "yes") if table.kind == "prop" else ("no",)
    wanted = answers if target.quantity == "n" else (target.quantity,)
    steps = [Step("answers", place, (what,)) for what in wanted]  # type: ignore[arg-type]
    if target.quantity in ("yes", "no"):
        steps.insert(0, Step("property", place, (target.quantity,)))
    if ground.population is not None and table.within:
        steps.append(Step("people", place, wanted))  # type: ignore[arg-type]
    return steps


def _advance(sheet: Sheet, pool: Pool, pair: _Pair, dead: set[_Try]) -> bool:
    """Take the steps that cost nothing, or the one that costs least; False if there is none."""
    for find in (search, search_pairs):
        for _ in range(ATTEMPTS):
            offers = _offers(sheet, pool, pair, find, dead)
            if not offers:
                break
            if _accept(pair, offers, dead):
                return True
    return False


def _offers(
    sheet: Sheet, pool: Pool, pair: _Pair, find: _Search, dead: set[_Try]
) -> list[_Offer]:
    offers: list[_Offer] = []
    for rank, step in enumerate(steps_for(sheet.ground, pair.target)):
        served = pool.served(pair.target) if step.kind == "people" else 1
        limit = CANDIDATES + sum(one == step for one, _ in dead)
        for i, pattern in enumerate(_patterns(sheet, pair, step, find, limit)):
            if (step, pattern.key) not in dead:
                score = (pattern.cost + 1) / (pattern.promise * served)
                offers.append((score, rank, i, step, pattern))
        if any(pattern.cost == 0 for *_, pattern in offers):
            break
    return sorted(offers, key=lambda offer: offer[:3])


def _accept(pair: _Pair, offers: list[_Offer], dead: set[_Try]) -> bool:
    moved = False
    for *_, step, pattern in offers:
        if moved and pattern.cost:
            break
        if not _go(pair, step, pattern):
            dead.add((step, pattern.key))
            continue
        moved = True
        if pair.lacking <= 0 or pattern.cost:
            break
    return moved


def _go(pair: _Pair, step: Step, pattern: Pattern) -> bool:
    before = pair.lacking
    plus, minus = pattern.corners()
    way, back = legs(pair.up, plus, minus), legs(pair.down, minus, plus)
    for world, direction, reach in ((pair.up, way, pattern.up), (pair.down, back, pattern.down)):
        for by in sorted({min(reach, pair.lacking), 1}, reverse=True):
            if by <= 0 or pair.lacking <= 0 or reach <= 0:
                break
            try:
                take(world, step, direction, by)
            except StuckError:
                continue
            break
    return pair.lacking < before


def _patterns(sheet: Sheet, pair: _Pair, step: Step, find: _Search, limit: int) -> list[Pattern]:
    space = sheet.ground.space
    places = [step.place]
    if step.kind == "people":
        places = [p for p in (sheet.ground.population, *sheet.ground.followers()) if p is not None]
    up = _room(pair.up, step)
    down = _room(pair.down, step) if pair.up.delta or pair.down.delta else up
    return find(
        space,
        space.nodes_of(pair.target.cell),
        sheet.weights(places),
        up,
        down,
        pair.lacking,
        limit,
    )


def _room(world: World, step: Step) -> Room:
    """Per leaf how much of what is carried may come and go."""
    ground = world.sheet.ground
    field = ground.fields[step.place]
    if step.kind == "people":
        people = ground.fields[ground.population or 0]
        held = _held(world, ground.population or 0, "no")
        return Room(np.where(people.allowed, FREE, 0), held)
    held = _held(world, step.place, step.what[0])
    if step.kind == "answers":
        outside = _outside(world, step.place)
        return Room(np.where(field.allowed, outside, 0), held)
    if step.kind == "property":
        other: What = "no" if step.what[0] == "yes" else "yes"
        return Room(_held(world, step.place, other), held)
    there = _held(world, step.place, "no") > 0
    return Room(np.where(there, FREE, 0), np.where(there, np.maximum(held, 0), 0))


def _held(world: World, place: int, what: What) -> Ints:
    field = world.sheet.ground.fields[place]
    true = getattr(field, what) if isinstance(what, str) else field.amounts[what]
    held = np.asarray(true).copy()
    _shift(held, world, place, what, 1)
    for leaf in world.kept:
        held[leaf] = max(held[leaf] - 1, 0)
    return np.maximum(held, 0)


def _outside(world: World, place: int) -> Ints:
    ground = world.sheet.ground
    out = ground.fields[place].out.copy()
    if ground.population is not None and ground.fields[place].table.within:
        _shift(out, world, ground.population, "no", 1)
    _shift(out, world, place, "no", -1)
    _shift(out, world, place, "yes", -1)
    for leaf in world.kept:
        out[leaf] -= 1
    return np.maximum(out, 0)


def _shift(held: Ints, world: World, place: int, what: What, sign: int) -> None:
    for leaf, by in world.delta.get((place, what), {}).items():
        held[leaf] += sign * by
