"""Writer of a Displacement Tracking Matrix workbook: titles, merged headers, a row of HXL tags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from synthetic.files import NOTICE, Cell, Row

HEADER_ROW = 2  # zero-based: a title and an empty row stand above
SEPARATOR = "/"


@dataclass(frozen=True)
class Sheet:
    """One sheet of the workbook.

    Attributes:
        name: Name of the sheet.
        title: What the first row says.
        header: Columns; ``IDPs/Households`` stands under the merged cell ``IDPs``.
        tags: HXL tag by column; none for a sheet without them.
        rows: The rows, by column.
        tags_after: Rows of data above the row of tags.
    """

    name: str
    title: str
    header: Sequence[str]
    tags: Row
    rows: Sequence[Row]
    tags_after: int = 0


def write_dtm_xlsx(
    file: Path, notes: Sequence[str], sheets: Sequence[Sheet], made: datetime
) -> None:
    """Write the workbook; the first sheet says what it is, and that it is synthetic."""
    options = {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False}
    with xlsxwriter.Workbook(str(file), options) as book:
        book.set_properties(
            {"title": file.stem, "subject": NOTICE, "comments": NOTICE, "created": made}
        )
        book.set_custom_property("synthetic", value=True)
        cover = book.add_worksheet("Read me")
        for place, line in enumerate([NOTICE, *notes]):
            cover.write(place, 0, line)
        for sheet in sheets:
            _write_sheet(book, sheet)


def _write_sheet(book: xlsxwriter.Workbook, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    page.write(0, 0, f"{sheet.title} ({NOTICE})")
    depth = 1 + any(SEPARATOR in column for column in sheet.header)
    _write_header(page, sheet.header, depth)
    lines = [*sheet.rows[: sheet.tags_after], sheet.tags, *sheet.rows[sheet.tags_after :]]
    for number, row in enumerate([line for line in lines if line], start=HEADER_ROW + depth):
        for place, column in enumerate(sheet.header):
            _write_cell(page, number, place, row.get(column))


def _write_header(page: xlsxwriter.worksheet.Worksheet, header: Sequence[str], depth: int) -> None:
    """Write the names of the columns; what stands over several of them is one merged cell."""
    groups = [column.split(SEPARATOR)[0] for column in header]
    for place, column in enumerate(header):
        group, _, own = column.partition(SEPARATOR)
        if own:
            page.write(HEADER_ROW + 1, place, own)
        if place and groups[place - 1] == group:
            continue
        width = groups.count(group)
        last_row = HEADER_ROW if own else HEADER_ROW + depth - 1
        if width > 1 or last_row > HEADER_ROW:
            page.merge_range(HEADER_ROW, place, last_row, place + width - 1, group)
        else:
            page.write(HEADER_ROW, place, group)


def _write_cell(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Cell) -> None:
    if isinstance(value, date | datetime):
        page.write_datetime(row, column, value)
    elif value is not None:
        page.write(row, column, value)
