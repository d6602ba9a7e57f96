"""The parts of a workbook, each parsed once, and what stands in the cells of its sheets.

Read as what they are, not through a library that would pass over what it does not know.
"""

import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from posixpath import join, normpath

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BOOK, STRINGS, RELATIONS = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"
NUMBERS = ("n", "b")  # kinds of cells whose value is one
DIGITS = "0123456789"

Row = tuple[str | float | None, ...]


def parse_part(content: bytes) -> etree._Element:
    """Parse a part; no entity is replaced and nothing fetched."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def read_parts(archive: zipfile.ZipFile, names: list[str]) -> dict[str, etree._Element]:
    """Parse some parts of a workbook."""
    return {name: parse_part(archive.read(name)) for name in names}


def read_sheets(parts: Mapping[str, etree._Element]) -> Iterator[tuple[str, list[Row]]]:
    """Yield the name of each sheet and its rows from the top, all as wide as the widest.

    Texts are strings, numbers floats, truth values 0 or 1; None stands where nothing does.
    """
    shared = parts[STRINGS].iter(f"{MAIN}si") if STRINGS in parts else ()
    strings = ["".join(one.itertext()) for one in shared]
    targets = {one.get("Id"): one.get("Target") for one in parts[RELATIONS]}
    for sheet in parts[BOOK].iter(f"{MAIN}sheet"):
        place = normpath(join("/xl", targets[sheet.get(RELATION)])).removeprefix("/")
        yield sheet.attrib["name"], _rows(parts[place], strings)


def _rows(sheet: etree._Element, strings: list[str]) -> list[Row]:
    rows = {int(row.attrib["r"]): _cells(row, strings) for row in sheet.iter(f"{MAIN}row")}
    held = [number for number, cells in rows.items() if cells]
    width = max((column + 1 for cells in rows.values() for column in cells), default=0)
    nothing: dict[int, str | float] = {}
    return [
        tuple(map(rows.get(number, nothing).get, range(width)))
        for number in range(1, max(held, default=0) + 1)
    ]


def _cells(row: etree._Element, strings: list[str]) -> dict[int, str | float]:
    """What stands in a row, by the numbers of its columns."""
    return {
        _column(cell.attrib["r"].rstrip(DIGITS)): value
        for cell in row.iterchildren(f"{MAIN}c")
        if (value := _value(cell, strings)) is not None
    }


def _value(cell: etree._Element, strings: list[str]) -> str | float | None:
    kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
    if kind == "inlineStr":
        return "".join(cell.itertext())
    if not value:
        return None
    if kind == "s":
        return strings[int(value)]
    return float(value) if kind in NUMBERS else str(value)


@cache
def _column(letters: str) -> int:
    """Number of a column, A being 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
