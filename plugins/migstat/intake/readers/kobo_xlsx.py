"""Workbooks of KoboToolbox: a main sheet and a sheet per repeat group, cells as text.

Group prefixes stay as the declared names have them. ``_index`` is made anew at every export and is
a column like any other, never a key.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from rapidfuzz import process

from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers.archive import check_archive
from migstat.intake.readers.beside import continue_rows
from migstat.intake.readers.columns import check_columns
from migstat.intake.readers.magic import check_file
from migstat.intake.readers.request import Request, TableRead, TableRequest
from migstat.intake.readers.text_table import write_text_table
from migstat.intake.readers.xlsx_layout import SheetLayout, measure_sheet, sheet_paths


def read(request: Request) -> list[TableRead]:
    """Read every declared sheet of the workbooks of a delivery.

    Raises:
        RefusedDelivery: A workbook is not what is declared, or is crafted.
    """
    by_file: dict[str, list[TableRequest]] = {}
    for table in request.tables:
        by_file.setdefault(table.file, []).append(table)
    return [
        read_table
        for file, tables in by_file.items()
        for read_table in _read_book(request, Path(file), tables)
    ]


def _read_book(request: Request, file: Path, tables: Sequence[TableRequest]) -> list[TableRead]:
    place = request.place
    check_file(place, file, "kobo_xlsx")
    check_archive(place, file)
    entries = sheet_paths(place, file)
    layouts = {
        table.name: measure_sheet(place, file, sheet, entries[sheet])
        for table in tables
        if (sheet := _sheet(place, table, table.sheet, entries))
    }
    for table in tables:
        for name in table.beside:
            measure_sheet(place, file, name, entries[_sheet(place, table, name, entries)])
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        return [_read_sheet(request, table, book, layouts[table.name]) for table in tables]
    finally:
        book.close()


def _sheet(place: str, table: TableRequest, sheet: str | None, entries: dict[str, str]) -> str:
    if sheet in entries and sheet is not None:
        return sheet
    match = process.extractOne(sheet or "", list(entries))
    nearest = f"; nearest: {match[0]!r}" if match and match[1] >= 60 else ""  # noqa: PLR2004
    raise RefusedDelivery(
        f"{place}: the workbook has no sheet {sheet!r} (table {table.name}){nearest}. "
        "Nothing was taken in. Export it again with that sheet."
    )


def _read_sheet(
    request: Request,
    table: TableRequest,
    book: Any,  # noqa: ANN401 - openpyxl has no types
    layout: SheetLayout,
) -> TableRead:
    header, rows = read_rows(book[table.sheet])
    if table.beside:
        others = {name: read_rows(book[name]) for name in table.beside}
        header, rows = continue_rows(request.place, table, (header, rows), others)
    where = f"sheet {table.sheet!r}"
    undeclared = check_columns(request.place, where, header, table.expected)
    places = [header.index(spelt) for spelt in table.wanted.values()]
    written = write_text_table(
        request.parquet(table), list(table.wanted), (_picked(row, places) for row in rows)
    )
    return TableRead(table.name, written, max(layout.filled_rows - 1, 0), undeclared)


def read_rows(sheet: Any) -> tuple[list[str], Iterator[Sequence[Any]]]:  # noqa: ANN401 - openpyxl has no types
    """Give the header of a sheet and its further filled rows, as cells."""
    sheet.reset_dimensions()  # a workbook may claim fewer rows than it has
    rows = _filled_rows(sheet)
    header = [text_of(cell) or "" for cell in next(rows, ())]
    while header and not header[-1]:
        header.pop()
    return header, rows


def _filled_rows(sheet: Any) -> Iterator[Sequence[Any]]:  # noqa: ANN401 - openpyxl has no types
    for row in sheet.iter_rows():
        if any(cell.value is not None and cell.value != "" for cell in row):
            yield row


def _picked(row: Sequence[Any], places: Sequence[int]) -> list[str | None]:
    return [text_of(row[place]) if place < len(row) else None for place in places]


def text_of(cell: Any) -> str | None:  # noqa: ANN401 - openpyxl has no types
    """Write a cell as its answer was: whole numbers without ``.0``, dates as ISO dates."""
    value = cell.value
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        whole_day = value.time() == dt.time() and "h" not in str(cell.number_format).lower()
        return value.date().isoformat() if whole_day else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)
