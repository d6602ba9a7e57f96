"""Point-range charts as SVG, text drawn as paths: every viewer shows the same, in every script.

Readable in grey: the kind of a figure is told by the shape of its marker, never by colour. The
engine shapes Bengali right (libraqm), as no SVG text does everywhere.
"""

import io
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D

from migstat.release.brief.fonts import families, fonts

WIDTH = 6.7  # inches: the text width of an A4 page
LABELS, VALUES = 2.55, 0.85  # inches for labels and for the written figures
LINE, BETWEEN = 0.145, 0.085  # inches per line of a label, and between rows
HEAD, AXIS, LEGEND = 0.06, 0.24, 0.17  # inches above the rows, for the axis, per line of the legend
INDENT = 0.12  # inches by which a group of a group stands in
SIZE = 8.5  # points
POINTS = 72.0  # of an inch
INK, PALE = "#1a1a1a", "#8a8a8a"
FEW = 45.0  # percent; where all lies below, the axis ends sooner
TICKS = [1, 2, 2.5, 5, 10]  # steps of an axis that are easily read: not 6, not 8
MEASURED = 10_000  # texts whose width is kept

_drawing = Lock()  # matplotlib's settings are the process's


@dataclass(frozen=True)
class Point:
    """A row of a chart; one that is withheld has no place on the axis.

    Attributes:
        label: Its name.
        written: Its figure as it is written.
        value: Place of the marker, in the unit of the axis; None where it is withheld.
        low: Lower end of the interval; None where there is none.
        high: Upper end.
        is_total: Whether it stands for all.
        is_caution: Whether it must be used with caution.
        depth: 1 for a group of another one.
    """

    label: str
    written: str
    value: float | None
    low: float | None = None
    high: float | None = None
    is_total: bool = False
    is_caution: bool = False
    depth: int = 0


@dataclass(frozen=True)
class Legend:
    """What the markers mean, in the language of the chart; ``group`` is one that is no total."""

    total: str
    group: str
    caution: str
    interval: str


def draw_points(
    points: list[Point],
    name: str,
    legend: Legend,
    tick: Callable[[float], str],
    *,
    is_percent: bool,
) -> str:
    """Draw a chart.

    Args:
        points: Its rows, from the top.
        name: Prefix of the ids in the SVG, so that several charts stand in one page.
        legend: Words of the legend.
        tick: Writes a number of the axis.
        is_percent: Whether the axis is one of percentages.

    Returns:
        The ``<svg>`` element, without title: the page that holds it says what it shows. The same
        input gives the same bytes.
    """
    with _drawing, mpl.rc_context(_style(name)):
        labels = [_folded(point.label, LABELS - INDENT * (1 + point.depth)) for point in points]
        keys = _legend_lines(points, legend)
        heights = [len(lines) * LINE + BETWEEN for lines in labels]
        foot = AXIS + LEGEND * len(keys)
        height = HEAD + sum(heights) + foot
        canvas = Canvas(figsize=(WIDTH, height))
        room = (LABELS, foot, WIDTH - LABELS - VALUES, sum(heights))
        axes = canvas.add_axes((room[0] / WIDTH, foot / height, room[2] / WIDTH, room[3] / height))
        top = 0.0
        for point, lines, row in zip(points, labels, heights, strict=True):
            _draw_row(axes, point, lines, top + row / 2)
            top += row
        _draw_axis(axes, points, top, tick, is_percent=is_percent)
        for i, handles in enumerate(reversed(keys)):
            place = (LABELS / WIDTH, i * LEGEND / height)
            canvas.add_artist(_legend(canvas, handles, place))
        file = io.StringIO()
        canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return _element(file.getvalue(), name)


def _style(name: str) -> Any:  # noqa: ANN401 - a mapping whose keys matplotlib lists one by one
    return {
        "font.family": _families(),
        "font.size": SIZE,
        "svg.fonttype": "path",
        "svg.hashsalt": name,
        "text.color": INK,
        "text.parse_math": False,
        "axes.edgecolor": PALE,
        "axes.linewidth": 0.6,
        "xtick.color": INK,
        "xtick.labelsize": SIZE - 1,
    }


def _families() -> list[str]:
    """Name the shipped families, known to the engine."""
    _register(tuple(font.file for font in fonts()))
    return families()


@cache
def _register(files: tuple[Path, ...]) -> None:
    """Make the shipped fonts known, and forget the machine's own of the same name."""
    manager = font_manager.fontManager
    for file in files:
        manager.addfont(file)
    own = {str(file) for file in files}
    names = set(families())
    manager.ttflist = [
        font for font in manager.ttflist if font.name not in names or font.fname in own
    ]


def _folded(text: str, room: float) -> list[str]:
    """Break a text into lines that fit into a room (inches)."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _width(text: str) -> float:
    """Measure a text as it will be drawn, in inches."""
    return _measured(text, tuple(_families()))


@lru_cache(MEASURED)  # the charts of a brief name the same groups
def _measured(text: str, names: tuple[str, ...]) -> float:
    renderer: Any = RendererAgg(1, 1, POINTS)  # type: ignore[no-untyped-call] # has no types
    font = FontProperties(family=list(names), size=SIZE)
    width, _, _ = renderer.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / POINTS


def _draw_row(axes: Axes, point: Point, lines: list[str], place: float) -> None:
    """Draw a row whose middle lies ``place`` inches below the top."""
    weight = "bold" if point.is_total else "normal"
    left = axes.get_yaxis_transform()
    axes.axhline(place, color=PALE, linewidth=0.4, linestyle=(0, (1, 3)), zorder=0)
    width = WIDTH - LABELS - VALUES
    for i, line in enumerate(lines):
        y = place + LINE * (i - (len(lines) - 1) / 2)
        x = (INDENT * point.depth - LABELS) / width
        axes.text(x, y, line, transform=left, va="center", ha="left", weight=weight)
    end = 1 + VALUES / width
    axes.text(end, place, point.written, transform=left, va="center", ha="right", weight=weight)
    if point.value is None:
        return
    if point.low is not None and point.high is not None:
        axes.plot([point.low, point.high], [place, place], color=INK, linewidth=1.1, zorder=2)
    axes.plot([point.value], [place], **_marker(point), zorder=3)
    if point.is_total:
        axes.axvline(point.value, color=INK, linewidth=0.6, linestyle=(0, (4, 3)), zorder=1)


def _marker(point: Point) -> dict[str, Any]:
    return {
        "marker": "D" if point.is_total else "o",
        "markersize": 5.2 if point.is_total else 5.6,
        "markerfacecolor": "white" if point.is_caution else INK,
        "markeredgecolor": INK,
        "markeredgewidth": 1.0,
        "linestyle": "none",
    }


def _draw_axis(
    axes: Axes, points: list[Point], depth: float, tick: Callable[[float], str], *, is_percent: bool
) -> None:
    ends = [end for p in points for end in (p.value, p.low, p.high) if end is not None]
    low, high = _percent_ends(ends) if is_percent else _free_ends(ends)
    axes.set(xlim=(low, high), ylim=(depth, 0), yticks=[])
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(5, steps=TICKS))
    axes.xaxis.set_major_formatter(lambda value, _: tick(round(float(value), 6)))
    axes.tick_params(axis="x", length=3, width=0.6, pad=2)


def _percent_ends(ends: list[float]) -> tuple[float, float]:
    """Begin at 0 and end at 100, sooner where all is small; a margin keeps markers whole."""
    most = max(ends, default=100.0)
    high = 100.0 if most > FEW else max(5.0, 5.0 * math.ceil(most / 5.0))
    return min([0.0, *ends]) - high * 0.015, high * 1.015


def _free_ends(ends: list[float]) -> tuple[float, float]:
    low, high = min([0.0, *ends]), max([0.0, *ends])
    margin = (high - low or 1.0) * 0.03
    return low - margin, high + margin


def _legend_lines(points: list[Point], legend: Legend) -> list[list[Line2D]]:
    """Choose the marks that occur and break them into lines that fit under the axis."""
    seen = [point for point in points if point.value is not None]
    kinds: list[tuple[bool, str, dict[str, Any]]] = [
        (any(p.is_total for p in seen), legend.total, _marker(Point("", "", 0.0, is_total=True))),
        (
            any(not p.is_total and not p.is_caution for p in seen),
            legend.group,
            _marker(Point("", "", 0.0)),
        ),
        (
            any(p.is_caution for p in seen),
            legend.caution,
            _marker(Point("", "", 0.0, is_caution=True)),
        ),
        (any(p.low is not None for p in seen), legend.interval, {"color": INK, "linewidth": 1.1}),
    ]
    lines: list[list[Line2D]] = [[]]
    room = WIDTH - LABELS
    for occurs, words, look in kinds:
        if not occurs:
            continue
        handle = Line2D([], [], label=words, **look)
        if lines[-1] and sum(map(_key_width, [*lines[-1], handle])) > room:
            lines.append([])
        lines[-1].append(handle)
    return lines


def _key_width(handle: Line2D) -> float:
    return _width(str(handle.get_label())) + 0.42


def _legend(canvas: Canvas, handles: list[Line2D], place: tuple[float, float]) -> mpl.legend.Legend:
    return mpl.legend.Legend(
        canvas,
        handles,
        [str(handle.get_label()) for handle in handles],
        loc="lower left",
        bbox_to_anchor=place,
        ncols=max(1, len(handles)),
        frameon=False,
        borderpad=0.0,
        borderaxespad=0.0,
        handlelength=1.4,
        handletextpad=0.5,
        columnspacing=1.2,
        fontsize=SIZE - 1,
    )


def _element(text: str, name: str) -> str:
    """Cut the element out of the file and make its ids its own."""
    svg = text[text.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # a style sheet would hold for the page around it too
    svg = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", svg, count=1, flags=re.DOTALL)
    svg = svg.replace("<svg", '<svg style="stroke-linejoin: round; stroke-linecap: butt"', 1)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(xlink:href="|url\()#', rf"\1#{name}-", svg)
    return svg.strip()
