"""One survey fails: the others are published, it keeps its last good rows, and it is said why."""

from types import ModuleType

import duckdb
import pytest
from migstat.cli import app
from migstat.warehouse import attempt
from migstat.warehouse import build as build_module
from migstat.warehouse.build import BuildError, BuildResult, build
from typer.testing import CliRunner
from warehouse_fixtures import PEOPLE, VILLAGES, Warehouse, people, villages

NEW_VILLAGES = villages(25)


def build_with_new_villages(warehouse: Warehouse) -> BuildResult:
    """Build while the other survey has something new, and see that this is published."""
    warehouse.take_in(VILLAGES, "2021", NEW_VILLAGES)
    result = build(warehouse.ledger)
    assert warehouse.query("select count(*) from marts.institutions") == [(25,)]
    return result


def assert_people_kept(warehouse: Warehouse, *said: str, reason: str) -> None:
    """The survey has its last good rows everywhere, and the ledger tells why."""
    assert warehouse.query("select count(*) from marts.persons") == [(60,)]
    of_people = f"where survey_code = '{PEOPLE}'"
    assert warehouse.query(f"select count(*) from marts.surveys {of_people}") == [(2,)]
    assert warehouse.query(
        f"select wave, n_obs from marts.indicator_estimates {of_people} "
        "and indicator_code = 'LB01' and mig_status = '_T' and hh_mig = '_T' order by 1"
    ) == [("2021", 30), ("2022", 30)]
    for words in said:
        assert words in reason
    overview = {survey.survey_code: survey for survey in warehouse.ledger.overview()}
    assert overview[PEOPLE].build_failure == reason
    assert overview[VILLAGES].build_failure is None
    status = CliRunner().invoke(app, ["status"])
    assert "kept the last good" in status.output


def test_a_staging_model_that_does_not_run(warehouse: Warehouse):
    warehouse.harmonise(PEOPLE, age={"sql": "case when sex = 'm' then error('no such age') end"})
    result = build_with_new_villages(warehouse)
    said = ("stg_zzz_people__persons.yml", "no such age", "Mend the mapping")
    assert_people_kept(warehouse, *said, reason=result.failures[PEOPLE])


def test_the_reason_never_shows_an_answer_that_a_cast_fails_on(warehouse: Warehouse):
    warehouse.harmonise(PEOPLE, age={"sql": "cast(sex || ' Ana Lopez' as int)"})
    result = build_with_new_villages(warehouse)
    assert "Ana" not in result.failures[PEOPLE]
    assert_people_kept(warehouse, "Conversion", reason=result.failures[PEOPLE])


def test_the_reason_never_shows_a_number_that_its_variable_can_not_hold(warehouse: Warehouse):
    warehouse.harmonise(PEOPLE, age={"sql": "5550199 * 1000 + length(sex)"})
    result = build_with_new_villages(warehouse)
    assert "5550199" not in result.failures[PEOPLE]
    assert_people_kept(warehouse, "Out of Range", reason=result.failures[PEOPLE])


@pytest.mark.parametrize("place", [attempt, build_module], ids=["computing", "publishing"])
def test_a_failure_that_is_no_surveys_shows_no_answer_either(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, place: ModuleType
):
    def fail(*_: object, **__: object) -> None:
        raise duckdb.ConversionException("Conversion Error: 'Ana Lopez' is no INT32\nLINE 1: 'Ana'")

    monkeypatch.setattr(place, "write_inputs" if place is attempt else "publish", fail)
    warehouse.take_in(VILLAGES, "2021", NEW_VILLAGES)
    with pytest.raises(BuildError) as told:
        build(warehouse.ledger)
    assert str(told.value) == "Nothing was published: Conversion Error: … is no INT32"


def test_more_unmapped_answers_than_the_survey_accepts(warehouse: Warehouse):
    warehouse.take_in(PEOPLE, "2021", [*people(15), *people(30, work="sometimes")[15:]])
    result = build_with_new_villages(warehouse)
    said = ("2021: 50.0 %", "labour_status", "'work'", "'sometimes'", "max_unmapped_share")
    assert_people_kept(warehouse, *said, reason=result.failures[PEOPLE])


def test_a_rare_unmapped_answer_is_not_shown(warehouse: Warehouse):
    mine = [(*row[:3], f"I am {row[0]}", row[4]) for row in people(30)]
    warehouse.take_in(PEOPLE, "2021", mine)
    result = build_with_new_villages(warehouse)
    assert "I am" not in result.failures[PEOPLE]


@pytest.mark.parametrize("weight", ["9999999999999", "0.0000001", "0"])
def test_a_weight_that_would_count_as_another_number(warehouse: Warehouse, weight: str):
    warehouse.take_in(PEOPLE, "2021", [*people(30), ("p30", "f", "abroad", "no", weight)])
    result = build_with_new_villages(warehouse)
    said = ("2021: 1 rows of persons break the rule", "weight > 0")
    assert_people_kept(warehouse, *said, reason=result.failures[PEOPLE])


def test_weights_on_another_scale_than_the_wave_before_until_the_survey_accepts_them(
    warehouse: Warehouse,
):
    warehouse.take_in(PEOPLE, "2022", [(*row[:4], "150000") for row in people(30)])
    result = build_with_new_villages(warehouse)
    said = ("2022: ", "persons", "on the scale of the wave before", "acceptance.max_weight_change")
    assert_people_kept(warehouse, *said, reason=result.failures[PEOPLE])
    warehouse.declare(PEOPLE, acceptance={"max_unmapped_share": 0.2, "max_weight_change": 1e6})
    assert build(warehouse.ledger).failures == {}


@pytest.mark.parametrize("damage", ["missing", "truncated", "inside"])
def test_a_raw_file_that_can_not_be_read(warehouse: Warehouse, damage: str):
    delivery = warehouse.take_in(PEOPLE, "2021", people(31))
    (file,) = (warehouse.home / "raw" / PEOPLE / "2021" / delivery.delivery_id[:16]).iterdir()
    content = file.read_bytes()
    if damage == "missing":
        file.unlink()
    elif damage == "truncated":
        file.write_bytes(content[: len(content) // 2])
    else:  # the footer is whole, the pages of the first columns are not
        file.write_bytes(content[:4] + b"\xff" * 600 + content[604:])
    result = build_with_new_villages(warehouse)
    said = ("2021", delivery.delivery_id[:12], "raw store", "migstat requeue")
    assert_people_kept(warehouse, *said, reason=result.failures[PEOPLE])


def test_a_lost_raw_file_of_a_superseded_delivery(warehouse: Warehouse):
    first = next(d for d in warehouse.ledger.deliveries() if d.wave == "2021")
    warehouse.take_in(PEOPLE, "2021", people(31))
    (warehouse.home / "raw" / PEOPLE / "2021" / first.delivery_id[:16] / "persons.parquet").unlink()
    result = build_with_new_villages(warehouse)
    assert_people_kept(warehouse, first.delivery_id[:12], reason=result.failures[PEOPLE])


def test_a_declaration_that_does_not_load(warehouse: Warehouse):
    warehouse.declare(PEOPLE, colour="blue")
    result = build_with_new_villages(warehouse)
    said = ("include/surveys/zzz_people/delivery.yml", "colour", "migstat survey check")
    assert_people_kept(warehouse, *said, reason=result.failures[PEOPLE])


@pytest.mark.parametrize("text", ["models: [", "models:\n  - name: a\n    name: b\n"])
def test_a_staging_file_that_is_not_yaml(warehouse: Warehouse, text: str):
    warehouse.harmonise(PEOPLE).write_text(text)
    result = build_with_new_villages(warehouse)
    said = ("stg_zzz_people__persons.yml:", "migstat survey check")
    assert_people_kept(warehouse, *said, reason=result.failures[PEOPLE])


def test_a_staging_model_that_dbt_can_not_even_read(warehouse: Warehouse):
    warehouse.harmonise(PEOPLE).with_suffix(".sql").write_text("{% if %}")
    result = build_with_new_villages(warehouse)
    said = ("stg_zzz_people__persons.sql", "must hold the one line", "migstat survey check")
    assert_people_kept(warehouse, *said, reason=result.failures[PEOPLE])


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ({True: "EMP", "no": "UNE"}, "put it in quotes"),
        ({"yes": "EMP", "yes ": "UNE"}, "stands twice"),
        ({"yes": "WORKS"}, "'WORKS' is not in CL_LABOUR"),
    ],
)
def test_a_mapping_that_can_not_be_right(warehouse: Warehouse, codes: dict[object, str], said: str):
    warehouse.harmonise(PEOPLE, labour_status={"from": "work", "codes": codes})
    result = build_with_new_villages(warehouse)
    assert_people_kept(warehouse, "labour_status", said, reason=result.failures[PEOPLE])


def test_a_failure_in_a_shared_model_is_traced_to_its_survey(warehouse: Warehouse):
    guard = "case when survey_code = 'zzz_people' then error('shared') end"
    model = warehouse.project / "dbt_project" / "models" / "intermediate" / "int_persons.sql"
    model.write_text(
        model.read_text().replace("select * from final", f"from final where {guard} is null")
    )
    result = build_with_new_villages(warehouse)
    assert_people_kept(warehouse, "shared", reason=result.failures[PEOPLE])


def test_a_survey_broken_in_its_first_build_is_absent_and_heals(warehouse: Warehouse):
    (warehouse.home / "warehouse" / "working.duckdb").unlink()
    warehouse.marts.unlink()
    file = warehouse.declare(PEOPLE, colour="blue")
    assert set(build(warehouse.ledger).failures) == {PEOPLE}
    assert warehouse.query("select count(*) from marts.persons") == [(0,)]
    assert warehouse.query("select survey_code from marts.surveys") == [(VILLAGES,)]
    file.unlink()
    warehouse.declare(PEOPLE)
    assert build(warehouse.ledger).failures == {}
    assert warehouse.query("select count(*) from marts.persons") == [(60,)]


def test_two_lost_surveys_do_not_hide_each_other(warehouse: Warehouse):
    warehouse.declare(PEOPLE, colour="blue")
    warehouse.harmonise(VILLAGES, understands_law={"sql": "no_such_column"})
    assert set(build(warehouse.ledger).failures) == {PEOPLE, VILLAGES}
    assert warehouse.query("select count(*) from marts.persons") == [(60,)]
    assert warehouse.query("select count(*) from marts.institutions") == [(20,)]
