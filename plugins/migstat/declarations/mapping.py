"""Whether the meta of a staging column can be right: variable, raw column, answers and codes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from pydantic import Field

from migstat.declarations.catalogue import Catalogue, Variable
from migstat.declarations.country import Country
from migstat.declarations.expression import check_expression
from migstat.declarations.model import Declaration, Problem
from migstat.declarations.nearest import proposal
from migstat.declarations.survey import Survey, TableName
from migstat.declarations.survey_check import how_withheld
from migstat.declarations.yaml_file import Location, Source

AREA = "ref_area"
TEXT = "tag:yaml.org,2002:str"
BOOLEAN = "tag:yaml.org,2002:bool"
READ_AS = {
    BOOLEAN: "a boolean",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:timestamp": "a date",
    "tag:yaml.org,2002:null": "nothing",
}


class Meta(Declaration):
    """Where a harmonised variable comes from: a raw column and its answers, or an expression."""

    from_: str | None = Field(default=None, alias="from")
    sql: str | None = None
    codes: dict[Any, Any] | None = None
    not_stated: tuple[Any, ...] = ()
    unit: str | None = None


@dataclass(frozen=True)
class Known:
    """What a mapping may refer to; None where that is not known, because it has problems itself."""

    survey: Survey | None
    table: TableName
    catalogue: Catalogue | None
    country: Country | None

    def variable(self, name: str) -> Variable | None:
        """Find a harmonised variable of the table."""
        return self.catalogue.variables[self.table].get(name) if self.catalogue else None

    def raw_columns(self, survey: Survey) -> list[str]:
        """List what a mapping can read: columns that pass the border, and keys."""
        return [*survey.passing_columns(self.table), *survey.privacy.keys]


def check_mapping(
    source: Source, at: Location, name: str, meta: Meta, known: Known
) -> Iterator[Problem]:
    """Check one column of a staging model.

    Args:
        source: The file.
        at: Where the column stands in it.
        name: The harmonised variable.
        meta: The mapping.
        known: What it may refer to.
    """
    for location, message in _findings(source, at, name, meta, known):
        yield Problem(source.file, source.line(location), f"column {name}: {message}")


def _findings(
    source: Source, at: Location, name: str, meta: Meta, known: Known
) -> Iterator[tuple[Location, str]]:
    place = (*at, "config", "meta")
    if known.catalogue and known.variable(name) is None:
        near = proposal(name, known.catalogue.variables[known.table])
        message = f"is no harmonised variable of {known.table} in include/catalogue/variables.yml"
        yield (*at, "name"), f"{message}{near}"
    if (meta.from_ is None) == (meta.sql is None):
        yield place, "needs either from or sql in its meta"
    if meta.from_ is not None:
        yield from (((*place, "from"), message) for message in _raw_column(meta.from_, known))
    yield from _answers(source, place, meta)
    yield from _codes(source, place, name, known)
    if meta.sql is not None:
        yield from (((*place, "sql"), message) for message in _sql(meta.sql, name, known))


def _raw_column(name: str, known: Known) -> Iterator[str]:
    """Say why a raw column can't be read, if it can't."""
    survey = known.survey
    if survey is None or name in known.raw_columns(survey):
        return
    tables = [table for table, t in survey.export.tables.items() if name in t.columns]
    if name in survey.withheld_columns and tables:
        passes = f"does not pass the border of delivery.yml{how_withheld(survey, name)}"
        yield f"raw column {name!r} {passes}"
    elif tables:
        yield f"raw column {name!r} is a column of {tables[0]}, not of {known.table}"
    else:
        near = proposal(name, known.raw_columns(survey))
        yield f"raw column {name!r} is not declared in delivery.yml{near}"


def _answers(source: Source, place: Location, meta: Meta) -> Iterator[tuple[Location, str]]:
    """Answers are text and stand once; YAML reads an unquoted no as a boolean, 01 as a number."""
    if meta.sql is not None and (meta.codes is not None or meta.not_stated):
        yield place, "codes and not_stated are of no use beside sql; remove them"
    if meta.codes is not None and not meta.codes:
        yield (*place, "codes"), "codes is empty; name an answer, or leave codes out"
    codes, not_stated = source.node((*place, "codes")), source.node((*place, "not_stated"))
    nodes = [(("codes", key.value), key) for key, _ in _pairs(codes)]
    if isinstance(not_stated, yaml.SequenceNode):
        nodes += [(("not_stated", i), node) for i, node in enumerate(not_stated.value)]
    seen: set[str] = set()
    for step, node in nodes:
        if node.tag != TEXT:
            read_as = READ_AS.get(node.tag, "something else")
            text = node.value if isinstance(node, yaml.ScalarNode) else "no"
            yield (
                (*place, *step),
                f"YAML reads the answer {text} as {read_as}, not as text; "
                f'put it in quotes as the export spells it: "{text}"',
            )
        answer = str(node.value).strip()
        if answer in seen:
            message = f"the answer {answer!r} stands twice in codes and not_stated; keep one"
            yield (*place, *step), message
        seen.add(answer)


def _codes(
    source: Source, place: Location, name: str, known: Known
) -> Iterator[tuple[Location, str]]:
    variable = known.variable(name)
    if variable is None:
        return
    for key, node in _pairs(source.node((*place, "codes"))):
        location = (*place, "codes", key.value)
        if not isinstance(node, yaml.ScalarNode):
            yield location, f"the answer {key.value!r} must have one code"
        elif message := _wrong_code(node, name, variable, known):
            yield location, message


def _wrong_code(node: yaml.ScalarNode, name: str, variable: Variable, known: Known) -> str | None:
    """Say why a code can't be a value of its variable, if it can't."""
    code = str(node.value)
    if variable.type == "string":
        return _unreadable_code(node) or _unknown_code(code, name, variable, known)
    if variable.type == "boolean":
        return None if node.tag == BOOLEAN else f"code {code!r} is neither true nor false"
    if variable.type == "date":
        return None if _is_date(code) else f"code {code!r} is no ISO date"
    return None if _is_number(code) else f"code {code!r} is no number"


def _unreadable_code(node: yaml.ScalarNode) -> str | None:
    if node.tag == TEXT:
        return None
    read_as = READ_AS.get(node.tag, "something else")
    return (
        f"YAML reads the code {node.value} as {read_as}, not as text; "
        f'put it in quotes: "{node.value}"'
    )


def _unknown_code(code: str, name: str, variable: Variable, known: Known) -> str | None:
    """Say that a code is in no code list, or no area of the country."""
    if variable.codes and known.catalogue:
        codes = known.catalogue.code_lists.get(variable.codes, {})
        unknown = f"code {code!r} is not in {variable.codes}{proposal(code, codes)}"
        return None if code in codes else unknown
    if name == AREA and known.country and known.country.areas:
        areas = [area.code for area in known.country.areas]
        file = f"include/countries/{known.country.iso3.lower()}.yml"
        return (
            None if code in areas else f"code {code!r} is no area of {file}{proposal(code, areas)}"
        )
    return None


def _sql(sql: str, name: str, known: Known) -> Iterator[str]:
    variable = known.variable(name)
    if known.survey is None or variable is None:
        return
    unknown, error = check_expression(sql, variable.type, known.raw_columns(known.survey))
    for column in unknown:
        yield from (f"sql: {message}" for message in _raw_column(column, known))
    if error:
        yield f"sql: {error}"


def _pairs(node: yaml.Node | None) -> list[tuple[yaml.Node, yaml.Node]]:
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
