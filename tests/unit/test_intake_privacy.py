"""Nothing private passes the border: not into a file, a log, an error or a page."""

import hmac
import logging
import zlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from great_expectations.execution_engine import PandasExecutionEngine
from intake_fixtures import COLUMNS, Installation, csv_of
from migstat.intake import take_in as intake
from migstat.intake.acceptance import SuiteError
from migstat.intake.errors import RefusedDelivery
from migstat.intake.privacy import load_secret, warn_of_development_key
from migstat.intake.take_in import take_in
from migstat.ledger import Delivery

pytest_plugins = ["intake_fixtures"]

CANARIES = ("canary-uuid", "5550199", "1990-05-17", "Juana Canary", "10.12345", "leaked-note")
PRIVATE = {
    "uuid": "canary-uuid",
    "phone": "5550199",
    "sex": "f",
    "age": "30",
    "born": "1990-05-17",
    "day": "2021-01-15",
    "w": "1.5",
    "place": "10.12345 20.54321 0 0",
    "note": "leaked-note",
    "name": "Juana Canary",
}


def every_byte(home: Path) -> str:
    """All that a run left behind, Parquet decoded, without the drop zone itself."""
    texts = []
    for file in home.rglob("*"):
        if file.is_file() and "drop_zone" not in file.parts:
            texts.append(file.read_bytes().decode("latin-1"))
            if file.suffix == ".parquet":
                texts.append(repr(pq.read_table(file).to_pylist()))
    return "\n".join(texts)


def take(installation: Installation, rows: list[dict[str, str]]) -> Delivery:
    delivery = installation.hand_in(csv_of(rows))
    take_in(delivery.delivery_id, installation.ledger)
    return delivery


def test_no_private_value_leaves_the_intake(
    installation: Installation,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    caplog.set_level(logging.DEBUG)
    held = {**PRIVATE, "age": "Juana Canary", "day": "5550199", "w": "leaked-note"}
    odd = {**PRIVATE, "uuid": "u3", "age": "555"}
    take(installation, [{**PRIVATE, "uuid": "u1"}, held, odd])
    left = every_byte(installation.home) + caplog.text + "".join(capfd.readouterr())
    assert [canary for canary in CANARIES if canary in left] == []
    assert "age is possible" in left


def test_no_private_value_is_in_a_refusal(
    installation: Installation,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    caplog.set_level(logging.DEBUG)
    delivery = installation.hand_in(csv_of([PRIVATE, {**PRIVATE, "sex": "Juana Canary"}]))
    with pytest.raises(RefusedDelivery) as refused:
        take_in(delivery.delivery_id, installation.ledger)
    left = every_byte(installation.home) + caplog.text + "".join(capfd.readouterr())
    assert [canary for canary in CANARIES if canary in left + refused.value.reason] == []


def test_what_the_engine_of_expectations_stumbles_over_is_not_logged(
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    caplog.set_level(logging.DEBUG)

    def stumble(*_: object, **__: object) -> None:
        raise RuntimeError("Juana Canary is no number")

    monkeypatch.setattr(PandasExecutionEngine, "resolve_metrics", stumble)
    delivery = installation.hand_in(csv_of([PRIVATE]))
    with pytest.raises(SuiteError) as failed:
        take_in(delivery.delivery_id, installation.ledger)
    assert "Canary" not in f"{failed.value}{caplog.text}{capfd.readouterr()}"


def test_what_passes_is_exactly_what_is_declared(installation: Installation):
    delivery = take(installation, [PRIVATE])
    (row,) = installation.accepted(delivery)
    passing = set(COLUMNS) - {"uuid", "phone", "note"}
    technical = {"person_id", "phone_id", "_record_key", "_payload_hash", "_row_number"}
    assert set(row) == passing | technical


def test_a_dropped_column_does_not_even_leave_the_jail(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
):
    asked = []
    read = intake.read_in_jail
    monkeypatch.setattr(intake, "read_in_jail", lambda r, *rest: asked.append(r) or read(r, *rest))
    take(installation, [PRIVATE])
    (table,) = asked[0].tables
    assert set(table.expected) - set(table.wanted) == {"note"}


def test_positions_become_areas_and_dates_years(installation: Installation):
    places = ["10.1 20.0 0 0", "[9.2, 20.1]", "9.4,20", "50.0 50.0", "somewhere", ""]
    rows = [{**PRIVATE, "uuid": str(at), "place": place} for at, place in enumerate(places)]
    accepted = installation.accepted(take(installation, rows))
    assert [row["place"] for row in accepted] == ["ZZ-N", "ZZ-S", "ZZ-S", None, None, None]
    assert {row["born"] for row in accepted} == {"1990"}


def test_positions_that_name_no_area_are_counted(installation: Installation):
    places = ["10.1 20.0", "50.0 50.0", "somewhere", ""]
    rows = [{**PRIVATE, "uuid": str(at), "place": place} for at, place in enumerate(places)]
    delivery = take(installation, rows)
    (found,) = [
        result
        for result in installation.ledger.quality_results(delivery.delivery_id)
        if result.rule == "position_unplaced"
    ]
    assert (found.severity, found.n_failed, found.n_rows) == ("info", 2, 4)
    assert "column 'place' is given, but is no position within 300 km" in found.reason


def test_record_keys_are_the_survey_s_and_link_keys_the_country_s(installation: Installation):
    (row,) = installation.accepted(take(installation, [PRIVATE]))
    secret = b"a key for tests only, 32 characters"
    record = hmac.digest(secret, b"survey|zzz_persons|11:canary-uuid", "sha256").hex()[:32]
    link = hmac.digest(secret, b"country|ZZZ|7:5550199", "sha256").hex()[:32]
    assert (row["person_id"], row["_record_key"], row["phone_id"]) == (record, record, link)


def test_another_secret_gives_other_keys(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
):
    one = installation.accepted(take(installation, [PRIVATE]))[0]
    monkeypatch.setenv("MIGSTAT_HMAC_KEY", "another key for tests, 32 characters")
    other = installation.accepted(take(installation, [PRIVATE, {**PRIVATE, "uuid": "u2"}]))[0]
    assert one["person_id"] != other["person_id"]
    assert one["_payload_hash"] == other["_payload_hash"]


def test_without_a_key_the_warning_is_loud_and_names_the_remedy(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.delenv("MIGSTAT_HMAC_KEY", raising=False)
    monkeypatch.delenv("MIGSTAT_HMAC_KEY_FILE", raising=False)
    warn_of_development_key.cache_clear()
    assert [load_secret().is_development for _ in range(2)] == [True, True]
    assert caplog.text.count("NO PSEUDONYM KEY") == 1
    assert "openssl rand -hex 32" in caplog.text


def test_the_key_can_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    file = tmp_path / "key"
    file.write_text("k" * 40 + "\n")
    monkeypatch.delenv("MIGSTAT_HMAC_KEY", raising=False)
    monkeypatch.setenv("MIGSTAT_HMAC_KEY_FILE", str(file))
    assert load_secret().key == b"k" * 40


def test_a_short_key_is_refused_and_no_key_is_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MIGSTAT_HMAC_KEY", "short-secret")
    with pytest.raises(ValueError, match="12 characters") as error:
        load_secret()
    assert "short-secret" not in str(error.value)
    monkeypatch.setenv("MIGSTAT_HMAC_KEY", "s" * 32)
    assert "s" * 32 not in repr(load_secret())


def test_the_same_input_gives_the_same_bytes(installation: Installation):
    delivery = installation.hand_in(csv_of([PRIVATE, {**PRIVATE, "uuid": "u2", "w": "0"}]))
    sums = []
    for _ in range(2):
        take_in(delivery.delivery_id, installation.ledger)
        files = sorted(installation.home.glob("[rq]*/zzz_persons/2021/*/*"))
        sums.append({f: zlib.crc32(f.read_bytes()) for f in files})
        with installation.ledger.engine.connect() as connection:
            connection.exec_driver_sql("DELETE FROM quality_results")
            connection.exec_driver_sql("UPDATE deliveries SET state = 'registered'")
            connection.commit()
    assert len(sums[0]) == 3
    assert sums[0] == sums[1]
