"""A real Airflow in an empty folder, on loopback, bounded in time, ended by process id."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from living_airflow import LivingAirflow

LIMIT_SECONDS = 900
QUICK = {
    "MIGSTAT_POLL_SECONDS": "0.5",
    "MIGSTAT_SWEEP_SECONDS": "10",
    "MIGSTAT_BATCH_SECONDS": "5",
    "MIGSTAT_SETTLE_SECONDS": "1",
    "MIGSTAT_RUN_TIMEOUT": str(LIMIT_SECONDS),
}
UNSET = ("MIGSTAT_LEDGER_URL", "MIGSTAT_DROP_ZONE", "MIGSTAT_PORT", "AIRFLOW_HOME")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, so that it can be left out or run alone."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.end_to_end)


def environment_of(home: Path) -> dict[str, str]:
    """The environment of an installation whose data lie in one folder."""
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    kept = {name: value for name, value in kept.items() if not name.startswith("AIRFLOW__")}
    return {**kept, **QUICK, "MIGSTAT_HOME": str(home)}


@pytest.fixture(scope="session")
def start_main_job() -> Iterator[Callable[[Path, str], subprocess.Popen[str]]]:
    """Start main jobs; those that still run at the end are ended, with all they started."""
    started: list[subprocess.Popen[str]] = []
    # A shell starts what runs in its background deaf to Ctrl-C, and children inherit the deafness.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def start(home: Path, what: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "migstat.orchestration.main_job", what],
            env=environment_of(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            family = psutil.Process(process.pid).children(recursive=True)
            process.kill()
            for member in family:
                member.kill()


@pytest.fixture(scope="session")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory,
    start_main_job: Callable[[Path, str], subprocess.Popen[str]],
) -> tuple[Path, str]:
    """A home where the main job ran once from nothing, and what it printed."""
    home = tmp_path_factory.mktemp("undisturbed") / "data"
    process = start_main_job(home, "run")
    printed, _ = process.communicate(timeout=LIMIT_SECONDS + 60)
    assert process.returncode == 0, printed
    return home, printed


@pytest.fixture(scope="module")
def airflow(
    undisturbed: tuple[Path, str], monkeypatch_module: pytest.MonkeyPatch
) -> Iterator[LivingAirflow]:
    """The Airflow of that home, started again."""
    for name in UNSET:
        monkeypatch_module.delenv(name, raising=False)
    for name, value in environment_of(undisturbed[0]).items():
        monkeypatch_module.setenv(name, value)
    with LivingAirflow.start() as living:
        yield living


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    """Changes of the environment that last for a module."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch
