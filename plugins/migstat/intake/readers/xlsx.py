"""Workbooks: a sheet a table, cells as text; KoboToolbox's and any other.

Names stay as the header has them, group prefixes of KoboToolbox too; its ``_index`` is made anew at
every export and is a column like any other, never a key. A header may take several rows with merged
cells, and a row of HXL tags may stand anywhere among the first rows.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
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
from migstat.intake.readers.xlsx_layout import HEAD_ROWS, SheetLayout, measure_sheet, sheet_paths


@dataclass(frozen=True)
class Head:
    """Where the names of a sheet's columns stand: rows (1-based), the row of tags, merged cells."""

    rows: tuple[int, ...]
    tag_row: int | None = None
    merged: tuple[tuple[int, int, int, int], ...] = ()
    separator: str = "/"


ONE_ROW = Head((1,))


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
    check_file(place, file, "xlsx")
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
    tag_row = _tag_row(request.place, table, layout) if table.hxl else None
    head = Head(table.header_rows, tag_row, layout.merged, request.group_separator)
    header, rows = read_rows(book[table.sheet], head)
    if table.beside:
        others = {name: read_rows(book[name]) for name in table.beside}
        header, rows = continue_rows(request.place, table, (header, rows), others)
    where = f"sheet {table.sheet!r}"
    undeclared = check_columns(request.place, where, header, table.expected, table.optional)
    wanted = table.present(header)
    places = [header.index(spelt) for spelt in wanted.values()]
    written = write_text_table(
        request.parquet(table), list(wanted), (_picked(row, places) for row in rows)
    )
    counted = layout.count_below(table.header_rows, tag_row)
    return TableRead(table.name, written, counted, undeclared)


def _tag_row(place: str, table: TableRequest, layout: SheetLayout) -> int:
    if len(layout.tag_rows) == 1:
        return layout.tag_rows[0]
    raise RefusedDelivery(
        f"{place}: sheet {table.sheet!r} has {len(layout.tag_rows)} rows of HXL tags among its "
        f"first {HEAD_ROWS}; it is declared with one. Nothing was taken in. Export it again with "
        "its row of tags, or take `hxl` out of delivery.yml and `migstat requeue` this delivery."
    )


def read_rows(sheet: Any, head: Head = ONE_ROW) -> tuple[list[str], Iterator[Sequence[Any]]]:  # noqa: ANN401 - openpyxl has no types
    """Give the header of a sheet and the filled rows below, as cells."""
    sheet.reset_dimensions()  # a workbook may claim fewer rows than it has
    rows = enumerate(sheet.iter_rows(), start=1)
    top = {at: row for at, row in islice(rows, max(head.rows)) if at in head.rows}
    filled = (row for at, row in rows if at != head.tag_row and _is_filled(row))
    return _header(top, head), filled


def _is_filled(row: Sequence[Any]) -> bool:
    return any(cell.value is not None and cell.value != "" for cell in row)


def _header(top: Mapping[int, Sequence[Any]], head: Head) -> list[str]:
    """Join the cells of the header's rows to names; a merged cell holds for its whole range."""
    lines = [
        _filled_up([text_of(cell) or "" for cell in top.get(at, ())], at, head) for at in head.rows
    ]
    header = [
        head.separator.join(part for part in parts if part)
        for parts in zip_longest(*lines, fillvalue="")
    ]
    while header and not header[-1]:
        header.pop()
    return header


def _filled_up(names: list[str], row: int, head: Head) -> list[str]:
    """Repeat the text of merged cells to the right; those merged downwards stand in one row."""
    for first_row, first, _, last in head.merged:
        if first_row == row and first <= len(names):
            names += [""] * (last - len(names))
            names[first - 1 : last] = [names[first - 1]] * (last - first + 1)
    return names


def _picked(row: Sequence[Any], places: Sequence[int]) -> list[str | None]:
    return [text_of(row[place]) if place < len(row) else None for place in places]


ZEROS = re.compile("00+")


def text_of(cell: Any) -> str | None:  # noqa: ANN401 - openpyxl has no types
    """Write a cell as its answer was: whole numbers without ``.0``, dates as ISO dates."""
    value = cell.value
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number_text(value, str(cell.number_format))
    if isinstance(value, dt.datetime):
        whole_day = value.time() == dt.time() and "h" not in str(cell.number_format).lower()
        return value.date().isoformat() if whole_day else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _number_text(value: float, shown_as: str) -> str:
    if ZEROS.fullmatch(shown_as):
        return f"{value:0{len(shown_as)}.0f}"  # a code, shown with its leading zeros
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
