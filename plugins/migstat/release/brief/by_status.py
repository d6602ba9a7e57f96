"""Each key indicator by migratory status: a chart, the figures behind it, and the widest gap."""

from migstat.release.brief.chart import Legend, Point, draw_points
from migstat.release.brief.document import Block, Column, Paragraph, Picture, Section, Table
from migstat.release.brief.evidence import gap_words
from migstat.release.brief.gaps import widest_gap
from migstat.release.brief.key_figures import Key, list_of
from migstat.release.brief.numbers import PERCENT
from migstat.release.brief.shown import Figure
from migstat.release.brief.shown import Table as Cells
from migstat.release.brief.source import Source
from migstat.release.brief.words import Words

Row = tuple[str, Figure | None, bool, int]  # label, figure, is it the total, depth


def build_by_status(source: Source, words: Words, keys: list[Key]) -> list[Section]:
    """Build the sections: one per indicator that is told apart, one per wave for all others."""
    how = Section(words.phrase("status_title"), (Paragraph(words.phrase("status_how")),))
    sections: list[Section] = []
    whole: dict[tuple[str, str], list[Key]] = {}
    for key in keys:
        table, dimension = key.table, key.dimension
        if table and dimension and key.is_told_apart:
            sections.append(_of_indicator(source, words, key, table, dimension))
        elif table and _is_shown_percentage(key.headline):
            whole.setdefault((table.survey, table.wave), []).append(key)
    for i, (wave, others) in enumerate(sorted(whole.items()), 1):
        sections.append(_of_wave(source, words, wave, others, f"w{i}"))
    return [how, *sections] if sections else []


def legend_of(words: Words, kind: str) -> Legend:
    """Say what the markers mean; ``kind`` is the phrase for one that is no total."""
    return Legend(
        total=words.phrase("legend_total"),
        group=words.phrase(kind),
        caution=words.phrase("legend_caution"),
        interval=words.phrase("legend_interval"),
    )


def draw(words: Words, name: str, rows: list[Row], kind: str = "column_figure") -> str:
    """Draw rows of one unit as a chart; ``kind`` is the phrase for what a row is."""
    points = [_point(words, row) for row in rows]
    is_percent = all(figure.unit == PERCENT for _, figure, _, _ in rows if figure)
    legend = legend_of(words, kind)
    return draw_points(points, name, legend, words.numbers.tick, is_percent=is_percent)


def table_of(words: Words, caption: str, first: str, rows: list[Row]) -> Table:
    """Write rows as a table."""
    columns = (
        Column(first, share=4),
        Column(words.phrase("column_figure"), is_number=True, share=1.2),
        Column(words.phrase("column_interval"), is_number=True, share=1.8),
        Column(words.phrase("column_answers"), is_number=True, share=1.2),
    )
    written = tuple(
        (label, words.value(figure), words.interval(figure), words.answers(figure))
        for label, figure, _, _ in rows
    )
    return Table(caption, columns, written)


def wave_words(source: Source, words: Words, wave: tuple[str, str]) -> str:
    """Name a wave by its survey and period."""
    survey = words.survey(wave[0])
    return words.phrase("survey_period", survey=survey, period=source.shown.periods[wave])


def _is_shown_percentage(figure: Figure | None) -> bool:
    return figure is not None and figure.is_shown and figure.unit == PERCENT


def _of_indicator(source: Source, words: Words, key: Key, table: Cells, dimension: str) -> Section:
    indicator = words.indicator(key.indicator)
    rows = _rows(source, words, key, dimension)
    title = indicator  # shares by status say so themselves
    if source.declared.indicators[key.indicator].kind != "distribution":
        told = words.phrase(dimension)
        title = words.phrase("by_dimension", indicator=indicator, dimension=told)
    caption = f"{indicator}. {wave_words(source, words, (table.survey, table.wave))}"
    picture = Picture(
        draw(words, key.indicator, rows, "legend_group"),
        alt_of(words, title, rows),
        table_of(words, caption, words.phrase("column_group"), rows),
    )
    blocks: list[Block] = [picture]
    gap = widest_gap(source, table)
    if gap:
        sure = words.phrase("gap_sure" if gap.is_sure else "gap_unsure")
        sides = {"worse": "gap_worse", "better": "gap_better"}
        side = words.phrase(sides[gap.side]) if gap.is_sure and gap.side in sides else ""
        widest = words.phrase("gap_widest", gap=gap_words(words, gap))
        blocks.insert(0, Paragraph(" ".join(part for part in (widest, sure, side) if part)))
    return Section(title, tuple(blocks), level=3)


def _rows(source: Source, words: Words, key: Key, dimension: str) -> list[Row]:
    codes = source.declared.code_lists[list_of(dimension)]
    rows: list[Row] = []
    if source.declared.indicators[key.indicator].kind != "distribution":
        rows.append((words.label(dimension, "_T"), key.headline, True, 0))
    present = {figure.code for figure in key.groups}
    for figure in key.groups:
        depth = int(codes[figure.code].parent in present)
        rows.append((words.label(dimension, figure.code), figure, False, depth))
    return rows


def _of_wave(
    source: Source, words: Words, wave: tuple[str, str], keys: list[Key], name: str
) -> Section:
    rows: list[Row] = [(words.indicator(key.indicator), key.headline, False, 0) for key in keys]
    caption = wave_words(source, words, wave)
    title = words.phrase("not_apart", survey=words.survey(wave[0]))
    picture = Picture(
        draw(words, name, rows),
        alt_of(words, title, rows),
        table_of(words, caption, words.phrase("column_indicator"), rows),
    )
    return Section(title, (Paragraph(words.phrase("not_apart_why")), picture), level=3)


def _point(words: Words, row: Row) -> Point:
    label, figure, is_total, depth = row
    written = words.value(figure)
    if figure is None or not figure.is_shown:
        return Point(label, written, None, is_total=is_total, depth=depth)
    has_interval = figure.low is not None and figure.low != figure.high
    low, high = (figure.low, figure.high) if has_interval else (None, None)
    return Point(label, written, figure.value, low, high, is_total, figure.is_caution, depth)


def alt_of(words: Words, title: str, rows: list[Row]) -> str:
    """Say what a chart shows: of how many, the highest group and the lowest."""
    shown = [
        (is_total, figure.value, f"{label} {words.value(figure)}")
        for label, figure, is_total, _ in rows
        if figure and figure.is_shown
    ]
    if not shown:
        return words.phrase("alt_withheld", title=title)
    groups = sorted(one for one in shown if not one[0]) or shown  # a total lies between them
    return words.phrase(
        "alt_chart",
        title=title,
        count=words.numbers.count(len(shown)),
        most=groups[-1][2],
        least=groups[0][2],
    )
