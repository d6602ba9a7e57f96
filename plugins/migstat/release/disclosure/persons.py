"""Patterns of two leaves: one gains what the other loses, whatever codes they differ in.

They change more cells than a cube and exist where no cube fits.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from migstat.release.disclosure.cubes import Corners, Pattern, Room
from migstat.release.disclosure.ground import LOCKED
from migstat.release.disclosure.space import Bools, Ints, Space

TRIED = 12  # leaves of the cell that are tried, those in the fewest shown cells first


def search_pairs(
    space: Space,
    cell: Sequence[int],
    weights: Ints,
    up: Room,
    down: Room,
    need: int,
    limit: int,
) -> list[Pattern]:
    """Find pairs of leaves that change a cell, by (cost + 1) / width; as ``cubes.search``."""
    inside = _inside(space, cell)
    usable = inside & ((up.gain > 0) | (down.lose > 0))
    load = space.spread(weights)
    leaves = np.flatnonzero(usable)
    leaves = leaves[np.argsort(load[leaves], kind="stable")][:TRIED]
    found: list[tuple[float, int, Pattern]] = []
    for leaf in leaves.tolist():
        found += _partners(space, leaf, ~inside, load, weights, (up, down), need, limit)
    found.sort(key=lambda one: one[:2])
    return [pattern for _, _, pattern in found[:limit]]


def _partners(
    space: Space,
    leaf: int,
    outside: Bools,
    load: Ints,
    weights: Ints,
    rooms: tuple[Room, Room],
    need: int,
    limit: int,
) -> list[tuple[float, int, Pattern]]:
    up, down = rooms
    shared = np.zeros(space.n_cells, dtype=np.int64)
    cells = space.cells_with(leaf)
    shared[cells] = weights[cells]
    cost = load[leaf] + load - 2 * space.spread(shared)
    upward = np.minimum(up.gain[leaf], up.lose)
    downward = np.minimum(down.lose[leaf], down.gain)
    width = np.minimum(np.minimum(upward, need) + np.minimum(downward, need), need)
    fit = np.flatnonzero(outside & (width > 0) & (cost < LOCKED))
    score = (cost[fit] + 1) / width[fit]
    best = fit[np.argsort(score, kind="stable")[:limit]]
    return [
        (
            float((cost[other] + 1) / width[other]),
            int(other),
            Pattern(
                (-1, leaf, int(other)),
                int(cost[other]),
                int(upward[other]),
                int(downward[other]),
                int(width[other]),
                partial(_pair, leaf, int(other)),
            ),
        )
        for other in best
    ]


def _pair(leaf: int, other: int) -> Corners:
    return (leaf,), (other,)


def _inside(space: Space, cell: Sequence[int]) -> Bools:
    mask = np.ones(space.shape, dtype=np.bool_)
    for axis, node in enumerate(cell):
        if node >= 0:
            shape = [1] * len(space.shape)
            shape[axis] = -1
            mask &= space.axes[axis].holds[node].reshape(shape)
    return mask.ravel()
