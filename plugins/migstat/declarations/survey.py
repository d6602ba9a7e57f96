"""What ``include/surveys/<survey>/delivery.yml`` declares: how an export looks and what is private.

Names are those of the export (the canonical ones; a wave that spells one differently says so
under ``renames``). Everything right of the reader uses the canonical names.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from migstat.declarations.model import Declaration
from migstat.declarations.sample import Design

SurveyCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}_[a-z][a-z0-9_]*$")]
WaveCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}([QM][0-9]{1,2}|R[0-9]{1,3})?$")]
TimePeriod = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}(-(Q[1-4]|S[12]|(0[1-9]|1[0-2])))?$")
]
Coarsening = Literal["adm1", "adm2", "adm3", "year", "month"]
DateFormat = Annotated[
    str, StringConstraints(pattern=r"^(excel(-1904)?|[^%]*(%[YymdbBHIMSpfz][^%]*)+)$")
]
Iso3 = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Unit(StrEnum):
    """Statistical unit: what a row is."""

    HOUSEHOLD = "household"
    PERSON = "person"
    INSTITUTION = "institution"
    LOCATION = "location"


class TableName(StrEnum):
    """The tables a delivery can hold, one per statistical unit."""

    HOUSEHOLDS = "households"
    PERSONS = "persons"
    INSTITUTIONS = "institutions"
    LOCATIONS = "locations"


UNIT_OF_TABLE = {
    TableName.HOUSEHOLDS: Unit.HOUSEHOLD,
    TableName.PERSONS: Unit.PERSON,
    TableName.INSTITUTIONS: Unit.INSTITUTION,
    TableName.LOCATIONS: Unit.LOCATION,
}


class ExportFormat(StrEnum):
    """The format families that have a reader."""

    CSV = "csv"
    CSV_ZIP = "csv_zip"
    XLSX = "xlsx"
    KOBO_XLSX = "kobo_xlsx"
    SPSS_SAV = "spss_sav"
    STATA_DTA = "stata_dta"


class ColumnType(StrEnum):
    """What a raw answer must be able to turn into; the raw store keeps its text."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIMESTAMP = "timestamp"


class Dialect(Declaration):
    """How answers are written; never sniffed.

    ``date_formats`` are those of the dates that are not ISO dates (``%d/%m/%Y``), or ``excel`` and
    ``excel-1904`` for a spreadsheet's day numbers; the first that fits an answer is taken.
    ``missing`` are the codes that stand for no answer in columns of numbers and dates
    (``##N/A##``, ``.a``): they pass as they are, for the mapping to say what they mean.
    """

    encoding: str = "utf-8"
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    quote: Annotated[str, StringConstraints(max_length=1)] = '"'
    decimal: Literal[".", ","] = "."
    date_formats: tuple[DateFormat, ...] = ()
    missing: tuple[str, ...] = ()


class Parent(Declaration):
    """The table a repeat belongs to and the column here that holds the parent's key."""

    table: TableName
    key: str


REPEAT_NUMBER = "_repeat"
REPEAT_NAMES = r"^[^{}]*\{(column\}[^{}]*\{n|n\}[^{}]*\{column)\}[^{}]*$"


class Repeat(Declaration):
    """A repeat that the tool writes beside the rows of another table, as numbered columns.

    ``names`` makes the name in the export of a column and a number (``{column}_{n}``). Columns that
    the table ``of`` declares too are the same for all; the others are repeated.
    """

    of: TableName
    names: Annotated[str, StringConstraints(pattern=REPEAT_NAMES)]
    up_to: Annotated[int, Field(ge=1, le=200)]


class ExportTable(Declaration):
    """One table of an export: its place, its record key and every column expected.

    ``file`` is the glob of ``export.files`` whose file holds the table, where there are several;
    ``member`` the glob of the file inside a zip archive; ``header_rows`` the rows (1-based) whose
    cells make the column names of a sheet; ``hxl`` says that a sheet has a row of HXL tags.
    A table with ``repeat`` has the further column ``_repeat``, the number of the repeat.
    ``beside`` names further sheets of a workbook that continue the rows of ``sheet``: the n-th row
    of a parent there answers for the n-th row of the same parent here. A form that asks about the
    same members in two repeats is exported so.
    """

    unit: Unit
    file: str | None = None
    sheet: str | None = None
    beside: tuple[str, ...] = ()
    header_rows: Annotated[tuple[Annotated[int, Field(ge=1, le=25)], ...], Field(min_length=1)] = (
        1,
    )
    hxl: bool = False
    member: str | None = None
    repeat: Repeat | None = None
    parent: Parent | None = None
    key: str
    columns: dict[str, ColumnType]

    @model_validator(mode="after")
    def _number_the_repeats(self) -> "ExportTable":
        if self.repeat:
            self.columns.setdefault(REPEAT_NUMBER, ColumnType.INTEGER)
        return self


class Export(Declaration):
    """What is handed in: the format, the files and the tables inside."""

    format: ExportFormat
    files: tuple[str, ...] = ()
    dialect: Dialect = Dialect()
    group_separator: str = "/"
    select_multiple_separator: str = " "
    tables: dict[TableName, ExportTable] = Field(min_length=1)

    def file_of(self, name: TableName) -> str | None:
        """Say which of the files holds a table; None where the tool's usual name is expected."""
        return self.tables[name].file or next(iter(self.files), None)


class Privacy(Declaration):
    """The border: which columns become keys, which never pass, which pass coarsened.

    ``links`` are keys that are the same in every survey of the country; ``household_link`` says
    that two surveys met the same household.
    """

    keys: dict[str, tuple[str, ...]]
    links: dict[Literal["household_link"], tuple[str, ...]] = Field(default_factory=dict)
    drop: tuple[str, ...] = ()
    coarsen: dict[str, Coarsening] = Field(default_factory=dict)


class Status(Declaration):
    """A migratory status that the screening of the survey gives to every respondent."""

    forced: str | None = None


class Acceptance(Declaration):
    """What a wave may look like and still be published.

    ``max_weight_change`` is how many times both mean and sum of the weights may be those of the
    wave before, or these theirs; more is another scale.
    """

    max_unmapped_share: Annotated[float, Field(ge=0, le=1)] = 0.05
    max_weight_change: Annotated[float, Field(gt=1)] = 10


class Wave(Declaration):
    """One round of fieldwork."""

    fieldwork: tuple[date, date]
    mode: Literal["snapshot", "append"] = "snapshot"
    time_period: TimePeriod
    interview_date: str | None = None
    renames: dict[str, str] = Field(default_factory=dict)
    synthetic: bool | None = None
    """Whether this wave's data are made up; null means as the survey says."""

    @model_validator(mode="after")
    def _fieldwork_ends_after_it_begins(self) -> "Wave":
        if self.fieldwork[0] > self.fieldwork[1]:
            raise ValueError("fieldwork ends before it begins")
        return self


class Survey(Declaration):
    """One instrument of one country; ``survey_check`` says whether its names hold together.

    ``population`` says in words whom the survey speaks of, where it is held against another.
    """

    survey: SurveyCode
    country: Iso3
    title: str
    population: str | None = None
    steward: str
    unit: Unit
    synthetic: bool = False
    export: Export
    privacy: Privacy
    design: Design
    status: Status = Status()
    acceptance: Acceptance = Acceptance()
    waves: dict[WaveCode, Wave] = Field(min_length=1)

    def is_synthetic(self, wave: str) -> bool:
        """Whether a wave's data are made up; this must show wherever they do.

        Raises:
            KeyError: The wave is not declared.
        """
        own = self.waves[wave].synthetic
        return self.synthetic if own is None else own

    @property
    def synthetic_waves(self) -> tuple[str, ...]:
        """The waves whose data are made up."""
        return tuple(wave for wave in self.waves if self.is_synthetic(wave))

    def passing_columns(self, table: TableName) -> list[str]:
        """Columns of a table that pass the border, without the new key columns."""
        columns = self.export.tables[table].columns
        return [name for name in columns if name not in self.withheld_columns]

    @property
    def linked_tables(self) -> list[TableName]:
        """The tables whose own columns make ``household_link``."""
        sources = set(self.privacy.links.get("household_link", ()))
        tables = self.export.tables.items()
        return [name for name, table in tables if sources and sources <= set(table.columns)]

    @property
    def withheld_columns(self) -> frozenset[str]:
        """Columns that never pass: dropped ones and the raw material of keys."""
        sources = {column for columns in self.privacy.keys.values() for column in columns}
        sources |= {column for columns in self.privacy.links.values() for column in columns}
        links = {table.parent.key for table in self.export.tables.values() if table.parent}
        return frozenset({*self.privacy.drop, *sources, *links})
