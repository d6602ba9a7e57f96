"""Steps from one table of people to another, along patterns that change no shown cell.

A step carries people of the population, whom every table inside follows; or answers of one table,
between those who have one and those who have none; or the property, between those who answered;
or amounts. Whoever moves moves with one answer in each table, at all corners the same, so that
numerators stay as they are too; where a corner has nobody with that answer, somebody in a leaf
that the same shown cells hold exchanges answers with one who is there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from migstat.release.disclosure.primary import AMOUNTS
from migstat.release.disclosure.space import Ints
from migstat.release.disclosure.worlds import What, World

Kind = Literal["people", "answers", "property", "amounts"]
ANSWERS: tuple[What, ...] = ("no", "yes", "out")
MATES = 48  # how many leaves alike are asked before a corner is given up


class StuckError(Exception):
    """A step asks for more than a leaf holds, or would change what is out already."""


@dataclass(frozen=True)
class Step:
    """What is carried.

    Attributes:
        kind: People, answers, the property or amounts.
        place: Table that it is carried for.
        what: Whether with the property or without it, the first that does; which of the amounts.
    """

    kind: Kind
    place: int
    what: tuple[What, ...]


@dataclass(frozen=True)
class Legs:
    """The leaves that gain and those that lose, and the cells that differ for it."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    cells: Ints


def legs(world: World, plus: Sequence[int], minus: Sequence[int]) -> Legs:
    """Find the cells in which a pattern does not add up to nothing."""
    space = world.sheet.ground.space
    cells = [space.cells_with(leaf) for leaf in (*plus, *minus)]
    signs = np.repeat([1] * len(plus) + [-1] * len(minus), [len(part) for part in cells])
    sums = np.bincount(np.concatenate(cells), weights=signs)
    return Legs(tuple(plus), tuple(minus), np.flatnonzero(sums))


def take(world: World, step: Step, way: Legs, by: int) -> None:
    """Carry ``by`` from each leaf that loses to each that gains; withhold what changes.

    Raises:
        StuckError: It can't be done; the world is as it was, and nothing is withheld.
    """
    try:
        _CARRY[step.kind](world, step, way, by)
        _fill(world)
        _check(world)
    except StuckError:
        world.roll_back()
        raise
    world.keep()


def _touch(world: World, place: int, way: Legs) -> None:
    """Note the shown cells that the pattern changes; what is out already can't be changed."""
    if world.sheet.is_fixed(place, way.cells):
        raise StuckError
    shown = way.cells[world.sheet.shown[place][way.cells]]
    if shown.size:
        world.withheld.append((place, shown))


def _carry_answers(world: World, step: Step, way: Legs, by: int) -> None:
    _touch(world, step.place, way)
    field = world.sheet.ground.fields[step.place]
    for leaf in way.minus:
        if world.spare(step.place, step.what[0], leaf) < by:
            raise StuckError
        world.add(step.place, step.what[0], leaf, -by)
    for leaf in way.plus:
        if not field.allowed[leaf] or world.spare(step.place, "out", leaf) < by:
            raise StuckError
        world.add(step.place, step.what[0], leaf, by)


def _carry_property(world: World, step: Step, way: Legs, by: int) -> None:
    _touch(world, step.place, way)
    what: What = step.what[0]
    other: What = "no" if what == "yes" else "yes"
    for leaves, gaining, losing in ((way.plus, what, other), (way.minus, other, what)):
        for leaf in leaves:
            if world.spare(step.place, losing, leaf) < by:
                raise StuckError
            world.add(step.place, losing, leaf, -by)
            world.add(step.place, gaining, leaf, by)


def _carry_amounts(world: World, step: Step, way: Legs, by: int) -> None:
    _touch(world, step.place, way)
    for leaf in (*way.plus, *way.minus):
        if world.holds(step.place, "no", leaf) < 1:
            raise StuckError
    for leaf in way.minus:
        world.add(step.place, step.what[0], leaf, -by)
    for leaf in way.plus:
        world.add(step.place, step.what[0], leaf, by)


def _carry_people(world: World, step: Step, way: Legs, by: int) -> None:
    ground = world.sheet.ground
    if ground.population is None:
        raise StuckError
    people = ground.fields[ground.population]
    _touch(world, ground.population, way)
    for leaf in way.minus:
        if world.spare(ground.population, "no", leaf) < by:
            raise StuckError
        world.add(ground.population, "no", leaf, -by)
    for leaf in way.plus:
        if not people.allowed[leaf]:
            raise StuckError
        world.add(ground.population, "no", leaf, by)
    for place in ground.followers():
        wishes = step.what if place == step.place else _wishes(world, place, way)
        _follow(world, place, way, by, wishes)


def _follow(
    world: World,
    place: int,
    way: Legs,
    by: int,
    wishes: tuple[What, ...],
) -> None:
    """Let a table follow: all with one answer, or all without any, as it is wished first."""
    mark = world.mark()
    for what in wishes:
        try:
            if what == "out":
                for leaf in way.minus:
                    _supply(world, place, what, leaf, 0)
            else:
                _touch(world, place, way)
                _follow_with(world, place, what, way, by)
        except StuckError:
            world.roll_back(mark)
        else:
            return
    raise StuckError


def _wishes(world: World, place: int, way: Legs) -> tuple[What, ...]:
    """With answers where that costs nothing, since it makes the table's own cells uncertain."""
    prop = world.sheet.ground.fields[place].table.kind == "prop"
    answers: tuple[What, ...] = ("no", "yes") if prop else ("no",)
    if world.sheet.revealed(place)[way.cells].any():
        return ("out", *answers)
    return (*answers, "out")


def _follow_with(world: World, place: int, what: What, way: Legs, by: int) -> None:
    if not world.sheet.ground.fields[place].allowed[list(way.plus)].all():
        raise StuckError
    for leaf in way.minus:
        _supply(world, place, what, leaf, by)
        world.add(place, what, leaf, -by)
    for leaf in way.plus:
        world.add(place, what, leaf, by)


def _supply(world: World, place: int, what: What, leaf: int, wanted: int) -> None:
    """See to it that a leaf can spare so many with an answer, by exchange with leaves alike.

    The people of the leaf went already, but their answers did not: until they have, it holds
    ``wanted`` too few without an answer.
    """
    lacking = wanted - world.spare(place, what, leaf)
    if lacking <= 0:
        return
    for mate in world.sheet.alike(place, leaf)[:MATES].tolist():
        for other in _others(world, place, what, leaf, mate):
            debt = wanted if other == "out" else 0
            here = world.spare(place, other, leaf) + debt
            able = min(world.spare(place, what, mate), here, lacking)
            for _ in range(able):
                _exchange(world, place, (leaf, other), (mate, what))
            lacking -= max(able, 0)
            if lacking == 0:
                return
    raise StuckError


def _others(world: World, place: int, what: What, leaf: int, mate: int) -> list[What]:
    """What a leaf may give in exchange: an answer only to a leaf that may hold one."""
    allowed = world.sheet.ground.fields[place].allowed
    if mate == leaf or (what != "out" and not allowed[leaf]):
        return []
    others: tuple[What, ...] = ("no", "yes", "out")
    return [w for w in others if w != what and (w == "out" or allowed[mate])]


def _exchange(world: World, place: int, here: tuple[int, What], there: tuple[int, What]) -> None:
    """Let one who is here and one who is there, in a leaf alike, exchange their answers."""
    (leaf, mine), (mate, yours) = here, there
    for at, gives, gets in ((leaf, mine, yours), (mate, yours, mine)):
        if gives != "out":
            world.add(place, gives, at, -1)
        if gets != "out":
            world.add(place, gets, at, 1)


def _fill(world: World) -> None:
    """Leave no amount where nobody is left: somebody in a leaf alike has it now."""
    ground = world.sheet.ground
    for place, leaf in sorted({(place, leaf) for place, _, leaf, _ in world.journal}):
        field = ground.fields[place]
        if not field.amounts or world.holds(place, "no", leaf) > 0:
            continue
        if field.settled[leaf]:
            raise StuckError
        for what in AMOUNTS[: len(field.amounts)]:
            if amount := world.holds(place, what, leaf):
                world.add(place, what, leaf, -amount)
                world.add(place, what, _heir(world, place, leaf), amount)


def _heir(world: World, place: int, leaf: int) -> int:
    for mate in world.sheet.alike(place, leaf)[:MATES].tolist():
        if world.holds(place, "no", mate) > 0:
            return int(mate)
    raise StuckError


def _check(world: World) -> None:
    """See that no leaf owes anybody, and that no withheld cell is empty: it would be shown as 0."""
    ground = world.sheet.ground
    changed: dict[int, set[int]] = {}
    for place, _, leaf, _ in world.journal:
        changed.setdefault(place, set()).add(leaf)
    for place, leaves in changed.items():
        field = ground.fields[place]
        if any(world.holds(place, what, leaf) < 0 for leaf in leaves for what in ANSWERS):
            raise StuckError
        _check_amounts(world, place, leaves)
        cells = np.concatenate([ground.space.cells_with(leaf) for leaf in leaves])
        cells = cells[field.planned[cells] & (field.n[cells] > 0)]
        if place in world.n and (field.n[cells] + world.n[place][cells] < 1).any():
            raise StuckError


def _check_amounts(world: World, place: int, leaves: set[int]) -> None:
    for what, is_signed in zip(AMOUNTS, world.sheet.ground.fields[place].is_signed, strict=False):
        if not is_signed and any(world.holds(place, what, leaf) < 0 for leaf in leaves):
            raise StuckError


_CARRY: dict[Kind, Callable[..., None]] = {
    "answers": _carry_answers,
    "property": _carry_property,
    "amounts": _carry_amounts,
    "people": _carry_people,
}
