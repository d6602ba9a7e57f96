"""The tables of one survey wave, what may be shown of them, and what proves it: pure data.

With ``rules`` all that the gate shares with the suppressor. A *leaf* is a combination of the finest
codes of all dimensions, as a tuple in the order of the system's dimensions; a *cell* is a
combination of codes of any level, ``_T`` where it is not broken down. All counts are unweighted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from migstat.declarations.model import TOTAL
from migstat.release.disclosure.rules import (
    Dimension,
    Profile,
    Rule,
    Rung,
    StricterCodes,
)

__all__ = [
    "TOTAL",
    "Amounts",
    "Answers",
    "Cell",
    "Change",
    "Codes",
    "Counts",
    "Dimension",
    "Finding",
    "Leaf",
    "Move",
    "NoSafePlanError",
    "Profile",
    "Protection",
    "Rule",
    "Rung",
    "StricterCodes",
    "Table",
    "TableSystem",
    "Vintage",
]

Leaf = tuple[str, ...]
Codes = tuple[str, ...]


@dataclass(frozen=True)
class Amounts:
    """Weighted contributions to a magnitude, in whole units of its last published digit.

    Attributes:
        total: Their sum.
        absolute: Sum of their absolute values.
        largest: The largest absolute value.
        second: The next one.
    """

    total: int = 0
    absolute: int = 0
    largest: int = 0
    second: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        """Join the contributions of two groups of records."""
        first, second = sorted((self.largest, self.second, other.largest, other.second))[:1:-1]
        return Amounts(self.total + other.total, self.absolute + other.absolute, first, second)


@dataclass(frozen=True)
class Answers:
    """Who of a leaf answered: records with an answer, of these with the property, and amounts.

    A mean and a total have one magnitude, a ratio two: what is summed and what it is divided by.
    """

    n: int
    yes: int = 0
    amounts: tuple[Amounts, ...] = ()


@dataclass(frozen=True)
class Table:
    """One indicator column of a survey wave.

    Attributes:
        key: ``indicator/breakdown``, as ``EC01/_T``.
        kind: ``count`` shows how many records a cell holds, ``prop`` also how many of them have
            the property, ``magnitude`` also what they contribute.
        answers: Per leaf who answered; leaves without answers are left out.
        rule: What its figures must rest on.
        share_of: Of a count shown as shares: the dimensions whose codes' shares it gives, so
            that a cell tells also of the same cell without them.
        within: Its records are among those of the population's table.
    """

    key: str
    kind: Literal["count", "prop", "magnitude"]
    answers: Mapping[Leaf, Answers]
    rule: Rule = field(default_factory=Rule)
    share_of: tuple[str, ...] = ()
    within: bool = True


@dataclass(frozen=True, order=True)
class Cell:
    """A figure: a table and the codes of the system's dimensions."""

    table: str
    codes: Codes


@dataclass(frozen=True)
class TableSystem:
    """The tables of one survey wave and unit: the world of which an attacker knows what is shown.

    Attributes:
        name: ``survey/wave/unit``.
        dimensions: Their order is that of every leaf and cell.
        tables: By key.
        cells: All that could be shown, per cell whether it is precise enough to be.
        population: Key of the table that all tables with ``within`` lie in, if one is shown.
        linked: Groups of dimensions whose codes go together only as they do in some record.
        stricter: Codes with a rule of their own.
        area_levels: Level of each area code.
    """

    name: str
    dimensions: tuple[Dimension, ...]
    tables: Mapping[str, Table]
    cells: Mapping[Cell, bool]
    population: str | None = None
    linked: tuple[tuple[str, ...], ...] = ()
    stricter: tuple[StricterCodes, ...] = ()
    area_levels: Mapping[str, int] = field(default_factory=dict)

    def planned(self, rung: Rung) -> "TableSystem":
        """Give the system with the cells that a plan shows."""
        cells = {
            cell: precise
            for cell, precise in self.cells.items()
            if rung.shows(
                [p for p in zip(self.dimensions, cell.codes, strict=True) if p[1] != TOTAL]
            )
        }
        return replace(self, cells=cells)


@dataclass(frozen=True)
class Change:
    """What a move changes in a table, leaf by leaf: those with an answer, the property, amounts."""

    n: Mapping[Leaf, int] = field(default_factory=dict)
    yes: Mapping[Leaf, int] = field(default_factory=dict)
    amounts: tuple[Mapping[Leaf, int], ...] = ()


@dataclass(frozen=True)
class Move:
    """Another table of people, as whole-number differences to the true one, table by table.

    ``alone`` marks one that fits the new vintage but not all that earlier ones showed.
    """

    changes: Mapping[str, Change]
    alone: bool = False


@dataclass(frozen=True)
class Vintage:
    """What one release showed of a system: the figures then, and which of them."""

    system: TableSystem
    shown: frozenset[Cell]


@dataclass(frozen=True)
class Counts:
    """How many figures of a plan there are, and why some are withheld.

    Attributes:
        planned: With records.
        zero: Nobody is in them.
        imprecise: Of those planned, withheld for their precision.
        unsafe: Of those planned, unsafe by themselves, imprecise or not.
        primary: Precise enough, and unsafe by themselves.
        secondary: Precise enough and safe, withheld to protect another.
        shown: Of those planned.
    """

    planned: int
    zero: int
    imprecise: int
    unsafe: int
    primary: int
    secondary: int
    shown: int

    @property
    def suppressed_share(self) -> float:
        """Share of the non-zero figures withheld beyond those that are too imprecise."""
        return (self.primary + self.secondary) / max(self.planned, 1)


@dataclass(frozen=True)
class Protection:
    """What may be shown of a system, and the moves that prove it.

    Attributes:
        plan: The system with the cells of the plan that was taken: what the gate is to check, and
            what the next vintage must know of this one.
        shown: The cells that may leave; empty ones, shown as 0, among them.
        moves: The proof.
        rung: Name of the plan.
        counts: How many are withheld, and why.
    """

    plan: TableSystem
    shown: frozenset[Cell]
    moves: tuple[Move, ...]
    rung: str
    counts: Counts


@dataclass(frozen=True, order=True)
class Finding:
    """Why a system may not leave."""

    kind: str
    cell: Cell | None
    message: str


class NoSafePlanError(Exception):
    """No plan of the ladder protects the system; it does not leave."""
