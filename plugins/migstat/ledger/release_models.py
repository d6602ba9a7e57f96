"""The tables of the ledger that tell of releases."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from migstat.ledger.models import Base
from migstat.ledger.types import UtcTime


class Rejection(Base, kw_only=True):
    """A vintage that somebody who must sign it rejected; the first time stands, for ever.

    ``why`` is None where nothing was said.
    """

    __tablename__ = "release_rejections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["country_code", "vintage"], ["releases.country_code", "releases.vintage"]
        ),
    )

    country_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    vintage: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rejected_by: Mapped[str] = mapped_column(Text)
    rejected_at: Mapped[datetime] = mapped_column(UtcTime)
    why: Mapped[str | None] = mapped_column(Text)

    @property
    def told(self) -> str:
        """Who rejected it, when and why, in words."""
        why = f' ("{self.why}")' if self.why else ""
        return f"rejected by {self.rejected_by} on {self.rejected_at:%Y-%m-%d}{why}"


class Release(Base, kw_only=True):
    """A vintage of a country's tables.

    ``approvals`` says of each who signed it when (ISO 8601, UTC). What is rejected never leaves.
    """

    __tablename__ = "releases"
    __table_args__ = (
        UniqueConstraint("content_id"),
        CheckConstraint("kind IN ('first', 'routine', 'correction')", name="known_kind"),
        CheckConstraint("n_withheld <= n_cells", name="withheld_among_cells"),
    )

    country_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    vintage: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    issued_on: Mapped[str] = mapped_column(String(10))
    n_cells: Mapped[int]
    n_withheld: Mapped[int]
    n_added: Mapped[int]
    n_revised: Mapped[int]
    n_withdrawn: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    approvals: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)
    extracted_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    rejection: Mapped[Rejection | None] = relationship(default=None, lazy="joined")

    @property
    def label(self) -> str:
        """``SLV v2``."""
        return f"{self.country_code} v{self.vintage}"


class ExtractDelivery(Base, kw_only=True):
    """A vintage on its way to a recipient: sending → delivered | failed, failed → sending.

    ``sums_sha256`` is that of the ``SHA256SUMS`` of the extract, ``last_error`` holds no secret.
    """

    __tablename__ = "extract_deliveries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["country_code", "vintage"], ["releases.country_code", "releases.vintage"]
        ),
        CheckConstraint("state IN ('sending', 'delivered', 'failed')", name="known_state"),
        CheckConstraint(
            "(state = 'delivered') = (delivered_at IS NOT NULL)", name="delivered_at_a_time"
        ),
    )

    country_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    vintage: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient: Mapped[str] = mapped_column(Text, primary_key=True)
    connection: Mapped[str] = mapped_column(Text)
    sums_sha256: Mapped[str] = mapped_column(String(64))
    n_files: Mapped[int]
    n_bytes: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    last_error: Mapped[str | None] = mapped_column(Text, default=None)
    first_tried_at: Mapped[datetime] = mapped_column(UtcTime)
    last_tried_at: Mapped[datetime] = mapped_column(UtcTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)


class AcrossBrief(Base, kw_only=True):
    """A brief across countries, known by its bytes.

    ``sums_sha256`` is that of its ``SHA256SUMS``; ``vintages`` says of each country (ISO3) from
    which of its vintages the brief was made.
    """

    __tablename__ = "across_briefs"

    sums_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    folder: Mapped[str] = mapped_column(Text)
    vintages: Mapped[dict[str, int]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcTime)

    @property
    def told(self) -> str:
        """Which vintages it was made from, in words."""
        return ", ".join(f"{country} v{vintage}" for country, vintage in self.vintages.items())
