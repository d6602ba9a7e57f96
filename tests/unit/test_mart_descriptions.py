"""The public tables describe harmonised variables in the words of the catalogue."""

import pytest
import yaml
from migstat.declarations import load_catalogue
from migstat.declarations.catalogue import Variable
from migstat.declarations.survey import TableName
from migstat.paths import paths


def described(variable: Variable) -> str:
    """The description of a column: the catalogue's, with unit (unless it names it) and codes."""
    text = variable.description.removesuffix(".")
    unit = variable.unit if variable.unit and variable.unit not in text else None
    return text + (f", in {unit}" if unit else "") + _in_brackets(variable.codes) + "."


def _in_brackets(text: str | None) -> str:
    return f" ({text})" if text else ""


@pytest.mark.parametrize("table", list(TableName))
def test_each_variable_has_the_type_and_words_of_the_catalogue(table: TableName):
    file = paths().dbt_project / "models" / "marts" / f"{table.value}.yml"
    (model,) = yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    columns = {c["name"]: (c["data_type"], c["description"]) for c in model["columns"]}
    declared = {n: (v.type, described(v)) for n, v in load_catalogue().variables[table].items()}
    drifted = {n: (columns.get(n), v) for n, v in declared.items() if columns.get(n) != v}
    assert drifted == {}, f"{file.name} says otherwise than variables.yml of {sorted(drifted)}"
