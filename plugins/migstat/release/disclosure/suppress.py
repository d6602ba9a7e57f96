"""Withholding as little as it takes: along moves that are themselves the proof.

Every unsafe figure must differ by its width among other tables of people that agree with all that
is shown. They are built one after the other, margins first and then small figures: along cubes that
change nothing shown as long as there are any, then along the circuit that changes least, then along
whatever costs least for what it gives; what a pattern changes is withheld. To withhold more breaks
no move made before, so that one pass is enough; all searches are counted, so that it ends.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from migstat.declarations.model import TOTAL
from migstat.release.disclosure.circuits import search_circuits
from migstat.release.disclosure.cubes import Aim, Pattern, search, search_free
from migstat.release.disclosure.ground import Ground
from migstat.release.disclosure.persons import search_pairs
from migstat.release.disclosure.pool import Pool, Target
from migstat.release.disclosure.primary import AMOUNTS
from migstat.release.disclosure.rooms import room_for
from migstat.release.disclosure.sheet import Sheet
from migstat.release.disclosure.space import Space
from migstat.release.disclosure.steps import Step, StuckError, legs, take
from migstat.release.disclosure.worlds import What, World

CANDIDATES = 48  # patterns that are tried per search
ROUNDS = 40  # steps per pair of worlds
ATTEMPTS = 4  # searches per step, should all that one finds be stuck
GUARDED = 8  # times that a figure is looked at anew for those who know themselves
_Try = tuple[Step, tuple[int, ...]]
_Offer = tuple[float, int, int, Step, Pattern]
_Search = Callable[[Space, Aim], list[Pattern]]


def protect_all(sheet: Sheet, pool: Pool) -> list[Target]:
    """Open every target of a pool, withholding cells of the sheet; give what can't be opened."""
    targets = ordered(sheet.ground, pool.targets)
    return [target for target in targets if not protect(sheet, pool, target)]


def ordered(ground: Ground, targets: Sequence[Target]) -> list[Target]:
    """Margins first, then small figures."""
    depth = np.zeros(ground.space.n_cells, dtype=np.int64)
    for codes, cell in ground.space.cell_of.items():
        depth[cell] = sum(code != TOTAL for code in codes)
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
        gain = world.gain(target.figure)
        if gain and (number < 0 or gain != pool.found[number].gains[target.figure]):
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
        figure = self.target.figure
        return self.target.width - (self.up.gain(figure) - self.down.gain(figure))


def _resume(sheet: Sheet, pool: Pool, number: int, kept: frozenset[int]) -> World:
    world = World(sheet, kept=kept)
    if number >= 0:
        for (place, what), leaves in pool.found[number].delta.items():
            for leaf, by in leaves.items():
                world.add(place, what, leaf, by)
    world.keep()
    return world


def steps_for(ground: Ground, target: Target) -> list[Step]:
    """What may be carried to open a target, the least entangled first."""
    place, table = target.place, ground.fields[target.place].table
    if target.quantity in AMOUNTS:
        return [Step("amounts", place, (target.quantity,))]
    if place == ground.population:
        return [Step("people", place, ("no",))]
    answers: tuple[What, ...] = ("no", "yes") if table.kind == "prop" else ("no",)
    wanted = answers if target.quantity == "n" else (target.quantity,)
    steps = [Step("answers", place, (what,)) for what in wanted]
    if target.quantity in ("yes", "no"):
        steps.insert(0, Step("property", place, (target.quantity,)))
    if ground.population is not None and table.within:
        steps.append(Step("people", place, wanted))
    return steps


def _advance(sheet: Sheet, pool: Pool, pair: _Pair, dead: set[_Try]) -> bool:
    """Take the steps that cost nothing, or the one that costs least; False if there is none."""
    for find in (search_free, search_circuits, search, search_pairs):
        for _ in range(ATTEMPTS):
            offers = _offers(sheet, pool, pair, find, dead)
            if not offers:
                break
            if _accept(pair, offers, dead):
                return True
    return False


def _offers(sheet: Sheet, pool: Pool, pair: _Pair, find: _Search, dead: set[_Try]) -> list[_Offer]:
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
    up = room_for(pair.up, step)
    down = room_for(pair.down, step) if pair.up.delta or pair.down.delta else up
    cell = space.nodes_of(pair.target.cell)
    return find(space, Aim(cell, sheet.weights(places), up, down, pair.lacking, limit))
