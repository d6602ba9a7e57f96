"""The tables of a workbook, one sheet per indicator: each wave, each margin, each group."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from migstat.declarations.catalogue import Language
from migstat.declarations.model import TOTAL
from migstat.release.brief.words import NONE, Words
from migstat.release.brief.words import WITHHELD as SIGN_WITHHELD
from migstat.release.cells import DECIMALS, DIMENSIONS, WITHHELD
from migstat.release.components import COMPONENTS, CONCEPTS
from migstat.release.writers.labels import CodeList
from migstat.release.writers.sheet import Book, Cell, Sheet, Style

COMPONENT = "breakdown"
FIGURES = ("obs_value", "ci_lower", "ci_upper", "std_error", "n_obs")
WIDTHS = (52, 28, 12, 12, 12, 12, 12, 12)
GROUPS = tuple(name for name in DIMENSIONS if name != COMPONENT)

Row = dict[Hashable, Any]


@dataclass(frozen=True)
class Tables:
    """What the tables are written with.

    Attributes:
        lists: Labels of all codes.
        words: Phrases of the language.
    """

    lists: Mapping[str, CodeList]
    words: Words

    @property
    def language(self) -> Language:
        """The language."""
        return self.words.language

    @cached_property
    def places(self) -> Mapping[str, Mapping[str, int]]:
        """By column where each code stands in its list."""
        return {
            column: {code: place for place, code in enumerate(self.lists[name].labels)}
            for column, name in CODES.items()
        }

    def label(self, column: str, code: str) -> str:
        """Label of a code of a column."""
        return self.lists[CODES[column]].label(code, self.language)

    def heading(self, column: str) -> str:
        """Heading of a column."""
        return self.lists[CONCEPTS].label(CONCEPT[column], self.language)


CODES = {c.column: c.codes for c in COMPONENTS if c.codes}
CONCEPT = {c.column: c.concept for c in COMPONENTS}


def figures_of(row: Row) -> list[Cell]:
    """The figures of a cell; a sign where it is withheld or has none."""
    sign = SIGN_WITHHELD if row["obs_status"] == WITHHELD else NONE
    return [sign if pd.isna(row[name]) else row[name] for name in FIGURES]


def styles_of(row: Row, figures: list[Cell]) -> list[Style]:
    """How these figures look: numbers with the decimals of their unit, signs to the right."""
    decimals = DECIMALS[row["unit_measure"]]
    number = Style.TWO_DECIMALS if decimals > 1 else Style.ONE_DECIMAL
    looks = [number] * (len(FIGURES) - 1) + [Style.WHOLE]
    return [
        Style.SIGN if isinstance(figure, str) else look
        for figure, look in zip(figures, looks, strict=True)
    ]


def add_indicator(book: Book, code: str, cells: pd.DataFrame, tables: Tables) -> None:
    """Add the sheet of an indicator.

    Args:
        book: The workbook.
        code: The indicator; the name of its sheet.
        cells: Its released cells.
        tables: Labels and words.
    """
    sheet = book.add(code, WIDTHS)
    sheet.add([f"{code}  {tables.label('indicator_code', code)}"], Style.TITLE)
    sheet.add([f"{tables.heading('unit_measure')}: {_units(cells, tables)}"])
    named = (tables.words.phrase("book_group"), tables.heading(COMPONENT))
    figures = (tables.heading(name) for name in FIGURES)
    sheet.add_header([*named, *figures, tables.heading("notes")])
    for _, of_wave in cells.groupby(["survey_code", "wave"], sort=True):
        survey, wave, period = of_wave[["survey_code", "wave", "time_period"]].iloc[0]
        sheet.skip()
        told = f"{tables.label('survey_code', survey)}, {period}"
        sheet.add([told if wave == period else f"{told} ({wave})"], Style.HEADING)
        _add_margins(sheet, of_wave, tables)


def _add_margins(sheet: Sheet, cells: pd.DataFrame, tables: Tables) -> None:
    margins: dict[tuple[str, ...], list[Row]] = {}
    for row in cells.to_dict("records"):
        margin = tuple(name for name in GROUPS if row[name] != TOTAL)
        margins.setdefault(margin, []).append(row)
    for margin in sorted(margins, key=lambda names: (len(names), _positions(names))):
        if margin:
            named = ", ".join(tables.heading(name) for name in margin)
            sheet.add([tables.words.phrase("book_by", dimensions=named)], Style.HEADING)
        for row in sorted(margins[margin], key=lambda row: tuple(_order(row, margin, tables))):
            figures = figures_of(row)
            cells_of_row = [_group(row, margin, tables), _component(row, tables), *figures]
            styles = [Style.TEXT, Style.TEXT, *styles_of(row, figures), Style.NOTE]
            sheet.add([*cells_of_row, row["notes"]], *styles)


def _positions(names: tuple[str, ...]) -> list[int]:
    return [GROUPS.index(name) for name in names]


def _order(row: Row, margin: tuple[str, ...], tables: Tables) -> Iterator[int]:
    """Where the codes of a row stand in their lists."""
    for name in (*margin, COMPONENT):
        yield tables.places[name][row[name]]


def _group(row: Row, margin: tuple[str, ...], tables: Tables) -> str:
    if not margin:
        return tables.label("sex", TOTAL)
    return " · ".join(tables.label(name, row[name]) for name in margin)


def _units(cells: pd.DataFrame, tables: Tables) -> str:
    """Name the unit of the figures, then that of each component which has another one."""
    units = dict(zip(cells[COMPONENT], cells["unit_measure"], strict=True))
    usual = units.get(TOTAL, cells["unit_measure"].iloc[0])
    others = [
        f"{tables.label(COMPONENT, code)}: {tables.label('unit_measure', unit)}"
        for code, unit in sorted(units.items())
        if unit != usual
    ]
    return tables.words.listed([tables.label("unit_measure", usual), *others])


def _component(row: Row, tables: Tables) -> str:
    return "" if row[COMPONENT] == TOTAL else tables.label(COMPONENT, row[COMPONENT])
