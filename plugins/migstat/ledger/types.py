"""Column types of the ledger: times in UTC, and small frozen values kept as JSON."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Dialect, String
from sqlalchemy.types import TypeDecorator


@dataclass(frozen=True)
class DeliveredFile:
    """One file of a delivery, as it lay in the drop zone.

    Attributes:
        path: Place in the drop zone, relative to its root, with ``/``.
        size: Bytes.
        modified_at: When the storage says it was last written, ISO 8601, UTC.
        sha256: Of its bytes; None for a file that was refused without reading.
        role: The glob of ``export.files`` it stands for; empty when there is one file.
    """

    path: str
    size: int
    modified_at: str
    sha256: str | None = None
    role: str = ""

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class TableCounts:
    """Rows of one table of a delivery; the first number is the sum of the other two."""

    n_rows_in: int
    n_accepted: int
    n_quarantined: int

    def __post_init__(self) -> None:
        """Hold the books.

        Raises:
            ValueError: Rows in differ from accepted and quarantined rows together.
        """
        if self.n_rows_in != self.n_accepted + self.n_quarantined:
            raise ValueError(
                f"{self.n_rows_in} rows in, but {self.n_accepted} accepted and "
                f"{self.n_quarantined} quarantined"
            )


class UtcTime(TypeDecorator[datetime]):
    """A moment as ISO 8601 text in UTC: sorts, reads and compares the same on every database."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the interface
        """Turn an aware time into text.

        Raises:
            ValueError: The time has no zone.
        """
        return None if value is None else iso(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the interface
        """Turn text into an aware time."""
        return None if value is None else datetime.fromisoformat(value)


class Files(TypeDecorator[tuple[DeliveredFile, ...]]):
    """The files of a delivery."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self,
        value: tuple[DeliveredFile, ...] | None,
        dialect: Dialect,  # noqa: ARG002 - the interface
    ) -> list[dict[str, Any]]:
        """Turn files into JSON."""
        return [asdict(file) for file in value or ()]

    def process_result_value(
        self,
        value: list[dict[str, Any]] | None,
        dialect: Dialect,  # noqa: ARG002 - the interface
    ) -> tuple[DeliveredFile, ...]:
        """Turn JSON into files."""
        return tuple(DeliveredFile(**file) for file in value or ())


class Tables(TypeDecorator[dict[str, TableCounts]]):
    """Row counts by table."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self,
        value: dict[str, TableCounts] | None,
        dialect: Dialect,  # noqa: ARG002 - the interface
    ) -> dict[str, dict[str, int]]:
        """Turn counts into JSON."""
        return {name: asdict(counts) for name, counts in (value or {}).items()}

    def process_result_value(
        self,
        value: dict[str, dict[str, int]] | None,
        dialect: Dialect,  # noqa: ARG002 - the interface
    ) -> dict[str, TableCounts]:
        """Turn JSON into counts."""
        return {name: TableCounts(**counts) for name, counts in (value or {}).items()}


def iso(moment: datetime) -> str:
    """Write a moment as ISO 8601 text in UTC with microseconds.

    Raises:
        ValueError: The time has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def utc_now() -> datetime:
    """Tell the time; the clock that callers replace in tests."""
    return datetime.now(UTC)
