"""Columns of the PDF's tables: as wide as their headings in every language."""

import re

import pytest
from brief_source import brief, source
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from migstat.release.brief.chart import _families
from migstat.release.brief.document import Table

OWN = [("BGD", "bn"), ("GIN", "fr"), ("IDN", "id"), ("KGZ", "ru"), ("LSO", "en"), ("SLV", "es")]
WIDTH = 170 / 25.4  # inches of a line of the PDF
EM = 8.5 / 72  # of a table
PADDING = {False: 0.7 * EM, True: 1.35 * EM}  # wider where words stand beside numbers


@pytest.mark.parametrize(("iso3", "language"), OWN)
def test_no_word_of_a_heading_is_wider_than_its_column(iso3: str, language: str):
    blocks = [
        block for section in brief(source(iso3), language).sections for block in section.blocks
    ]
    tables = [getattr(block, "table", block) for block in blocks]
    for table in tables:
        if not isinstance(table, Table):
            continue
        share = WIDTH / sum(column.share for column in table.columns)
        numbers = [False, *(column.is_number for column in table.columns)]
        for column, is_beside in zip(table.columns, numbers, strict=False):
            room = column.share * share - PADDING[is_beside and not column.is_number]
            for word in re.split(r"[ -]", column.title):
                assert width_of(word, "bold") <= room, f"{table.caption}: {word}"


def width_of(text: str, weight: str) -> float:
    """Of a text of a table, in inches."""
    renderer = RendererAgg(1, 1, 72)
    font = FontProperties(family=_families(), size=8.5, weight=weight)
    return float(renderer.get_text_width_height_descent(text, font, ismath=False)[0]) / 72
