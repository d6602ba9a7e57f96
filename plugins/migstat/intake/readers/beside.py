"""Rows that go on in another sheet: a form that asks about the same members in two repeats.

Forms look up the other repeat by position (``indexed-repeat(…, position(..))``), so the n-th row of
a parent in the one sheet and the n-th row of the same parent in the other are one member.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl.cell.read_only import EMPTY_CELL

from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers.request import TableRequest

Rows = Iterator[Sequence[Any]]  # cells of openpyxl, which has no types
Numbered = dict[tuple[str, int], Sequence[Any]]


def continue_rows(
    place: str,
    table: TableRequest,
    main: tuple[list[str], Rows],
    others: Mapping[str, tuple[list[str], Rows]],
) -> tuple[list[str], Rows]:
    """Put the columns that only other sheets have to the right of the rows they continue.

    Args:
        place: Survey and wave, for messages.
        table: The table; its ``link`` tells which parent a row belongs to.
        main: Header and rows of its own sheet.
        others: Header and rows of the sheets beside, by their names.

    Returns:
        The longer header and rows; a row that another sheet does not continue is empty there.

    Raises:
        RefusedDelivery: A sheet does not name the parent, or has rows that continue none.
    """
    header, rows = main
    longer, sides = list(header), []
    for name, (columns, cells) in others.items():
        numbered = dict(_numbered(place, name, columns, cells, table.link))
        new = [i for i, column in enumerate(columns) if column and column not in longer]
        longer += [columns[i] for i in new]
        sides.append((name, new, numbered))
    return longer, _joined(place, table, header, rows, sides)


def _joined(
    place: str,
    table: TableRequest,
    header: list[str],
    rows: Rows,
    sides: Sequence[tuple[str, list[int], Numbered]],
) -> Rows:
    for at, row in _numbered(place, table.sheet or "", header, rows, table.link):
        cells = _picked(row, range(len(header)))
        for _, new, numbered in sides:
            cells += _picked(numbered.pop(at, ()), new)
        yield cells
    for name, _, numbered in sides:
        if numbered:
            raise RefusedDelivery(
                f"{place}: {len(numbered):,} rows of sheet {name!r} continue no row of sheet "
                f"{table.sheet!r}: their parent has fewer rows there. Nothing was taken in. Export "
                "it again with all rows of both sheets."
            )


def _numbered(
    place: str, sheet: str, header: list[str], rows: Rows, link: str | None
) -> Iterator[tuple[tuple[str, int], Sequence[Any]]]:
    """Give each row with its parent and its number within the parent."""
    if link is None or link not in header:
        raise RefusedDelivery(
            f"{place}: sheet {sheet!r} has no column {link!r}, which says whose rows it continues. "
            "Nothing was taken in. Export it again with that column."
        )
    column, seen = header.index(link), Counter[str]()
    for row in rows:
        parent = str(row[column].value) if column < len(row) else ""
        seen[parent] += 1
        yield (parent, seen[parent]), row


def _picked(row: Sequence[Any], places: Sequence[int]) -> list[Any]:
    return [row[i] if i < len(row) else EMPTY_CELL for i in places]
