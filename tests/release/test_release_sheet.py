"""A sheet of a workbook holds what it is given, cut where a cell ends, or says that it does not."""

from pathlib import Path

import pytest
import xlsxwriter
from migstat.release.writers.sheet import LONGEST_CELL, Book, Sheet
from openpyxl import load_workbook

ROWS = 1_048_576  # of a sheet, by Excel's own specification


def written(file: Path, *texts: str) -> list[str]:
    with xlsxwriter.Workbook(file) as workbook:
        Book(workbook).add("Data", [20] * len(texts)).add(texts)
    return [cell.value for cell in load_workbook(file)["Data"][1]]


def test_a_text_is_cut_just_where_a_cell_ends_and_shows_it(tmp_path: Path):
    longest, longer = "x" * 32_767, "x" * 32_768
    assert len(longest) == LONGEST_CELL
    assert written(tmp_path / "book.xlsx", longest, longer) == [longest, "x" * 32_766 + "…"]


def test_what_does_not_fit_into_a_sheet_is_told(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as workbook:
        sheet: Sheet = Book(workbook).add("Data", [20])
        for _ in range(ROWS):
            sheet.skip()
        for value in ("text", 1.0):
            with pytest.raises(ValueError, match="row 1048577, column 1 was not written"):
                sheet.add([value])
