"""What lies in a workbook, streamed from its XML before a spreadsheet library touches it.

A 1,450-byte workbook with cells A1 and XFD1048576 makes spreadsheet readers abort or walk 17
billion cells. So each declared sheet is streamed once: which rows hold anything, how far they
reach, how many cells there are. The number of filled rows is also the independent second count.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from migstat.intake.errors import RefusedDelivery

MAX_CELLS = 40_000_000
DENSE_ENOUGH = 200  # a table may have this many empty places per filled cell ...
AREA_FREE = 1_000_000  # ... once its used range is bigger than this
HEAD_ROWS = 25  # a header and a row of HXL tags stand among these
MAX_MERGED = 10_000
MAX_COLUMNS = 5_000
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass(frozen=True)
class SheetLayout:
    """The used range of one sheet, and its head.

    Attributes:
        filled_rows: Rows that hold anything.
        cells: Filled cells.
        last_row: The last filled row (1-based).
        last_column: The last filled column (1-based).
        filled_head: The filled rows among the first 25.
        tag_rows: Those of them whose filled cells all begin with ``#``.
        merged: Ranges of merged cells that begin among the first 25 rows, as (first row, first
            column, last row, last column).
    """

    filled_rows: int
    cells: int
    last_row: int
    last_column: int
    filled_head: frozenset[int] = frozenset()
    tag_rows: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()

    def count_below(self, header_rows: Sequence[int], tag_row: int | None) -> int:
        """Count the filled rows below the header, the row of tags left out."""
        last = max(header_rows)
        above = {row for row in self.filled_head if row <= last}
        return self.filled_rows - len(above | ({tag_row} if tag_row else set()))


def sheet_paths(place: str, file: Path) -> dict[str, str]:
    """Map the names of a workbook's sheets to their entries in the archive.

    Raises:
        RefusedDelivery: The archive is no workbook, or its XML is crafted or damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            targets = {
                element.get("Id", ""): element.get("Target", "")
                for element in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
            }
            return {
                element.get("name", ""): _entry(targets.get(element.get(f"{OFFICE}id", ""), ""))
                for element in _elements(archive, "xl/workbook.xml", "sheet")
            }
    except (KeyError, ParseError, DefusedXmlException) as error:
        raise _no_workbook(place, file.name) from error


def measure_sheet(place: str, file: Path, sheet: str, entry: str) -> SheetLayout:
    """Stream one sheet and measure it.

    Raises:
        RefusedDelivery: Its used range is absurd for its cells, it holds formulas without
            results, or its XML is crafted or damaged.
    """
    filled_rows = cells = last_row = last_column = row = 0
    heads: dict[int, list[Element]] = {}
    merged: list[tuple[int, int, int, int]] = []
    try:
        with zipfile.ZipFile(file) as archive:
            for element in _elements(archive, entry, "row", "mergeCell"):
                if element.tag.endswith("mergeCell"):
                    _add_merged(merged, element.get("ref", ""))
                    continue
                row = int(element.get("r", row + 1))
                filled = [cell for cell in element if _is_filled(place, sheet, cell)]
                if not filled:
                    continue
                if row <= HEAD_ROWS:
                    heads[row] = filled
                filled_rows += 1
                cells += len(filled)
                last_row = max(last_row, row)
                last_column = max(last_column, _column(filled[-1]), len(filled))
                _check_range(place, sheet, cells, last_row, last_column)
            tag_rows = _tag_rows(archive, heads)
    except (KeyError, ValueError, ParseError, DefusedXmlException) as error:
        raise _no_workbook(place, file.name) from error
    return SheetLayout(
        filled_rows, cells, last_row, last_column, frozenset(heads), tag_rows, tuple(merged)
    )


def _add_merged(merged: list[tuple[int, int, int, int]], ref: str) -> None:
    found = REFERENCE.fullmatch(ref)
    if found and int(found[2]) <= HEAD_ROWS and len(merged) < MAX_MERGED:
        first, last = _number(found[1]), min(_number(found[3]), MAX_COLUMNS)
        merged.append((int(found[2]), first, min(int(found[4]), HEAD_ROWS), last))


def _tag_rows(archive: zipfile.ZipFile, heads: dict[int, list[Element]]) -> tuple[int, ...]:
    """Find the rows of HXL tags among the first rows, by the XML alone."""
    wanted = {
        int(_content(cell)) for cells in heads.values() for cell in cells if cell.get("t") == "s"
    }
    shared: dict[int, str] = {}
    if wanted:
        items = _elements(archive, "xl/sharedStrings.xml", "si")
        for at, item in zip(range(max(wanted) + 1), items, strict=False):
            if at in wanted:
                shared[at] = "".join(
                    part.text or "" for part in item.iter() if part.tag.endswith("}t")
                )
    return tuple(
        row
        for row, cells in heads.items()
        if all(
            (shared.get(int(_content(c)), "") if c.get("t") == "s" else _content(c))
            .lstrip()
            .startswith("#")
            for c in cells
        )
    )


def _content(cell: Element) -> str:
    """Give the text of a cell's value; for a shared text its number."""
    parts = [p for p in cell.iter() if p.tag.rpartition("}")[2] in {"v", "t"}]
    return "".join(part.text or "" for part in parts)


def _elements(archive: zipfile.ZipFile, entry: str, *tags: str) -> Iterator[Element]:
    """Stream the elements of some names, and forget each after use."""
    with archive.open(entry) as stream:
        yield from _stream(stream, tags)


def _stream(stream: IO[bytes], tags: Sequence[str]) -> Iterator[Element]:
    path: list[Element] = []
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            path.append(element)
            continue
        path.pop()
        if element.tag.rpartition("}")[2] in tags:
            yield element
            element.clear()
            if path:
                path[-1].remove(element)


def _is_filled(place: str, sheet: str, cell: Element) -> bool:
    value = formula = False
    for part in cell:
        kind = part.tag.rpartition("}")[2]
        value |= (kind == "v" and bool(part.text)) or (
            kind == "is" and any(text.text for text in part.iter())
        )
        formula |= kind == "f"
    if formula and not value and cell.get("t") != "str":  # the result may be an empty text
        raise RefusedDelivery(
            f"{place}: sheet {sheet!r} holds a formula without its result. Save the workbook once "
            "in a spreadsheet program, or export it again."
        )
    return value


def _column(cell: Element) -> int:
    """Turn a cell reference (``XFD7``) into the number of its column; 0 when there is none."""
    return _number("".join(takewhile(str.isalpha, cell.get("r", ""))))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number


def _check_range(place: str, sheet: str, cells: int, last_row: int, last_column: int) -> None:
    area = last_row * last_column
    sparse = area > AREA_FREE and area > DENSE_ENOUGH * cells
    if sparse or cells > MAX_CELLS or last_column > MAX_COLUMNS:
        raise RefusedDelivery(
            f"{place}: sheet {sheet!r} claims {last_row:,} rows x {last_column:,} columns for "
            f"{cells:,} cells: no export looks like that. Delete what lies outside the table, or "
            "export it again."
        )


def _entry(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _no_workbook(place: str, name: str) -> RefusedDelivery:
    return RefusedDelivery(
        f"{place}: {name} is no XLSX workbook, or a damaged one. Export it again as XLSX."
    )
