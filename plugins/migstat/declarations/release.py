"""What ``include/countries/<iso3>.yml`` declares under ``release``: when, to whom, in which words.

A period's tables leave on the date announced for it, not before its embargo ends. What is already
out is revised as the revision policy says. ``release_check`` says whether the calendar is sane.
"""

from collections.abc import Container
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints, model_validator

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


def _inside(folder: str) -> str:
    """A folder below what a connection leads to, and nowhere else."""
    parts = PurePosixPath(folder).parts
    if folder.startswith("/") or ".." in parts or any(c in folder for c in "\\:"):
        raise ValueError(
            f"{folder!r} leads out of what the connection leads to; write a/b, without .. or a "
            "leading /"
        )
    return "/".join(parts)


RecipientName = Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x1f][^\x00-\x1f]{0,79}$")]
Folder = Annotated[str, AfterValidator(_inside)]
Bucket = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;:\"]+@[^@\s<>,;:\"]+$")]


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
    """Who receives the extracts, and the Airflow connection that leads there.

    The type of the connection says how: ``fs`` a folder, ``sftp``, ``aws`` an S3 bucket, ``smtp``
    a mail. What a recipient is called is how the ledger knows it.

    Attributes:
        name: For people, and for the ledger.
        connection: Id of the connection.
        folder: Below what the connection leads to, or the beginning of the keys in a bucket.
        bucket: For S3.
        mail: Address that receives the extract as a mail.
        mail_limit_mb: Megabytes above which the extract is too large for that mailbox.
    """

    name: RecipientName
    connection: Name
    folder: Folder = ""
    bucket: Bucket | None = None
    mail: Address | None = None
    mail_limit_mb: int = Field(default=10, ge=1, le=100)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.mail and (self.folder or self.bucket):
            raise ValueError("a mail goes to no folder or bucket; declare two recipients")
        if not self.mail and "mail_limit_mb" in self.model_fields_set:
            raise ValueError("mail_limit_mb is for a recipient with mail")
        return self

    @property
    def place(self) -> tuple[str, str, str | None, str | None]:
        """Where its extracts lie."""
        return self.connection, self.folder, self.bucket, self.mail


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
        publisher: The office that signs the release, as it calls itself.
        publisher_names: Its name in other languages, for those who can't read that.
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
    publisher_names: dict[Language, str] = Field(default_factory=dict)
    contact: str
    licence: str = "CC-BY-4.0"
    languages: tuple[Language, ...] = Field(min_length=1)
    calendar: tuple[Announcement, ...] = Field(min_length=1)
    embargo: Embargo
    revisions: Literal["at_once", "announced"] = "announced"
    recipients: tuple[Recipient, ...] = ()
    approval: tuple[Approver, ...] = ()

    def publisher_in(self, language: Language) -> str:
        """Name the office in a language; in English, where neither it nor we say how."""
        own = self.publisher if language == self.languages[0] else None
        names = self.publisher_names
        return names.get(language) or own or names.get("en", self.publisher)

    @property
    def signatories(self) -> tuple[str, ...]:
        """Names of those who must sign, in their order."""
        return tuple(approver.name for approver in self.approval)

    def unsigned(self, signed: Container[str]) -> list[str]:
        """Say who must sign still; ``signed`` are the names of those who have."""
        return [name for name in self.signatories if name not in signed]
