"""The report's figures of 2021 beside ours, where every cell of ours is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from migstat.declarations.report import Cell, Figure
from migstat.release.brief.document import Block, Column, Paragraph, Section, Table
from migstat.release.brief.shown import Figure as Released
from migstat.release.brief.shown import Shown
from migstat.release.brief.shown import Table as Cells
from migstat.release.brief.source import Source
from migstat.release.brief.words import COMPARED, NONE, WITHHELD, Words
from migstat.release.cells import DIMENSIONS

NBSP = "\u00a0"
WIDEST = 4.05  # share of what a finding says
AGREES = frozenset({"within", "holds"})
JUDGED = AGREES | {"outside", "fails"}


@dataclass(frozen=True)
class Comparison:
    """A figure of the report and ours.

    Attributes:
        figure_id: Which one.
        ours: Our figure; None where nothing stands beside it.
        period: When ours was collected; empty where there is none.
        relation: How ours lies to another of ours, where the report compares two groups.
        other: That one.
        result: What the comparison says; ``withheld`` where a cell of ours is.
    """

    figure_id: str
    ours: Released | None
    result: str
    period: str = ""
    relation: str = ""
    other: Released | None = None

    @property
    def is_judged(self) -> bool:
        """Whether it says that they agree or that they don't."""
        return self.result in JUDGED

    @property
    def agrees(self) -> bool:
        """Whether they agree."""
        return self.result in AGREES


def compare(source: Source) -> list[Comparison]:
    """List the comparisons that a reader can be shown."""
    figures = source.declared.report_figures
    rows = source.comparison
    found = []
    for _, row in rows.sort_values("figure_id").iterrows():
        figure = figures.get(str(row["figure_id"]))
        if figure and figure.kind in COMPARED and row["result"] != "not_compared":
            found.append(_compared(source.shown, figure, row))
    return found


def build_comparison(source: Source, words: Words) -> Section:
    """Build the section."""
    compared = compare(source)
    blocks: list[Block] = []
    if not any(figure.kind == "EST" for figure in source.declared.report_figures.values()):
        blocks.append(Paragraph(words.phrase("report_no_estimate")))
    if compared:
        rows = tuple(comparison_row(source, words, comparison) for comparison in compared)
        blocks += comparison_reading(words, [source], compared)
        blocks.append(Table(words.phrase("report_table"), comparison_columns(words), rows))
    elif not blocks:
        blocks.append(Paragraph(words.phrase("line_report_nothing")))
    return Section(words.phrase("report_title"), tuple(blocks))


def comparison_reading(
    words: Words, sources: Sequence[Source], compared: Sequence[Comparison]
) -> list[Paragraph]:
    """Say how to read comparisons, and what it means that made-up data agree."""
    told = [words.phrase("report_how")]
    if any(source.shown.is_synthetic for source in sources) and any(c.is_judged for c in compared):
        told.append(words.phrase("report_synthetic"))
    return [Paragraph(text) for text in told]


def comparison_columns(words: Words, *before: Column) -> tuple[Column, ...]:
    """Name the columns of a comparison; those before them take room from the first."""
    room = WIDEST - sum(column.share for column in before)
    return (
        *before,
        Column(words.phrase("column_report_what"), share=room),
        Column(words.phrase("column_report"), is_number=True, share=1.8),
        Column(words.phrase("column_ours"), is_number=True, share=1.4),
        Column(words.phrase("column_period"), share=1.2),
        Column(words.phrase("column_interval"), is_number=True, share=1.95),
        Column(words.phrase("column_result"), share=1.85),
    )


def comparison_row(source: Source, words: Words, comparison: Comparison) -> tuple[str, ...]:
    """Write a comparison as a row of ``comparison_columns``."""
    ours = comparison.ours
    nothing = WITHHELD if comparison.result == "withheld" else NONE
    value, interval = (words.value(ours), words.interval(ours)) if ours else (nothing, nothing)
    if comparison.other:
        value = f"{value} {comparison.relation}{NBSP}{words.value(comparison.other)}"
        interval = words.listed([interval, words.interval(comparison.other)])
    return (
        words.finding(comparison.figure_id).told,
        reported_words(source, words, comparison.figure_id),
        value,
        comparison.period or NONE,
        interval,
        words.phrase(f"result_{comparison.result}"),
    )


def reported_words(source: Source, words: Words, figure_id: str) -> str:
    """Write what the report says: its number, else its sense."""
    figure = source.declared.report_figures[figure_id]
    if figure.kind == "EST" and figure.value is not None:
        return words.numbers.reported(figure.value)
    return words.finding(figure_id).reported or NONE


def _compared(shown: Shown, figure: Figure, row: pd.Series) -> Comparison:
    figure_id = str(row["figure_id"])
    cells = [cell for _, cell in figure.cells()]
    ours = [_find(shown, cell) for cell in cells]
    if str(row["result"]) not in JUDGED:
        return Comparison(figure_id, None, str(row["result"]))
    # a verdict on true counts would tell of changed ones
    if any(one is None or not one.is_shown or one.is_perturbed for one in ours):
        return Comparison(figure_id, None, "withheld")
    sign = figure.signs[0] if figure.signs else None
    return Comparison(
        figure_id,
        ours[0],
        str(row["result"]),
        shown.periods[_wave(shown, cells[0])],
        *((sign.relation, ours[1]) if sign and sign.right else ()),
    )


def _find(shown: Shown, cell: Cell) -> Released | None:
    codes = {name: getattr(cell, name) for name in DIMENSIONS}
    return shown.find(Cells(*_wave(shown, cell), cell.indicator), **codes)


def _wave(shown: Shown, cell: Cell) -> tuple[str, str]:
    """Find the survey and wave of a cell: the latest, where it names none."""
    periods = shown.periods.items()
    waves = [(period, wave) for (survey, wave), period in periods if survey == cell.survey]
    return cell.survey, cell.wave or max(waves, default=("", ""))[1]
