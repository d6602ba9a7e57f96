"""Writers of a KoboToolbox CSV with labels and of a training register as an office keeps it."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from synthetic.files import NOTICE, Row


def write_kobo_csv(file: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    """Write CSV as KoboToolbox does: BOM, semicolons, everything quoted, nothing for null."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text, header, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    file.write_bytes(text.getvalue().encode("utf-8-sig"))


def write_register(
    file: Path,
    *,
    sheet_name: str,
    titles: Sequence[str],
    names: Sequence[str],
    rows: Iterable[Row],
    made: datetime,
) -> None:
    """Write a register: title lines, a header of two rows with merged groups, then the list.

    Args:
        file: The workbook.
        sheet_name: Its sheet of the register; a sheet that explains it comes first.
        titles: Lines above the header, one row each; an empty row follows.
        names: Columns as ``<group>/<column>``, or ``<column>`` where no group stands above it.
        rows: The list, by those names.
        made: The clock of the workbook.
    """
    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False}) as book:
        book.set_properties(
            {"title": file.stem, "subject": NOTICE, "comments": NOTICE, "created": made}
        )
        book.set_custom_property("synthetic", value=True)
        book.add_worksheet("Lisez-moi").write(0, 0, NOTICE)
        sheet = book.add_worksheet(sheet_name)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_column(0, 0, titles)
        top = len(titles) + 1
        _write_header(sheet, top, names)
        for at, row in enumerate(rows, start=top + 2):
            for place, name in enumerate(names):
                value = row.get(name)
                if isinstance(value, datetime):
                    sheet.write_datetime(at, place, value, day)
                elif value is not None:
                    sheet.write(at, place, value)


def _write_header(sheet: xlsxwriter.worksheet.Worksheet, top: int, names: Sequence[str]) -> None:
    parts = [name.rpartition("/") for name in names]
    sheet.write_row(top + 1, 0, [column for _, _, column in parts])
    for group, run in groupby(enumerate(parts), key=lambda item: item[1][0]):
        places = [place for place, _ in run]
        if group and len(places) > 1:
            sheet.merge_range(top, places[0], top, places[-1], group)
        elif group:
            sheet.write(top, places[0], group)
