"""The Excel workbook, one per language: what it is, how to read it, codes, data, changes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from numbers import Integral
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from migstat.declarations.catalogue import Language
from migstat.release.about import title
from migstat.release.brief.words import NONE, Words
from migstat.release.brief.words import WITHHELD as SIGN_WITHHELD
from migstat.release.cells import COLUMNS, FIGURES
from migstat.release.changes import COLUMNS as CHANGE_COLUMNS
from migstat.release.errors import ReleaseError
from migstat.release.release import Release
from migstat.release.writers.labels import CodeList, code_lists
from migstat.release.writers.sheet import Book, Cell
from migstat.release.writers.workbook_check import inspect
from migstat.release.writers.workbook_front import add_front
from migstat.release.writers.workbook_tables import Tables, add_indicator

OPTIONS = {
    # whatever a text looks like, it is no formula, link or number
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
DATA_WIDTHS = [9, 16, 8, 10, 10, 11, 12, 11, 11, 9, 11, 6, 9, 13, 14, 13] + [10] * 10
CHANGE_WIDTHS = [12, 20, 16, 8] + [11] * 30


def write(release: Release, folder: Path) -> list[Path]:
    """Write the workbook in each of the country's languages, and open it again.

    Returns:
        ``<stem>_<language>.xlsx``.

    Raises:
        ReleaseError: A workbook holds what it should not, or other figures than the release.
    """
    lists, data = code_lists(release), _data(release.cells)
    return [
        _write(release, lists, data, language, folder) for language in release.declared.languages
    ]


def _write(
    release: Release,
    lists: Mapping[str, CodeList],
    data: Sequence[Sequence[Cell]],
    language: Language,
    folder: Path,
) -> Path:
    file = folder / f"{release.stem}_{language}.xlsx"
    tables = Tables(lists, Words(language, release.inputs.declared))
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        workbook.set_properties(
            {
                "title": title(release),
                "comments": tables.words.phrase("synthetic") if release.is_synthetic else "",
                "created": datetime.combine(release.stamp.issued, time(), UTC),
            }
        )
        book = Book(workbook)
        add_front(book, release, tables)
        _add_data(book, data, tables)
        for code, cells in release.cells.groupby("indicator_code", sort=True):
            add_indicator(book, str(code), cells, tables)
        _add_changes(book, release.changes, tables)
    if findings := inspect(file, release.cells, release.changes):
        raise ReleaseError(f"{file.name}: {'; '.join(findings)}")
    return file


def _data(cells: pd.DataFrame) -> list[tuple[Cell, ...]]:
    """Every released cell as a row, codes as in the other formats: the same in every language."""
    signs = [SIGN_WITHHELD if status == "C" else NONE for status in cells["conf_status"]]
    columns = [
        [
            _plain(value, sign if name in FIGURES else "")
            for value, sign in zip(cells[name].tolist(), signs, strict=True)
        ]
        for name in COLUMNS
    ]
    return list(zip(*columns, strict=True))


def _add_data(book: Book, data: Sequence[Sequence[Cell]], tables: Tables) -> None:
    sheet = book.add(tables.words.phrase("book_data"), DATA_WIDTHS)
    sheet.add_header(list(COLUMNS))
    for row in data:
        sheet.add(row)


def _add_changes(book: Book, changes: pd.DataFrame, tables: Tables) -> None:
    """Add what changed since the vintage before."""
    sheet = book.add(tables.words.phrase("book_changes"), CHANGE_WIDTHS)
    sheet.add_header(list(CHANGE_COLUMNS))
    if changes.empty:
        sheet.add([tables.words.phrase("book_no_changes")])
    for row in changes.itertuples(index=False):
        sheet.add(_plain(value, "") for value in row)


def _plain(value: object, nothing: str) -> Cell:
    """Turn a value into what a cell holds."""
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return nothing
    if isinstance(value, bool | np.bool_):
        return str(value).lower()
    if isinstance(value, Integral):
        return int(value)
    return value if isinstance(value, float) else str(value)
