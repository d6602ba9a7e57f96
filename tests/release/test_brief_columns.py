"""Columns of the PDF's tables: no word of any language is wider."""

import re

import pytest
from brief_source import brief, source
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from migstat.release.brief.across import build_across_brief
from migstat.release.brief.chart import _families
from migstat.release.brief.document import Document, Table
from migstat.release.brief.words import Words

OWN = [("BGD", "bn"), ("GIN", "fr"), ("IDN", "id"), ("KGZ", "ru"), ("LSO", "en"), ("SLV", "es")]
COUNTRIES = ("BGD", "BLR", "GIN", "IDN", "KGZ", "LSO", "MDA", "PER", "SLV")
WIDTH = 170 / 25.4  # inches of a line of the PDF
EM = 8.5 / 72  # of a table
PADDING = {False: 0.7 * EM, True: 1.35 * EM}  # wider where words stand beside numbers


def tables_of(document: Document) -> list[Table]:
    blocks = [block for section in document.sections for block in section.blocks]
    parts = [getattr(block, "table", block) for block in blocks]
    return [part for part in parts if isinstance(part, Table)]


def check_widths(table: Table) -> None:
    """No word may be wider than its column: it would stand in the next one."""
    share = WIDTH / sum(column.share for column in table.columns)
    numbers = [False, *(column.is_number for column in table.columns)]
    for place, column in enumerate(table.columns):
        room = column.share * share - PADDING[numbers[place] and not column.is_number]
        for word in re.split(r"[ -]", column.title):
            assert width_of(word, "bold") <= room, f"{table.caption}: {word}"
        for word in {word for row in table.rows for word in re.split(r"[ -]", row[place])}:
            assert width_of(word, "normal") <= room, f"{table.caption}, {column.title}: {word}"


@pytest.mark.parametrize(("iso3", "language"), OWN)
def test_no_word_of_a_table_is_wider_than_its_column(iso3: str, language: str):
    for table in tables_of(brief(source(iso3), language)):
        check_widths(table)


@pytest.mark.parametrize("language", [language for _, language in OWN])
def test_no_word_of_a_table_across_countries_is_wider_than_its_column(language: str):
    sources = [source(iso3) for iso3 in COUNTRIES]
    words = Words(language, *(one.declared for one in sources))  # type: ignore[arg-type]
    for table in tables_of(build_across_brief(sources, words)):
        check_widths(table)


def width_of(text: str, weight: str) -> float:
    """Of a text of a table, in inches."""
    renderer = RendererAgg(1, 1, 72)
    font = FontProperties(family=_families(), size=8.5, weight=weight)
    return float(renderer.get_text_width_height_descent(text, font, ismath=False)[0]) / 72
