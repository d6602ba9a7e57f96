"""What is unsafe by itself: worked out by hand, and read alike by suppressor and gate."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from migstat.release.disclosure.gate_rules import secrets
from migstat.release.disclosure.ground import build_space
from migstat.release.disclosure.model import (
    TOTAL,
    Amounts,
    Answers,
    Cell,
    Dimension,
    Rule,
    StricterCodes,
    Table,
    TableSystem,
    Vintage,
)
from migstat.release.disclosure.primary import (
    Sums,
    amount_width,
    unsafe_figures,
    unsafe_quantities,
)
from migstat.release.disclosure.rounding import rounded

CELL = Cell("t", ("A",))
RULE = Rule(min_contributors=10, min_numerator=3)


def found(kind: str, rule: Rule, sums: Sums) -> list[tuple[str, int]]:
    return [(one.quantity, one.width) for one in unsafe_quantities(CELL, kind, rule, sums)]


@pytest.mark.parametrize(
    ("n", "yes", "unsafe"),
    [
        (0, 0, []),
        (1, 1, [("n", 10), ("yes", 3)]),
        (9, 5, [("n", 10)]),
        (10, 5, []),
        (30, 0, []),
        (30, 1, [("yes", 3)]),
        (30, 2, [("yes", 3)]),
        (30, 3, []),
        (30, 28, [("no", 3)]),
        (30, 30, []),
    ],
)
def test_few_records_and_few_with_or_without_the_property_are_unsafe(
    n: int, yes: int, unsafe: list[tuple[str, int]]
):
    assert found("prop", RULE, Sums(n, yes)) == unsafe


@pytest.mark.parametrize(
    ("harmful", "yes", "unsafe"),
    [("yes", 30, [("no", 3)]), ("yes", 0, []), ("no", 0, [("yes", 3)]), ("no", 30, [])],
)
def test_an_answer_that_everybody_gave_is_unsafe_where_it_harms(
    harmful: str, yes: int, unsafe: list[tuple[str, int]]
):
    rule = Rule(min_contributors=10, min_numerator=3, harmful=harmful)  # type: ignore[arg-type]
    assert found("prop", rule, Sums(30, yes)) == unsafe


@pytest.mark.parametrize(
    ("contributions", "width"),
    [
        pytest.param((80, 15, 5), 6, id="dominance: 95 / 0.9 - 100 = 5.56; p: 8 - 5 = 3"),
        pytest.param((80, 1, 1, 1), 7, id="dominance: 81 / 0.9 - 83 = 7; p: 0.1 x 80 - 2 = 6"),
        pytest.param((50, 40, 10), 0, id="90 of 100 is just allowed, and 10 covers a tenth of 50"),
        pytest.param((50, 41, 9), 2, id="dominance: 91 / 0.9 - 100 = 1.11"),
        pytest.param((100,), 12, id="one alone: 100 / 0.9 - 100 = 11.11, p: 10"),
        pytest.param((0, 0), 0, id="nothing contributed"),
    ],
)
def test_dominance_and_p_ratio_ask_for_the_width_of_the_textbook(
    contributions: tuple[int, ...], width: int
):
    """Hundepool et al. 2012, chapter 4: (x1 + x2) / d - T, and p x1 - (T - x1 - x2)."""
    first, second = (*sorted(contributions, reverse=True), 0)[:2]
    whole = sum(contributions)
    assert amount_width(Rule(), Amounts(whole, whole, first, second)) == width


contributors = st.lists(st.integers(0, 500), min_size=1, max_size=6)


@given(contributors)
def test_a_total_is_safe_just_where_both_rules_hold(contributions: list[int]):
    first, second = (*sorted(contributions, reverse=True), 0)[:2]
    whole = sum(contributions)
    dominated = Fraction(first + second) > Fraction(9, 10) * whole
    guessed = Fraction(whole - first - second) < Fraction(1, 10) * first
    width = amount_width(Rule(), Amounts(whole, whole, first, second))
    assert (width > 0) == (dominated or guessed)


@given(contributors, contributors)
def test_the_largest_of_two_groups_are_the_largest_of_all(one: list[int], other: list[int]):
    def amounts(values: list[int]) -> Amounts:
        first, second = (*sorted(values, reverse=True), 0)[:2]
        return Amounts(sum(values), sum(values), first, second)

    assert amounts(one) + amounts(other) == amounts(one + other)


answers = st.tuples(
    st.integers(0, 14), st.integers(0, 14), st.lists(st.integers(0, 99), max_size=3)
)


rules = st.builds(
    Rule,
    min_contributors=st.sampled_from([10, 12]),
    min_numerator=st.sampled_from([3, 5]),
    harmful=st.sampled_from([None, "yes", "no"]),
    dominance=st.sampled_from([0.75, 0.9]),
    p_ratio=st.sampled_from([0.1, 0.6]),  # at 0.1 dominance alone decides
    protects_zeros=st.booleans(),
)


@given(st.lists(answers, min_size=6, max_size=6), rules, rules)
def test_suppressor_and_gate_read_the_rules_alike(
    drawn: list[tuple[int, int, list[int]]], rule: Rule, of_code: Rule
):
    """Two readings, written apart, of the same rules over random tables."""
    dimensions = (
        Dimension("status", {"A": None, "A1": "A", "A2": "A", "B": None}),
        Dimension("sex", {"F": None, "M": None}),
    )
    leaves = list(product(("A1", "A2", "B"), "FM"))
    proportion, magnitude = {}, {}
    for leaf, (n, yes, values) in zip(leaves, drawn, strict=True):
        proportion[leaf] = Answers(n, min(n, yes))
        first, second = (*sorted(values, reverse=True), 0, 0)[:2]
        whole = sum(values)
        magnitude[leaf] = Answers(len(values), 0, (Amounts(whole, whole, first, second),))
    tables = {
        "p": Table("p", "prop", proportion, rule),
        "m": Table("m", "magnitude", magnitude, rule),
    }
    codes = [[TOTAL, *sorted(d.parents)] for d in dimensions]
    cells = {Cell(key, cell): True for key in tables for cell in product(*codes)}
    stricter = (StricterCodes("status", frozenset({"A"}), of_code),)
    system = TableSystem("one/2021/person", dimensions, tables, cells, stricter=stricter)
    space = build_space([Vintage(system, frozenset())])
    names = {"n": "records", "yes": "with the property", "no": "without the property"}
    ours = {(u.cell, names.get(u.quantity, 0), u.width) for u in unsafe_figures(space, system)}
    assert ours == {(s.cell, s.what, s.width) for s in secrets(system)}


FLOOR = Rule(10, 3, dominance=0.9, p_ratio=0.1)


@pytest.mark.parametrize(
    "threshold",
    [{"min_contributors": 9}, {"min_numerator": 2}, {"dominance": 0.91}, {"p_ratio": 0.09}],
    ids=lambda threshold: next(iter(threshold)),
)
def test_each_threshold_below_that_of_the_law_is_looser(threshold: dict[str, float]):
    assert replace(FLOOR, **threshold).is_looser_than(FLOOR)  # type: ignore[arg-type]


def test_the_law_itself_and_what_is_stricter_are_not_looser():
    assert not FLOOR.is_looser_than(FLOOR)
    assert not Rule(11, 4, dominance=0.8, p_ratio=0.2).is_looser_than(FLOOR)


def test_joined_rules_show_no_finer_area_than_either():
    shown = [Rule(max_area_level=level) for level in (None, 1, 2)]
    assert shown[1].with_stricter(shown[2]).max_area_level == 1
    assert shown[2].with_stricter(shown[1]).max_area_level == 1
    assert shown[0].with_stricter(shown[2]).max_area_level == 2
    assert shown[0].with_stricter(shown[0]).max_area_level is None


@pytest.mark.parametrize(
    ("count", "base", "shown"),
    [
        (7, 1, 7),
        (0, 5, 0),
        (2, 5, 0),
        (3, 5, 5),
        (12, 5, 10),
        (13, 5, 15),
        (5, 10, 10),
        (25, 10, 30),
    ],
)
def test_counts_are_rounded_to_the_nearest_multiple_halves_up(count: int, base: int, shown: int):
    assert rounded(count, base) == shown


def test_a_base_below_one_is_refused():
    with pytest.raises(ValueError, match="multiples of 0"):
        rounded(7, 0)
