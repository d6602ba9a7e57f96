"""Writer of a workbook made by hand: titles, a header of two rows, merged cells, notes below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from synthetic.files import NOTICE, Cell, Row

SEPARATOR = "/"


@dataclass(frozen=True)
class FormSheet:
    """One sheet.

    Attributes:
        name: Its name.
        title: Lines above the header.
        header: Names of the columns as they are declared: group and column, or a name alone.
        rows: The rows, by these names; None is an empty row.
        below: Rows under the table, cell by cell.
        formats: How the numbers of a column are shown.
    """

    name: str
    title: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Row | None] = ()
    below: Sequence[Sequence[Cell]] = ()
    formats: Sequence[tuple[str, str]] = ()


def write_form_xlsx(file: Path, sheets: Sequence[FormSheet], made: datetime) -> None:
    """Write the workbook."""
    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False}) as book:
        book.set_properties(
            {"title": file.stem, "subject": NOTICE, "comments": NOTICE, "created": made}
        )
        book.set_custom_property("synthetic", value=True)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for form in sheets:
            sheet = book.add_worksheet(form.name)
            for at, line in enumerate(form.title):
                sheet.write(at, 0, line)
            top = len(form.title)
            _write_header(sheet, top, form.header)
            shown = {name: book.add_format({"num_format": f}) for name, f in form.formats}
            for at, row in enumerate(form.rows, start=top + 2):
                for place, name in enumerate(form.header):
                    cell = (row or {}).get(name)
                    if isinstance(cell, date):
                        sheet.write_datetime(at, place, cell, day)
                    elif cell is not None:
                        sheet.write(at, place, cell, shown.get(name))
            for at, cells in enumerate(form.below, start=top + 2 + len(form.rows)):
                sheet.write_row(at, 0, cells)


def _write_header(sheet: xlsxwriter.worksheet.Worksheet, top: int, header: Sequence[str]) -> None:
    parts = [(place, *name.rpartition(SEPARATOR)[::2]) for place, name in enumerate(header)]
    for group, members in groupby(parts, key=lambda part: part[1]):
        places = [(place, name) for place, _, name in members]
        first, last = places[0][0], places[-1][0]
        if not group:
            for place, name in places:
                sheet.merge_range(top, place, top + 1, place, name)
            continue
        if first < last:
            sheet.merge_range(top, first, top, last, group)
        else:
            sheet.write(top, first, group)
        for place, name in places:
            sheet.write(top + 1, place, name)
