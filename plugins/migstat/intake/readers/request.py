"""What goes into the jail and what comes out, as plain dataclasses that survive JSON.

Nothing heavy is imported here: the child starts with it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal


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
    """

    name: str
    file: str
    sheet: str | None
    expected: tuple[str, ...]
    wanted: Mapping[str, str]
    beside: tuple[str, ...] = ()
    link: str | None = None


@dataclass(frozen=True)
class Request:
    """One delivery to read: its tables, the declared form, and where to write."""

    place: str
    format: Literal["csv", "kobo_xlsx", "spss_sav", "outline"]
    scratch: str
    tables: tuple[TableRequest, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    memory_bytes: int = 3 << 30
    cpu_seconds: int = 900

    def to_json(self) -> str:
        """Write as JSON for the child."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Request":
        """Read what ``to_json`` wrote."""
        content = json.loads(text)
        tables = tuple(
            TableRequest(
                **{
                    **table,
                    "expected": tuple(table["expected"]),
                    "beside": tuple(table["beside"]),
                }
            )
            for table in content.pop("tables")
        )
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
