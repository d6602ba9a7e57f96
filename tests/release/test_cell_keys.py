"""Counts changed by cell keys: the p-table, what it does to counts, and what is withheld."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from migstat.declarations.cell_keys import CellKeys
from migstat.release.disclosure.cell_keys import (
    KEYS,
    Row,
    Told,
    build_p_table,
    is_beyond_doubt,
    is_sensitive,
    perturb,
    perturb_system,
)
from migstat.release.disclosure.model import (
    TOTAL,
    Amounts,
    Answers,
    Cell,
    Leaf,
    Rule,
    StricterCodes,
    Table,
    TableSystem,
)
from migstat.release.disclosure.primary import Sums, unsafe_quantities
from pydantic import ValidationError
from small_tables import AREA, SEX, STATUS, every_cell

DECLARED = [
    CellKeys(deviation=1, variance=0.5),
    CellKeys(deviation=2, variance=1),
    CellKeys(deviation=2, variance=1.05, small=1),
    CellKeys(deviation=4, variance=3, small=2),
    CellKeys(deviation=10, variance=9),
    CellKeys(deviation=20, variance=9, small=3),
]
SEVERAL = pytest.mark.parametrize("keys", DECLARED, ids=str)


def shares(row: Row) -> dict[int, float]:
    """The share of all keys by which a row adds each deviation."""
    starts = (0, *row.ends)
    widths = [end - start for start, end in zip(starts, row.ends, strict=False)]
    return dict(zip(row.deviations, [width / KEYS for width in widths], strict=True))


def test_the_p_table_is_the_published_one():
    """``pt_ex_cnts`` of the R package ptable 1.0.0, as its own tests have it (test-pt_ex.R).

    D = 2, V = 1.05, js = 1; no row of it is bound by the further condition of that package that
    probabilities fall with the deviation.
    """
    published = [
        {0: 1.0},
        {-1: 0.50833333, 1: 0.47500000, 2: 0.01666667},
        {-2: 0.16155827, 0: 0.55565037, 1: 0.24246618, 2: 0.04032518},
        {-1: 0.41231301, 0: 0.28806097, 1: 0.18693903, 2: 0.11268699},
        {-2: 0.07012498, -1: 0.24450007, 0: 0.37074990, 1: 0.24450007, 2: 0.07012498},
    ]
    found = build_p_table(CellKeys(deviation=2, variance=1.05, small=1))
    assert [shares(row) for row in found] == [pytest.approx(row, abs=1e-6) for row in published]


@SEVERAL
def test_every_row_has_all_the_keys_mean_0_and_the_declared_variance(keys: CellKeys):
    for count, row in enumerate(build_p_table(keys)):
        of_each = shares(row)
        assert row.ends[-1] == KEYS
        assert sorted(row.ends) == list(row.ends)
        assert sum(by * share for by, share in of_each.items()) == pytest.approx(0, abs=1e-7)
        variance = sum(by * by * share for by, share in of_each.items())
        assert variance == pytest.approx(keys.variance if count else 0, abs=1e-6)


@SEVERAL
def test_no_count_is_changed_by_more_than_is_declared_nor_becomes_small_and_0_stays(keys: CellKeys):
    table = build_p_table(keys)
    assert table[0].deviations == (0,)
    for count, row in enumerate(table):
        assert max(map(abs, row.deviations)) <= keys.deviation
        assert all(count + by == 0 or count + by > keys.small for by in row.deviations)
    assert table[-1].deviations == tuple(range(-keys.deviation, keys.deviation + 1))


@SEVERAL
def test_no_other_distribution_is_more_random(keys: CellKeys):
    """The logarithm of the probabilities is a parabola: the condition of Lagrange."""
    for row in build_p_table(keys)[1:]:
        by = np.array(row.deviations, float)
        found = np.log(row.probabilities)
        fitted = np.polynomial.Polynomial.fit(by, found, min(2, len(by) - 1))
        assert fitted(by) == pytest.approx(found, abs=1e-6)


@SEVERAL
def test_as_many_keys_add_a_deviation_as_its_probability_says(keys: CellKeys):
    for row in build_p_table(keys):
        start = 0
        for by, probability, end in zip(row.deviations, row.probabilities, row.ends, strict=True):
            assert (end - start) / KEYS == pytest.approx(probability, abs=2 / KEYS)
            ends = (start, end - 1, start + KEYS) if end > start else ()  # the last is the first
            for key in ends:
                assert row.deviation(key) == by
            start = end


def test_counts_are_right_in_the_mean_over_many_cells():
    drawn = np.random.default_rng(20211)
    keys = CellKeys(deviation=4, variance=3, small=2)
    table = build_p_table(keys)
    added = []
    for count in (1, 2, 3, 4, 7, 40):
        numbers = drawn.integers(0, KEYS, size=(8_000, count))
        by = np.array([perturb(table, count, int(key)) - count for key in numbers.sum(axis=1)])
        assert abs(by.mean()) < 4 * np.sqrt(keys.variance / len(by))
        assert by.var() == pytest.approx(keys.variance, rel=0.08)
        added.append(by.mean())
    assert abs(np.mean(added)) < 4 * np.sqrt(keys.variance / (6 * 8_000))


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"deviation": 4, "variance": 1, "small": 2}, "count of 1 .* 1, only 2.02 to 3.98"),
        ({"deviation": 2, "variance": 1, "small": 2}, "variance 1 or any other"),
        ({"deviation": 1, "variance": 1}, "a count of 1 .* variance 1, only 0.01 to 0.99"),
        ({"deviation": 0, "variance": 1}, "greater than or equal to 1"),
        ({"deviation": 2, "variance": 0}, "greater than 0"),
    ],
)
def test_what_no_distribution_can_do_is_not_declared(declared: dict[str, float], message: str):
    with pytest.raises(ValidationError, match=message):
        CellKeys.model_validate(declared)


def system(
    leaves: dict[Leaf, tuple[int, int]], stricter: tuple[StricterCodes, ...] = ()
) -> TableSystem:
    """Shares of two indicators that the same people answered, of statuses, and a mean."""
    dimensions = (STATUS, SEX, AREA)
    answers = {leaf: Answers(n, yes) for leaf, (n, yes) in leaves.items()}
    amounts = {leaf: Answers(n, 0, (Amounts(9, 9, 1, 1),)) for leaf, (n, _) in leaves.items()}
    tables = {
        "EC01/_T": Table("EC01/_T", "prop", answers),
        "EC02/_T": Table("EC02/_T", "prop", answers),
        "DM01/_T": Table("DM01/_T", "count", answers, share_of=("status",)),
        "LB05/_T": Table("LB05/_T", "magnitude", amounts),
    }
    cells = {cell: True for key in tables for cell in every_cell(dimensions, key)}
    return TableSystem("zzz/2021/person", dimensions, tables, cells, stricter=stricter)


LEAVES = {
    ("A1", "F", "N"): (7, 2),
    ("A1", "M", "N"): (3, 3),
    ("A2", "F", "S"): (12, 4),
    ("B", "F", "N"): (31, 0),
    ("C", "M", "W"): (1, 1),
}
OFTEN = CellKeys(deviation=4, variance=3, small=2)


def numbers(leaves: Iterable[Leaf], seed: int = 5) -> dict[Leaf, tuple[int, int]]:
    """Keys of each leaf: of those with an answer, and with the property."""
    drawn = np.random.default_rng(seed)
    made = drawn.integers(0, KEYS, (99, 2)).tolist()
    return {leaf: (a, b) for leaf, (a, b) in zip(leaves, made, strict=False)}


def told(
    leaves: dict[Leaf, tuple[int, int]], keys: dict[Leaf, tuple[int, int]]
) -> dict[Cell, Told]:
    made = system(leaves)
    spread = {(name, leaf): keys[leaf] for name, leaf in product(made.tables, leaves)}
    return dict(perturb_system(made, spread, OFTEN).told)


def test_the_same_people_are_changed_alike_in_every_table_and_margin():
    found = told(LEAVES, numbers(LEAVES))
    cells = {cell.codes for cell in found}
    for codes in cells:
        assert found[Cell("EC01/_T", codes)] == found[Cell("EC02/_T", codes)]
    # those with status A in the north are those with A1, and of B there are women in the north only
    for codes, same in [
        (("A", TOTAL, "N"), ("A1", TOTAL, "N")),
        (("B", TOTAL, TOTAL), ("B", "F", "N")),
    ]:
        assert found[Cell("EC01/_T", codes)] == found[Cell("EC01/_T", same)]


def test_the_same_people_are_changed_alike_in_two_vintages():
    keys = numbers([*LEAVES, ("A1", "F", "W")])
    first = told(LEAVES, keys)
    second = told(LEAVES | {("A1", "F", "W"): (9, 5)}, keys)
    shares = [cell for cell in first if cell.table == "EC01/_T"]
    changed = {cell.codes for cell in shares if second[cell] != first[cell]}
    assert changed
    assert all(c[0] in ("A", "A1", TOTAL) and c[1] != "M" and c[2] in ("W", TOTAL) for c in changed)


def test_a_share_is_made_of_the_two_counts_that_are_told():
    leaf, keys = ("A1", "F", "N"), {("A1", "F", "N"): (123, KEYS - 1)}
    found = told({leaf: (40, 20)}, keys)
    # the lowest keys take most away, the highest add most
    assert found[Cell("EC01/_T", leaf)] == Told(36, 24)
    assert Told(36, 24).share == pytest.approx(66.6667, abs=1e-4)
    assert Told(36, 38).share == 100
    assert Told(0, 0).share is None


def test_a_share_of_a_status_is_held_against_those_it_is_a_share_of():
    found = told(LEAVES, numbers(LEAVES))
    of_north = found[Cell("DM01/_T", (TOTAL, TOTAL, "N"))]
    share = found[Cell("DM01/_T", ("B", TOTAL, "N"))]
    assert of_north.n == of_north.part == share.n
    assert share.part == found[Cell("EC01/_T", ("B", TOTAL, "N"))].n


def test_nobody_stays_nobody_and_means_are_not_told():
    found = told(LEAVES, numbers(LEAVES))
    assert found[Cell("EC01/_T", ("C", "F", "N"))] == Told(0, 0)
    assert found[Cell("EC01/_T", ("B", "F", "N"))].part == 0
    assert not [cell for cell in found if cell.table == "LB05/_T"]


@pytest.mark.parametrize("kind", ["prop", "count"])
@pytest.mark.parametrize("harmful", ["yes", "no", None])
def test_what_is_told_of_a_sensitive_figure_is_safe_whatever_lies_behind_it(
    kind: str, harmful: str | None
):
    """Every true count that can lie behind, by the rule of suppression."""
    rule, by, cell = Rule(12, 3, harmful=harmful), 2, Cell("PR01/_T", ())  # type: ignore[arg-type]
    seen = set()
    for n, part in product(range(25), repeat=2):
        is_told = is_beyond_doubt(kind, rule, Told(n, part), by)
        seen.add(is_told)
        if not is_told:
            continue
        for true, own in product(range(n - by, n + by + 1), range(part - by, part + by + 1)):
            sums = Sums(true, own) if kind == "prop" else Sums(own)
            if own <= true:
                assert unsafe_quantities(cell, kind, rule, sums) == []
    assert seen == {True, False}


def test_sensitive_are_indicators_and_all_codes_under_those_with_a_rule():
    rule = StricterCodes("status", frozenset({"A"}), Rule(20))
    made = system(LEAVES, (rule,))
    assert is_sensitive(made, Cell("EC01/_T", (TOTAL, "F", TOTAL)), {"EC01"})
    assert is_sensitive(made, Cell("EC01/_T", ("A1", TOTAL, TOTAL)), {})
    assert not is_sensitive(made, Cell("EC01/_T", ("B", "F", TOTAL)), {"EC02"})
    assert not is_sensitive(replace(made, stricter=()), Cell("EC01/_T", ("A1", "F", "N")), {})
