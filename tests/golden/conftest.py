"""The marts as the commands make them, from every seed export and the real quarters."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from migstat.cli import app
from migstat.intake.seed_exports import seed_exports
from typer.testing import CliRunner

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("MIGSTAT_SHARED", CHECKOUT.parent / "shared"))
REAL_QUARTERS = {
    f"2016Q{quarter}": SHARED / "data" / "eph-argentina" / f"individual_2016_{quarter:02}.csv"
    for quarter in (3, 4)
}

Query = Callable[..., list[tuple[Any, ...]]]


def run(*arguments: str) -> str:
    """Run a command of migstat; returns what it printed."""
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return str(result.output)


def hand_in_seeds(*, is_later: bool) -> None:
    """Hand in the first deliveries of all seeds, or those that come after."""
    for export in seed_exports():
        if export.is_later is is_later:
            files = map(str, export.files)
            run("drop", *files, "--survey", export.survey, "--wave", export.wave)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with everything handed in, taken in and published by the commands."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("MIGSTAT_HOME", str(folder))
        patch.setenv("MIGSTAT_SETTLE_SECONDS", "0")
        for is_later in (False, True):
            hand_in_seeds(is_later=is_later)
            run("ingest")
        for wave, export in REAL_QUARTERS.items():
            if export.is_file():
                run("drop", str(export), "--survey", "arg_eph", "--wave", wave)
        run("ingest")
        run("build")
    return folder


@pytest.fixture(scope="session")
def query(home: Path) -> Iterator[Query]:
    """Ask the published file, opened as a statistician opens it."""
    with duckdb.connect(home / "published" / "marts.duckdb", read_only=True) as connection:
        yield lambda sql, *values: connection.execute(sql, values).fetchall()


@pytest.fixture
def real_quarters() -> None:
    """Skip, loudly, where the real quarters are not at hand."""
    missing = [str(file) for file in REAL_QUARTERS.values() if not file.is_file()]
    if missing:
        pytest.skip(
            f"NOT CHECKED ON REAL DATA: {missing} missing; set MIGSTAT_SHARED to the folder that "
            "holds data/eph-argentina"
        )
