"""The daily looks after what is stored: retention, integrity, freshness.

Checks return findings, each a sentence for the data engineer; the caller decides to fail.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Any

import duckdb
import fsspec
import pyarrow.parquet as pq

from migstat.intake.raw_store import raw_folder
from migstat.ledger import DeliveredFile, Delivery, Ledger, State
from migstat.orchestration.labels import label
from migstat.orchestration.report import MARTS_FILE, rows_of_public_tables
from migstat.orchestration.settings import settings
from migstat.paths import paths

BLOCK = 1 << 20
LATE = timedelta(hours=1)
RECORD = "originals_deleted.jsonl"
KEPT = {State.ACCEPTED, State.SUPERSEDED}


@dataclass(frozen=True)
class DropZone:
    """The drop zone as a file system and its root there."""

    files: Any
    root: str

    @classmethod
    def open(cls) -> "DropZone":
        """Open the installation's drop zone."""
        files, root = fsspec.core.url_to_fs(paths().drop_zone)
        return cls(files, str(root).rstrip("/"))

    def path(self, file: DeliveredFile) -> str:
        """Return the place of a delivered file in the file system."""
        return f"{self.root}/{file.path}"


def delete_old_originals(ledger: Ledger, now: datetime | None = None) -> list[str]:
    """Delete originals whose delivery was decided longer ago than the retention allows.

    Each deletion is written down first, with name and hash, in ``originals_deleted.jsonl``.

    Returns:
        Paths deleted; none when ``MIGSTAT_RETENTION_DAYS`` is 0.
    """
    days = settings().retention_days
    if not days:
        return []
    limit = (now or datetime.now(UTC)) - timedelta(days=days)
    zone = DropZone.open()
    deleted = []
    for delivery in _decided_before(ledger, limit):
        for file in delivery.files:
            if zone.files.exists(zone.path(file)):
                _write_down(delivery, file)
                zone.files.rm_file(zone.path(file))
                deleted.append(file.path)
    return deleted


def check_originals(ledger: Ledger) -> list[str]:
    """Compare every original that still lies there with the hash it was registered under."""
    zone = DropZone.open()
    findings = []
    for delivery in ledger.deliveries():
        for file in delivery.files:
            place = zone.path(file)
            if file.sha256 is None or not zone.files.exists(place):
                continue
            if zone.files.size(place) == file.size and _hash(zone, place) != file.sha256:
                findings.append(
                    f"{label(delivery)}: {file.path} no longer has the bytes it was handed in "
                    f"with; compare it with a backup."
                )
    return findings


def check_raw_store(ledger: Ledger) -> list[str]:
    """Compare the rows of every raw Parquet file with the ledger, reading all of them."""
    findings = []
    for delivery in ledger.deliveries():
        if delivery.state not in KEPT:
            continue
        for table, counts in delivery.tables.items():
            file = raw_folder(delivery) / f"{table}.parquet"
            try:
                rows = sum(batch.num_rows for batch in pq.ParquetFile(file).iter_batches())
            except (OSError, ValueError) as error:
                findings.append(f"{label(delivery)}: {file} can't be read: {error}")
                continue
            if rows != counts.n_accepted:
                findings.append(
                    f"{label(delivery)}: the raw store has {rows} rows of {table}, the ledger "
                    f"{counts.n_accepted}; take the delivery in again (migstat requeue)."
                )
    return findings


def check_published(ledger: Ledger) -> list[str]:
    """Open the published marts and see that every table can be counted and none is empty of all."""
    file = paths().published / MARTS_FILE
    if not file.exists():
        built = ledger.builds(state="published")
        return [f"{file} is missing though {len(built)} builds published it."] if built else []
    try:
        rows = rows_of_public_tables(file)
    except duckdb.Error as error:
        return [f"{file} can't be read: {error}; run migstat build."]
    return [] if any(rows.values()) else [f"{file} holds no row."]


def check_freshness(ledger: Ledger, now: datetime | None = None) -> list[str]:
    """Find deliveries that wait too long and accepted ones that no build took up.

    An hour is allowed for either.
    """
    limit = (now or datetime.now(UTC)) - LATE
    builds = ledger.builds()
    last = builds[-1].started_at if builds else datetime.min.replace(tzinfo=UTC)
    findings = [
        f"{label(item)} waits since {item.registered_at:%Y-%m-%d %H:%M} UTC; "
        f"see the runs of its country's ingest DAG."
        for item in ledger.waiting()
        if item.registered_at < limit
    ]
    findings += [
        f"{label(item)} was accepted at {item.decided_at:%Y-%m-%d %H:%M} UTC and no build began "
        f"since; see build_indicator_marts."
        for item in ledger.deliveries(state=State.ACCEPTED)
        if item.decided_at and last < item.decided_at < limit
    ]
    return findings + [
        f"{survey}: the last build could not build it: {reason}"
        for survey, reason in (builds[-1].failures if builds else {}).items()
    ]


def _decided_before(ledger: Ledger, limit: datetime) -> Iterator[Delivery]:
    for delivery in ledger.deliveries():
        if delivery.decided_at is not None and delivery.decided_at < limit:
            yield delivery


def _write_down(delivery: Delivery, file: DeliveredFile) -> None:
    record = {
        "deleted_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "delivery_id": delivery.delivery_id,
        "path": file.path,
        "sha256": file.sha256,
    }
    with (paths().home / RECORD).open("a", encoding="utf-8") as out:
        out.write(json.dumps(record, sort_keys=True) + "\n")
        out.flush()
        os.fsync(out.fileno())


def _hash(zone: DropZone, place: str) -> str:
    digest = hashlib.sha256()
    with zone.files.open(place, "rb") as source:
        for block in _blocks(source):
            digest.update(block)
    return digest.hexdigest()


def _blocks(source: IO[bytes]) -> Iterable[bytes]:
    return iter(lambda: source.read(BLOCK), b"")
