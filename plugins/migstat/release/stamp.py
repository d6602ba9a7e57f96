"""The stamp: what makes a vintage this one and no other."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from migstat.declarations.model import Declaration
from migstat.declarations.release import Release
from migstat.declarations.survey import SurveyCode, WaveCode
from migstat.release.calendar import Due, WaveKey, correction_date, issue_date
from migstat.release.errors import ReleaseError

Kind = Literal["first", "routine", "correction"]


class Postponed(Declaration):
    """A wave whose revision is postponed, since it can't be protected beside what is out.

    Attributes:
        survey: Its survey.
        wave: Itself.
        vintage: The one that first had the figures it keeps.
    """

    survey: SurveyCode
    wave: WaveCode
    vintage: int = Field(ge=1)

    @property
    def key(self) -> WaveKey:
        """Survey and wave."""
        return self.survey, self.wave


class Stamp(Declaration):
    """What makes a vintage this one and no other.

    Attributes:
        country: ISO3.
        number: 1 for the first.
        kind: ``correction`` mends an error of the vintage before; ``routine`` brings new data.
        reason: Why it was corrected; empty otherwise.
        issued: The date it leaves under.
        previous: Content id of the vintage before; none for the first.
        compared: Number of the vintage that changes are told against, where it is not the one
            before: what was rejected is told to nobody. 0 where nothing was ever let out.
        postponed: Waves whose revision waits for a later vintage.
    """

    country: str
    number: int = Field(ge=1)
    kind: Kind
    reason: str = ""
    issued: date
    previous: str | None = None
    compared: int | None = None
    postponed: tuple[Postponed, ...] = ()

    @property
    def label(self) -> str:
        """``v3``: folder and file names carry it."""
        return f"v{self.number}"

    @property
    def baseline(self) -> int:
        """Number of the vintage that changes are told against; 0 where nothing was let out."""
        return self.number - 1 if self.compared is None else self.compared

    @property
    def told_postponed(self) -> str:
        """Which revisions wait, and what stays out meanwhile, in English; empty if none does."""
        waves = (f"{one.survey} {one.wave} stays as in v{one.vintage}" for one in self.postponed)
        return ", ".join(waves)


@dataclass(frozen=True)
class Before:
    """The vintage before.

    Attributes:
        stamp: Its own.
        content_id: Its own.
        waves: Those of the newest vintage that nobody rejected.
        compared: As ``Stamp.compared``.
    """

    stamp: Stamp
    content_id: str
    waves: frozenset[WaveKey]
    compared: int | None = None


def first_stamp(country: str, release: Release, due: Due, now: datetime) -> Stamp:
    """Stamp the first vintage of a country (ISO3)."""
    return Stamp(
        country=country, number=1, kind="first", issued=issue_date(release, due, None, now)
    )


def next_stamp(
    before: Before, release: Release, due: Due, now: datetime, *, correction: str | None
) -> Stamp:
    """Stamp the vintage after another.

    Args:
        before: The vintage before.
        release: The country's release section.
        due: The waves of the new one.
        now: The moment, with its zone.
        correction: Why the one before is corrected; None for a routine vintage.

    Raises:
        ReleaseError: The calendar does not let it leave now, or a correction gives no reason.
    """
    if correction is not None and not correction.strip():
        raise ReleaseError("a correction needs a reason; those who used the figures will read it")
    last = before.stamp
    kind: Kind = "correction"
    if correction is None:
        kind = "first" if before.compared == 0 else "routine"
        issued = issue_date(release, due, (last.issued, before.waves), now)
    else:
        issued = correction_date(release, last.issued, now)
    return Stamp(
        country=last.country,
        number=last.number + 1,
        kind=kind,
        reason=correction or "",
        issued=issued,
        previous=before.content_id,
        compared=before.compared,
    )
