"""Circuits: the cheapest way round for a cell, through as many leaves as it takes.

A cube changes the leaves of a box. Where no box fits what is withheld already, a longer way round
often does, and then nothing more need be withheld. A linear program finds it: how little may be
changed of what is shown, so that a cell changes and all sums agree. Its solutions are fractions;
multiplied up they are whole people, or it found nothing. What comes of it is counted anew in whole
numbers, so that nothing rests on the solver but which circuit is tried.
"""

from functools import lru_cache, partial, reduce

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack

from migstat.release.disclosure.cubes import Aim, Corners, Pattern, Room
from migstat.release.disclosure.ground import LOCKED
from migstat.release.disclosure.persons import leaves_of
from migstat.release.disclosure.space import Floats, Ints, Space

CARRIED = 2  # wanted of one circuit; more takes fewer searches and withholds more
LENGTH = 0.001  # cost of a leaf that changes: of circuits that cost the same, the shortest
DENOMINATORS = range(1, 13)
PIVOTS = 20_000  # at most, per search
LARGEST = 2_500  # leaves; with more, the search takes longer than it is worth
AMPLE = 1_000  # of whatever may move; more makes no difference, and large numbers lose digits
EXACT = 1e-6


def search_circuits(space: Space, aim: Aim) -> list[Pattern]:
    """Find the cheapest circuit that changes a cell; as ``cubes.search``, but one at most."""
    if space.n_leaves > LARGEST:
        return []
    for sign, room in ((1, aim.up), (-1, aim.down)):
        circuit = _cheapest(space, aim, sign, room)
        pattern = None if circuit is None else _pattern(space, aim, sign * circuit)
        if pattern:
            return [pattern]
    return []


def _cheapest(space: Space, aim: Aim, sign: int, room: Room) -> Ints | None:
    """Solve for the least change; per leaf what comes and goes, None if nothing does.

    Columns are what comes to each leaf, what goes, and how far each shown sum is off, either way.
    """
    is_sum = space.sizes > 1
    alone = space.spread(np.where(is_sum, 0, aim.weights))
    able = np.flatnonzero((alone < LOCKED) & ((room.gain > 0) | (room.lose > 0)))
    if not able.size:
        return None
    rows = np.flatnonzero(is_sum & (aim.weights > 0))
    weights = aim.weights[rows]
    soft = np.flatnonzero(weights < LOCKED)
    sums = _sums_of(space)[rows][:, able]
    off = eye_array(len(rows), format="csc")[:, soft]
    inside = leaves_of(space, aim.cell)[able].astype(np.float64) * sign
    wanted = csr_array(np.concatenate([inside, -inside, np.zeros(2 * len(soft))])[None, :])
    leaf_costs, endless = alone[able] + LENGTH, np.full(2 * len(soft), np.inf)
    most = np.concatenate([room.gain[able], room.lose[able], endless])
    solved = linprog(
        np.concatenate([leaf_costs, leaf_costs, weights[soft], weights[soft]]),
        A_eq=vstack([hstack([sums, -sums, off, -off]), wanted], format="csc"),
        b_eq=np.append(np.zeros(len(rows)), min(CARRIED, aim.need)),
        bounds=np.column_stack([np.zeros(len(most)), np.minimum(most, AMPLE)]),
        method="highs-ds",
        options={"presolve": False, "maxiter": PIVOTS},
    )
    if solved.status != 0:
        return None
    found = np.zeros(space.n_leaves, dtype=np.float64)
    found[able] = solved.x[: len(able)] - solved.x[len(able) : 2 * len(able)]
    return _whole(found)


@lru_cache(maxsize=1)
def _sums_of(space: Space) -> csr_array:
    """Cells by leaves: 1 where the cell holds the leaf."""
    parts = []
    for block in space.blocks:
        factors = [
            axis.counts if i in block.axes else np.ones((1, len(axis.points)), dtype=np.int64)
            for i, axis in enumerate(space.axes)
        ]
        parts.append(reduce(kron, map(csr_array, factors)))
    return csr_array(vstack(parts))


def _whole(found: Floats) -> Ints | None:
    """Give the smallest whole numbers in the same proportion; None if they aren't small."""
    for denominator in DENOMINATORS:
        near = np.rint(found * denominator)
        if np.abs(found * denominator - near).max() < EXACT:
            whole = near.astype(np.int64)
            return np.asarray(whole // max(np.gcd.reduce(np.abs(whole)), 1))
    return None


def _pattern(space: Space, aim: Aim, circuit: Ints) -> Pattern | None:
    """Count in whole numbers what a circuit changes, and how often it and its reverse fit."""
    cost = int(aim.weights[space.sums(circuit) != 0].sum())
    gain = int(circuit[leaves_of(space, aim.cell)].sum())
    up, down = _reach(circuit, aim.up), _reach(-circuit, aim.down)
    promise = min(min(up * gain, aim.need) + min(down * gain, aim.need), aim.need)
    if cost >= LOCKED or promise <= 0:
        return None
    plus, minus = _repeated(circuit), _repeated(-circuit)
    return Pattern(
        key=(-2, *plus, -1, *minus),
        cost=cost,
        up=up,
        down=down,
        promise=promise,
        corners=partial(_ends, plus, minus),
    )


def _reach(circuit: Ints, room: Room) -> int:
    there = np.flatnonzero(circuit)
    able = np.where(circuit > 0, room.gain, room.lose)[there] // np.abs(circuit[there])
    return int(able.min())


def _repeated(circuit: Ints) -> tuple[int, ...]:
    """Leaves that gain, each as often as it gains."""
    return tuple(np.repeat(np.arange(len(circuit)), np.maximum(circuit, 0)).tolist())


def _ends(plus: tuple[int, ...], minus: tuple[int, ...]) -> Corners:
    return plus, minus
