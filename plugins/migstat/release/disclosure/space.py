"""The leaves and cells of a system as numbers: which cell holds which leaf.

Dimensions that are linked make one axis, whose points are the combinations of codes that occur.
A leaf is a point on every axis, a flat index into their product; a node is a set of points that
some cell asks for (a code of any level, or codes of several linked dimensions); a block holds the
cells that are broken down by the same axes, an array over their nodes. Cells are numbered through
all blocks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from migstat.release.disclosure.model import TOTAL, Codes, Dimension, Leaf

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Numbers = TypeVar("Numbers", Ints, Floats)


@dataclass(frozen=True)
class Axis:
    """Linked dimensions as one.

    Attributes:
        columns: Places of its dimensions in the system's order.
        points: Combinations of finest codes.
        nodes: Combinations of codes that cells ask for, the total left out.
        holds: Nodes by points: whether the node holds the point.
    """

    columns: tuple[int, ...]
    points: tuple[Codes, ...]
    nodes: tuple[Codes, ...]
    holds: Bools

    @cached_property
    def point_of(self) -> dict[Codes, int]:
        """Places of the points."""
        return {codes: i for i, codes in enumerate(self.points)}

    @cached_property
    def node_of(self) -> dict[Codes, int]:
        """Places of the nodes."""
        return {codes: i for i, codes in enumerate(self.nodes)}

    @cached_property
    def counts(self) -> Ints:
        """``holds`` as numbers."""
        return self.holds.astype(np.int64)

    @cached_property
    def nodes_with(self) -> tuple[Ints, ...]:
        """Per point the nodes that hold it."""
        return tuple(np.flatnonzero(column).astype(np.int64) for column in self.holds.T)


@dataclass(frozen=True)
class Choice:
    """What a pattern may do on one axis.

    Attributes:
        inside: Points of the cell.
        outside: What each is swapped against; None where it stays.
        changes: Nodes by those: whether what the node holds differs; as numbers.
    """

    inside: Ints
    outside: Ints | None
    changes: Floats

    @property
    def size(self) -> int:
        """How many ways it has."""
        return len(self.inside)


@dataclass(frozen=True)
class Block:
    """Cells that are broken down by the same axes, numbered from ``first``."""

    axes: tuple[int, ...]
    shape: tuple[int, ...]
    first: int

    @property
    def size(self) -> int:
        """How many cells it has."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def cells(self) -> slice:
        """Its cells among all."""
        return slice(self.first, self.first + self.size)


class Space:
    """The numbering of all leaves and cells of a system."""

    def __init__(
        self,
        dimensions: Sequence[Dimension],
        linked: Iterable[tuple[str, ...]],
        leaves: Iterable[Leaf],
        cells: Iterable[Codes],
    ) -> None:
        """Number the leaves that combine what occurs, and the cells that are asked for.

        Args:
            dimensions: Of the system, in its order.
            linked: Groups of them that make one axis each; the others stand alone.
            leaves: All that occur.
            cells: Codes of all cells, of whichever table.
        """
        wanted = sorted(set(cells))
        groups = _groups([d.name for d in dimensions], linked)
        occurring = sorted(set(leaves))
        self.axes = tuple(_axis(dimensions, group, occurring, wanted) for group in groups)
        self.shape = tuple(len(axis.points) for axis in self.axes)
        self.n_leaves = int(np.prod(self.shape, dtype=np.int64))
        places = {codes: self._node_codes(codes) for codes in wanted}
        used = sorted({_broken_down(nodes) for nodes in places.values()})
        blocks: list[Block] = []
        first = 0
        for axes in used:
            block = Block(axes, tuple(len(self.axes[a].nodes) for a in axes), first)
            blocks.append(block)
            first += block.size
        self.blocks = tuple(blocks)
        self.n_cells = first
        block_of = {block.axes: block for block in self.blocks}
        self.cell_of = {codes: _number(block_of, nodes) for codes, nodes in places.items()}
        self._cells_with: dict[int, Ints] = {}
        self._choices: dict[tuple[int, int, bool], Choice] = {}

    def _node_codes(self, codes: Codes) -> tuple[int, ...]:
        """Node of a cell on each axis, -1 for the total."""
        nodes = []
        for axis in self.axes:
            own = tuple(codes[c] for c in axis.columns)
            nodes.append(-1 if all(code == TOTAL for code in own) else axis.node_of[own])
        return tuple(nodes)

    def leaf(self, codes: Leaf) -> int:
        """Give the number of a leaf."""
        points = [a.point_of[tuple(codes[c] for c in a.columns)] for a in self.axes]
        return int(np.ravel_multi_index(points, self.shape))

    def leaf_codes(self, leaf: int) -> Leaf:
        """Give the codes of a leaf."""
        codes = {
            column: code
            for axis, point in zip(self.axes, self.points(leaf), strict=True)
            for column, code in zip(axis.columns, axis.points[point], strict=True)
        }
        return tuple(codes[column] for column in sorted(codes))

    def points(self, leaf: int) -> tuple[int, ...]:
        """Give the point of a leaf on each axis."""
        return tuple(int(p) for p in np.unravel_index(leaf, self.shape))

    def nodes_of(self, cell: int) -> tuple[int, ...]:
        """Give the node of a cell on each axis, -1 for the total."""
        block = next(b for b in reversed(self.blocks) if b.first <= cell)
        nodes = [-1] * len(self.axes)
        for axis, node in zip(
            block.axes, np.unravel_index(cell - block.first, block.shape), strict=True
        ):
            nodes[axis] = int(node)
        return tuple(nodes)

    def cells_with(self, leaf: int) -> Ints:
        """Give all cells that hold a leaf, ascending."""
        found = self._cells_with.get(leaf)
        if found is None:
            points = self.points(leaf)
            parts = []
            for block in self.blocks:
                index = np.zeros(1, dtype=np.int64)
                for axis, size in zip(block.axes, block.shape, strict=True):
                    nodes = self.axes[axis].nodes_with[points[axis]]
                    index = (index[:, None] * size + nodes).ravel()
                parts.append(index + block.first)
            found = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
            self._cells_with[leaf] = found
        return found

    @cached_property
    def sizes(self) -> Ints:
        """How many leaves each cell holds."""
        return self.sums(np.ones(self.n_leaves, dtype=np.int64))

    def choice(self, axis: int, node: int, is_swapped: bool) -> Choice:
        """Give what a pattern may do on an axis where its cell has a node; -1 for the total."""
        key = (axis, node, is_swapped)
        if key not in self._choices:
            self._choices[key] = _choice(self.axes[axis], node, is_swapped)
        return self._choices[key]

    def sums(self, leaves: Ints) -> Ints:
        """Add up a figure of the leaves (one number each) per cell."""
        array = leaves.reshape(self.shape)
        found = np.zeros(self.n_cells, dtype=np.int64)
        for block in self.blocks:
            found[block.cells] = self._block_sums(array, block).ravel()
        return found

    def _block_sums(self, array: Ints, block: Block) -> Ints:
        away = tuple(a for a in range(len(self.axes)) if a not in block.axes)
        part: Ints = array.sum(axis=away, dtype=np.int64)
        for axis in block.axes:
            part = turned(part, self.axes[axis].counts.T)
        return part

    def spread(self, cells: Ints) -> Ints:
        """Add up a figure of the cells (one number each) per leaf that they hold; wraps around."""
        found = np.zeros(self.shape, dtype=np.int64)
        for block in self.blocks:
            part = cells[block.cells].reshape(block.shape)
            for axis in block.axes:
                part = turned(part, self.axes[axis].counts)
            spread = [self.shape[a] if a in block.axes else 1 for a in range(len(self.axes))]
            found += part.reshape(spread)
        return found.ravel()


def _choice(axis: Axis, node: int, is_swapped: bool) -> Choice:
    if node < 0:
        return Choice(np.arange(len(axis.points)), None, axis.holds.astype(np.float64))
    holds = axis.holds[node]
    inside, outside = np.flatnonzero(holds), np.flatnonzero(~holds)
    if not is_swapped:
        return Choice(inside, None, axis.holds[:, inside].astype(np.float64))
    pairs = np.array(list(product(inside, outside)), dtype=np.int64).reshape(-1, 2)
    here, there = pairs[:, 0], pairs[:, 1]
    return Choice(here, there, (axis.holds[:, here] ^ axis.holds[:, there]).astype(np.float64))


def turned(part: Numbers, matrix: Numbers) -> Numbers:
    """Multiply the first axis of an array with a matrix, and put what comes of it last.

    Done once for every axis, all are multiplied and stand in their order again.
    """
    product = part.reshape(len(part), -1).T @ matrix
    return product.reshape(*part.shape[1:], matrix.shape[1])


def _groups(names: Sequence[str], linked: Iterable[tuple[str, ...]]) -> list[tuple[int, ...]]:
    groups = [tuple(sorted(names.index(n) for n in group if n in names)) for group in linked]
    rest = (i for i in range(len(names)) if not any(i in group for group in groups))
    alone: list[tuple[int, ...]] = [(i,) for i in rest]
    return sorted([*(group for group in groups if group), *alone])


def _axis(
    dimensions: Sequence[Dimension],
    columns: tuple[int, ...],
    leaves: list[Leaf],
    cells: list[Codes],
) -> Axis:
    points = sorted({tuple(leaf[c] for c in columns) for leaf in leaves})
    asked = {tuple(codes[c] for c in columns) for codes in cells}
    total = (TOTAL,) * len(columns)
    nodes = sorted(codes for codes in asked if codes != total)
    paths = [
        [{TOTAL, *dimensions[c].path(code)} for c, code in zip(columns, point, strict=True)]
        for point in points
    ]
    holds = np.array(
        [
            [all(n in p for n, p in zip(node, path, strict=True)) for path in paths]
            for node in nodes
        ],
        dtype=np.bool_,
    ).reshape(len(nodes), len(points))
    return Axis(columns, tuple(points), tuple(nodes), holds)


def _broken_down(nodes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(axis for axis, node in enumerate(nodes) if node >= 0)


def _number(block_of: dict[tuple[int, ...], Block], nodes: tuple[int, ...]) -> int:
    block = block_of[_broken_down(nodes)]
    index = 0
    for axis, size in zip(block.axes, block.shape, strict=True):
        index = index * size + nodes[axis]
    return block.first + index
