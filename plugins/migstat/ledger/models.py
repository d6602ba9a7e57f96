"""The tables of the ledger but those of releases, and the values that are handed to it.

Rows come back as detached objects: reading them needs no session, changing them changes nothing.
The one way to change a row is a method of ``Ledger``.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from migstat.ledger.types import DeliveredFile, Files, TableCounts, Tables, UtcTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class State(StrEnum):
    """Where a delivery is: registered → accepted | refused, accepted → superseded."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class Base(MappedAsDataclass, DeclarativeBase):
    """Common ground of the ledger's tables."""

    metadata = MetaData(naming_convention=NAMES)


class Delivery(Base, kw_only=True):
    """One export handed in for a survey and wave.

    Deliveries of a wave are ordered by ``(sequence, round)``: the order of registration, where a
    delivery put in again keeps the place of the one it repeats.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("sequence", "round"),
        CheckConstraint(
            "state IN ('registered', 'accepted', 'refused', 'superseded')", name="known_state"
        ),
        CheckConstraint("n_rows_in = n_accepted + n_quarantined", name="books_balance"),
        CheckConstraint("mode IN ('snapshot', 'append')", name="known_mode"),
        Index(None, "survey_code", "wave", "state"),
        Index(None, "content_sha256"),
    )

    delivery_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the bytes; None when the files were refused without reading."""
    survey_code: Mapped[str] = mapped_column(Text)
    wave: Mapped[str] = mapped_column(Text)
    country_code: Mapped[str | None] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(String(16), default="snapshot")
    state: Mapped[str] = mapped_column(String(16))
    sequence: Mapped[int]
    round: Mapped[int] = mapped_column(default=0)
    requeue_of: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("deliveries.delivery_id"), default=None
    )
    superseded_by: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("deliveries.delivery_id"), default=None
    )
    files: Mapped[tuple[DeliveredFile, ...]] = mapped_column(Files, default=())
    n_rows_in: Mapped[int | None] = mapped_column(default=None)
    n_accepted: Mapped[int | None] = mapped_column(default=None)
    n_quarantined: Mapped[int | None] = mapped_column(default=None)
    tables: Mapped[dict[str, TableCounts]] = mapped_column(Tables, default_factory=dict)
    undeclared_columns: Mapped[dict[str, list[str]]] = mapped_column(JSON, default_factory=dict)
    reason: Mapped[str | None] = mapped_column(Text, default=None)
    registered_at: Mapped[datetime] = mapped_column(UtcTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)

    @property
    def order(self) -> tuple[int, int]:
        """Its place among the deliveries of its wave."""
        return self.sequence, self.round

    @property
    def label(self) -> str:
        """Readable name: survey, wave and the first twelve digits of the id."""
        return f"{self.survey_code} {self.wave} {self.delivery_id[:12]}"


class DropZoneFile(Base, kw_only=True):
    """A file of the drop zone in one state of its bytes; a changed file is another row.

    ``look_id`` is the SHA-256 of path, size and time of change.
    """

    __tablename__ = "drop_zone_files"
    __table_args__ = (Index(None, "path"),)

    look_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    modified_at: Mapped[str] = mapped_column(Text)
    first_seen_at: Mapped[datetime] = mapped_column(UtcTime)
    delivery_id: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("deliveries.delivery_id"), default=None
    )


class QualityResult(Base, kw_only=True):
    """What one rule of the suite said about one table of a delivery."""

    __tablename__ = "quality_results"

    delivery_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("deliveries.delivery_id"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    table_name: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(16))
    n_failed: Mapped[int]
    n_rows: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)


class Build(Base, kw_only=True):
    """One build of the marts.

    ``waves`` says for each ``survey/wave`` what went in (a fingerprint the builder chooses),
    ``failures`` for each survey that kept its last good state why it did.
    """

    __tablename__ = "builds"

    build_id: Mapped[str] = mapped_column(Text, primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    state: Mapped[str] = mapped_column(String(16))
    waves: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)
    failures: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)


@dataclass(frozen=True)
class FoundDelivery:
    """What lies in the drop zone, before the ledger has judged it.

    Attributes:
        country_code: ISO3; None where the survey is not declared.
        mode: ``snapshot`` (holds everything so far) or ``append``, as the wave declares.
        files: In the order of ``export.files``; each with its SHA-256 once it is read.
    """

    survey_code: str
    wave: str
    country_code: str | None
    files: tuple[DeliveredFile, ...]
    mode: str = "snapshot"

    @property
    def content_sha256(self) -> str:
        """SHA-256 of the file's bytes; of a set, of the roles and hashes of its files.

        Raises:
            ValueError: A file is not hashed yet.
        """
        first, *others = self.files
        if not all(file.sha256 for file in self.files):
            raise ValueError(f"{first.path}: not hashed yet")
        if not others and first.sha256:
            return first.sha256
        return digest(*sorted(f"{file.role}={file.sha256}" for file in self.files))


@dataclass(frozen=True)
class QualityFinding:
    """What one rule said about one table; ``severity`` is critical, warning or info."""

    table_name: str
    rule: str
    severity: str
    n_failed: int
    n_rows: int
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What became of an accepted delivery, table by table."""

    tables: Mapping[str, TableCounts]
    undeclared_columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    quality: tuple[QualityFinding, ...] = ()

    def as_columns(self) -> dict[str, Any]:
        """The columns of ``deliveries`` that an outcome fills."""
        counts = self.tables.values()
        return {
            "n_rows_in": sum(table.n_rows_in for table in counts),
            "n_accepted": sum(table.n_accepted for table in counts),
            "n_quarantined": sum(table.n_quarantined for table in counts),
            "tables": dict(self.tables),
            "undeclared_columns": {k: list(v) for k, v in self.undeclared_columns.items()},
        }


def digest(*parts: str) -> str:
    """SHA-256 of some texts, one a line, as 64 hexadecimal digits."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def look_id(path: str, size: int, modified_at: str) -> str:
    """Identify a file of the drop zone in one state of its bytes, without reading it."""
    return digest("look", path, str(size), modified_at)
