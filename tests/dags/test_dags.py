"""The DAG files: all there, light, with runbooks, pools, retries by kind of error."""

import ast
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from release_office import DIRECTOR, OFFICER, Office

PROJECT = Path(__file__).resolve().parents[2]
DAG_FILES = sorted((PROJECT / "dags").glob("*.py"))
COUNTRY_FILES = sorted((PROJECT / "include/countries").glob("*.yml"))
SINGLE = {"watch_drop_zone", "build_indicator_marts", "publish_across", "tend_warehouse"}
PER_COUNTRY = ("ingest_", "publish_extracts_")
STAGES = {"intake", "warehouse", "release", "upkeep"}
IMPORT_SECONDS = 1.0
MEASURE = """
import sys, time
import airflow.sdk
for name in sys.argv[2].split(","):
    getattr(airflow.sdk, name)
began = time.process_time()
sys.path.insert(0, sys.argv[1])
__import__(sys.argv[3])
print(time.process_time() - began)
"""


def countries_declared() -> set[str]:
    """The countries of the survey folders, told by their names alone."""
    return {file.parent.name[:3] for file in (PROJECT / "include/surveys").glob("*/delivery.yml")}


def countries_releasing() -> set[str]:
    """The countries whose declaration has a section ``release``."""
    return {file.stem for file in COUNTRY_FILES if "\nrelease:" in file.read_text(encoding="utf-8")}


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(dag_folder=PROJECT / "dags")


@pytest.fixture(scope="module")
def tasks(bag: DagBag) -> dict[str, Any]:
    return {task.task_id: task for dag in bag.dags.values() for task in dag.tasks}


def test_every_dag_file_can_be_read(bag: DagBag):
    assert len(DAG_FILES) == 6
    assert bag.import_errors == {}


def test_there_is_one_dag_per_file_and_one_intake_and_publication_per_country(bag: DagBag):
    assert {"slv", "idn", "per", "arg"} <= countries_declared() & countries_releasing()
    intakes = {f"ingest_{iso3}" for iso3 in countries_declared()}
    publications = {f"publish_extracts_{iso3}" for iso3 in countries_releasing()}
    assert set(bag.dags) == SINGLE | intakes | publications


def test_the_docstring_is_the_runbook_and_says_what_to_do_when_it_fails(bag: DagBag):
    runbooks = {file.stem: ast.get_docstring(ast.parse(file.read_text())) for file in DAG_FILES}
    shown = {(dag.doc_md or "").strip() for dag in bag.dags.values()}

    assert shown == set(runbooks.values())
    assert [text for text in shown if "fails" not in text] == []


def test_every_dag_is_tagged_with_one_stage_and_those_of_a_country_with_it(bag: DagBag):
    for dag_id, dag in bag.dags.items():
        assert len(STAGES & dag.tags) == 1, dag_id
        rest = {tag.lower() for tag in dag.tags - STAGES}
        assert rest == ({dag_id[-3:]} if dag_id.startswith(PER_COUNTRY) else set()), dag_id


def test_every_dag_has_a_deadline_counted_from_queueing(bag: DagBag):
    for dag_id, dag in bag.dags.items():
        deadlines = dag.deadline if isinstance(dag.deadline, list) else [dag.deadline]
        assert [type(alert.reference).__name__ for alert in deadlines] == [
            "DagRunQueuedAtDeadline"
        ], dag_id


def test_every_task_is_tried_again_with_growing_pauses_but_not_after_a_mistake(
    tasks: dict[str, Any],
):
    for task_id, task in tasks.items():
        assert task.retries == 3, task_id
        assert task.retry_exponential_backoff > 1, task_id
        assert task.retry_policy.evaluate(TypeError(), 1, 3).action.value == "fail", task_id
        assert task.retry_policy.evaluate(OSError(), 1, 3).action.value == "default", task_id


def test_heavy_tasks_run_in_their_pools(tasks: dict[str, Any]):
    assert tasks["take_in"].pool == "intake"
    assert tasks["build_marts"].pool == "warehouse"
    assert tasks["make_vintage"].pool == tasks["put_out_across"].pool == "release"


def test_what_failed_is_told_after_what_was_published(bag: DagBag):
    dag = bag.dags["build_indicator_marts"]
    assert dag.get_task("tell_failures").upstream_task_ids == {"build_marts"}


def test_a_vintage_is_made_put_out_and_delivered(bag: DagBag):
    dag = bag.dags["publish_extracts_slv"]
    assert {task.task_id: task.upstream_task_ids for task in dag.tasks} == {
        "make_vintage": set(),
        "put_out": {"make_vintage"},
        "deliver": {"make_vintage", "put_out"},
    }


@pytest.fixture
def signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401
    """The DAG of a country that two people must sign for, and with two recipients."""
    office = Office(tmp_path)
    monkeypatch.setenv("MIGSTAT_PROJECT", office.environment["MIGSTAT_PROJECT"])
    office.declare(
        approval=[DIRECTOR, OFFICER],
        recipients=[
            {"name": "Ministry", "connection": "zzz_ministry"},
            {"name": "Press", "connection": "zzz_press"},
        ],
    )
    return DagBag(dag_folder=PROJECT / "dags/publish_extracts.py").dags["publish_extracts_zzz"]


def test_who_must_sign_is_asked_one_after_the_other_before_anything_leaves(signed: Any):  # noqa: ANN401
    before = {task.task_id: task.upstream_task_ids for task in signed.tasks}

    assert before["sign_1"] == {"make_vintage"}
    assert before["record_1"] == {"make_vintage", "sign_1"}
    assert before["sign_2"] == {"record_1"}
    assert before["record_2"] == {"make_vintage", "sign_2"}
    assert before["put_out"] == {"make_vintage", "record_2"}


def test_a_question_is_put_once_to_the_named_person_and_lapses_after_a_day(signed: Any):  # noqa: ANN401
    for n, user in enumerate(("director", "7"), 1):
        sign = signed.get_task(f"sign_{n}")
        assert [one["id"] for one in sign.assigned_users] == [user]
        assert (sign.retries, sign.defaults) == (0, ["Reject"])
        assert (sign.response_timeout, sign.execution_timeout) == (timedelta(days=1), None)
        assert sign.options == ["Approve", "Reject"]
        assert list(sign.params) == ["why"]


def test_each_recipient_has_a_delivery_of_its_own(signed: Any):  # noqa: ANN401
    mapped = signed.get_task("deliver").op_kwargs_expand_input
    assert mapped.value == {"recipient": ["Ministry", "Press"]}


def test_publications_look_at_the_calendar_every_quarter_of_an_hour_and_run_one_at_a_time(
    bag: DagBag,
):
    dag = bag.dags["publish_extracts_slv"]
    assert dag.max_active_runs == 1
    assert dag.timetable.timetable.expression == "*/15 * * * *"


def test_the_watch_and_the_build_have_a_timed_sweep_and_run_one_at_a_time(bag: DagBag):
    for dag_id in ("watch_drop_zone", "build_indicator_marts"):
        dag = bag.dags[dag_id]
        assert dag.max_active_runs == 1
        assert dag.timetable.timetable.delta > timedelta(0)


def test_work_is_handed_on_by_assets(bag: DagBag):
    handed = {
        dag_id: sorted(asset.name for task in dag.tasks for asset in task.outlets)
        for dag_id, dag in bag.dags.items()
    }
    assert handed == {
        "watch_drop_zone": sorted(f"deliveries_{iso3}" for iso3 in countries_declared()),
        **{f"ingest_{iso3}": ["accepted_deliveries"] for iso3 in countries_declared()},
        "build_indicator_marts": sorted(f"marts_{file.stem}" for file in COUNTRY_FILES),
        **{f"publish_extracts_{iso3}": [f"extract_{iso3}"] for iso3 in countries_releasing()},
        "publish_across": [],
        "tend_warehouse": [],
    }


@pytest.mark.parametrize("file", DAG_FILES, ids=lambda file: file.stem)
def test_a_dag_file_only_wires(file: Path):
    text = file.read_text(encoding="utf-8")
    branches = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.If)]

    assert len(text.splitlines()) < 80
    assert branches == []


@pytest.mark.parametrize("file", DAG_FILES, ids=lambda file: file.stem)
def test_a_dag_file_loads_in_a_second_of_the_processor_beside_airflow_itself(file: Path):
    names = [
        alias.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "airflow.sdk"
        for alias in node.names
    ]
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(file.parent), ",".join(names), file.stem],
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    assert float(done.stdout.splitlines()[-1]) < IMPORT_SECONDS


def test_the_plugin_loader_leaves_the_package_alone():
    ignored = (PROJECT / "plugins/.airflowignore").read_text(encoding="utf-8").splitlines()

    assert "migstat/" in ignored
    assert [file.name for file in (PROJECT / "plugins").glob("*.py")] == []


def test_a_release_is_woken_by_the_marts_of_its_own_country_alone(bag: DagBag):
    for iso3 in countries_releasing():
        woken_by = bag.dags[f"publish_extracts_{iso3}"].timetable.asset_condition
        assert [asset.name for asset in woken_by.objects] == [f"marts_{iso3}"]


def test_a_country_whose_file_can_not_be_read_stops_no_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    office = Office(tmp_path)
    monkeypatch.setenv("MIGSTAT_PROJECT", office.environment["MIGSTAT_PROJECT"])
    office.declare()
    (tmp_path / "project/include/countries/yyy.yml").write_text("iso3: [")
    read = DagBag(dag_folder=PROJECT / "dags/build_indicator_marts.py")
    assert read.import_errors == {}
    outlets = read.dags["build_indicator_marts"].get_task("build_marts").outlets
    assert [asset.name for asset in outlets] == ["marts_yyy", "marts_zzz"]
