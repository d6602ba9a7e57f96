"""The columns of a mart change: every survey is computed anew, or nothing is published."""

import shutil

import pytest
from migstat.warehouse.build import BuildError, build
from warehouse_fixtures import PEOPLE, VILLAGES, Warehouse

AS_TEXT = ("persons.sql", "records.ms_rule,", "cast(records.ms_rule as string) as ms_rule,")
PROMISED = ("persons.yml", 'ms_rule, data_type: "int"', 'ms_rule, data_type: "string"')


def change(warehouse: Warehouse, name: str, before: str, after: str) -> None:
    """Change what a file of the marts says once."""
    file = warehouse.project / "dbt_project" / "models" / "marts" / name
    content = file.read_text()
    assert content.count(before) == 1
    file.write_text(content.replace(before, after))


def make_ms_rule_text(warehouse: Warehouse) -> None:
    """Publish the number of the status rule as text."""
    change(warehouse, *AS_TEXT)
    change(warehouse, *PROMISED)


def type_of_ms_rule(warehouse: Warehouse) -> list[tuple[str]]:
    return warehouse.query("select distinct typeof(ms_rule) from marts.persons")


def test_a_column_of_another_type_is_published_for_every_survey(warehouse: Warehouse):
    make_ms_rule_text(warehouse)
    assert build(warehouse.ledger).failures == {}
    assert type_of_ms_rule(warehouse) == [("VARCHAR",)]
    assert warehouse.query("select count(*) from marts.persons") == [(60,)]
    assert warehouse.query("select count(*) from marts.institutions") == [(20,)]


def test_a_survey_that_fails_meanwhile_blocks_until_it_is_mended_or_gone(warehouse: Warehouse):
    make_ms_rule_text(warehouse)
    file = warehouse.harmonise(VILLAGES, understands_law={"sql": "no_such_column"})
    before = warehouse.marts.read_bytes()
    with pytest.raises(BuildError) as raised:
        build(warehouse.ledger)
    text = str(raised.value)
    assert text.startswith("Nothing was published: the columns of the marts changed (persons)")
    assert f"{VILLAGES} can't be" in text
    assert "no_such_column" in text
    assert f"or remove include/surveys/{VILLAGES}" in text
    assert PEOPLE not in text
    assert warehouse.marts.read_bytes() == before
    assert warehouse.ledger.builds()[-1].failures == {"*": text}

    shutil.rmtree(warehouse.project / "include" / "surveys" / VILLAGES)
    file.unlink()
    file.with_suffix(".sql").unlink()
    build(warehouse.ledger)
    assert type_of_ms_rule(warehouse) == [("VARCHAR",)]
    assert warehouse.query("select count(*) from marts.institutions") == [(0,)]


def test_a_survey_that_was_never_published_blocks_nothing(warehouse: Warehouse):
    (warehouse.home / "warehouse" / "working.duckdb").unlink()
    warehouse.harmonise(VILLAGES, understands_law={"sql": "no_such_column"})
    assert set(build(warehouse.ledger).failures) == {VILLAGES}
    make_ms_rule_text(warehouse)
    assert set(build(warehouse.ledger).failures) == {VILLAGES}
    assert type_of_ms_rule(warehouse) == [("VARCHAR",)]


def test_a_description_that_changed_is_published_beside_rows_that_are_kept(warehouse: Warehouse):
    told = (
        "select comment from duckdb_columns() "
        "where table_name = 'persons' and column_name = 'ms_rule'"
    )
    ((before,),) = warehouse.query(told)
    change(warehouse, "persons.yml", before, "Another description.")
    build(warehouse.ledger)
    assert warehouse.query(told) == [("Another description.",)]
    assert warehouse.query("select count(*) from marts.persons") == [(60,)]


@pytest.mark.parametrize("is_new", [False, True])
def test_rows_that_break_the_contract_of_a_mart_are_not_published(
    warehouse: Warehouse, *, is_new: bool
):
    """Whether the mart is made anew or holds rows already: a type of the query is another."""
    if is_new:
        (warehouse.home / "warehouse" / "working.duckdb").unlink()
    change(warehouse, *AS_TEXT)
    before = warehouse.marts.read_bytes()
    with pytest.raises(BuildError, match="enforced contract"):
        build(warehouse.ledger)
    assert warehouse.marts.read_bytes() == before


@pytest.mark.parametrize(
    ("mart", "last"), [("persons", "periods.is_synthetic"), ("surveys", "facts.steward")]
)
def test_a_column_that_the_contract_does_not_know_is_not_published(
    warehouse: Warehouse, mart: str, last: str
):
    change(warehouse, f"{mart}.sql", f"{last}\n", f"{last}, 1 as of_nobody\n")
    with pytest.raises(BuildError, match="enforced contract"):
        build(warehouse.ledger)
