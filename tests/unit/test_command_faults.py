"""A disk or a database that fails under a command is told in a line, without a traceback."""

from pathlib import Path

import pytest
from click.testing import Result
from migstat.cli import app
from migstat.ledger import Ledger
from typer.testing import CliRunner

COMMANDS = (["status"], ["ingest"], ["build"], ["release", "plan", "SLV"], ["requeue", "abc"])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MIGSTAT_HOME", str(tmp_path))
    monkeypatch.delenv("MIGSTAT_LEDGER_URL", raising=False)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_a_ledger_that_cannot_be_opened(command: list[str], home: Path):
    (home / "ledger.sqlite").mkdir()  # as on a disk that went read-only: SQLite opens no file
    result = run(*command)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "The ledger can't be used: unable to open database file" in result.output


def test_a_home_that_is_no_folder_is_named(home: Path, monkeypatch: pytest.MonkeyPatch):
    (home / "file").touch()
    monkeypatch.setenv("MIGSTAT_HOME", str(home / "file" / "inside"))
    result = run("status")
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert f"{home / 'file'}" in result.output


@pytest.mark.usefixtures("home")
def test_a_ledger_url_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MIGSTAT_LEDGER_URL", "garbage")
    result = run("status")
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "MIGSTAT_LEDGER_URL: Could not parse" in result.output


@pytest.mark.usefixtures("home")
def test_a_fault_of_our_own_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch):
    def broken(_: Ledger) -> None:
        raise FileNotFoundError(2, "No such file or directory", "a file of ours")

    monkeypatch.setattr(Ledger, "overview", broken)
    assert isinstance(run("status").exception, FileNotFoundError)
