"""Writers of native export formats whose bytes depend on the content alone.

Clocks are pinned: the workbook's properties and the header of an SPSS file would otherwise hold
the second they were written.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import xlsxwriter  # type: ignore[import-untyped]

Cell = str | int | float | date | datetime | None
Row = Mapping[str, Cell]

NOTICE = "SYNTHETIC DATA: made up by a generator, not answers of real people."
SAV_CLOCK = slice(92, 109)  # creation date (9 bytes) and time (8 bytes) of the file header


def write_kobo_xlsx(
    file: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Row]]], made: datetime
) -> None:
    """Write a workbook as KoboToolbox exports it: typed cells, nothing where nothing was asked."""
    options = {"default_date_format": "yyyy-mm-dd hh:mm:ss", "strings_to_formulas": False}
    with xlsxwriter.Workbook(str(file), options) as book:
        book.set_properties(
            {"title": file.stem, "subject": NOTICE, "comments": NOTICE, "created": made}
        )
        book.set_custom_property("synthetic", value=True)
        for name, (header, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header)
            for number, row in enumerate(rows, start=1):
                _check_columns(row, header)
                for place, column in enumerate(header):
                    if row.get(column) is not None:
                        sheet.write(number, place, row[column])


def write_spreadsheet_csv(
    file: Path,
    header: Sequence[str],
    rows: Iterable[Row],
    *,
    encoding: str = "utf-8-sig",
    delimiter: str = ";",
) -> None:
    """Write CSV as a spreadsheet of a decimal-comma country does: BOM, semicolons, CRLF."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        _check_columns(row, header)
        writer.writerow([_with_comma(row.get(column)) for column in header])
    file.write_bytes(text.getvalue().encode(encoding))


def write_statistical_csv(file: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    """Write CSV as R does: text quoted, numbers bare, nothing where there is no answer."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        _check_columns(row, header)
        cells = [row.get(column) for column in header]
        # QUOTE_NONNUMERIC writes None as ""; an empty number has no quotes
        line = ",".join("" if cell is None else _quoted(cell) for cell in cells)
        text.write(line + "\n")
    file.write_bytes(text.getvalue().encode())


def write_spss_sav(
    file: Path,
    frame: pd.DataFrame,
    *,
    labels: Mapping[str, str],
    answers: Mapping[str, Mapping[int, str]],
    missing: Mapping[str, Sequence[int]],
    formats: Mapping[str, str],
    made: datetime,
) -> None:
    """Write an SPSS system file with value labels and user-missing codes."""
    pyreadstat.write_sav(
        frame,
        file,
        file_label="SYNTHETIC DATA (not real answers)",
        note=NOTICE,
        column_labels=dict(labels),
        variable_value_labels=_labels(answers),
        missing_ranges={name: list(codes) for name, codes in missing.items()},
        variable_format=dict(formats),
        row_compress=True,
    )
    content = bytearray(file.read_bytes())
    content[SAV_CLOCK] = made.strftime("%d %b %y%H:%M:%S").encode("ascii")
    file.write_bytes(content)


def _labels(answers: Mapping[str, Mapping[int, str]]) -> dict[str, dict[int | float, str]]:
    return {
        name: {float(code): text for code, text in codes.items()} for name, codes in answers.items()
    }


def _check_columns(row: Row, header: Sequence[str]) -> None:
    unknown = set(row) - set(header)
    if unknown:
        raise ValueError(f"columns the declaration does not know: {sorted(unknown)}")


def _with_comma(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.2f}".replace(".", ",")
    return str(cell)


def _quoted(cell: Cell) -> str:
    return f'"{cell}"' if isinstance(cell, str) else str(cell)
