"""A country whose director signs, on a real Airflow: what they reject never leaves."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import UNSET, environment_of
from living_airflow import LivingAirflow
from migstat.ledger import DELIVERED
from migstat.release.hashes import hash_files
from migstat.release.making import build

CHECKOUT = Path(__file__).resolve().parents[2]
DAG = "publish_extracts_arg"
DIRECTOR = "Director of the office"
DECLARED = """\
  revisions: at_once
  approval: [{name: Director of the office, user: admin}]
  recipients:
    - {name: Ministry, connection: arg_ministry}
    - {name: Press, connection: arg_nowhere}
"""


@pytest.fixture(scope="module")
def airflow(
    undisturbed: tuple[Path, str],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch_module: pytest.MonkeyPatch,
) -> Iterator[LivingAirflow]:
    """Airflow on published marts, where one country is declared and nothing was released."""
    root = tmp_path_factory.mktemp("signing")
    project, home = declare_one_country(root / "project"), root / "data"
    shutil.copytree(undisturbed[0] / "published", home / "published", symlinks=True)
    (root / "ministry").mkdir()
    connection = {"conn_type": "fs", "extra": {"path": str(root / "ministry")}}
    for name in UNSET:
        monkeypatch_module.delenv(name, raising=False)
    for name, value in environment_of(home).items():
        monkeypatch_module.setenv(name, value)
    monkeypatch_module.setenv("MIGSTAT_PROJECT", str(project))
    monkeypatch_module.setenv("AIRFLOW_CONN_ARG_MINISTRY", json.dumps(connection))
    with LivingAirflow.start() as living:
        living.api.create_pools()
        living.wait_for(lambda: DAG in living.api.dag_ids(), 120, "the DAG is read")
        yield living


def declare_one_country(project: Path) -> Path:
    """The checkout, with Argentina alone and somebody who signs there."""
    include = project / "include"
    (include / "countries").mkdir(parents=True)
    (include / "surveys").mkdir()
    for name in ("dags", "dbt_project", "expectations"):
        (project / name).symlink_to(CHECKOUT / name)
    for name in ("catalogue", "translations", "fonts", "seed_data"):
        (include / name).symlink_to(CHECKOUT / "include" / name)
    survey = "surveys/arg_eph"
    (include / survey).symlink_to(CHECKOUT / "include" / survey)
    country = (CHECKOUT / "include/countries/arg.yml").read_text(encoding="utf-8")
    declared = country.replace("  revisions: at_once\n", DECLARED)
    assert declared != country
    (include / "countries/arg.yml").write_text(declared, encoding="utf-8")
    return project


def states(airflow: LivingAirflow, run: str) -> dict[str, str]:
    """State of each task of a run; of mapped tasks by their label."""
    found = airflow.api.get(f"/dags/{DAG}/dagRuns/{run}/taskInstances")["task_instances"]
    return {task["rendered_map_index"] or task["task_id"]: task["state"] for task in found}


def ended(airflow: LivingAirflow) -> list[str]:
    """Ids of the runs that are over."""
    return [run["dag_run_id"] for run in airflow.runs(DAG) if run["state"] in ("success", "failed")]


def answer(airflow: LivingAirflow, run: str, option: str, **said: str) -> None:
    """Answer the question, as the page does."""
    time.sleep(5)  # nobody reads faster, and the task must have ended its process
    path = f"/dags/{DAG}/dagRuns/{run}/taskInstances/sign_1/-1/hitlDetails"
    body: dict[str, Any] = {"chosen_options": [option], "params_input": said}
    airflow.api._send("PATCH", path, json=body).raise_for_status()


def asked(airflow: LivingAirflow, known: set[str]) -> str:
    """Wait until a run that is not known yet asks, and give its id."""
    found: list[str] = []

    def is_asking() -> bool:
        runs = [run["dag_run_id"] for run in airflow.runs(DAG)]
        found[:] = [run for run in runs if run not in known]
        return any(states(airflow, run).get("sign_1") == "awaiting_input" for run in found)

    airflow.api.start(DAG)
    airflow.wait_for(is_asking, 180, "the director is asked")
    return next(run for run in found if states(airflow, run).get("sign_1") == "awaiting_input")


def test_what_the_director_rejects_never_leaves_and_what_they_sign_does(airflow: LivingAirflow):
    extract = airflow.components.airflow.folder.parent / "extracts/arg/v2"
    ministry = airflow.components.airflow.folder.parents[1] / "ministry/arg/v2"

    first = asked(airflow, set())
    body = airflow.api.get(f"/dags/{DAG}/dagRuns/{first}/hitlDetails")["hitl_details"][0]["body"]
    answer(airflow, first, "Reject", why="The weights are old.")
    airflow.wait_for(
        lambda: states(airflow, first).get("put_out") == "skipped", 120, "nothing leaves"
    )
    assert "| arg_eph/2016Q2/" in body
    rejection = airflow.ledger.releases("ARG")[0].rejection
    assert rejection is not None
    assert (rejection.rejected_by, rejection.why) == (DIRECTOR, "The weights are old.")

    airflow.api.start(DAG)
    airflow.wait_for(lambda: len(ended(airflow)) > 1, 120, "the next run finds nothing to ask")
    known = set(ended(airflow))
    assert {states(airflow, run)["make_vintage"] for run in known - {first}} == {"skipped"}

    build("ARG", airflow.ledger, correction="The weights of 2016 were old.")
    second = asked(airflow, known)
    answer(airflow, second, "Approve")
    airflow.wait_for(
        lambda: states(airflow, second).get("Ministry") == "success", 240, "the ministry has it"
    )

    assert not extract.with_name("v1").exists()
    assert list(airflow.ledger.releases("ARG")[1].approvals) == [DIRECTOR]
    assert hash_files(ministry) == hash_files(extract)
    rows = airflow.ledger.extract_deliveries("ARG", 2)
    assert [row.recipient for row in rows if row.state == DELIVERED] == ["Ministry"]
