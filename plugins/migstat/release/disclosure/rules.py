"""What may be shown: dimensions, rules and publication plans, as pure data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal


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

    def raised(self, by: int) -> "Rule":
        """Give the rule that asks for so many more records."""
        return replace(
            self,
            min_contributors=self.min_contributors + by,
            min_numerator=self.min_numerator + by if self.min_numerator > 1 else 1,
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
class StricterCodes:
    """Codes of a dimension whose cells, and those of all codes below, have a stricter rule."""

    dimension: str
    codes: frozenset[str]
    rule: Rule


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
class Profile:
    """How a system is protected.

    Attributes:
        name: And version: stands in the proof.
        floor: The law's; a table with a looser rule does not leave.
        ladder: Plans from fine to coarse, from the one the survey's design allows.
        max_suppressed: Largest share of the non-zero figures that may be withheld to protect.
        insiders: Whether each record's owner, who knows itself, is among the attackers.
        margin: Records above its rule that a figure needs to be shown for the first time, so that a
            small revision does not make unsafe what is out.
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
    margin: int = 0
    max_alone: float = 0.05
    polish: int = 400
    weights: tuple[int, ...] = (60, 12, 3, 1)
