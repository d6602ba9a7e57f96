"""A second opinion: how far a linear program narrows the figures that must not be known.

The attacker knows every figure that this vintage and earlier ones show, with exact counts, which
records were revised between them, and which codes go together; unknown are the leaves, also those
that nobody is in. Its interval contains the one of whole people, so that a narrow interval is a
leak and a wide one no proof: the proof is the gate's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from migstat.release.disclosure.gate_moves import NOBODY, groups_of, possible_codes
from migstat.release.disclosure.gate_rules import (
    ANYBODY,
    NO,
    YES,
    Secret,
    cells_above,
    margins_of,
    told_by,
)
from migstat.release.disclosure.model import Answers, Codes, Leaf, TableSystem, Vintage

PARTS = (YES, NO, "outside")  # what a person of a leaf may be in a table
SLACK = 1e-6


@dataclass(frozen=True)
class Interval:
    """What the attacker learns of a figure, in records."""

    lower: float
    upper: float

    @property
    def width(self) -> float:
        """How far the figure is open."""
        return self.upper - self.lower

    @property
    def is_recovered(self) -> bool:
        """Whether the figure is known exactly."""
        return self.width < 1 - SLACK


@dataclass(frozen=True)
class _Known:
    """What tells the leaves of a table apart: the cells that are told of it and its population."""

    own: frozenset[Codes]
    people: frozenset[Codes]
    targets: frozenset[Codes]


def attack(vintages: Sequence[Vintage], secrets: Iterable[Secret]) -> dict[Secret, Interval]:
    """Find how far the attacker narrows each figure of the newest vintage.

    Args:
        vintages: All that are out, the newest last.
        secrets: Figures counted in records; amounts are left out.
    """
    wanted = [s for s in secrets if s.what in (ANYBODY, YES, NO)]
    found: dict[Secret, Interval] = {}
    leaves = list(_leaves(vintages))
    for key in sorted({s.cell.table for s in wanted}):
        own = [s for s in wanted if s.cell.table == key]
        found |= _attack_table(vintages, key, own, leaves)
    return found


def _leaves(vintages: Sequence[Vintage]) -> Iterable[Leaf]:
    """All combinations of codes that may occur."""
    system = vintages[-1].system
    groups = groups_of(system)
    for parts in product(*(sorted(together) for together in possible_codes(vintages))):
        leaf = [""] * len(system.dimensions)
        for group, codes in zip(groups, parts, strict=True):
            for place, code in zip(group, codes, strict=True):
                leaf[place] = code
        yield tuple(leaf)


def _attack_table(
    vintages: Sequence[Vintage], key: str, secrets: list[Secret], leaves: list[Leaf]
) -> dict[Secret, Interval]:
    from scipy.optimize import linprog  # noqa: PLC0415 - a release itself never needs it

    system = vintages[-1].system
    inside = system.population if system.tables[key].within else None
    known = _Known(
        own=_told(vintages, key),
        people=_told(vintages, inside) if inside and inside != key else frozenset(),
        targets=frozenset(s.cell.codes for s in secrets),
    )
    classes = _classes(system, known, _filled(vintages, inside or key, known, leaves))
    equations, right, lowest = _program(vintages, key, inside, known, classes)
    size = len(PARTS) * len(classes)
    found = {}
    for secret in secrets:
        wanted = np.zeros(size)
        for i, held in enumerate(classes):
            if ("target", secret.cell.codes) in held:
                for part in _counted(secret.what):
                    wanted[len(PARTS) * i + part] = 1
        bounds = np.c_[lowest, np.full(size, np.inf)]
        solved = [
            linprog(sign * wanted, A_eq=equations, b_eq=right, bounds=bounds, method="highs")
            for sign in (1, -1)
        ]
        lower, upper = (b.fun if b.status == 0 else -np.inf for b in solved)
        found[secret] = Interval(float(lower), float(-upper))
    return found


def _filled(vintages: Sequence[Vintage], key: str, known: _Known, leaves: list[Leaf]) -> list[Leaf]:
    """Leave out the leaves of cells that are shown as empty: nobody is in them."""
    system = vintages[-1].system
    shown = known.people or known.own
    margins = margins_of(shown)
    filled: set[Codes] = set()
    for vintage in vintages:
        for leaf in vintage.system.tables[key].answers if key in vintage.system.tables else ():
            filled |= {*cells_above(leaf, system.dimensions, margins)}
    empty = shown - filled
    return [
        leaf
        for leaf in leaves
        if not any(codes in empty for codes in cells_above(leaf, system.dimensions, margins))
    ]


def _counted(what: str | int) -> tuple[int, ...]:
    return {YES: (0,), NO: (1,)}.get(str(what), (0, 1))


def _told(vintages: Sequence[Vintage], key: str | None) -> frozenset[Codes]:
    found: set[Codes] = set()
    for vintage in vintages:
        if key in vintage.system.tables:
            told = told_by(vintage.system, (c for c in vintage.shown if c.table == key))
            found |= {cell.codes for cell in told}
    return frozenset(found)


def _classes(
    system: TableSystem, known: _Known, leaves: list[Leaf]
) -> dict[frozenset[tuple[str, Codes]], list[Leaf]]:
    """Leaves that the same told cells and targets hold are one unknown."""
    margins = margins_of(known.own | known.people | known.targets)
    found: dict[frozenset[tuple[str, Codes]], list[Leaf]] = {}
    sets = (("own", known.own), ("people", known.people), ("target", known.targets))
    for leaf in leaves:
        above = list(cells_above(leaf, system.dimensions, margins))
        held = frozenset((name, codes) for name, cells in sets for codes in above if codes in cells)
        found.setdefault(held, []).append(leaf)
    return found


def _program(
    vintages: Sequence[Vintage],
    key: str,
    inside: str | None,
    known: _Known,
    classes: Mapping[frozenset[tuple[str, Codes]], list[Leaf]],
) -> tuple[sparse.csr_matrix, NDArray[np.float64], NDArray[np.float64]]:
    """Equations of what is known, and the least that each unknown can be."""
    newest = [_parts(vintages[-1].system, key, inside, leaves) for leaves in classes.values()]
    rows: dict[tuple[str, Codes, int], int] = {}
    for codes in sorted(known.own):
        rows[("own", codes, 0)] = len(rows)
        rows[("own", codes, 1)] = len(rows)
    for codes in sorted(known.people):
        rows[("people", codes, 0)] = len(rows)
    at, of, right = [], [], np.zeros(len(rows))
    for i, (held, true) in enumerate(zip(classes, newest, strict=True)):
        for name, codes in held:
            pairs = {"own": [(0, 0), (1, 1)], "people": [(0, 0), (1, 0), (2, 0)]}.get(name, [])
            for part, row in pairs:
                at.append(rows[name, codes, row])
                of.append(len(PARTS) * i + part)
                right[rows[name, codes, row]] += true[part]
    shape = (len(rows), len(PARTS) * len(classes))
    lowest = np.zeros(shape[1])
    for vintage in vintages[:-1]:
        if key in vintage.system.tables:
            for i, leaves in enumerate(classes.values()):
                lowest[len(PARTS) * i : len(PARTS) * (i + 1)] = np.maximum(
                    lowest[len(PARTS) * i : len(PARTS) * (i + 1)],
                    _revised(vintage.system, vintages[-1].system, key, inside, leaves),
                )
    return sparse.csr_matrix((np.ones(len(at)), (at, of)), shape), right, lowest


def _parts(
    system: TableSystem, key: str, inside: str | None, leaves: Iterable[Leaf]
) -> NDArray[np.float64]:
    total = np.zeros(len(PARTS))
    for leaf in leaves:
        total += _part(system, key, inside, leaf)
    return total


def _part(system: TableSystem, key: str, inside: str | None, leaf: Leaf) -> NDArray[np.float64]:
    own: Answers = system.tables[key].answers.get(leaf, NOBODY)
    people = system.tables[inside].answers.get(leaf, NOBODY).n if inside else own.n
    return np.array([own.yes, own.n - own.yes, people - own.n], dtype=float)


def _revised(
    before: TableSystem, after: TableSystem, key: str, inside: str | None, leaves: Iterable[Leaf]
) -> NDArray[np.float64]:
    """Records that are new in each part: they can't be fewer, since the revision is known."""
    total = np.zeros(len(PARTS))
    for leaf in leaves:
        old, new = _part(before, key, inside, leaf), _part(after, key, inside, leaf)
        total += np.maximum(new - old, 0)
    return total
