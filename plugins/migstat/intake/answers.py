"""The answers of one delivery as SQL views: as they were read, and as they pass the border.

``raw_<table>`` holds what the jail wrote, in the order of the export; ``held_<table>`` names the
rows that are held back, with rules and reasons. ``accepted_<table>`` and ``quarantined_<table>``
are the other rows and these as they may leave the intake: declared columns that pass, normalised
numbers, coarsened columns, keys. They are views; a million rows are only computed when written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from migstat.declarations import ColumnType, Country, Parent, Survey, TableName, Wave
from migstat.intake.privacy import Secret, coarsened, key_message, keys_of, register_functions
from migstat.sql import identifier, literal

MEMORY_LIMIT = "1GB"
DAY_ZERO = {"excel": "1899-12-30", "excel-1904": "1904-01-01"}  # right from March 1900 on

# `western` knows the digits of Bengali, Arabic and Persian. `identifying` is null for what a
# spreadsheet cut to 8.8E+12: it would make one key of many telephones.
# Group marks inside numbers: blank, no-break space, narrow no-break space. `plain_number` is the
# fast way for what DuckDB casts at once; the regular expressions see only the rest.
MACROS = """
create macro ungrouped(x) as regexp_replace(trim(x), '[ \u00a0\u202f]', '', 'g');
create macro plain_number(x) as case when isfinite(try_cast(x as double)) then trim(x) end;
create macro western(x) as translate(x, '০১২৩৪৫৬৭৮৯٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹',
    '012345678901234567890123456789');
create macro point_grouped(x) as coalesce(plain_number(x), case
    when regexp_full_match(trim(x), '[+-]?[0-9]{1,3}([ ,\u00a0\u202f][0-9]{3})+([.][0-9]+)?')
    then replace(ungrouped(x), ',', '') end);
create macro point_number(x) as coalesce(plain_number(x), point_grouped(western(x)));
create macro comma_grouped(x) as case
    when not contains(x, '.') and plain_number(replace(x, ',', '.')) is not null
    then plain_number(replace(x, ',', '.'))
    when regexp_full_match(trim(x), '[+-]?[0-9]{1,3}([ .\u00a0\u202f][0-9]{3})+(,[0-9]+)?')
    then replace(replace(ungrouped(x), '.', ''), ',', '.') end;
create macro comma_number(x) as coalesce(comma_grouped(x), comma_grouped(western(x)));
create macro whole(x) as case
    when not contains(x, '.') and try_cast(x as bigint) is not null then x
    when try_cast(x as double) = trunc(try_cast(x as double)) and abs(try_cast(x as double)) < 1e15
    then try_cast(x as double)::bigint::varchar end;
create macro day_of(x) as case
    when trim(x) like '____-__-__' then try_cast(trim(x) as date)
    when regexp_full_match(trim(x), '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*')
    then try_cast(left(trim(x), 10) as date) end;
create macro serial_text(x, start) as case
    when regexp_full_match(trim(x), '[0-9]{2,5}') and trim(x)::int > 60
    then (start + trim(x)::int)::varchar
    when regexp_full_match(trim(x), '[0-9]{2,5}[.][0-9]+') and trim(x)::double > 61
    then strftime(start + to_seconds(round(trim(x)::double * 86400)), '%Y-%m-%dT%H:%M:%S') end;
create macro identifying(x) as case
    when not regexp_full_match(trim(x), '[0-9]([.,][0-9]+)?[eE][+][0-9]+') then trim(x) end;
create macro point_part(x, part) as try_cast(
    regexp_extract(x, '^[^0-9+-]*([+-]?[0-9.]+)[ ,;]+([+-]?[0-9.]+)', part) as double);
"""


@dataclass(frozen=True)
class Answers:
    """The views of one delivery on one DuckDB connection.

    Attributes:
        place: Survey and wave, for messages.
        is_stored: Whether ``raw_<table>`` holds what passed the border before (``stored``) instead
            of what the jail read.
    """

    connection: duckdb.DuckDBPyConnection
    survey: Survey
    wave: Wave
    country: Country
    place: str
    is_stored: bool = False

    def count(self, relation: str) -> int:
        """Count the rows of a view or table."""
        found = self.connection.execute(f"select count(*) from {relation}").fetchone()
        return int(found[0]) if found else 0

    def columns(self, table: TableName) -> dict[str, ColumnType]:
        """Name the columns of a table whose answers can be judged, with their types."""
        privacy = self.survey.privacy
        declared = self.survey.export.tables[table].columns
        gone = {*self.survey.withheld_columns, *privacy.coarsen} if self.is_stored else privacy.drop
        return {name: kind for name, kind in declared.items() if name not in gone}

    @property
    def decimal(self) -> str:
        """The decimal mark of the answers; stored numbers have a point."""
        return "." if self.is_stored else self.survey.export.dialect.decimal

    def key(self, table: TableName) -> str:
        """Write the SQL of what identifies a row of ``raw_<table>``; NULL when there is nothing."""
        if self.is_stored:
            return "_record_key"
        name = self.survey.export.tables[table].key
        return key_message(self.survey, name, keys_of(self.survey, table)[name])

    def link(self, parent: Parent) -> tuple[str, str]:
        """Write the SQL of a row's reference to its parent, and of what it refers to there."""
        if self.is_stored:
            return "_parent_key", "_record_key"
        key = self.survey.export.tables[parent.table].key
        (source,) = keys_of(self.survey, parent.table)[key]
        return f"trim({identifier(parent.key)})", f"trim({identifier(source)})"


def open_answers(
    *,
    survey: Survey,
    wave: Wave,
    country: Country,
    secret: Secret,
    tables: Mapping[TableName, Path],
    scratch: Path,
    place: str,
) -> Answers:
    """Open the Parquet text tables of the jail behind the privacy border.

    Args:
        survey: The survey's declaration.
        wave: The wave's declaration.
        country: Its country, for the areas.
        secret: Key of the pseudonyms.
        tables: Parquet file per table, columns by their canonical names.
        scratch: Folder for what DuckDB must spill.
        place: Survey and wave, for messages.
    """
    connection = connect(scratch, secret, country)
    answers = Answers(connection, survey, wave, country, place)
    for table, file in tables.items():
        _create_raw(answers, table, file)
        keys = {
            name: f"pseudonym({key_message(survey, name, sources)})"
            for name, sources in keys_of(survey, table).items()
        }
        create_border(answers, table, passed_columns(survey, country, table), keys)
    return answers


def connect(scratch: Path, secret: Secret, country: Country) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB of its own with the functions of the border."""
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(scratch),
        }
    )
    # joins must keep the order of the export: same input, same bytes
    connection.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    register_functions(connection, secret, country)
    connection.execute(MACROS)
    return connection


def create_border(
    answers: Answers, table: TableName, columns: Mapping[str, str], keys: Mapping[str, str]
) -> None:
    """Create ``held_<table>``, and ``accepted_`` and ``quarantined_<table>`` over ``raw_<table>``.

    Args:
        answers: The delivery.
        table: One of its tables.
        columns: SQL of every column that passes, over ``raw_<table>``.
        keys: SQL of every pseudonym.
    """
    answers.connection.execute(
        f"create temp table held_{table} (row_number bigint, rule varchar, reason varchar)"
    )
    export = answers.survey.export.tables[table]
    inner = ", ".join(
        f"{expression} as {identifier(name)}" for name, expression in {**columns, **keys}.items()
    )
    technical = [f"{identifier(export.key)} as _record_key"]
    if export.parent:
        parent_key = answers.survey.export.tables[export.parent.table].key
        technical.append(f"{identifier(parent_key)} as _parent_key")
    technical.append(f"{_payload_hash(list(columns))} as _payload_hash")
    held = f"(select distinct row_number as _row_number from held_{table})"
    for view, join in (("accepted", "anti join"), ("quarantined", "semi join")):
        answers.connection.execute(
            f"create temp view {view}_{table} as "
            f"select * exclude (_row_number), {', '.join(technical)}, _row_number from "
            f"(select {inner}, _row_number from raw_{table} {join} {held} using (_row_number))"
        )


def typed(column: str, kind: ColumnType, decimal: str, missing: Sequence[str] = ()) -> str:
    """Write the SQL of a column's answer as its type has it; NULL when it can't be one.

    Args:
        column: The column.
        kind: Its declared type.
        decimal: The decimal mark.
        missing: Codes for no answer, which every type may hold.
    """
    name = identifier(column)
    if missing and kind is not ColumnType.TEXT:
        codes = ", ".join(map(literal, missing))
        answer = typed(column, kind, decimal)
        return f"case when trim({name}) in ({codes}) then trim({name}) else {answer} end"
    number = f"{'comma' if decimal == ',' else 'point'}_number({name})"
    match kind:
        case ColumnType.INTEGER:
            return f"whole({number})"
        case ColumnType.DECIMAL:
            return number
        case ColumnType.DATE | ColumnType.TIMESTAMP:
            return f"case when day_of({name}) is not null then trim({name}) end"
        case ColumnType.TEXT:
            return name


def _create_raw(answers: Answers, table: TableName, file: Path) -> None:
    formats = answers.survey.export.dialect.date_formats
    columns = ", ".join(
        f"case when trim({name}) <> '' then {_as_iso(name, kind, formats)} end as {name}"
        for name, kind in zip(
            map(identifier, answers.columns(table)), answers.columns(table).values(), strict=True
        )
    )
    answers.connection.execute(
        f"create temp view raw_{table} as select file_row_number + 1 as _row_number, {columns} "
        f"from read_parquet({literal(file)}, file_row_number = true)"
    )


def _as_iso(name: str, kind: ColumnType, formats: Sequence[str]) -> str:
    """Write the SQL of a date in a declared format as an ISO date; others stay as they are."""
    if kind not in {ColumnType.DATE, ColumnType.TIMESTAMP} or not formats:
        return name
    tried = ", ".join(_date_in(name, form) for form in formats)
    return f"case when day_of({name}) is not null then {name} else coalesce({tried}, {name}) end"


def _date_in(name: str, form: str) -> str:
    if form in DAY_ZERO:
        return f"serial_text({name}, date '{DAY_ZERO[form]}')"
    has_time = "%H" in form or "%I" in form
    iso = "%Y-%m-%dT%H:%M:%S" if has_time else "%Y-%m-%d"
    return f"strftime(try_strptime(trim({name}), {literal(form)}), '{iso}')"


def passed_columns(survey: Survey, country: Country, table: TableName) -> dict[str, str]:
    """Give the SQL of every declared column that passes the border, over ``raw_<table>``."""
    kinds = survey.export.tables[table].columns
    dialect = survey.export.dialect
    return {
        name: coarsened(survey, country, name)
        if name in survey.privacy.coarsen
        else typed(name, kinds[name], dialect.decimal, dialect.missing)
        for name in survey.passing_columns(table)
    }


def _payload_hash(columns: Sequence[str]) -> str:
    """Write the SQL of a digest of all that passed, the same whatever the order of the columns.

    One ``concat_ws`` over control characters that no answer holds: joining lengths and answers one
    by one takes three times as long.
    """
    names = [f"coalesce({identifier(name)}, chr(30))" for name in sorted(columns)]
    return f"md5(concat_ws({', '.join(['chr(31)', *names])}))" if names else "md5('')"
