"""The export that the benchmarks measure is what docs/performance.md promises."""

import csv
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
