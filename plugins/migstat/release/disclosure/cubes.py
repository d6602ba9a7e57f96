"""Patterns that change one cell and few others: the corners of a cube of leaves.

On each axis a pattern either swaps a point of the cell against one outside it, or stays on one
point of the cell; where the cell is a total it stays. One that stays everywhere is a single leaf.
Corners with an even number of swapped points gain, the others lose, so that every cell which is a
total on a swapped axis stays as it is. What is left to change is weighed for all patterns at once,
one product of matrices per axis.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, product
from math import prod
from typing import NamedTuple

import numpy as np

from migstat.release.disclosure.ground import LOCKED
from migstat.release.disclosure.space import Block, Choice, Floats, Ints, Space, turned

MAX_SWAPS = 4
Corners = tuple[tuple[int, ...], tuple[int, ...]]


class Pattern(NamedTuple):
    """Leaves that gain and leaves that lose, what it costs, and how far it carries either way.

    Attributes:
        key: Tells the patterns of a cell apart.
        cost: Weight of the shown cells that it changes.
        up: How often it can be made.
        down: How often its reverse can be made.
        promise: What it gives together with those that change the same cells.
        corners: Gives the leaves that gain and those that lose.
    """

    key: tuple[int, ...]
    cost: int
    up: int
    down: int
    promise: int
    corners: Callable[[], Corners]


@dataclass(frozen=True)
class Room:
    """Per leaf how much may come (``gain``) and go (``lose``)."""

    gain: Ints
    lose: Ints


@dataclass(frozen=True)
class Aim:
    """A cell that patterns are to change.

    Attributes:
        cell: Its node on each axis, -1 for the total.
        weights: What it costs to change each cell.
        up: What may move where the cell is to gain.
        down: Likewise where it is to lose.
        need: Width that is wanted; more is worth nothing.
        limit: How many patterns to give at most.
        most: What a pattern may cost.
    """

    cell: Sequence[int]
    weights: Ints
    up: Room
    down: Room
    need: int
    limit: int
    most: int = LOCKED - 1

    def width(self, upward: Ints, downward: Ints) -> Ints:
        """What is gained by patterns that can be made so often, and their reverses."""
        both = np.minimum(upward, self.need) + np.minimum(downward, self.need)
        least: Ints = np.minimum(both, self.need)
        return least


def search_free(space: Space, aim: Aim) -> list[Pattern]:
    """Find the patterns that change a cell and no shown one; as ``search``."""
    return search(space, replace(aim, most=0))


def search(space: Space, aim: Aim) -> list[Pattern]:
    """Find the patterns that change a cell at the least cost for what they give.

    Returns:
        Patterns by (cost + 1) / width.
    """
    swappable = [axis for axis, node in enumerate(aim.cell) if node >= 0]
    found: list[_Hit] = []
    for size in range(min(len(swappable), MAX_SWAPS) + 1):
        for swapped in combinations(swappable, size):
            found += _best(space, aim, swapped)
        if any(hit.cost == 0 for hit in found):
            break
    found.sort(key=_order)
    return [hit.pattern(space) for hit in found[: aim.limit]]


class _Hit(NamedTuple):
    """A pattern by its numbers, before its corners are worth finding."""

    score: float
    swapped: tuple[int, ...]
    flat: int
    cost: int
    promise: int
    reach: tuple[Ints, Ints]
    choices: list[Choice]

    def pattern(self, space: Space) -> Pattern:
        """Give the pattern itself."""
        upward, downward = self.reach
        return Pattern(
            key=(*self.swapped, self.flat),
            cost=self.cost,
            up=upward.item(self.flat),
            down=downward.item(self.flat),
            promise=self.promise,
            corners=partial(_corners, space, self.choices, self.flat),
        )


def _order(hit: _Hit) -> tuple[float, int]:
    return hit.score, len(hit.swapped)


def _best(space: Space, aim: Aim, swapped: tuple[int, ...]) -> list[_Hit]:
    choices = [space.choice(axis, node, axis in swapped) for axis, node in enumerate(aim.cell)]
    if any(choice.size == 0 for choice in choices):
        return []
    upward, downward = _reach(space, choices, aim.up)
    if aim.down is not aim.up:
        _, downward = _reach(space, choices, aim.down)
    gain = aim.width(upward, downward)
    able = np.flatnonzero(gain)
    if not able.size:
        return []
    costs = _cost(space, choices, swapped, aim.weights)
    cost = costs.ravel()[able]
    promise = np.minimum(_promise(costs, gain, swapped).ravel()[able], aim.need)
    score = np.where(cost <= aim.most, (cost + 1) / promise, np.inf)
    best = _first(score, aim.limit)
    best = best[cost[best] <= aim.most]
    parts = (score[best], able[best], cost[best], promise[best])
    return [
        _Hit(one, swapped, flat, price, gives, (upward, downward), choices)
        for one, flat, price, gives in zip(*(part.tolist() for part in parts), strict=True)
    ]


def _promise(cost: Ints, gain: Ints, swapped: tuple[int, ...]) -> Ints:
    """What a pattern gives together with those that change the same cells.

    Where every leaf holds few, one pattern gives little; but once its cells are withheld, all that
    swap alike and stay elsewhere at the same cost are free.
    """
    stays = tuple(axis for axis in range(cost.ndim) if axis not in swapped)
    least = np.where(gain > 0, cost, LOCKED).min(axis=stays, keepdims=True)
    is_least = (cost == least) & (gain > 0)
    together = np.where(is_least, gain, 0).sum(axis=stays, keepdims=True)
    return np.where(is_least, together, gain)


def _first(score: Floats, limit: int) -> Ints:
    """Places of the lowest scores, ties by place."""
    if score.size > limit:
        worst = np.partition(score, limit - 1)[limit - 1]
        near = np.flatnonzero(score <= worst)
    else:
        near = np.arange(score.size)
    return near[np.argsort(score[near], kind="stable")][:limit]


def _reach(space: Space, choices: list[Choice], room: Room) -> tuple[Ints, Ints]:
    """How often each pattern can be made, and its reverse: what its scarcest corner allows."""
    plus, minus = room.gain.reshape(space.shape), room.lose.reshape(space.shape)
    for axis, choice in enumerate(choices):
        here_plus, here_minus = plus.take(choice.inside, axis), minus.take(choice.inside, axis)
        if choice.outside is not None:
            there_plus = plus.take(choice.outside, axis)
            there_minus = minus.take(choice.outside, axis)
            here_plus, here_minus = (
                np.minimum(here_plus, there_minus),
                np.minimum(here_minus, there_plus),
            )
        plus, minus = here_plus, here_minus
    return plus, minus


def _cost(space: Space, choices: list[Choice], swapped: tuple[int, ...], weights: Ints) -> Ints:
    shape = tuple(choice.size for choice in choices)
    cost = np.zeros(shape, dtype=np.float64)
    for block in space.blocks:
        part = weights[block.cells]
        if set(swapped) <= set(block.axes) and part.any():
            cost += _block_cost(choices, block, part.astype(np.float64))
    return cost.astype(np.int64)


def _block_cost(choices: list[Choice], block: Block, weights: Floats) -> Floats:
    """Weight of a block's cells that each pattern changes; whole numbers, exact in a double."""
    part = weights.reshape(block.shape)
    for axis in block.axes:
        part = turned(part, choices[axis].changes)
    return part.reshape([c.size if a in block.axes else 1 for a, c in enumerate(choices)])


def _corners(space: Space, choices: list[Choice], flat: int) -> Corners:
    place = np.unravel_index(flat, [choice.size for choice in choices])
    options: list[list[tuple[int, int]]] = []
    for choice, at in zip(choices, place, strict=True):
        points = [(int(choice.inside[at]), 1)]
        if choice.outside is not None:
            points.append((int(choice.outside[at]), -1))
        options.append(points)
    corners: dict[int, list[int]] = {1: [], -1: []}
    for corner in product(*options):
        leaf = int(np.ravel_multi_index([point for point, _ in corner], space.shape))
        corners[prod(sign for _, sign in corner)].append(leaf)
    return tuple(corners[1]), tuple(corners[-1])
