"""How much may come to each leaf and go from it, in a world as it is."""

import numpy as np

from migstat.release.disclosure.cubes import Room
from migstat.release.disclosure.ground import FREE
from migstat.release.disclosure.primary import AMOUNTS
from migstat.release.disclosure.space import Ints
from migstat.release.disclosure.steps import Step
from migstat.release.disclosure.worlds import What, World, amount_number


def room_for(world: World, step: Step) -> Room:
    """Per leaf how much of what is carried may come and go."""
    ground = world.sheet.ground
    field = ground.fields[step.place]
    if step.kind == "people":
        people = ground.fields[ground.population or 0]
        held = _leaving(world, ground.population or 0, "no")
        return Room(np.where(people.allowed, FREE, 0), held)
    if step.kind == "answers":
        outside = _outside(world, step.place)
        leaving = _leaving(world, step.place, step.what[0])
        return Room(np.where(field.allowed, outside, 0), leaving)
    held = _held(world, step.place, step.what[0])
    if step.kind == "property":
        other: What = "no" if step.what[0] == "yes" else "yes"
        return Room(_held(world, step.place, other), held)
    there = _held(world, step.place, "no") > 0
    return Room(np.where(there, FREE, 0), np.where(there, np.maximum(held, 0), 0))


def _leaving(world: World, place: int, what: What) -> Ints:
    """Those that may go with their answer: where a leaf is a cell, somebody must stay."""
    field = world.sheet.ground.fields[place]
    records: Ints = field.no + field.yes - field.staying
    for answer in ("no", "yes"):
        _shift(records, world, place, answer, 1)
    return np.asarray(np.clip(_held(world, place, what), 0, np.maximum(records, 0)))


def _held(world: World, place: int, what: What) -> Ints:
    field = world.sheet.ground.fields[place]
    true = field.amounts[amount_number(what)] if what in AMOUNTS else getattr(field, what)
    held: Ints = true.copy()
    _shift(held, world, place, what, 1)
    for leaf in world.kept:
        held[leaf] = max(held[leaf] - 1, 0)
    return np.asarray(np.maximum(held, 0))


def _outside(world: World, place: int) -> Ints:
    ground = world.sheet.ground
    out = ground.fields[place].out.copy()
    if ground.population is not None and ground.fields[place].table.within:
        _shift(out, world, ground.population, "no", 1)
    _shift(out, world, place, "no", -1)
    _shift(out, world, place, "yes", -1)
    for leaf in world.kept:
        out[leaf] -= 1
    return np.asarray(np.maximum(out, 0))


def _shift(held: Ints, world: World, place: int, what: What, sign: int) -> None:
    for leaf, by in world.delta.get((place, what), {}).items():
        held[leaf] += sign * by
