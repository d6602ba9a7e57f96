"""Builds compute what changed, publish whole states, and leave out no more than what fails."""

import shutil
from pathlib import Path

import pytest
from migstat.warehouse import build as building
from migstat.warehouse.build import BuildError, build
from warehouse_fixtures import PEOPLE, VILLAGES, Warehouse, people, villages


def test_nothing_changed_computes_nothing_and_leaves_the_file_alone(warehouse: Warehouse):
    before = warehouse.marts.stat()
    assert build(warehouse.ledger) == building.BuildResult()
    assert warehouse.marts.stat() == before


def test_a_changed_survey_alone_is_computed_again(warehouse: Warehouse):
    warehouse.take_in(VILLAGES, "2021", villages(25))
    assert build(warehouse.ledger).waves == (f"{VILLAGES}/2021",)
    assert warehouse.query("select count(*) from marts.institutions") == [(25,)]
    assert warehouse.query("select count(*) from marts.persons") == [(60,)]


def test_a_corrected_delivery_adds_edits_and_withdraws_by_key(warehouse: Warehouse):
    p1 = ("p1", "f", "abroad", "no", "1.5")
    added = ("new", "m", "here", "yes", "1.5")
    warehouse.take_in(PEOPLE, "2021", [*people(1), p1, *people(29)[2:], added])
    build(warehouse.ledger)
    changes = "select change, record_key from marts.record_changes where wave = '2021' order by 1"
    assert warehouse.query(changes) == [("added", "new"), ("edited", "p1"), ("withdrawn", "p29")]
    keys = "select count(*), count(*) filter (record_key in ('p29', 'new')) from marts.persons"
    assert warehouse.query(f"{keys} where wave = '2021'") == [(30, 1)]
    unemployment = (
        "select wave, n_obs, round(obs_value, 3) from marts.indicator_estimates "
        "where indicator_code = 'LB01' and mig_status = '_T' and hh_mig = '_T' order by 1"
    )
    assert warehouse.query(unemployment) == [("2021", 30, 3.333), ("2022", 30, 0)]


def test_an_appended_delivery_adds_and_edits_and_withdraws_nothing(warehouse: Warehouse):
    p1, added = ("p1", "f", "abroad", "no", "1.5"), ("new", "m", "here", "yes", "1.5")
    warehouse.take_in(PEOPLE, "2022", [p1, added])
    build(warehouse.ledger)
    changes = "select change, record_key from marts.record_changes where wave = '2022' order by 1"
    assert warehouse.query(changes) == [("added", "new"), ("edited", "p1")]
    persons = "select count(*), count(*) filter (labour_status = 'UNE') from marts.persons"
    assert warehouse.query(f"{persons} where wave = '2022'") == [(31, 1)]


def test_an_answer_without_a_code_counts_once_per_record_as_last_handed_in(warehouse: Warehouse):
    unclear = ("p1", "f", "abroad", "perhaps", "1.5")
    warehouse.take_in(PEOPLE, "2022", [unclear])
    warehouse.take_in(PEOPLE, "2022", [unclear, ("p2", "m", "abroad", "yes", "1.5")])
    build(warehouse.ledger)
    answers = "select variable, answer, n_records, n_answers from marts.unmapped_answers"
    assert warehouse.query(answers) == [("labour_status", "perhaps", 1, 30)]
    kept = "select count(*), count(labour_status) from marts.persons where wave = '2022'"
    assert warehouse.query(kept) == [(30, 29)]


def test_a_wave_that_is_declared_no_more_disappears(warehouse: Warehouse):
    warehouse.declare(PEOPLE, modes={"2021": "snapshot"})
    build(warehouse.ledger)
    assert warehouse.query("select distinct wave from marts.persons") == [("2021",)]
    assert warehouse.query(
        "select distinct survey_code, wave from marts.indicator_estimates order by all"
    ) == [(PEOPLE, "2021"), (VILLAGES, "2021")]


def test_a_survey_that_is_declared_no_more_disappears(warehouse: Warehouse):
    shutil.rmtree(warehouse.project / "include" / "surveys" / VILLAGES)
    build(warehouse.ledger)
    assert warehouse.query("select count(*) from marts.institutions") == [(0,)]
    assert warehouse.query("select count(*) from marts.persons") == [(60,)]


def test_it_disappears_though_the_same_build_computes_tables_that_it_had_none_of(
    warehouse: Warehouse,
):
    shutil.rmtree(warehouse.project / "include" / "surveys" / VILLAGES)
    warehouse.take_in(PEOPLE, "2022", people(31))
    build(warehouse.ledger)
    assert warehouse.query("select count(*) from marts.institutions") == [(0,)]
    assert warehouse.query("select count(*) from marts.persons") == [(61,)]


def test_a_broken_mart_publishes_nothing(warehouse: Warehouse):
    before = warehouse.marts.read_bytes()
    mart = warehouse.project / "dbt_project" / "models" / "marts" / "indicators.sql"
    mart.write_text("select no_such_column")
    with pytest.raises(BuildError, match=r"Nothing was published: indicators: .*no_such_column"):
        build(warehouse.ledger)
    assert warehouse.marts.read_bytes() == before
    assert warehouse.ledger.builds()[-1].state == "failed"


def test_the_same_input_gives_the_same_rows_and_parquet_bytes_in_another_home(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first, copies = warehouse.rows(), parquet_of(warehouse)
    other = Warehouse(tmp_path / "other")
    shutil.copytree(warehouse.project, other.project)
    monkeypatch.setenv("MIGSTAT_PROJECT", str(other.project))
    monkeypatch.setenv("MIGSTAT_HOME", str(other.home))
    other.take_in(PEOPLE, "2021", people(30))
    other.take_in(PEOPLE, "2022", people(30))
    other.take_in(VILLAGES, "2021", villages(20))
    build(other.ledger)
    assert other.rows() == first
    assert parquet_of(other) == copies


def parquet_of(warehouse: Warehouse) -> dict[str, bytes]:
    """The Parquet copies but the one that holds times of handling."""
    files = (warehouse.home / "published" / "parquet").glob("*.parquet")
    return {file.name: file.read_bytes() for file in files if file.stem != "deliveries"}
