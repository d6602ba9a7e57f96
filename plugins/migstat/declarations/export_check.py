"""Whether the files and tables of an export fit their format, their units and each other."""

import codecs
from collections.abc import Iterator

from migstat.declarations.catalogue_check import Finding
from migstat.declarations.nearest import proposal
from migstat.declarations.survey import UNIT_OF_TABLE, ExportFormat, Survey, TableName

WORKBOOKS = frozenset({ExportFormat.XLSX, ExportFormat.KOBO_XLSX})
HOLDING_SEVERAL = WORKBOOKS | {ExportFormat.CSV_ZIP}


def check_export(survey: Survey) -> Iterator[Finding]:
    """Find what can't be meant in the part ``export`` of a declaration."""
    yield from _dialect(survey)
    yield from _tables(survey)
    yield from _columns(survey)
    yield from _files(survey)
    for name in survey.export.tables:
        yield from _parent(survey, name)


def _dialect(survey: Survey) -> Iterator[Finding]:
    dialect = survey.export.dialect
    try:
        codecs.lookup(dialect.encoding)
    except LookupError:
        message = f"{dialect.encoding!r} is no encoding; usual ones are utf-8, latin-1, cp1252"
        yield Finding(("export", "dialect", "encoding"), message)
    if dialect.quote == dialect.delimiter:
        yield Finding(("export", "dialect", "quote"), "is the delimiter too")


def _tables(survey: Survey) -> Iterator[Finding]:
    for name, table in survey.export.tables.items():
        at = ("export", "tables", name.value)
        if table.unit is not UNIT_OF_TABLE[name]:
            message = f"table {name} holds {UNIT_OF_TABLE[name]}s, not {table.unit}s"
            yield Finding((*at, "unit"), message)
        yield from _place(survey, name)
        if table.beside and (table.sheet is None or table.parent is None):
            message = "continues the rows of a parent; the table needs both sheet and parent"
            yield Finding((*at, "beside"), message)
        if table.sheet in table.beside:
            yield Finding((*at, "beside"), f"sheet {table.sheet!r} can't continue itself")


def _place(survey: Survey, name: TableName) -> Iterator[Finding]:
    """Where a table lies inside its file: in a sheet, in a member, beside another table."""
    table, at = survey.export.tables[name], ("export", "tables", name.value)
    if table.repeat:
        source = survey.export.tables.get(table.repeat.of)
        if source is None or source.repeat:
            message = f"{table.repeat.of} is no declared table that {name} can repeat in"
            yield Finding((*at, "repeat", "of"), message)
        elif table.file or table.sheet or table.member:
            yield Finding(
                (*at, "repeat"), f"lies where {table.repeat.of} lies; name no other place"
            )
        return
    if survey.export.format in WORKBOOKS and table.sheet is None:
        yield Finding(at, f"table {name} names no sheet")
    if survey.export.format is ExportFormat.CSV_ZIP and table.member is None:
        yield Finding(at, f"table {name} names no member of the archive")


def _columns(survey: Survey) -> Iterator[Finding]:
    """Columns that differ in case only: engines would take them for one."""
    for name, table in survey.export.tables.items():
        seen: dict[str, str] = {}
        for column in table.columns:
            first = seen.setdefault(column.strip().casefold(), column)
            if first != column:
                message = f"differs from the column {first!r} in nothing but case; keep one"
                yield Finding(("export", "tables", name.value, "columns", column), message)


def _files(survey: Survey) -> Iterator[Finding]:
    export = survey.export
    lost = False
    for name, table in export.tables.items():
        at = ("export", "tables", name.value)
        if table.file is None and len(export.files) > 1 and not table.repeat:
            lost = True
            yield Finding(at, f"table {name} does not say which of the {len(export.files)} files")
        elif table.file is not None and table.file not in export.files:
            lost = True
            known = proposal(table.file, export.files)
            yield Finding((*at, "file"), f"{table.file!r} is not in export.files{known}")
    if not lost:
        yield from _crowded_or_unread(survey)


def _crowded_or_unread(survey: Survey) -> Iterator[Finding]:
    export = survey.export
    used = [export.file_of(name) for name, table in export.tables.items() if not table.repeat]
    for i, glob in enumerate(export.files):
        if glob not in used:
            yield Finding(("export", "files", i), f"no table lies in {glob!r}")
    crowded = max(used.count(glob) for glob in used)
    if export.format not in HOLDING_SEVERAL and crowded > 1:
        message = f"a {export.format} file holds one table, {crowded} are declared"
        yield Finding(("export", "tables"), message)


def _parent(survey: Survey, name: TableName) -> Iterator[Finding]:
    tables, at = survey.export.tables, ("export", "tables", name.value, "parent")
    parent = tables[name].parent
    if parent is None:
        return
    if parent.key not in tables[name].columns:
        known = proposal(parent.key, tables[name].columns)
        yield Finding((*at, "key"), f"column {parent.key!r} is no column of {name}{known}")
    if parent.table not in tables:
        message = f"table {name}: parent {parent.table} is not declared"
        yield Finding((*at, "table"), message)
        return
    if name in _ancestors(survey, name):
        yield Finding((*at, "table"), f"{name} would be its own ancestor")
    made_of = survey.privacy.keys.get(tables[parent.table].key, ())
    if len(made_of) > 1:
        message = (
            f"one column refers to {parent.table}, whose key {tables[parent.table].key!r} "
            f"privacy.keys makes of {len(made_of)}"
        )
        yield Finding((*at, "key"), message)


def _ancestors(survey: Survey, name: TableName) -> set[TableName]:
    found: set[TableName] = set()
    parent = survey.export.tables[name].parent
    while parent and parent.table not in found and parent.table in survey.export.tables:
        found.add(parent.table)
        parent = survey.export.tables[parent.table].parent
    return found
