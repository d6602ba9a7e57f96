"""``migstat status`` tells what waits in the drop zone, why, and what to do."""

from pathlib import Path

import pytest
from intake_fixtures import FAMILY, FAMILY_SET, Installation
from migstat.cli import app, console
from migstat.intake import drop_zone
from typer.testing import CliRunner

pytest_plugins = ["intake_fixtures"]


@pytest.fixture
def zone(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(console.out, "_width", 1000)
    installation.write_survey(FAMILY, FAMILY_SET, [])
    return installation.home / "drop_zone"


def put(zone: Path, path: str) -> None:
    (zone / path).parent.mkdir(parents=True, exist_ok=True)
    (zone / path).write_text("content")


def status() -> str:
    result = CliRunner().invoke(app, ["status"])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_file_still_being_written_is_shown(zone: Path):
    put(zone, "zzz_persons/2021/p.csv")
    shown = status()
    assert "settling zzz_persons/2021/p.csv: is taken once it has not changed for 3 s" in shown


def test_a_file_that_is_ready_is_shown(zone: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MIGSTAT_SETTLE_SECONDS", "0")
    put(zone, "zzz_persons/2021/p.csv")
    assert "ready zzz_persons/2021/p.csv: `migstat ingest` takes it in" in status()


@pytest.mark.parametrize(("patience", "word"), [("3600", "incomplete"), ("0.000001", "overdue")])
def test_a_set_that_lacks_a_file_is_shown_with_what_it_lacks(
    zone: Path,
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
    patience: str,
    word: str,
):
    monkeypatch.setenv("MIGSTAT_SETTLE_SECONDS", "0")
    monkeypatch.setenv("MIGSTAT_SET_WAIT_SECONDS", patience)
    put(zone, "zzz_family/2021/b1/persons_1.csv")
    drop_zone.scan(installation.ledger)
    shown = status()
    assert f"{word} zzz_family/2021/b1 waits for 'households*.csv' since" in shown
    assert "put it into the same folder" in shown


def test_a_survey_whose_declaration_is_broken_is_shown_with_its_line(
    zone: Path, installation: Installation, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_SETTLE_SECONDS", "0")
    installation.declare(colour="red")
    put(zone, "zzz_persons/2021/p.csv")
    shown = status()
    assert "blocked" in shown
    assert "zzz_persons/delivery.yml" in shown
    assert "colour" in shown
    assert "`migstat survey check`" in shown
