"""``migstat drop`` and ``ingest`` by hand: what they print, so that the way on is clear."""

from pathlib import Path

import duckdb
import pytest
from intake_fixtures import SURVEY, Installation, csv_of
from migstat.cli import app, console, deliveries
from migstat.intake.take_in import take_in
from typer.testing import CliRunner

pytest_plugins = ["intake_fixtures"]

GOOD = {"uuid": "u1", "sex": "f", "age": "30", "day": "2021-01-15", "w": "1.5"}
HELD = [{**GOOD, "uuid": "CANARY", "w": "0"}, {**GOOD, "uuid": "u3", "age": "130"}]


@pytest.fixture
def zone(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The drop zone, looked into without waiting, and lines as wide as they need to be."""
    monkeypatch.setattr(console.out, "_width", 1000)
    monkeypatch.setenv("MIGSTAT_SETTLE_SECONDS", "0")
    folder = installation.home / "drop_zone" / SURVEY / "2021"
    folder.mkdir(parents=True)
    return folder


def printed(*command: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(command))
    assert result.exit_code == code, result.output
    return result.output


def test_rows_held_back_are_told_with_their_rules_their_place_and_the_ways_on(
    zone: Path, installation: Installation
):
    (zone / "p.csv").write_text(csv_of([GOOD, *HELD]))
    text = printed("ingest")
    (delivery,) = installation.ledger.deliveries()
    start = delivery.delivery_id[:12]
    assert "1 rows accepted, 2 quarantined" in text
    assert "1 of 3 rows of persons: the weight (w) is missing, zero or negative, or" in text
    assert "(weight_not_positive)" in text
    assert "1 of 2 rows of persons: age is possible" in text
    folder = installation.home / "quarantine" / SURVEY / "2021" / start
    assert str(folder) in text
    assert f"quality_results WHERE delivery_id LIKE '{start}%'" in text
    assert f"`migstat requeue {start}`" in text
    assert "CANARY" not in text


def test_a_sound_delivery_says_nothing_of_a_quarantine(zone: Path):
    (zone / "p.csv").write_text(csv_of([GOOD]))
    text = printed("ingest")
    assert "1 rows accepted, 0 quarantined" in text
    assert "requeue" not in text
    assert "`migstat build`" in text


def test_columns_that_nobody_declared_are_told_and_listed_by_the_status(
    zone: Path, installation: Installation
):
    (zone / "p.csv").write_text(csv_of([{**GOOD, "gps": "CANARY"}]))
    assert "did not pass: gps" in printed("ingest")
    (delivery,) = installation.ledger.deliveries()
    shown = printed("status", delivery.delivery_id[:8])
    assert "gps" in shown
    assert "CANARY" not in shown


def test_a_refusal_is_told_once_with_exit_code_1(zone: Path):
    (zone / "p.csv").write_text(csv_of([GOOD]).replace("age", "edad"))
    text = printed("ingest", code=1)
    assert text.count("column 'age' is not in p.csv") == 1
    assert "`renames: {<declared name>: <name in the file>}`" in text
    assert "1 of 1 deliveries were not taken in" in text


def test_the_status_shows_the_ids_that_requeue_asks_for(zone: Path, installation: Installation):
    (zone / "p.csv").write_text(csv_of([GOOD]))
    printed("ingest")
    (delivery,) = installation.ledger.deliveries()
    assert f"2021 ({delivery.delivery_id[:12]})" in printed("status")


def test_a_file_that_is_not_there_is_one_clear_line(zone: Path):
    text = printed("drop", "gone.csv", "--survey", SURVEY, "--wave", zone.name, code=1)
    assert text.strip() == "gone.csv: there is no such file. Nothing was handed in. Check the path."


@pytest.mark.parametrize("name", ["[red]", "[@click=x(]"])
def test_the_status_shows_names_that_others_chose_as_they_are(zone: Path, name: str):
    misplaced = zone.parents[1] / name / "2021" / "p.csv"
    misplaced.parent.mkdir(parents=True)
    misplaced.write_text("x")
    printed("ingest")
    table, refused = printed("status").split("refused", 1)
    assert name in table
    assert refused.strip().startswith(f"{name} 2021 ")


@pytest.mark.parametrize("fault", [OSError(28, "disk full"), duckdb.IOException("disk full")])
def test_a_fault_of_the_machine_at_one_delivery_leaves_the_others_taken_in(
    zone: Path, installation: Installation, monkeypatch: pytest.MonkeyPatch, fault: Exception
):
    for name in ("a", "b"):
        (zone / f"{name}.csv").write_text(csv_of([{**GOOD, "uuid": name}]))

    def fail_at_the_first(delivery_id: str, *others: object) -> object:
        if ledger.delivery(delivery_id).files[0].name == "a.csv":
            raise fault
        return take_in(delivery_id, *others)

    ledger = installation.ledger
    monkeypatch.setattr(deliveries, "take_in", fail_at_the_first)
    text = printed("ingest", code=1)
    assert "still waits" in text
    assert "disk full" in text
    assert "1 of 2 deliveries were not taken in" in text
    assert [d.state for d in ledger.deliveries()] == ["registered", "accepted"]


def test_bytes_handed_in_again_are_told_with_what_became_of_them(
    zone: Path, installation: Installation
):
    """Who goes back to an earlier export must not believe that it counts again."""
    (zone / "first.csv").write_text(csv_of([GOOD]))
    printed("ingest")
    (zone / "second.csv").write_text(csv_of([GOOD, {**GOOD, "uuid": "u2"}]))
    printed("ingest")
    (zone / "first again.csv").write_text(csv_of([GOOD]))
    text = printed("ingest")
    first, second = (one.delivery_id[:12] for one in installation.ledger.deliveries())
    assert f"known {SURVEY} 2021 {first}" in text
    assert f"not taken in again; superseded by {second}" in text
    assert "known" not in printed("ingest")


def test_a_file_in_the_wrong_place_is_told_when_it_is_looked_at(zone: Path):
    (zone.parent / "2020").mkdir()
    (zone.parent / "2020" / "p.csv").write_text(csv_of([GOOD]))
    text = printed("ingest")
    assert text.count("wave '2020' is not declared") == 1
    assert "handed in before" not in text
