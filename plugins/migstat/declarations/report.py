"""What ``include/catalogue/`` declares of the UNDP-IOM report of 2021: figures, recommendations."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from migstat.declarations.model import TOTAL, Declaration
from migstat.declarations.survey import Iso3, SurveyCode, TableName, WaveCode

FigureId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-B[0-9]{2}$")]
RecommendationId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[1-9]$")]
Line = Annotated[int, Field(ge=1)]
Words = Annotated[str, StringConstraints(min_length=1)]
GENERAL = "GEN"  # ids of what the report says of no single country


class Cell(Declaration):
    """One estimate of ours; a dimension that is left out is the total.

    Without a wave it is the latest one that was delivered.
    """

    survey: SurveyCode
    wave: WaveCode | None = None
    indicator: str
    ref_area: str = TOTAL
    mig_status: str = TOTAL
    hh_mig: str = TOTAL
    birth: str = TOTAL
    citizenship: str = TOTAL
    sex: str = TOTAL
    age: str = TOTAL
    urbanisation: str = TOTAL
    breakdown: str = TOTAL


class Count(Declaration):
    """Records of ours that a number of the report is reconciled with.

    ``where`` is an SQL condition over the columns of the published table; with ``distinct`` its
    different values are counted instead of records.
    """

    survey: SurveyCode
    wave: WaveCode | None = None
    table: TableName
    where: str | None = None
    distinct: str | None = None


class Sign(Declaration):
    """A direction that ours must show: one estimate above or below another, or a value."""

    left: Cell
    relation: Literal["<", ">"]
    right: Cell | None = None
    value: float | None = None

    @model_validator(mode="after")
    def _is_held_against_one_thing(self) -> "Sign":
        if (self.right is None) == (self.value is None):
            raise ValueError("needs either right or value")
        return self


class Figure(Declaration):
    """A figure of the report and what of ours stands beside it.

    An ``EST`` has a ``cell``, ``DESIGN`` and ``COUNT`` a ``count``, ``QUAL`` its ``signs``, all of
    which must show; one of these three kinds without is not compared, and ``note`` says why.
    ``CTX`` and ``META`` never are. ``value`` is the number to compare with, in ``unit``;
    ``reported`` what the report says where that is no number of its own. ``tolerance`` in the same
    unit, for a figure that the report rounds; left out, it is half a point of an estimate and
    nothing of a count.
    """

    kind: Literal["EST", "DESIGN", "COUNT", "QUAL", "CTX", "META"]
    line: Line
    what: Words
    reported: Words | None = None
    value: float | None = None
    unit: str | None = None
    indicator: str | None = None
    tolerance: Annotated[float, Field(ge=0)] | None = None
    cell: Cell | None = None
    count: Count | None = None
    signs: tuple[Sign, ...] = ()
    universe: Literal["yes", "no", "partly"] | None = None
    note: Words | None = None

    @model_validator(mode="after")
    def _says_what_is_reported(self) -> "Figure":
        if self.reported is None and self.value is None:
            raise ValueError("needs reported or value")
        return self

    @model_validator(mode="after")
    def _compares_as_its_kind(self) -> "Figure":
        way = {"EST": "cell", "DESIGN": "count", "COUNT": "count", "QUAL": "signs"}.get(self.kind)
        given = {name for name in ("cell", "count", "signs") if getattr(self, name)}
        if given - {way}:
            raise ValueError(f"a figure of kind {self.kind} has no {' or '.join(given - {way})}")
        if self.kind == "EST" and (not given or self.universe is None or self.unit is None):
            raise ValueError("a figure of kind EST needs cell, unit and universe")
        if given & {"cell", "count"} and self.value is None:
            raise ValueError("needs a value to compare with")
        if way and not given and self.note is None:
            raise ValueError(f"needs {way}, or a note that says why nothing is compared")
        return self

    def cells(self) -> list[tuple[tuple[str | int, ...], Cell]]:
        """List the estimates it is compared with, each with the path of keys to it."""
        found: list[tuple[tuple[str | int, ...], Cell]] = []
        if self.cell:
            found.append((("cell",), self.cell))
        for i, sign in enumerate(self.signs):
            found.append((("signs", i, "left"), sign.left))
            if sign.right:
                found.append((("signs", i, "right"), sign.right))
        return found


class Recommendation(Declaration):
    """A recommendation of the report, the countries it draws on and the indicators that back it."""

    title: Words
    line: Line
    countries: tuple[Iso3, ...] = Field(min_length=1)
    indicators: tuple[str, ...] = Field(min_length=1)
