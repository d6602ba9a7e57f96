"""What an export holds: its tables, and of each column what its answers look like.

The file is parsed in the jail; here only its plain text is looked at.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from migstat.declarations import ColumnType
from migstat.drafting.column_types import infer_type
from migstat.drafting.words import hints
from migstat.intake.errors import ReaderFault, RefusedDelivery
from migstat.intake.readers.jail import read_in_jail
from migstat.intake.readers.request import Request, TableRead, TableRequest

SHOWN = 400  # different answers kept; a list of countries has 250


class LookError(ValueError):
    """An export or a form can't be looked at; says why and what to do."""


@dataclass(frozen=True)
class Column:
    """A column of an export.

    Attributes:
        name: As the header spells it.
        type: What every answer can turn into.
        n_rows: Rows of its table.
        n_filled: Rows with an answer.
        n_distinct: Different answers.
        answers: The most frequent different ones.
        longest: Letters of the longest answer.
        label: What the file itself calls it (SPSS, Stata).
        choices: Labels of its codes, where the file has them.
        missing: Answers that the file or the tool means as missing.
    """

    name: str
    type: ColumnType
    n_rows: int
    n_filled: int
    n_distinct: int
    answers: tuple[str, ...]
    longest: int
    label: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One table of an export; ``rows`` gives the answers of a column in their order."""

    name: str
    columns: tuple[Column, ...]
    rows: dict[str, list[str | None]]
    doubled: tuple[str, ...] = ()
    dialect: dict[str, str] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        """Rows of the table."""
        return len(next(iter(self.rows.values()), []))

    def column(self, name: str) -> Column | None:
        """Find a column by its name."""
        return next((column for column in self.columns if column.name == name), None)


def look(file: Path, only: Sequence[str] = ()) -> list[Sheet]:
    """Parse a file in the jail and describe its tables.

    Args:
        file: The export or form.
        only: Sheets to read; all where none is named.

    Raises:
        LookError: The file can't be read.
    """
    if not file.is_file():
        raise LookError(f"{file} is no file; name an export.")
    with tempfile.TemporaryDirectory(prefix="migstat-draft-") as scratch:
        copy = Path(scratch, "in", file.name)
        copy.parent.mkdir()
        shutil.copyfile(file, copy)
        table = TableRequest("export", str(copy), None, tuple(only), {})
        request = Request(f"drafting from {file.name}", "outline", scratch, (table,))
        try:
            tables = read_in_jail(request, lambda *_: None)
        except (RefusedDelivery, ReaderFault) as error:
            raise LookError(str(error)) from error
        return [_sheet(Path(scratch, f"{table.name}.parquet"), table) for table in tables]


def _sheet(file: Path, table: TableRead) -> Sheet:
    content = pq.read_table(file)
    alike = Counter(name.strip().casefold() for name in table.undeclared)
    doubled = [name for name in table.undeclared if alike[name.strip().casefold()] > 1]
    rows = {
        name: content.column(f"c{at}").to_pylist()
        for at, name in enumerate(table.undeclared)
        if name not in doubled
    }
    columns = tuple(_describe(name, answers, table.labels) for name, answers in rows.items())
    dialect = dict(table.labels.get("dialect", {}))
    return Sheet(str(table.labels["name"]), columns, rows, tuple(doubled), dialect)


def _describe(name: str, answers: list[str | None], facts: Any) -> Column:  # noqa: ANN401 - plain JSON
    counted = Counter(answer.strip() for answer in answers if answer and answer.strip())
    coded = [answer for answer in counted if answer in hints()["missing_codes"]]
    ranges = facts.get("missing", {}).get(name, [])
    said = [a for a in counted if any(_lies_in(a, low, high) for low, high in ranges)]
    return Column(
        name,
        infer_type([answer for answer in counted if answer not in coded]),
        len(answers),
        sum(counted.values()),
        len(counted),
        tuple(answer for answer, _ in counted.most_common(SHOWN)),
        max(map(len, counted), default=0),
        facts.get("labels", {}).get(name, ""),
        facts.get("choices", {}).get(name, {}),
        tuple(dict.fromkeys([*coded, *said])),
    )


def _lies_in(answer: str, low: str, high: str) -> bool:
    """Tell whether an answer is one of those that the file declares as missing."""
    if answer in {low, high}:
        return True
    try:
        return float(low) <= float(answer) <= float(high)
    except ValueError:
        return False
