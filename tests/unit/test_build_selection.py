"""A build leaves out what nothing under build can change, and never a table that may have to."""

from typing import Any

import pytest
import yaml
from migstat.intake.raw_store import raw_folder
from migstat.ledger import DeliveredFile, FoundDelivery
from migstat.warehouse import attempt
from migstat.warehouse.build import build
from warehouse_fixtures import COLUMNS, PEOPLE, VILLAGES, Warehouse, people, villages


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the models that dbt builds while the test runs."""
    names: list[str] = []

    def remember(*arguments: Any) -> Any:  # noqa: ANN401 - whatever dbt is called with
        result = run_dbt(*arguments)
        names.extend(n.node.name for n in result.result or [] if n.node.resource_type == "model")
        return result

    run_dbt = attempt.run_dbt
    monkeypatch.setattr(attempt, "run_dbt", remember)
    return names


def test_villages_alone_leave_out_persons_households_and_the_catalogue(
    warehouse: Warehouse, built: list[str]
):
    warehouse.take_in(VILLAGES, "2021", villages(25))
    build(warehouse.ledger)
    assert {"institutions", "int_institution_estimates", "indicator_estimates"} <= {*built}
    assert {"deliveries", "indicator_coverage", "migrant_gaps", "surveys"} <= {*built}
    unchanged = {"persons", "int_person_estimates", "int_person_changes", "households"}
    assert not {*built} & {*unchanged, "locations", "code_lists", f"stg_{PEOPLE}__persons"}


def test_waves_are_compared_where_a_survey_under_build_has_several(
    warehouse: Warehouse, built: list[str]
):
    warehouse.take_in(PEOPLE, "2022", people(31))
    build(warehouse.ledger)
    assert {"persons", "int_persons__waves", "int_person_changes"} <= {*built}
    assert not {*built} & {"institutions", "int_institution_estimates"}


def test_a_changed_macro_builds_every_model(warehouse: Warehouse, built: list[str]):
    macro = warehouse.project / "dbt_project" / "macros" / "materializations" / "waves.sql"
    macro.write_text(macro.read_text() + "\n")
    warehouse.harmonise(VILLAGES, understands_law={"sql": "no_such_column"})
    assert set(build(warehouse.ledger).failures) == {VILLAGES}
    assert {"persons", "institutions", "locations", "code_lists"} <= {*built}


def test_a_delivery_that_was_refused_is_told_by_a_build_of_no_wave(warehouse: Warehouse):
    warehouse.take_in(VILLAGES, "2021", villages(25))
    build(warehouse.ledger)
    file = DeliveredFile("zzz_villages/2021/a.csv", 1, "2021-03-01T00:00:00+00:00", "0" * 64)
    found = FoundDelivery(VILLAGES, "2021", "ZZZ", (file,), "snapshot")
    warehouse.ledger.refuse_unread(found, "not a good one")
    result = build(warehouse.ledger)
    assert result.build_id is not None
    assert result.waves == ()
    told = "select reason from marts.deliveries where state = 'refused'"
    assert warehouse.query(told) == [("not a good one",)]
    assert warehouse.query("select count(*) from marts.institutions") == [(25,)]


def test_what_was_built_in_parts_is_what_is_built_at_once(warehouse: Warehouse):
    warehouse.take_in(VILLAGES, "2021", villages(25))
    build(warehouse.ledger)
    warehouse.take_in(PEOPLE, "2022", people(31, work="no"))
    build(warehouse.ledger)
    in_parts = warehouse.rows()
    (warehouse.home / "warehouse" / "working.duckdb").unlink()
    assert len(build(warehouse.ledger).waves) == 3
    assert warehouse.rows() == in_parts


def test_a_table_that_a_survey_has_no_more_loses_its_rows(warehouse: Warehouse):
    make_institutions_of_people(warehouse)
    assert build(warehouse.ledger).failures == {}
    assert warehouse.query("select count(*) from marts.persons") == [(0,)]
    of_people = f"where survey_code = '{PEOPLE}'"
    assert warehouse.query(f"select count(*) from marts.institutions {of_people}") == [(60,)]


def make_institutions_of_people(warehouse: Warehouse) -> None:
    """Let the survey of persons have been one of institutions, what was taken in included."""
    table = {"unit": "institution", "key": "record_id", "columns": COLUMNS[PEOPLE]}
    export = {"format": "csv", "tables": {"institutions": table}}
    warehouse.declare(PEOPLE, unit="institution", export=export)
    old = warehouse.harmonise(PEOPLE)
    old.unlink()
    old.with_suffix(".sql").unlink()
    name = f"stg_{PEOPLE}__institutions"
    meta = {"from": "work", "codes": {"yes": "FULL", "no": "PART"}}
    column = {"name": "understands_law", "config": {"meta": meta}}
    models = [{"name": name, "columns": [column]}]
    (old.parent / f"{name}.yml").write_text(yaml.safe_dump({"version": 2, "models": models}))
    (old.parent / f"{name}.sql").write_text("{{ harmonise() }}\n")
    for delivery in warehouse.ledger.deliveries():
        if delivery.survey_code == PEOPLE:
            folder = raw_folder(delivery)
            (folder / "persons.parquet").rename(folder / "institutions.parquet")
