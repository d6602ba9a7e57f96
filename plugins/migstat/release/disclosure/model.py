"""The tables of one survey wave, what may be shown of them, and what proves it: pure data.

The one module that the gate shares with the suppressor. A *leaf* is a combination of the finest
codes of all dimensions, as a tuple in the order of the system's dimensions; a *cell* is a
combination of codes of any level, ``_T`` where it is not broken down. All counts are unweighted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

TOTAL = "_T"

Leaf = tuple[str, ...]
Codes = tuple[str, ...]


@dataclass(frozen=True)
class Dimension:
    """A dimension and the hierarchy of its codes (code -> the code it lies under)."""

    name: str
    parents: Mapping[str, str | None] = field(default_factory=dict)

    def path(self, code: str) -> tuple[str, ...]:
        """Give the code and all that it lies under, finest first; the total is not among them."""
        path = [code]
        while (parent := self.parents.get(path[-1])) is not None:
            path.append(parent)
        return tuple(path)


@dataclass(frozen=True)
class Rule:
    """What a figure must rest on to be shown.

    Attributes:
        min_contributors: Fewest records a shown figure may rest on, and how far apart the
            tables that fit all that is shown must lie where it rests on fewer.
        min_numerator: The same for those with the property and for those without it.
        harmful: Which answer, held by everybody of a cell, tells of each of them: ``yes``, ``no``
            or none of the two.
        dominance: Largest share of a total that its two largest contributors may make up.
        p_ratio: How near, as a share of it, the second largest contributor may come to the
            largest by what is shown.
        max_area_level: Finest level of areas that is shown; None shows all.
        protects_zeros: A cell that nobody is in is withheld like one with few.
    """

    min_contributors: int = 10
    min_numerator: int = 1
    harmful: Literal["yes", "no"] | None = None
    dominance: float = 0.9
    p_ratio: float = 0.1
    max_area_level: int | None = None
    protects_zeros: bool = False

    def is_looser_than(self, floor: "Rule") -> bool:
        """Say whether anything that the floor withholds passes by this rule."""
        return (
            self.min_contributors < floor.min_contributors
            or self.min_numerator < floor.min_numerator
            or self.dominance > floor.dominance
            or self.p_ratio < floor.p_ratio
        )

    def with_stricter(self, other: "Rule") -> "Rule":
        """Join two rules into one that withholds whatever one of them does."""
        levels = [r.max_area_level for r in (self, other) if r.max_area_level is not None]
        return Rule(
            min_contributors=max(self.min_contributors, other.min_contributors),
            min_numerator=max(self.min_numerator, other.min_numerator),
            harmful=self.harmful or other.harmful,
            dominance=min(self.dominance, other.dominance),
            p_ratio=max(self.p_ratio, other.p_ratio),
            max_area_level=min(levels) if levels else None,
            protects_zeros=self.protects_zeros or other.protects_zeros,
        )


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
        return Amounts(
            self.total + other.total, self.absolute + other.absolute, first, second
        )


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
    rule: Rule = Rule()
    share_of: tuple[str, ...] = ()
    within: bool = True


@dataclass(frozen=True)
class StricterCodes:
    """Codes of a dimension whose cells, and those of all codes below, have a stricter rule."""

    dimension: str
    codes: frozenset[str]
    rule: Rule


@dataclass(frozen=True, order=True)
class Cell:
    """A figure: a table and the codes of the system's dimensions."""

    table: str
    codes: Codes


@dataclass(frozen=True)
class Rung:
    """One publication plan of the ladder.

    Attributes:
        name: Unique in its ladder.
        ways: By how many dimensions a figure is broken down at most.
        without: Dimensions that no figure is broken down by.
        apart: Pairs of dimensions that are not crossed.
        levels: How many levels of the hierarchies of codes it shows.
        without_codes: Codes that it has no figures of.
    """

    name: str
    ways: int | None = None
    without: frozenset[str] = frozenset()
    apart: frozenset[frozenset[str]] = frozenset()
    levels: int | None = None
    without_codes: frozenset[str] = frozenset()

    def shows(self, parts: Sequence[tuple[Dimension, str]]) -> bool:
        """Say whether it has a figure that is broken down so, by dimensions and their codes."""
        names = {dimension.name for dimension, _ in parts}
        return (
            (self.ways is None or len(parts) <= self.ways)
            and not names & self.without
            and not any(pair <= names for pair in self.apart)
            and not self.without_codes & {code for _, code in parts}
            and (self.levels is None or all(len(d.path(c)) <= self.levels for d, c in parts))
        )


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
            if rung.shows([p for p in zip(self.dimensions, cell.codes, strict=True) if p[1] != TOTAL])
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
class Profile:
    """How a system is protected.

    Attributes:
        name: And version: stands in the proof.
        floor: The law's; a table with a looser rule does not leave.
        ladder: Plans from fine to coarse, from the one the survey's design allows.
        max_suppressed: Largest share of the non-zero figures that may be withheld to protect.
        insiders: Whether each record's owner, who knows itself, is among the attackers.
        max_alone: Largest share of the unsafe figures that may be protected in the new vintage
            alone, where what earlier ones showed leaves no other table of people.
        polish: Trials spent on withholding less; a number of calls, so that runs repeat exactly.
        weights: What it costs to withhold a figure that is broken down by none, one, two, …
            dimensions; whole numbers, so that ties break alike everywhere.
    """

    name: str = "default"
    floor: Rule = Rule()
    ladder: tuple[Rung, ...] = (Rung("all"),)
    max_suppressed: float = 0.2
    insiders: bool = True
    max_alone: float = 0.05
    polish: int = 400
    weights: tuple[int, ...] = (60, 12, 3, 1)


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
