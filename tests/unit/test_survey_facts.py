"""What dbt is told of a survey is what its raw tables hold."""

from migstat.declarations import load_survey
from migstat.warehouse.project import _survey_facts


def test_a_table_has_the_keys_of_its_own_columns_and_its_parent_only():
    tables = _survey_facts(load_survey("bgd_dtm"))["tables"]
    keys = {"household_id", "person_id", "institution_id"}
    assert keys & set(tables["persons"]) == {"household_id", "person_id"}
    assert keys & set(tables["institutions"]) == {"institution_id"}
