"""The benchmarks measure what docs/performance.md promises, by an export of the promised form."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from migstat.declarations import TableName, check_all, load_survey
from migstat.intake.acceptance import load_suite

from benchmarks.project import SURVEY, declare, make_project
from benchmarks.survey_file import write_survey_file


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = make_project(tmp_path)
    declare(made, SURVEY)
    monkeypatch.setenv("MIGSTAT_PROJECT", str(made))
    return made


@pytest.mark.usefixtures("project")
def test_the_fictional_survey_is_declared_without_problems():
    assert check_all() == []


@pytest.mark.usefixtures("project")
def test_the_export_has_the_forty_declared_columns_and_as_many_rows_as_asked(tmp_path: Path):
    file = write_survey_file(tmp_path / "panel.csv", 500)
    with file.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)

    assert header == list(load_survey(SURVEY).export.tables[TableName.PERSONS].columns)
    assert {len(row) for row in rows} == {40}
    assert len(rows) == 500


@pytest.mark.usefixtures("project")
def test_the_suite_has_twenty_expectations():
    assert len(load_suite(SURVEY).of_table(TableName.PERSONS)) == 20


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path):
    first, again = (write_survey_file(tmp_path / name, 200, seed=1) for name in ("a", "b"))
    other = write_survey_file(tmp_path / "c", 200, seed=2)

    assert first.read_bytes() == again.read_bytes() != other.read_bytes()


def test_in_a_project_of_the_benchmarks_no_other_survey_is_declared(project: Path):
    declared = [file.parent.name for file in (project / "include/surveys").glob("*/delivery.yml")]
    staged = [file.stem for file in (project / "dbt_project/models/staging").rglob("*.yml")]

    assert declared == [SURVEY]
    assert staged == [f"stg_{SURVEY}__persons"]


HOLD = "import sys, time; held = bytearray(int(sys.argv[1]) << 20); time.sleep(1)"
MEASURE = """
import json, sys
from pathlib import Path
from benchmarks.measure import run
done = run([sys.executable, "-c", sys.argv[1]], {}, Path(sys.argv[2]))
print(json.dumps([done.peak_mb, done.together_mb]))
"""
HOLD_WITH_A_CHILD = (
    "import subprocess, sys; "
    f"child = subprocess.Popen([sys.executable, '-c', {HOLD!r}, '300']); "
    "held = bytearray(200 << 20); child.wait()"
)


def test_the_memory_of_a_process_and_its_child_counts_together(tmp_path: Path):
    # from a small process, as the benchmarks do: the kernel counts what a process was begun from
    command = [sys.executable, "-c", MEASURE, HOLD_WITH_A_CHILD, str(tmp_path / "log")]
    checkout = Path(__file__).resolve().parents[2]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=checkout)
    largest, together = json.loads(printed.stdout)

    assert 300 < largest < 400
    assert 500 < together < 700
