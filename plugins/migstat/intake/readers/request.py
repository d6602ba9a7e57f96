"""What goes into the jail and what comes out, as plain dataclasses that survive JSON.

Nothing heavy is imported here: the child starts with it.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class RepeatRequest:
    """The numbered columns that hold a table beside the rows of another.

    Attributes:
        names: How a column and a number make a name (``{column}_{n}``).
        up_to: The highest number.
        stems: Canonical name to this wave's spelling, for the repeated columns, dropped ones too:
            they tell whether a repeat was answered.
    """

    names: str
    up_to: int
    stems: Mapping[str, str]


@dataclass(frozen=True)
class TableRequest:
    """One table to read.

    Attributes:
        name: The table's name (``persons``).
        file: Local copy of the file that holds it.
        sheet: The worksheet that holds it, for workbooks.
        expected: Every declared column as this wave's export spells it.
        wanted: Canonical name to this wave's spelling, for the columns the border needs; dropped
            columns are not among them and are never handed over.
        beside: Further worksheets that continue the rows of ``sheet``.
        link: The column that leads to the parent, as this wave spells it, where there is one.
        member: Glob of the member that holds it, for archives.
        header_rows: Rows of the sheet (1-based) whose cells make the column names.
        hxl: Whether the sheet has a row of HXL tags, which is no data.
        optional: Further declared names that the file may have or not.
        repeat: Where its columns are numbered; its number is wanted as ``_repeat``.
    """

    name: str
    file: str
    sheet: str | None
    expected: tuple[str, ...]
    wanted: Mapping[str, str]
    beside: tuple[str, ...] = ()
    link: str | None = None
    member: str | None = None
    header_rows: tuple[int, ...] = (1,)
    hxl: bool = False
    optional: tuple[str, ...] = ()
    repeat: RepeatRequest | None = None

    def present(self, header: Collection[str]) -> dict[str, str]:
        """Give the wanted columns that the file has; only optional ones may be missing."""
        return {name: spelt for name, spelt in self.wanted.items() if spelt in header}


@dataclass(frozen=True)
class Request:
    """One delivery to read: its tables, the declared form, and where to write."""

    place: str
    format: Literal["csv", "csv_zip", "xlsx", "kobo_xlsx", "spss_sav", "stata_dta", "outline"]
    scratch: str
    tables: tuple[TableRequest, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    group_separator: str = "/"
    memory_bytes: int = 3 << 30
    cpu_seconds: int = 900

    def to_json(self) -> str:
        """Write as JSON for the child."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Request":
        """Read what ``to_json`` wrote."""
        content = json.loads(text)
        tables = tuple(_table_from(table) for table in content.pop("tables"))
        return cls(**{**content, "tables": tables})

    def parquet(self, table: TableRequest) -> Path:
        """Where a table goes, inside the scratch folder."""
        return Path(self.scratch) / f"{table.name}.parquet"


@dataclass(frozen=True)
class TableRead:
    """One table as it was read.

    Attributes:
        name: The table's name.
        n_rows: Rows that the parser gave.
        n_counted: Rows by a count that does not use that parser.
        undeclared: Columns of the file that nobody declared; they stay behind.
        labels: Per canonical column what the file says of it: ``label``, ``values``, ``missing``.
    """

    name: str
    n_rows: int
    n_counted: int
    undeclared: tuple[str, ...] = ()
    labels: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "TableRead":
        """Read what ``asdict`` wrote."""
        return cls(**{**content, "undeclared": tuple(content["undeclared"])})


def _table_from(content: Mapping[str, Any]) -> TableRequest:
    """Read what ``asdict`` wrote of a table: JSON knows lists only."""
    plain: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in content.items()
    }
    repeat = plain.pop("repeat")
    return TableRequest(**plain, repeat=RepeatRequest(**repeat) if repeat else None)
