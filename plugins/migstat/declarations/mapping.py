"""Whether the meta of a staging column can be right: variable, raw columns, answers and codes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from pydantic import Field

from migstat.declarations.catalogue import Catalogue, Variable
from migstat.declarations.country import Country
from migstat.declarations.expression import check_expression
from migstat.declarations.items import Items, check_items
from migstat.declarations.model import Declaration, Problem
from migstat.declarations.nearest import proposal
from migstat.declarations.survey import ColumnType, Survey, TableName
from migstat.declarations.survey_check import how_withheld
from migstat.declarations.yaml_file import Location, Source

AREAS = frozenset({"ref_area", "origin_area"})
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
    """Where a variable comes from: a raw column and its answers, an expression, or several items.

    Answers under ``not_stated`` were asked for and not given; for those under ``not_asked`` the
    form skipped the question.
    """

    from_: str | None = Field(default=None, alias="from")
    sql: str | None = None
    items: Items | None = None
    codes: dict[Any, Any] | None = None
    not_stated: tuple[Any, ...] = ()
    not_asked: tuple[Any, ...] = ()
    unit: str | None = None

    @property
    def sources(self) -> int:
        """How many of from, sql and items are given; one is right."""
        return sum(source is not None for source in (self.from_, self.sql, self.items))


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
    if meta.sources != 1:
        yield place, "needs either from, sql or items in its meta"
    if meta.from_ is not None:
        yield from (((*place, "from"), message) for message in _raw_column(meta.from_, known))
        if meta.codes is None:
            yield from (((*place, "from"), m) for m in _type(meta.from_, name, known))
    if meta.items is not None:
        yield from _items(place, meta.items, name, known)
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


def _type(column: str, name: str, known: Known) -> Iterator[str]:
    """Say that answers of any kind would be taken for numbers or dates; those that are none go."""
    survey, variable = known.survey, known.variable(name)
    if survey is None or variable is None or variable.type == "string":
        return
    if survey.export.tables[known.table].columns.get(column) is ColumnType.TEXT:
        yield (
            f"raw column {column!r} is text in delivery.yml, but {name} is {variable.type}: "
            "declare the type there (codes for no answer under export.dialect.missing), so that "
            "a row whose answer is none is held back; or give codes, or sql"
        )


def _items(
    place: Location, items: Items, name: str, known: Known
) -> Iterator[tuple[Location, str]]:
    for i, column in enumerate(items.from_):
        for message in _raw_column(column, known):
            yield (*place, "items", "from", i), message
    for location, message in check_items(items, name, known.variable(name)):
        yield (*place, "items", *location), message


def _answers(source: Source, place: Location, meta: Meta) -> Iterator[tuple[Location, str]]:
    """Answers are text and stand once; YAML reads an unquoted no as a boolean, 01 as a number."""
    if meta.sql is not None and (meta.codes is not None or meta.not_stated or meta.not_asked):
        yield place, "codes, not_stated and not_asked are of no use beside sql; remove them"
    if meta.items is not None and meta.codes is not None:
        yield (*place, "codes"), "codes of items stand inside items; move them there"
    if meta.codes is not None and not meta.codes:
        yield (*place, "codes"), "codes is empty; name an answer, or leave codes out"
    seen: set[str] = set()
    for step, node in _answer_nodes(source, place):
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
            lists = "codes, not_stated and not_asked"
            yield (*place, *step), f"the answer {answer!r} stands twice in {lists}; keep one"
        seen.add(answer)


def _answer_nodes(source: Source, place: Location) -> Iterator[tuple[Location, yaml.Node]]:
    """Find where each answer of a column stands."""
    for step in (("codes",), ("items", "codes")):
        for key, _ in _pairs(source.node((*place, *step))):
            yield (*step, key.value), key
    for step in (("not_stated",), ("not_asked",)):
        listed = source.node((*place, *step))
        if isinstance(listed, yaml.SequenceNode):
            for i, node in enumerate(listed.value):
                yield (*step, i), node


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
    if name in AREAS and known.country and known.country.areas:
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
