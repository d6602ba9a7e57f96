"""A workbook that was written, opened again: which figures it holds, and what besides."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
from lxml import etree

from migstat.release.cells import COLUMNS, FIGURES
from migstat.release.changes import COLUMNS as CHANGE_COLUMNS
from migstat.release.writers.workbook_parts import Row, read_parts, read_sheets

# all that a plain workbook consists of; comments, drawings, links, macros, printers are other parts
PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/workbook\.xml|xl/styles\.xml|"
    r"xl/sharedStrings\.xml|xl/theme/theme1\.xml|xl/_rels/workbook\.xml\.rels|"
    r"xl/worksheets/sheet\d+\.xml"
)
SHEET_ELEMENTS = frozenset(
    {
        *("worksheet", "sheetPr", "pageSetUpPr", "dimension", "sheetViews", "sheetView", "pane"),
        *("selection", "sheetFormatPr", "cols", "col", "sheetData", "row", "c", "v", "is", "t"),
        *("printOptions", "pageMargins", "pageSetup", "headerFooter", "oddFooter"),
    }
)
BUILT_IN_NAMES = frozenset({"_xlnm.Print_Titles"})
HIDING = ("hidden", "collapsed", "outlineLevel", "veryHidden")
HIDDEN = etree.XPath("//*[" + " or ".join(f"(@{name} and @{name} != '0')" for name in HIDING) + "]")
PERSONS = ("creator", "lastModifiedBy", "Manager", "Company")
CHANGED_FIGURES = tuple(f"{side}_{name}" for name in FIGURES for side in ("old", "new"))
NUMBER = re.compile(r"[-+]?[\d\s.,]*\d\s*%?")


def inspect(file: Path, cells: pd.DataFrame, changes: pd.DataFrame) -> list[str]:
    """Find what a workbook should not hold.

    Args:
        file: The workbook.
        cells: The released cells.
        changes: What changed since the vintage before.

    Returns:
        Parts, elements or names besides those of plain tables; anything hidden; formulas; names of
        persons; figures that the release does not have, or that are missing.
    """
    with zipfile.ZipFile(file) as archive:
        plain = [name for name in archive.namelist() if PARTS.fullmatch(name)]
        strange = [name for name in archive.namelist() if name not in plain]
        parts = read_parts(archive, plain)
    findings = [f"{name} is no part of a plain workbook" for name in strange]
    for name, root in parts.items():
        findings += _of_part(name, root)
    return [*findings, *_of_figures(parts, cells, changes)]


def _of_part(name: str, root: etree._Element) -> Iterator[str]:
    if root.getroottree().docinfo.doctype:
        yield f"{name}: declares a type of document"
    if name.startswith("xl/worksheets/"):
        tags = {_local(tag) for tag in {element.tag for element in root.iter("*")}}
        yield from (f"{name}: holds {tag}" for tag in sorted(tags - SHEET_ELEMENTS))
    else:
        yield from _of_book(name, root)
    if name.startswith("xl/"):
        yield from (f"{name}: a {_local(element.tag)} is hidden" for element in HIDDEN(root))


def _of_book(name: str, root: etree._Element) -> Iterator[str]:
    """Persons, defined names and hidden sheets, which stand in parts that are no sheets."""
    for element in root.iter("*"):
        tag = _local(element.tag)
        if tag in PERSONS and (element.text or "").strip():
            yield f"{name}: names somebody as {tag}"
        if tag == "definedName" and element.get("name") not in BUILT_IN_NAMES:
            yield f"{name}: defines the name {element.get('name')}"
        if tag == "sheet" and element.get("state", "visible") != "visible":
            yield f"{name}: the sheet {element.get('name')} is hidden"


def _local(name: object) -> str:
    """The name of an element without its namespace."""
    return str(name).rpartition("}")[2]


def _of_figures(
    parts: Mapping[str, etree._Element], cells: pd.DataFrame, changes: pd.DataFrame
) -> Iterator[str]:
    """Every number in the workbook must be one of the release, and every row of the data there."""
    indicators = {str(code): part for code, part in cells.groupby("indicator_code")}
    for title, rows in read_sheets(parts):
        header = rows[0] if rows else ()
        if header[: len(COLUMNS)] == COLUMNS:
            yield from _of_data(rows[1:], cells)
        elif header == CHANGE_COLUMNS:
            yield from _of_numbers(title, rows, changes, CHANGED_FIGURES)
        else:
            own = indicators.get(title, cells.head(0))
            yield from _of_numbers(title, rows, own, FIGURES)
            if not own.empty:
                yield from _of_texts(title, rows)


def _of_numbers(
    title: str, rows: list[Row], released: pd.DataFrame, columns: Sequence[str]
) -> Iterator[str]:
    """The same numbers as often as the release has them; none where it has none to show.

    They are counted and not named: one that is not released may be withheld.
    """
    found = Counter(value for row in rows for value in row if isinstance(value, float))
    wanted = Counter(
        float(value) for name in columns for value in released[name].dropna().astype(float)
    )
    for what, numbers in (("that are not released", found - wanted), ("missing", wanted - found)):
        if numbers:
            yield f"{title}: numbers {what}: {numbers.total()}"


def _of_texts(title: str, rows: list[Row]) -> Iterator[str]:
    """A figure that is written as a text is none of the release."""
    texts = (value for row in rows for value in row if isinstance(value, str))
    if found := [text for text in texts if NUMBER.fullmatch(text.strip())]:
        yield f"{title}: numbers written as texts: {len(found)}"


def _of_data(rows: list[Row], cells: pd.DataFrame) -> Iterator[str]:
    if len(rows) != len(cells):
        yield f"{len(rows)} rows of data, {len(cells)} released cells"
        return
    if beside := [value for row in rows for value in row[len(COLUMNS) :] if value is not None]:
        yield f"cells beside the data: {len(beside)}"
    for position, name in enumerate(COLUMNS):
        column = [row[position] for row in rows]
        if name in FIGURES:
            told = [value if isinstance(value, float) else None for value in column]
            same = pd.Series(told, dtype=float).equals(cells[name].astype(float))
        else:
            wanted = [_as_text(value) for value in cells[name]]
            same = [value or "" for value in column] == wanted
        if not same:
            yield f"the data differ from the release in {name}"


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
