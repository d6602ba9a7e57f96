"""A deadline that is missed: what the engineer sees, and that it stops nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import UNSET, environment_of
from living_airflow import LivingAirflow
from migstat.ledger import State
from migstat.paths import paths

SURVEY, WAVE, DAG = "arg_eph", "2016Q2", "ingest_arg"
FACTOR = "0.0001"  # of an hour, for a delivery: less than half a second


@pytest.fixture
def hurried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LivingAirflow]:
    """An Airflow of its own whose deadlines no run can meet."""
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment_of(tmp_path / "data").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MIGSTAT_DEADLINE_FACTOR", FACTOR)
    with LivingAirflow.start() as living:
        living.api.create_pools()
        yield living


def test_a_late_run_is_logged_as_an_error_and_goes_on(hurried: LivingAirflow):
    folder = Path(paths().drop_zone) / SURVEY / WAVE
    shutil.copytree(paths().seed_data / SURVEY / WAVE, folder)

    def is_accepted() -> bool:
        return [item.state for item in hurried.ledger.deliveries()] == [State.ACCEPTED]

    hurried.wait_for(is_accepted, 90, "the delivery is accepted all the same")
    (run,) = hurried.runs(DAG)
    log = hurried.components.airflow.logs / "triggerer.log"
    said = "A delivery of ARG is late: not done 0.006 minutes after it was queued"
    hurried.wait_for(lambda: said in log.read_text(errors="replace"), 30, "the miss is logged")

    (line,) = [line for line in log.read_text(errors="replace").splitlines() if said in line]
    assert "error" in line.lower()
    assert run["dag_run_id"] in line
