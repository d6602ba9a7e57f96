"""Retention, integrity, freshness: each finding names the delivery and what to do."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from migstat.intake.raw_store import raw_folder
from migstat.ledger import DeliveredFile, FoundDelivery, Ledger, Outcome, TableCounts, open_ledger
from migstat.orchestration import upkeep
from migstat.paths import paths

PLACE = "zzz_survey/2021/export.csv"
TEXT = b"a,b\n1,2\n"


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The ledger of an installation with one accepted delivery and its original."""
    monkeypatch.setenv("MIGSTAT_HOME", str(tmp_path))
    for name in ("MIGSTAT_LEDGER_URL", "MIGSTAT_DROP_ZONE"):
        monkeypatch.delenv(name, raising=False)
    original().parent.mkdir(parents=True)
    original().write_bytes(TEXT)
    made = open_ledger()
    file = DeliveredFile(
        path=PLACE,
        size=len(TEXT),
        modified_at="2026-01-01T00:00:00+00:00",
        sha256=hashlib.sha256(TEXT).hexdigest(),
    )
    found = FoundDelivery(
        survey_code="zzz_survey", wave="2021", country_code="ZZZ", mode="snapshot", files=(file,)
    )
    delivery = made.register(found)
    made.accept(delivery.delivery_id, Outcome(tables={"persons": TableCounts(3, 3, 0)}))
    write_raw(made, 3)
    return made


def original() -> Path:
    return Path(paths().drop_zone) / PLACE


def write_raw(ledger: Ledger, rows: int) -> Path:
    (delivery,) = ledger.deliveries()
    file = raw_folder(delivery) / "persons.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(f"COPY (SELECT i FROM range({rows}) r(i)) TO '{file}' (FORMAT parquet)")
    return file


def in_days(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def test_originals_are_kept_for_ever_by_default(ledger: Ledger):
    assert upkeep.delete_old_originals(ledger, in_days(10_000)) == []
    assert original().exists()


def test_an_original_past_its_retention_is_written_down_and_deleted(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_RETENTION_DAYS", "30")

    assert upkeep.delete_old_originals(ledger, in_days(31)) == [PLACE]

    record = json.loads((paths().home / "originals_deleted.jsonl").read_text())
    assert (record["path"], record["sha256"]) == (PLACE, hashlib.sha256(TEXT).hexdigest())
    assert not original().exists()


def test_an_original_within_its_retention_stays(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MIGSTAT_RETENTION_DAYS", "30")

    assert upkeep.delete_old_originals(ledger, in_days(29)) == []
    assert original().exists()


@pytest.mark.parametrize(
    "check", [upkeep.check_originals, upkeep.check_raw_store, upkeep.check_published]
)
def test_what_is_as_it_was_stored_gives_no_finding(
    ledger: Ledger, check: Callable[[Ledger], list[str]]
):
    assert check(ledger) == []


def test_an_original_whose_bytes_changed_in_silence_is_found(ledger: Ledger):
    original().write_bytes(TEXT.replace(b"1", b"7"))

    (finding,) = upkeep.check_originals(ledger)

    assert PLACE in finding


def test_rows_lost_from_the_raw_store_are_found(ledger: Ledger):
    write_raw(ledger, 2)

    (finding,) = upkeep.check_raw_store(ledger)

    assert "has 2 rows of persons, the ledger 3" in finding


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_bytes(b"PAR1 no more")])
def test_a_raw_file_that_cannot_be_read_is_found(ledger: Ledger, damage: Callable[[Path], Any]):
    damage(write_raw(ledger, 3))

    (finding,) = upkeep.check_raw_store(ledger)

    assert "persons.parquet can't be read" in finding


def test_published_marts_that_cannot_be_opened_are_found(ledger: Ledger):
    paths().published.mkdir()
    (paths().published / "marts.duckdb").write_bytes(b"half a file")

    (finding,) = upkeep.check_published(ledger)

    assert "run migstat build" in finding


def test_an_accepted_delivery_that_no_build_took_up_for_an_hour_is_found(ledger: Ledger):
    assert upkeep.check_freshness(ledger, in_days(0)) == []

    (finding,) = upkeep.check_freshness(ledger, in_days(1))

    assert "no build began since" in finding


def test_a_survey_that_the_last_build_left_out_is_found_with_its_reason(ledger: Ledger):
    ledger.record_build(
        "b1",
        started_at=in_days(0),
        finished_at=in_days(0),
        state="published",
        waves={},
        failures={"zzz_survey": "unique_person_id failed"},
    )

    assert upkeep.check_freshness(ledger) == [
        "zzz_survey: the last build could not build it: unique_person_id failed"
    ]
