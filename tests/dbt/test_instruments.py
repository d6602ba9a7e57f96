"""The claims on instruments (domain.md 2.5) speak of the questions that the surveys really ask."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from migstat.declarations import TableName, load_catalogue, load_survey, survey_codes
from migstat.declarations.migratory_status import MigratoryStatus

DBT = Path(__file__).resolve().parents[2] / "dbt_project"
CLAIMS = DBT / "claims" / "status_instruments.yml"
VARIANTS = {"form without the questions"}  # a form that the survey might have used


def rows_of(model: str) -> list[dict[str, Any]]:
    """Rows that the claims on a model are made over."""
    tests = yaml.safe_load(CLAIMS.read_text(encoding="utf-8"))["unit_tests"]
    inputs = [entry for test in tests if test["model"] == model for entry in test["given"]]
    return [row for entry in inputs for row in entry["rows"]]


PERSONS = rows_of("int_persons__status")


def looked_at(status: MigratoryStatus, variables: set[str]) -> set[str]:
    """Variables of persons that a rule, a term or a contradiction looks at."""
    texts = [term.sql for term in status.terms.values()]
    texts += [rule.when for rule in status.rules] + [c.when for c in status.contradictions]
    words = {word.removeprefix("asked_") for text in texts for word in re.findall(r"\w+", text)}
    needed = {name for rule in status.rules for name in (*rule.needs, *rule.needs_any)}
    return (words | needed) & variables


def asked(survey: str) -> set[str]:
    """Variables of persons that a survey maps."""
    (file,) = DBT.rglob(f"stg_{survey}__persons.yml")
    (model,) = yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    return {column["name"] for column in model["columns"]}


def test_every_survey_has_a_claim_on_the_statuses_it_can_tell():
    surveys = {code: load_survey(code) for code in survey_codes()}
    with_persons = {c for c, s in surveys.items() if TableName.PERSONS in s.export.tables}
    with_institutions = {c for c, s in surveys.items() if TableName.INSTITUTIONS in s.export.tables}
    assert {row["survey_code"] for row in PERSONS} == with_persons
    assert {row["survey_code"] for row in rows_of("int_institutions__status")} == with_institutions


@pytest.mark.parametrize("survey", sorted({row["survey_code"] for row in PERSONS}))
def test_a_claim_on_an_instrument_has_its_questions_and_its_screening(survey: str):
    catalogue = load_catalogue()
    wanted = asked(survey) & looked_at(
        catalogue.migratory_status, set(catalogue.variables[TableName.PERSONS])
    )
    for row in PERSONS:
        if row["survey_code"] == survey and row.get("record_key") not in VARIANTS:
            assert set(row["collected_variables"].strip("|").split("|")) == wanted
            assert row.get("forced_status") == load_survey(survey).status.forced
            assert row["country_code"] == load_survey(survey).country
