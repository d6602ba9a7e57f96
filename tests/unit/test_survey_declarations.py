"""Every survey of include/surveys is whole: declaration, suite, staging models, codes, seeds.

Parametrised over the folder, so that a new survey is tested the minute it exists.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from migstat.declarations import (
    Survey,
    TableName,
    check_all,
    load_catalogue,
    load_country,
    load_survey,
)
from seed_files import CHECKOUT, SEEDS

SURVEYS = sorted(file.parent.name for file in CHECKOUT.glob("include/surveys/*/delivery.yml"))
TABLES = [(code, table) for code in SURVEYS for table in load_survey(code).export.tables]
QUOTED_NAME = re.compile(r'"([^"]+)"')
BARE_WORD = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]*\b")


def expectations(survey: str) -> list[dict[str, Any]]:
    """The suite of a survey, as it stands in the file."""
    suite = json.loads((CHECKOUT / "expectations" / f"{survey}.json").read_text(encoding="utf-8"))
    assert suite["name"] == survey
    found: list[dict[str, Any]] = suite["expectations"]
    return found


def model(survey: str, table: str) -> dict[str, Any]:
    """The staging model of a table, as its .yml describes it."""
    file = staging(survey, table)
    (found,) = yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    assert found["name"] == file.stem
    return dict(found)


def staging(survey: str, table: str) -> Path:
    return CHECKOUT / f"dbt_project/models/staging/{survey[:3]}/stg_{survey}__{table}.yml"


def mapped(survey: str, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each harmonised variable of a staging model with the meta that maps it."""
    for column in model(survey, table)["columns"]:
        yield column["name"], column["config"]["meta"]


def passing(survey: Survey, table: TableName) -> set[str]:
    return {*survey.passing_columns(table), *survey.privacy.keys}


def test_there_are_surveys_to_test():
    assert {"arg_eph", "idn_village", "per_needs", "slv_household"} <= set(SURVEYS)


def test_no_declaration_has_a_problem():
    assert check_all() == []


@pytest.mark.parametrize("code", SURVEYS)
def test_a_suite_judges_every_table_and_can_both_refuse_and_hold_back(code: str):
    found = expectations(code)
    assert {e["meta"]["table"] for e in found} == set(load_survey(code).export.tables)
    assert {"critical", "warning"} <= {e["severity"] for e in found}


@pytest.mark.parametrize("code", SURVEYS)
def test_every_expectation_names_a_column_that_passes_the_border(code: str):
    survey = load_survey(code)
    for expectation in expectations(code):
        kwargs = expectation["kwargs"]
        named = {kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs}
        assert named <= passing(survey, TableName(expectation["meta"]["table"])), named


@pytest.mark.parametrize("code", SURVEYS)
def test_every_expectation_has_a_reason_of_its_own_to_tell_the_steward(code: str):
    found = expectations(code)
    reasons = {(e["meta"]["table"], e["meta"]["reason"]) for e in found}
    assert len(reasons) == len(found)
    assert all(len(reason.split()) >= 4 for _, reason in reasons)


@pytest.mark.parametrize(("code", "table"), TABLES)
def test_a_staging_model_is_one_line_of_sql_beside_its_declaration(code: str, table: str):
    sql = staging(code, table).with_suffix(".sql").read_text(encoding="utf-8")
    assert sql == "{{ harmonise() }}\n"
    assert "One row per" in model(code, table)["description"]


@pytest.mark.parametrize(("code", "table"), TABLES)
def test_every_mapped_raw_column_passes_the_border(code: str, table: TableName):
    survey = load_survey(code)
    allowed = passing(survey, table)
    withheld = set(survey.export.tables[table].columns) - allowed
    for variable, meta in mapped(code, table):
        assert len({"from", "sql", "items"} & set(meta)) == 1, variable
        if "items" in meta:
            assert set(meta["items"]["from"]) <= allowed, variable
        elif "from" in meta:
            assert meta["from"] in allowed, variable
        else:
            outside_texts = re.sub(r"'[^']*'", "''", meta["sql"])
            assert set(QUOTED_NAME.findall(outside_texts)) <= allowed, variable
            assert not set(BARE_WORD.findall(outside_texts)) & withheld, variable


@pytest.mark.parametrize(("code", "table"), TABLES)
def test_every_mapped_variable_and_code_is_in_the_catalogue(code: str, table: TableName):
    catalogue = load_catalogue()
    for name, meta in mapped(code, table):
        variable = catalogue.variables[table][name]
        answers = meta.get("codes", {})
        assert all(isinstance(answer, str) for answer in answers), f"{name}: quote the answers"
        assert not set(answers) & set(meta.get("not_stated", [])), name
        if variable.type == "boolean":
            assert all(isinstance(code, bool) for code in answers.values()), name
        elif variable.codes:
            assert set(answers.values()) <= set(catalogue.code_lists[variable.codes]), name


@pytest.mark.parametrize(("code", "table"), TABLES)
def test_no_variable_is_mapped_twice_and_each_is_described(code: str, table: str):
    columns = model(code, table)["columns"]
    names = [column["name"] for column in columns]
    assert len(names) == len(set(names))
    assert all(column["description"].strip() for column in columns)


@pytest.mark.parametrize(("code", "table"), TABLES)
def test_areas_of_residence_are_areas_of_the_country(code: str, table: str):
    areas = {area.code for area in load_country(code[:3]).areas}
    for name, meta in mapped(code, table):
        if name != "ref_area":
            continue
        if "codes" in meta:
            assert set(meta["codes"].values()) <= areas
        else:  # a position, which the border replaces by the code of the nearest area
            assert meta["from"] in load_survey(code).privacy.coarsen


@pytest.mark.parametrize("code", SURVEYS)
def test_no_two_areas_of_a_country_share_a_code(code: str):
    codes = [area.code for area in load_country(code[:3]).areas]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("code", SURVEYS)
def test_exactly_the_made_up_waves_have_a_seed(code: str):
    seeded = {file.parent.name.partition("_")[0] for file in (SEEDS / code).glob("*/*")}
    assert seeded == set(load_survey(code).synthetic_waves)


def test_a_made_up_quarter_does_not_make_the_real_ones_of_its_survey_synthetic():
    assert load_survey("arg_eph").synthetic_waves == ("2016Q2",)


def test_a_wave_is_as_synthetic_as_its_survey_unless_it_says_otherwise():
    assert load_survey("per_needs").is_synthetic("2020")


@pytest.mark.parametrize("code", SURVEYS)
def test_a_steward_can_be_asked_about_every_survey(code: str):
    assert re.fullmatch(r"[^@\s]+@[^@\s]+", load_survey(code).steward)
