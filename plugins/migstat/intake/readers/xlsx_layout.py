"""What lies in a workbook, streamed from its XML before a spreadsheet library touches it.

A 1,450-byte workbook with cells A1 and XFD1048576 makes spreadsheet readers abort or walk 17
billion cells. So each declared sheet is streamed once: which rows hold anything, how far they
reach, how many cells there are. The number of filled rows is also the independent second count.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from migstat.intake.errors import RefusedDelivery

MAX_CELLS = 40_000_000
DENSE_ENOUGH = 200  # a table may have this many empty places per filled cell ...
AREA_FREE = 1_000_000  # ... once its used range is bigger than this
MAX_COLUMNS = 5_000
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass(frozen=True)
class SheetLayout:
    """The used range of one sheet: filled rows, filled cells, last row and column (1-based)."""

    filled_rows: int
    cells: int
    last_row: int
    last_column: int


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
    try:
        with zipfile.ZipFile(file) as archive:
            for element in _elements(archive, entry, "row"):
                row = int(element.get("r", row + 1))
                filled = [cell for cell in element if _is_filled(place, sheet, cell)]
                if not filled:
                    continue
                filled_rows += 1
                cells += len(filled)
                last_row = max(last_row, row)
                last_column = max(last_column, _column(filled[-1]), len(filled))
                _check_range(place, sheet, cells, last_row, last_column)
    except (KeyError, ValueError, ParseError, DefusedXmlException) as error:
        raise _no_workbook(place, file.name) from error
    return SheetLayout(filled_rows, cells, last_row, last_column)


def _elements(archive: zipfile.ZipFile, entry: str, tag: str) -> Iterator[Element]:
    """Stream the elements of one name, and forget each after use."""
    with archive.open(entry) as stream:
        yield from _stream(stream, tag)


def _stream(stream: IO[bytes], tag: str) -> Iterator[Element]:
    path: list[Element] = []
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            path.append(element)
            continue
        path.pop()
        if element.tag.rpartition("}")[2] == tag:
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
    if formula and not value:
        raise RefusedDelivery(
            f"{place}: sheet {sheet!r} holds a formula without its result. Save the workbook once "
            "in a spreadsheet program, or export it again."
        )
    return value


def _column(cell: Element) -> int:
    """Turn a cell reference (``XFD7``) into the number of its column; 0 when there is none."""
    number = 0
    for letter in cell.get("r", ""):
        if not letter.isalpha():
            break
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
