"""What ``include/countries/<iso3>.yml`` declares under ``release``: when, to whom, in which words.

A period's tables leave on the date announced for it, not before its embargo ends. What is already
out is revised as the revision policy says. ``release_check`` says whether the calendar is sane.
"""

from datetime import date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints

from migstat.declarations.catalogue import Language
from migstat.declarations.model import Declaration
from migstat.declarations.survey import TimePeriod

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is no time zone; write one like America/Lima") from error
    return name


class Announcement(Declaration):
    """An announced date: from then on the tables of a period (SDMX) may leave.

    A longer period covers the shorter ones in it: 2021 covers 2021-Q2 and 2021-05.
    """

    date: date
    period: TimePeriod


class Embargo(Declaration):
    """The time of day, in the country's own zone, before which nothing leaves."""

    time: time
    zone: Annotated[str, AfterValidator(_known_zone)]

    def ends(self, day: date) -> datetime:
        """Say when the embargo of an announced date ends, with its zone."""
        return datetime.combine(day, self.time, ZoneInfo(self.zone))

    def day_of(self, moment: datetime) -> date:
        """Say which day it is in the country at a moment."""
        return moment.astimezone(ZoneInfo(self.zone)).date()


class Recipient(Declaration):
    """Who receives the extracts, and the Airflow connection that leads there."""

    name: str
    connection: Name


class Approver(Declaration):
    """Who must sign a vintage, and under which user id Airflow knows them.

    The id is the login with Airflow's simple logins, and a number with those that have a database
    of users.
    """

    name: str
    user: str


class Release(Declaration):
    """How a country's tables are released.

    Attributes:
        publisher: The office that signs the release.
        contact: Its address for questions.
        licence: Under which terms others may use the tables (SPDX id or address).
        languages: Of labels and texts; the first is the country's own.
        calendar: Announced dates, in their order.
        embargo: When on an announced date the tables leave.
        revisions: What is out is revised ``at_once`` when its data change, or on the next announced
            date (``announced``). A correction leaves at once under either.
        recipients: To whom the extracts go.
        approval: Who must sign a vintage before it leaves, in this order; nobody where empty.
    """

    publisher: str
    contact: str
    licence: str = "CC-BY-4.0"
    languages: tuple[Language, ...] = Field(min_length=1)
    calendar: tuple[Announcement, ...] = Field(min_length=1)
    embargo: Embargo
    revisions: Literal["at_once", "announced"] = "announced"
    recipients: tuple[Recipient, ...] = ()
    approval: tuple[Approver, ...] = ()

    @property
    def signatories(self) -> tuple[str, ...]:
        """Names of those who must sign, in their order."""
        return tuple(approver.name for approver in self.approval)
