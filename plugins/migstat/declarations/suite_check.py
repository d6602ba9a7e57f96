"""Whether a suite can be computed: its file, its expectations' names, arguments and columns.

Great Expectations takes seconds to import, so its sources are read instead: a module per
expectation, whose fields are the arguments it takes.
"""

import ast
import json
from collections.abc import Collection, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from migstat.declarations.model import DeclarationError, Problem
from migstat.declarations.nearest import nearest, proposal
from migstat.declarations.suite import Expectation, Suite
from migstat.declarations.survey import Survey
from migstat.declarations.survey_check import how_withheld
from migstat.declarations.yaml_file import Location, Source, examine, line_of, read_yaml
from migstat.paths import paths

ONE_COLUMN = ("column", "column_A", "column_B")
MANY_COLUMNS = ("column_list", "column_set")


def check_suite(code: str, survey: Survey | None) -> list[Problem]:
    """Check the suite of a survey; without a sane declaration its columns are not looked up."""
    file = paths().expectations / f"{code}.json"
    if not file.is_file():
        declaration = paths().surveys / code / "delivery.yml"
        message = f"survey {code} has no suite; write expectations/{code}.json"
        return [Problem(declaration, line_of_code(declaration), message)]
    try:
        source = _read_json(file)
    except DeclarationError as error:
        return error.problems
    suite, problems = examine(source, Suite)
    if suite is None:
        return problems
    if suite.name != code:
        message = f"{suite.name!r} stands in {file.name}; call it {code!r}"
        problems.append(source.problem(("name",), message))
    for i, expectation in enumerate(suite.expectations):
        at = ("expectations", i)
        for location, message in _findings(expectation, survey):
            line = source.line((*at, *location))
            problems.append(Problem(file, line, f"{expectation.rule}: {message}"))
    return problems


def line_of_code(declaration: Path) -> int:
    """Find the line that names the survey; the first where the file can't be read."""
    try:
        return line_of(declaration, ("survey",))
    except DeclarationError:
        return 1


def strayed_suites(surveys: Collection[str]) -> Iterator[Problem]:
    """Find suites of no declared survey."""
    for file in sorted(paths().expectations.glob("*.json")):
        if file.stem not in surveys:
            known = proposal(file.stem, surveys)
            yield Problem(file, 1, f"survey {file.stem!r} is not declared{known}")


def _read_json(file: Path) -> Source:
    """Read a JSON file by the YAML reader, which knows lines and of which JSON is a part.

    Raises:
        DeclarationError: The file can't be read, or is YAML but not JSON.
    """
    try:
        json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DeclarationError([Problem(file, error.lineno, f"is no JSON: {error.msg}")]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise DeclarationError([Problem(file, 1, f"can't be read: {error}")]) from error
    return read_yaml(file)


def _findings(expectation: Expectation, survey: Survey | None) -> Iterator[tuple[Location, str]]:
    modules = _modules()
    if expectation.type not in modules:
        yield ("type",), f"is no expectation{proposal(expectation.type, modules)}"
    else:
        yield from _arguments(expectation)
    table = expectation.meta.table
    if survey is None:
        return
    if table not in survey.export.tables:
        known = proposal(table, survey.export.tables)
        yield ("meta", "table"), f"{table} is no table of {survey.survey}{known}"
        return
    passing = [*survey.passing_columns(table), *survey.privacy.keys]
    for location, column in _columns(expectation):
        if column in passing:
            continue
        if column in survey.withheld_columns:
            withheld = how_withheld(survey, column)
            yield location, f"column {column!r} does not pass the border{withheld}"
        else:
            yield location, f"column {column!r} is no column of {table}{proposal(column, passing)}"


def _arguments(expectation: Expectation) -> Iterator[tuple[Location, str]]:
    known = _arguments_of(expectation.type)
    for key in expectation.kwargs:
        if key not in known:
            near = nearest(key, known)
            hint = f" — did you mean {near!r}?" if near else ""
            yield ("kwargs", key), f"unknown argument {key!r}{hint}"


def _columns(expectation: Expectation) -> Iterator[tuple[Location, str]]:
    for key in ONE_COLUMN:
        column = expectation.kwargs.get(key)
        if isinstance(column, str):
            yield ("kwargs", key), column
    for key in MANY_COLUMNS:
        columns = expectation.kwargs.get(key)
        for i, column in enumerate(columns if isinstance(columns, list) else ()):
            yield ("kwargs", key, i), str(column)


@cache
def _modules() -> dict[str, Path]:
    """List the expectations by name, each with its module."""
    return {file.stem: file for file in (_library() / "core").glob("expect_*.py")}


@cache
def _arguments_of(expectation: str) -> frozenset[str]:
    """List the arguments that an expectation takes: the fields of its class and of its bases."""
    fields = _fields_by_class(_modules()[expectation])
    bases = _fields_by_class(_library() / "expectation.py")
    return frozenset().union(*fields.values(), *bases.values())


@cache
def _fields_by_class(module: Path) -> dict[str, frozenset[str]]:
    classes = [
        node
        for node in ast.parse(module.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    ]
    return {
        node.name: frozenset(
            field.target.id
            for field in node.body
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        )
        for node in classes
    }


def _library() -> Path:
    """Find where the expectations lie, without importing them."""
    spec = find_spec("great_expectations")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("great_expectations is not installed; run `make install`")
    return Path(spec.origin).parent / "expectations"
