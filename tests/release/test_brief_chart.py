"""Charts: the same everywhere, readable in grey, and never a mark for what is withheld."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest
from migstat.release.brief.chart import (
    LABELS,
    Legend,
    Point,
    _folded,
    _legend_lines,
    _width,
    draw_points,
)
from migstat.release.brief.fonts import check_letters, embed, families
from migstat.release.brief.numbers import Numbers
from migstat.release.errors import FontError

LEGEND = Legend("Total", "Group", "Use with caution", "95% interval")
ALL = Point("Total", "40.0%", 40.0, 36.1, 44.0, is_total=True)
ONE = Point("Immigrants", "60.0%", 60.0, 55.0, 65.0)
UNSURE = Point("Returnees", "(20.0%)", 20.0, 5.0, 35.0, is_caution=True)
HIDDEN = Point("Refugees", "..", None)
LONG = "আন্তর্জাতিক সুরক্ষা দরকার এমন অন্য ব্যক্তি ও তাদের পরিবারের সদস্য যারা দেশে আছেন"
SVG = "{http://www.w3.org/2000/svg}"


def draw(*points: Point, name: str = "c1", is_percent: bool = True) -> str:
    return draw_points(list(points), name, LEGEND, Numbers("en").tick, is_percent=is_percent)


def markers(svg: str) -> int:
    """Marks drawn inside the axes: uses of a marker that a legend does not hold."""
    root = ET.fromstring(svg)  # noqa: S314 - made by us
    axes = next(g for g in root.iter(f"{SVG}g") if g.get("id", "").endswith("axes_1"))
    lines = [g for g in axes.iter(f"{SVG}g") if "line2d" in g.get("id", "")]
    drawn = [g for g in lines if g.find(f"{SVG}g/{SVG}use") is not None]
    ticks = [g for g in axes.iter(f"{SVG}g") if "-xtick_" in g.get("id", "")]
    return len(drawn) - sum(g in list(t.iter()) for t in ticks for g in drawn)


def test_the_same_points_give_the_same_bytes():
    assert draw(ALL, ONE, UNSURE, HIDDEN) == draw(ALL, ONE, UNSURE, HIDDEN)


def test_text_is_drawn_as_paths_so_that_every_viewer_shapes_it_right():
    svg = draw(ALL, Point(LONG, "৪০%", 40.0))  # noqa: RUF001 - Bengali digits
    assert "<text" not in svg
    assert "<script" not in svg
    assert "http" not in re.sub(r'xmlns(:xlink)?="[^"]*"', "", svg)


def test_ids_are_the_charts_own():
    ids = [set(re.findall(r'\bid="([^"]*)"', draw(ALL, ONE, name=name))) for name in ("c1", "c2")]
    assert ids[0]
    assert not ids[0] & ids[1]
    used = set(re.findall(r'(?:xlink:href="|url\()#([^")]*)', draw(ALL, ONE, name="c1")))
    assert used
    assert used <= ids[0]


def test_every_colour_is_a_grey():
    colours = re.findall(r"#([0-9a-f]{6})\b", draw(ALL, ONE, UNSURE, HIDDEN))
    assert colours
    assert all(len({colour[i : i + 2] for i in (0, 2, 4)}) == 1 for colour in colours)


def test_a_withheld_figure_has_no_mark():
    assert markers(draw(ALL, ONE)) == 2
    assert markers(draw(ALL, ONE, HIDDEN)) == 2


def test_kinds_are_told_by_the_shape_of_their_markers():
    shapes = {
        re.sub(r"[-\d.]+", "", path)
        for point in (ALL, ONE)
        for path in re.findall(r'<path id="c1-m[^"]*" d="([^"]*)"', draw(point))
    }
    assert len(shapes) >= 2
    assert draw(ONE).count("fill: #ffffff; stroke: #1a1a1a") == 0
    assert draw(UNSURE).count("fill: #ffffff; stroke: #1a1a1a") > 0


@pytest.mark.parametrize("label", [LONG, "Лица, нуждающиеся в международной защите и их семьи"])
def test_a_long_label_is_broken_to_fit_beside_the_axis(label: str):
    lines = _folded(label, LABELS)
    assert len(lines) > 1
    assert all(_width(line) <= LABELS for line in lines)
    assert " ".join(lines) == label


def test_a_word_longer_than_the_room_stays_whole():
    assert _folded("a" * 200, LABELS) == ["a" * 200]


def test_an_axis_that_is_no_percentage_holds_negative_figures():
    svg = draw(Point("Gap", "-37.0", -37.0, -41.0, -33.0), name="n", is_percent=False)
    assert markers(svg) == 1


@pytest.mark.parametrize(
    ("points", "kinds"),
    [((ALL, ONE, UNSURE), {"total", "group", "caution"}), ((ALL, UNSURE), {"total", "caution"})],
)
def test_the_legend_names_what_occurs_and_nothing_else(points: tuple[Point, ...], kinds: set[str]):
    legend = Legend("total", "group", "caution", "interval")
    lines = _legend_lines(list(points), legend)
    assert {str(key.get_label()) for line in lines for key in line} == kinds | {"interval"}


@pytest.mark.parametrize("most", [4.0, 8.0, 12.0, 17.0, 21.0, 24.0, 28.0, 33.0, 41.0, 70.0])
def test_an_axis_counts_in_steps_that_are_easily_read(most: float):
    told: list[float] = []
    written = Numbers("en").tick
    point = Point("Immigrants", "?", most / 2, 1.0, most)
    draw_points([point], "t", LEGEND, lambda x: told.append(x) or written(x), is_percent=True)
    steps = {round(b - a, 6) for a, b in itertools.pairwise(sorted(set(told)))}
    assert len(steps) == 1
    assert steps < {1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0}


def test_dollars_are_no_formula():
    svg = draw(Point("Income $x^2$ in US$", "1", 1.0), name="d", is_percent=False)
    assert svg.count("<use") > 10


def test_a_letter_that_no_font_has_is_told_with_its_text():
    with pytest.raises(FontError, match=r"U\+0639.*'Survey \u0639'.*Put a TrueType font"):
        check_letters(["Survey", "Survey \u0639"])


def test_the_letters_of_all_six_languages_can_be_drawn():
    check_letters(["Età ñ «ё» Ж ক্ষ ৳ ১২৩ । – ’ “”"])  # noqa: RUF001 - letters as they are


def test_a_page_brings_only_the_letters_it_needs():
    latin, bengali = embed("Total"), embed("Total মোট")
    assert {face.family for face in latin} == {families()[0]}
    assert {face.family for face in bengali} == set(families())
    assert [face.weight for face in latin] == [400, 700]
    assert all(len(face.data) < 20_000 for face in latin)
    assert embed("Total মোট") == bengali
