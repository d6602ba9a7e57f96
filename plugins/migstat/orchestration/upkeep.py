"""The daily looks after what is stored: retention, integrity, freshness.

Checks return findings, each a sentence for the data engineer; the caller decides to fail.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow.parquet as pq

from migstat.intake.raw_store import raw_folder
from migstat.intake.zone_files import FileChangedError, Zone
from migstat.ledger import DeliveredFile, Delivery, Ledger, State
from migstat.orchestration.labels import label
from migstat.orchestration.report import rows_of_public_tables
from migstat.orchestration.settings import settings
from migstat.paths import paths
from migstat.warehouse.published import marts_file

LATE = timedelta(hours=1)
RECORD = "originals_deleted.jsonl"
KEPT = {State.ACCEPTED, State.SUPERSEDED}


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
    zone = Zone()
    deleted = []
    for delivery in _decided_before(ledger, limit):
        for file in delivery.files:
            if zone.fs.exists(zone.place(file.path)):
                _write_down(delivery, file)
                zone.fs.rm_file(zone.place(file.path))
                deleted.append(file.path)
    return deleted


def check_originals(ledger: Ledger) -> list[str]:
    """Compare every original that still lies there with the hash it was registered under."""
    zone = Zone()
    return [
        f"{label(delivery)}: {file.path} no longer has the bytes it was handed in with; compare "
        "it with a backup."
        for delivery in ledger.deliveries()
        for file in delivery.files
        if file.sha256 is not None and _is_altered(zone, file)
    ]


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
    file = marts_file()
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


def _is_altered(zone: Zone, file: DeliveredFile) -> bool:
    """Whether a file has other bytes under its size; another size is a delivery of its own."""
    try:
        found = zone.look(file.path)
        return found.size == file.size and zone.sha256(found) != file.sha256
    except FileChangedError:
        return False  # gone, or being replaced just now: the next look tells


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
