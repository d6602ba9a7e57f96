"""Patterns of two leaves: one gains what the other loses, whatever codes they differ in.

They change more cells than a cube and exist where no cube fits.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from migstat.release.disclosure.cubes import Aim, Corners, Pattern
from migstat.release.disclosure.ground import LOCKED
from migstat.release.disclosure.space import Bools, Ints, Space

TRIED = 12  # leaves of the cell that are tried, those in the fewest shown cells first


def search_pairs(space: Space, aim: Aim) -> list[Pattern]:
    """Find pairs of leaves that change a cell, by (cost + 1) / width; as ``cubes.search``."""
    inside = leaves_of(space, aim.cell)
    usable = inside & ((aim.up.gain > 0) | (aim.down.lose > 0))
    load = space.spread(aim.weights)
    leaves = np.flatnonzero(usable)
    leaves = leaves[np.argsort(load[leaves], kind="stable")][:TRIED]
    found: list[tuple[float, int, Pattern]] = []
    for leaf in leaves.tolist():
        found += _partners(space, aim, leaf, np.flatnonzero(~inside), load)
    found.sort(key=lambda one: one[:2])
    return [pattern for _, _, pattern in found[: aim.limit]]


def _partners(
    space: Space, aim: Aim, leaf: int, outside: Ints, load: Ints
) -> list[tuple[float, int, Pattern]]:
    shared = np.zeros(space.n_cells, dtype=np.int64)
    cells = space.cells_with(leaf)
    shared[cells] = aim.weights[cells]
    cost = load[leaf] + load - 2 * space.spread(shared)
    upward = np.minimum(aim.up.gain[leaf], aim.up.lose)
    downward = np.minimum(aim.down.lose[leaf], aim.down.gain)
    width = aim.width(upward, downward)
    fit = outside[(width[outside] > 0) & (cost[outside] < LOCKED)]
    score = (cost[fit] + 1) / width[fit]
    best = np.argsort(score, kind="stable")[: aim.limit]
    return [
        (
            float(score[i]),
            other,
            Pattern(
                key=(-1, leaf, other),
                cost=int(cost[other]),
                up=int(upward[other]),
                down=int(downward[other]),
                promise=int(width[other]),
                corners=partial(_pair, leaf, other),
            ),
        )
        for i, other in zip(best.tolist(), fit[best].tolist(), strict=True)
    ]


def _pair(leaf: int, other: int) -> Corners:
    return (leaf,), (other,)


def leaves_of(space: Space, cell: Sequence[int]) -> Bools:
    """Say of each leaf whether a cell (its node on each axis, -1 for the total) holds it."""
    mask = np.ones(space.shape, dtype=np.bool_)
    for axis, node in enumerate(cell):
        if node >= 0:
            shape = [1] * len(space.shape)
            shape[axis] = -1
            mask &= space.axes[axis].holds[node].reshape(shape)
    return mask.ravel()
