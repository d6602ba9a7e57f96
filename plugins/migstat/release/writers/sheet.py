"""One sheet of a workbook, written row by row: texts stay texts, numbers numbers."""

import math
from collections.abc import Iterable, Sequence
from enum import StrEnum

import xlsxwriter
from xlsxwriter.format import Format as CellFormat

from migstat.release.writers.text import clean_text

A4 = 9
LONGEST_CELL = 32_767  # characters that a cell holds
HIGHEST_ROW = 409  # points that Excel allows
ROW_HEIGHT = 20  # points: letters of Bengali are cut at the default
NOTHING_WRONG = 0

Cell = str | int | float | None


class Style(StrEnum):
    """How cells look."""

    TEXT = "text"
    WRAPPED = "wrapped"
    TITLE = "title"
    HEADING = "heading"
    HEADER = "header"
    WARNING = "warning"
    ONE_DECIMAL = "one_decimal"
    TWO_DECIMALS = "two_decimals"
    WHOLE = "whole"
    SIGN = "sign"
    NOTE = "note"


LOOKS: dict[Style, dict[str, object]] = {
    Style.TEXT: {"valign": "top"},
    Style.WRAPPED: {"text_wrap": True, "valign": "top"},
    Style.TITLE: {"bold": True, "font_size": 14},
    Style.HEADING: {"bold": True, "font_color": "#1F4E79", "valign": "top"},
    Style.HEADER: {
        "bold": True,
        "text_wrap": True,
        "valign": "top",
        "bottom": 1,
        "bg_color": "#E7EEF5",
    },
    Style.WARNING: {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#FFF2CC"},
    Style.ONE_DECIMAL: {"num_format": "#,##0.0", "valign": "top"},
    Style.TWO_DECIMALS: {"num_format": "#,##0.00", "valign": "top"},
    Style.WHOLE: {"num_format": "#,##0", "valign": "top"},
    Style.SIGN: {"align": "right", "valign": "top"},
    Style.NOTE: {"indent": 1, "valign": "top"},
}


WRAPPING = frozenset(style for style, look in LOOKS.items() if look.get("text_wrap"))


class Book:
    """A workbook being written."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        """Prepare the looks."""
        self._workbook = workbook
        self.looks = {style: workbook.add_format(look) for style, look in LOOKS.items()}

    def add(self, name: str, widths: Sequence[int]) -> "Sheet":
        """Add a sheet, set up for print.

        Args:
            name: At most 31 characters.
            widths: Of its columns, in characters.
        """
        sheet = self._workbook.add_worksheet(name)
        sheet.set_default_row(ROW_HEIGHT)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return Sheet(sheet, self.looks, widths)


class Sheet:
    """A sheet being written from the top."""

    def __init__(
        self,
        sheet: xlsxwriter.worksheet.Worksheet,
        looks: dict[Style, CellFormat],
        widths: Sequence[int],
    ) -> None:
        """Begin at the first row."""
        self._sheet = sheet
        self._looks = looks
        self._widths = widths
        self._row = 0

    def add(self, cells: Iterable[Cell], *styles: Style) -> None:
        """Write a row; a style for each cell, the last one for all that follow."""
        lines = 1
        for column, cell in enumerate(cells):
            style = styles[min(column, len(styles) - 1)] if styles else Style.TEXT
            self._put(column, cell, style)
            if style in WRAPPING and isinstance(cell, str):
                lines = max(lines, math.ceil(len(cell) / self._widths[column]))
        if lines > 1:  # Excel does not fit rows to their text in a file it did not write
            self._sheet.set_row(self._row, min(ROW_HEIGHT * lines, HIGHEST_ROW))
        self._row += 1

    def skip(self) -> None:
        """Leave a row empty."""
        self._row += 1

    def add_header(self, cells: Sequence[str]) -> None:
        """Write the row of headings; it stays in sight, on screen and on every printed page."""
        self.add(cells, Style.HEADER)
        self._sheet.freeze_panes(self._row, 0)
        self._sheet.repeat_rows(self._row - 1)

    def _put(self, column: int, cell: Cell, style: Style) -> None:
        if cell is None or cell == "":
            return
        look = self._looks[style]
        if isinstance(cell, str):
            text = clean_text(cell)
            if len(text) > LONGEST_CELL:
                text = f"{text[: LONGEST_CELL - 1]}…"
            outcome = self._sheet.write_string(self._row, column, text, look)
        else:
            outcome = self._sheet.write_number(self._row, column, cell, look)
        if outcome != NOTHING_WRONG:  # xlsxwriter tells by its return value and goes on
            raise ValueError(f"row {self._row + 1}, column {column + 1} was not written")
