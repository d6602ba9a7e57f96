"""The raw store: what passed the border, as Parquet per delivery, immutable and self-describing.

A delivery's folder appears whole or not at all: it is written beside, synced to disk and renamed.
The same answers under the same key give the same bytes, so that writing twice changes nothing.
"""

import ctypes
import errno
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from migstat.declarations import TableName
from migstat.disk import sync
from migstat.intake.answers import Answers
from migstat.intake.privacy import Secret, keys_of
from migstat.ledger import Delivery, TableCounts
from migstat.paths import paths
from migstat.sql import literal

SCHEMA = "1"
INCOMING = ".incoming"  # one level higher than deliveries, so that no reader's pattern matches
ROW_GROUP = 122_880
AT_FDCWD, RENAME_EXCHANGE = -100, 2


@dataclass(frozen=True)
class Provenance:
    """What a raw folder says about itself besides its rows."""

    delivery: Delivery
    secret: Secret
    undeclared: Mapping[str, Sequence[str]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def raw_folder(delivery: Delivery) -> Path:
    """Where the accepted rows of a delivery lie."""
    return paths().raw / _relative(delivery)


def quarantine_folder(delivery: Delivery) -> Path:
    """Where the rows of a delivery that were held back lie."""
    return paths().quarantine / _relative(delivery)


def write_delivery(answers: Answers, provenance: Provenance) -> dict[str, TableCounts]:
    """Write the accepted and the held-back rows of every table.

    Returns:
        Per table the rows read, accepted and held back; the first is the sum of the others.

    Raises:
        RuntimeError: Rows were lost or doubled on the way; nothing is put in place then.
    """
    delivery = provenance.delivery
    counts: dict[str, TableCounts] = {}

    def write_quarantine(folder: Path) -> None:
        for table in answers.survey.export.tables:
            _write_held(answers, table, folder, provenance)

    def write_raw(folder: Path) -> None:
        for table in answers.survey.export.tables:
            accepted = _write_accepted(answers, table, folder, provenance)
            counts[table.value] = _balanced(answers, table, accepted, quarantine_folder(delivery))
        _write_json(folder / "delivery.json", _describe(answers, provenance, counts))

    _put_in_place(quarantine_folder(delivery), paths().quarantine, write_quarantine)
    _put_in_place(raw_folder(delivery), paths().raw, write_raw)
    return counts


def _relative(delivery: Delivery) -> Path:
    return Path(delivery.survey_code, delivery.wave, delivery.delivery_id[:16])


def _write_accepted(
    answers: Answers, table: TableName, folder: Path, provenance: Provenance
) -> int:
    query = f"select * from accepted_{table}"
    return _copy(answers, query, folder / f"{table}.parquet", _metadata(answers, provenance))


def _write_held(answers: Answers, table: TableName, folder: Path, provenance: Provenance) -> int:
    reasons = (
        "select row_number as _row_number, string_agg(rule, '; ' order by rule, reason) as _rules, "
        f"string_agg(reason, '; ' order by rule, reason) as _reasons from held_{table} group by all"
    )
    query = (
        f"select passed.*, held._rules, held._reasons from quarantined_{table} passed "
        f"join ({reasons}) held using (_row_number) order by _row_number"
    )
    return _copy(answers, query, folder / f"{table}.parquet", _metadata(answers, provenance))


def _copy(answers: Answers, query: str, file: Path, metadata: Mapping[str, str]) -> int:
    pairs = ", ".join(f"{key}: {literal(value)}" for key, value in metadata.items())
    copied = answers.connection.execute(
        f"copy ({query}) to {literal(file)} (format parquet, compression zstd, "
        f"row_group_size {ROW_GROUP}, kv_metadata {{{pairs}}})"
    ).fetchone()
    sync(file)
    return int(copied[0]) if copied else 0


def _metadata(answers: Answers, provenance: Provenance) -> dict[str, str]:
    return {
        "survey": answers.survey.survey,
        "wave": provenance.delivery.wave,
        "delivery_id": provenance.delivery.delivery_id,
        "synthetic": str(answers.survey.is_synthetic(provenance.delivery.wave)).lower(),
        "schema": SCHEMA,
    }


def _balanced(answers: Answers, table: TableName, accepted: int, quarantine: Path) -> TableCounts:
    rows_in = answers.count(f"raw_{table}")
    held = pq.read_metadata(quarantine / f"{table}.parquet").num_rows
    if rows_in != accepted + held:
        raise RuntimeError(
            f"{answers.place}: {table} has {rows_in} rows, but {accepted} were accepted and {held} "
            "held back. Nothing was taken in; this is a defect of migstat."
        )
    return TableCounts(n_rows_in=rows_in, n_accepted=accepted, n_quarantined=held)


def _describe(
    answers: Answers, provenance: Provenance, counts: Mapping[str, TableCounts]
) -> dict[str, Any]:
    """Describe a raw folder: what it holds and how its pseudonyms were made."""
    survey = answers.survey
    passing = {table: set(survey.passing_columns(table)) for table in survey.export.tables}
    return {
        **_metadata(answers, provenance),
        "synthetic": survey.is_synthetic(provenance.delivery.wave),
        "country": survey.country,
        "key_fingerprint": provenance.secret.fingerprint,
        "development_key": provenance.secret.is_development,
        "tables": {
            table.value: {
                "unit": export.unit.value,
                "key": export.key,
                "keys": {name: list(made_of) for name, made_of in keys_of(survey, table).items()},
                "parent": export.parent.table.value if export.parent else None,
                "columns": {
                    name: kind.value
                    for name, kind in export.columns.items()
                    if name in passing[table]
                },
                "labels": {
                    name: label
                    for name, label in provenance.labels.get(table.value, {}).items()
                    if name in passing[table]
                },
                "undeclared_columns": list(provenance.undeclared.get(table.value, ())),
                "n_rows_in": counts[table.value].n_rows_in,
                "n_accepted": counts[table.value].n_accepted,
                "n_quarantined": counts[table.value].n_quarantined,
            }
            for table, export in survey.export.tables.items()
        },
    }


def _write_json(file: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")
    sync(file)


def _put_in_place(target: Path, root: Path, write: Callable[[Path], None]) -> None:
    """Let a folder be written beside, then put it in place in one step."""
    beside = root / INCOMING / target.name
    shutil.rmtree(beside, ignore_errors=True)  # left by a process that was killed
    beside.mkdir(parents=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    write(beside)
    sync(beside)
    if target.exists():
        _exchange(beside, target)
        shutil.rmtree(beside)
    else:
        beside.rename(target)
    sync(target.parent)


def _exchange(one: Path, other: Path) -> None:
    """Swap two folders in one step; where the file system can't, in three."""
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    paths_ = (AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other))
    if swap is not None and swap(*paths_, RENAME_EXCHANGE) == 0:
        return
    if swap is not None and ctypes.get_errno() not in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}:
        raise OSError(ctypes.get_errno(), "can't exchange folders", str(one))
    aside = one.with_suffix(".old")
    shutil.rmtree(aside, ignore_errors=True)
    other.rename(aside)
    one.rename(other)
    aside.rename(one)
