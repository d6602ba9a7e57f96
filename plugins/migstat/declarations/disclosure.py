"""What ``include/catalogue/disclosure.yml`` declares: what may leave, and by which plan."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from migstat.declarations.cell_keys import CellKeys
from migstat.declarations.microdata import Microdata
from migstat.declarations.model import Declaration

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Percent = Annotated[float, Field(gt=0, le=100)]


class Thresholds(Declaration):
    """What a figure must rest on to be shown; counts are unweighted records.

    ``min_contributors`` counts those with an answer, ``min_numerator`` those with the property
    and those without it. ``dominance`` is the largest share of a total, in percent, that its two
    largest contributors may make up, ``p_ratio`` how near the second may come to the largest.
    Counts of records that are shown are rounded to multiples of ``round_counts_to``.
    """

    min_contributors: int = Field(ge=3)
    min_numerator: int = Field(ge=1)
    dominance: Percent
    p_ratio: Percent
    round_counts_to: int = Field(default=1, ge=1)

    def looser_than(self, floor: "Thresholds") -> list[str]:
        """Name the thresholds by which something passes that the floor withholds."""
        found = [
            name
            for name in ("min_contributors", "min_numerator", "p_ratio", "round_counts_to")
            if getattr(self, name) < getattr(floor, name)
        ]
        return [*found, *(["dominance"] if self.dominance > floor.dominance else [])]


class Profile(Thresholds):
    """Thresholds by name; it may say how records are released and counts of a census perturbed."""

    microdata: Microdata | None = None
    cell_keys: CellKeys | None = None


class SensitiveIndicator(Declaration):
    """Thresholds of an indicator whose answers may harm; areas no finer than ``max_area_level``."""

    min_contributors: int
    min_numerator: int
    harmful: Literal["yes", "no"]
    max_area_level: int = Field(ge=0, le=4)


class SensitiveCodes(Declaration):
    """Thresholds of all figures of some codes of a dimension, and of the codes under them."""

    codes: tuple[str, ...] = Field(min_length=1)
    min_contributors: int
    min_numerator: int


class Sensitive(Declaration):
    """What needs more than the profile asks for."""

    indicators: dict[str, SensitiveIndicator] = Field(default_factory=dict)
    codes: dict[str, SensitiveCodes] = Field(default_factory=dict)


class Plan(Declaration):
    """What a release shows of a survey.

    A figure is broken down by ``ways`` dimensions at most and by none of ``without``; dimensions
    that are ``apart`` are not crossed. Codes are shown down to so many ``levels``, and none of
    ``without_codes`` is.
    """

    ways: int | None = Field(default=None, ge=0)
    without: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    levels: int | None = Field(default=None, ge=1)
    without_codes: tuple[str, ...] = ()


class DisclosureControl(Declaration):
    """All of ``disclosure.yml``; ``disclosure_check`` says whether its names lead somewhere."""

    version: str
    floor: Thresholds
    profiles: dict[Name, Profile]
    sensitive: Sensitive = Sensitive()
    linked: tuple[tuple[str, ...], ...] = ()
    plans: dict[Name, Plan]
    ladders: dict[str, Annotated[tuple[Name, ...], Field(min_length=1)]]
    max_suppressed: Percent
    max_alone: Percent
    insiders: bool = True
    margin: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _ladders_are_of_known_plans(self) -> "DisclosureControl":
        if "default" not in self.ladders:
            raise ValueError("ladders: default is missing")
        for survey, names in self.ladders.items():
            if unknown := set(names) - set(self.plans):
                raise ValueError(f"ladders.{survey}: unknown plans {sorted(unknown)}")
        return self

    def ladder_of(self, survey: str) -> dict[str, Plan]:
        """Give the plans that a survey may be published by, from the one its design allows."""
        names = self.ladders.get(survey, self.ladders["default"])
        return {name: self.plans[name] for name in names}
