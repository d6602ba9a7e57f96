"""The staging models of a survey: each column's meta says where a harmonised variable comes from.

This is the one authority on mappings: ``migstat survey check`` prints what it finds, and a build
leaves out the survey that has a problem.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from migstat.declarations.catalogue import Catalogue
from migstat.declarations.country import Country
from migstat.declarations.mapping import Known, Meta, check_mapping
from migstat.declarations.model import Declaration, DeclarationError, Problem
from migstat.declarations.nearest import proposal
from migstat.declarations.survey import Survey, TableName
from migstat.declarations.yaml_file import Source, examine, line_of, read_yaml
from migstat.paths import paths

SQL = "{{ harmonise() }}"
TEMPLATE = re.compile(r"\{[{%#]")
MODEL_NAME = re.compile(r"stg_(?P<survey>.+)__(?P<table>[^_].*)")


def _is_no_template(text: str) -> str:
    found = TEMPLATE.search(text)
    if found:
        raise ValueError(f"dbt reads {found.group()} as the beginning of a template; reword it")
    return text


Text = Annotated[str, AfterValidator(_is_no_template)]


class ColumnConfig(Declaration):
    """What dbt keeps of a column beside its description."""

    meta: Meta = Meta()


class Column(Declaration):
    """One harmonised variable of a staging model."""

    name: str
    description: Text = ""
    config: ColumnConfig = ColumnConfig()


class Model(Declaration):
    """A staging model, as dbt reads it."""

    name: str
    description: Text = ""
    columns: tuple[Column, ...]  # none where a household has nothing but its key and weight


class StagingFile(Declaration):
    """A ``stg_<survey>__<table>.yml``: one model of the same name."""

    version: Literal[2] = 2
    models: tuple[Model, ...] = Field(min_length=1, max_length=1)


def check_staging(
    code: str, survey: Survey | None, catalogue: Catalogue | None, country: Country | None
) -> list[Problem]:
    """Check the staging models of a survey, and the status its screening gives.

    Args:
        code: The survey.
        survey: Its declaration; without one, raw columns are not looked up.
        catalogue: The catalogue; without one, variables and codes are not looked up.
        country: Its country; without one, areas are not looked up.
    """
    if survey is None:
        files = staging_files(code, ".yml")
        tables = [
            TableName(t) for f in files if (t := f.stem.rsplit("__", 1)[1]) in list(TableName)
        ]
    else:
        tables = list(survey.export.tables)
    problems = [*_forced_status(code, survey, catalogue)]
    for table in tables:
        problems += _check_model(code, table, Known(survey, table, catalogue, country))
    return problems


def staging_files(code: str, suffix: str) -> list[Path]:
    """List the files of a survey's staging models whose names end so, wherever they lie."""
    return sorted(_staging().rglob(f"stg_{code}__*{suffix}"))


def mapped_variables(code: str, table: TableName) -> set[str] | None:
    """List the variables that a staging model maps; None where there is none that can be read."""
    for file in staging_files(code, f"{table}.yml"):
        try:
            parsed, _ = examine(read_yaml(file), StagingFile)
        except DeclarationError:
            return None
        return {column.name for column in parsed.models[0].columns} if parsed else None
    return None


def strayed_models(surveys: Mapping[str, Survey | None]) -> Iterator[Problem]:
    """Find staging models of no declared survey or table, or in the wrong folder."""
    for file in sorted(_staging().rglob("*.*")):
        found = MODEL_NAME.fullmatch(file.stem)
        if found is None or file.suffix not in {".yml", ".sql"}:
            yield Problem(file, 1, "is not named stg_<survey>__<table>.yml or .sql")
        elif found["survey"] not in surveys:
            known = proposal(found["survey"], surveys)
            yield Problem(file, 1, f"survey {found['survey']!r} is not declared{known}")
        elif file.parent != _staging() / found["survey"][:3]:
            yield Problem(file, 1, f"move it to models/staging/{found['survey'][:3]}")
        elif (survey := surveys[found["survey"]]) and found["table"] not in survey.export.tables:
            known = proposal(found["table"], survey.export.tables)
            yield Problem(file, 1, f"{found['table']!r} is no table of {survey.survey}{known}")


def _staging() -> Path:
    return paths().dbt_project / "models" / "staging"


def _forced_status(
    code: str, survey: Survey | None, catalogue: Catalogue | None
) -> Iterator[Problem]:
    forced = survey.status.forced if survey else None
    if forced is None or catalogue is None:
        return
    codes = catalogue.code_lists.get("CL_MIG_STATUS", {})
    if forced not in codes:
        file = paths().surveys / code / "delivery.yml"
        message = f"status.forced: code {forced!r} is not in CL_MIG_STATUS{proposal(forced, codes)}"
        yield Problem(file, line_of(file, ("status", "forced")), message)


def _check_model(code: str, table: TableName, known: Known) -> list[Problem]:
    name = f"stg_{code}__{table}"
    file = next(iter(staging_files(code, f"{table}.yml")), None)
    if file is None:
        return [_no_model(code, table)]
    problems = _check_sql_file(file.with_suffix(".sql"))
    try:
        source = read_yaml(file)
    except DeclarationError as error:
        return [*problems, *error.problems]
    parsed, found = examine(source, StagingFile)
    problems += found
    if parsed is None:
        return problems
    model = parsed.models[0]
    if model.name != name:
        message = f"{model.name!r} stands in {file.name}; call it {name!r}"
        problems.append(source.problem(("models", 0, "name"), message))
    return [*problems, *_check_columns(source, model, known)]


def _no_model(code: str, table: TableName) -> Problem:
    file = paths().surveys / code / "delivery.yml"
    place = f"dbt_project/models/staging/{code[:3]}/stg_{code}__{table}.yml"
    message = f"table {table} has no staging model; write {place} and the .sql beside it"
    return Problem(file, line_of(file, ("export", "tables", table.value)), message)


def _check_sql_file(file: Path) -> list[Problem]:
    text = file.read_text(encoding="utf-8") if file.is_file() else None
    if text is not None and text.strip() == SQL:
        return []
    wrong = "is missing" if text is None else "holds something else"
    return [Problem(file, 1, f"{wrong}; it must hold the one line {SQL}")]


def _check_columns(source: Source, model: Model, known: Known) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, column in enumerate(model.columns):
        at = ("models", 0, "columns", i)
        if column.name in seen:
            message = f"column {column.name} stands twice; keep one"
            yield Problem(source.file, source.line((*at, "name")), message)
        seen.add(column.name)
        yield from check_mapping(source, at, column.name, column.config.meta, known)
