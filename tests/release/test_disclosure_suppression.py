"""Suppression protects every unsafe figure, withholds little, and does the same every time."""

from dataclasses import replace
from itertools import product

import pytest
from migstat.release.disclosure.gate import check, review
from migstat.release.disclosure.ladder import protect, withhold
from migstat.release.disclosure.model import (
    TOTAL,
    Answers,
    Cell,
    NoSafePlanError,
    Profile,
    Rule,
    Rung,
    Table,
    TableSystem,
)
from small_tables import (
    AREA,
    OUTSIDE,
    SEX,
    STATUS,
    counts,
    every_cell,
    random_counts,
    status_by_sex_and_area,
    whole_people,
)

INSIDERS = replace(OUTSIDE, insiders=True)
CUBES = [
    pytest.param((5, 4), (0, 0), 160, id="two ways"),
    pytest.param((6, 3), (2, 0), 200, id="two ways in groups"),
    pytest.param((5, 4, 3), (0, 0, 0), 400, id="three ways"),
    pytest.param((6, 4, 3), (3, 2, 0), 500, id="three ways in groups"),
    pytest.param((4, 3, 3, 2), (2, 0, 0, 0), 700, id="four ways"),
]


@pytest.mark.parametrize(("shape", "groups", "n"), CUBES)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_unsafe_figure_is_open_by_its_width_for_whole_people(
    shape: tuple[int, ...], groups: tuple[int, ...], n: int, seed: int
):
    """An integer program finds how far each figure is really open: as far as the rule asks."""
    system = random_counts(shape, groups, n, seed)
    protection = withhold(system, OUTSIDE)
    assert check(protection.plan, OUTSIDE, protection.shown, protection.moves) == []
    widths = review(protection.plan, OUTSIDE, protection.shown, protection.moves).widths
    assert widths, "the cube has no unsafe figure: the test could not fail"
    for secret in sorted(widths, key=lambda s: s.cell)[:: max(1, len(widths) // 8)]:
        least, most = whole_people(system, protection.shown, secret.cell)
        assert most - least >= widths[secret] >= secret.width


@pytest.mark.parametrize(("shape", "groups", "n"), CUBES)
def test_those_who_know_themselves_are_proved_against_too(
    shape: tuple[int, ...], groups: tuple[int, ...], n: int
):
    protection = withhold(random_counts(shape, groups, n, 5), INSIDERS)
    assert check(protection.plan, INSIDERS, protection.shown, protection.moves) == []


def test_withholding_the_unsafe_alone_would_not_do():
    system = status_by_sex_and_area()
    unsafe = {Cell("n", ("A2", "F", "N"))}
    least, most = whole_people(system, set(system.cells) - unsafe, min(unsafe))
    assert least == most == 4
    protection = withhold(system, OUTSIDE)
    least, most = whole_people(system, protection.shown, min(unsafe))
    assert most - least >= 10


def test_where_nothing_is_unsafe_nothing_is_withheld():
    protection = withhold(status_by_sex_and_area(small=20), INSIDERS)
    assert protection.shown == frozenset(protection.plan.cells)
    assert protection.moves == ()


def test_a_table_is_protected_the_same_way_every_time():
    system = random_counts((6, 4, 3), (3, 2, 0), 500, 9)
    again = replace(
        system,
        cells=dict(reversed(system.cells.items())),
        tables={
            "n": replace(
                system.tables["n"], answers=dict(reversed(system.tables["n"].answers.items()))
            )
        },
    )
    assert withhold(system, INSIDERS) == withhold(again, INSIDERS)


def test_polishing_shows_more_and_keeps_the_proof():
    system = random_counts((6, 5, 3), (2, 0, 0), 600, 4)
    rough, fine = (withhold(system, replace(OUTSIDE, polish=trials)) for trials in (0, 400))
    assert fine.counts.secondary < rough.counts.secondary
    assert check(fine.plan, OUTSIDE, fine.shown, fine.moves) == []


def test_what_is_too_imprecise_is_not_shown_and_hides_others():
    system = counts((STATUS,), {("A1",): 4, ("A2",): 40, ("B",): 40, ("C",): 40})
    imprecise = replace(system, cells={c: c.codes != ("A2",) for c in system.cells})
    protection = withhold(imprecise, INSIDERS)
    assert protection.counts.secondary == 0
    assert protection.counts.imprecise == 1
    assert Cell("n", ("A2",)) not in protection.shown
    assert withhold(system, INSIDERS).counts.secondary == 1


def test_a_protected_zero_is_withheld_and_a_plain_one_is_shown():
    leaves = {("A1",): 30, ("A2",): 30, ("B",): 30, ("C",): 0}
    plain = counts((STATUS,), leaves)
    with_c = {("C",): Answers(0)}
    table = replace(plain.tables["n"], answers={**plain.tables["n"].answers, **with_c})
    plain = replace(plain, tables={"n": table})
    assert Cell("n", ("C",)) in withhold(plain, OUTSIDE).shown
    kept = replace(table, rule=Rule(protects_zeros=True))
    protection = withhold(replace(plain, tables={"n": kept}), OUTSIDE)
    assert Cell("n", ("C",)) not in protection.shown
    assert check(protection.plan, OUTSIDE, protection.shown, protection.moves) == []


def linked() -> TableSystem:
    """People, one indicator that all answered, one that some did, and a rare property."""
    people = {
        leaf: Answers(12 + 5 * i)
        for i, leaf in enumerate(product(("A1", "A2", "B", "C"), "FM", "NSW"))
    } | {("A2", "F", "N"): Answers(5)}
    every = {leaf: Answers(a.n, a.n // 2) for leaf, a in people.items()}
    some = {leaf: Answers(a.n - a.n // 3, a.n // 4) for leaf, a in people.items()}
    rare = {
        leaf: Answers(a.n, 1 if leaf == ("B", "M", "S") else a.n // 2) for leaf, a in people.items()
    }
    rule = Rule(min_contributors=10, min_numerator=3)
    tables = {
        "people": Table("people", "count", people, rule),
        "every": Table("every", "prop", every, rule),
        "some": Table("some", "prop", some, rule),
        "rare": Table("rare", "prop", rare, rule),
    }
    dimensions = (STATUS, SEX, AREA)
    cells = {cell: True for key in tables for cell in every_cell(dimensions, key)}
    return TableSystem("one/2021/person", dimensions, tables, cells, "people")


def test_linked_tables_are_protected_together():
    system = linked()
    protection = withhold(system, INSIDERS)
    found = review(protection.plan, INSIDERS, protection.shown, protection.moves)
    assert found.findings == []
    secret = {(s.cell.table, s.cell.codes, s.what) for s in found.widths}
    assert {(key, ("A2", "F", "N"), "records") for key in system.tables} <= secret
    assert ("rare", ("B", "M", "S"), "with the property") in secret
    together = [set(move.changes) for move in protection.moves]
    assert any(changed >= {"people", "every"} for changed in together)


def test_a_lone_numerator_is_open_by_the_moves_of_its_table():
    protection = withhold(linked(), INSIDERS)
    assert Cell("rare", ("B", "M", "S")) not in protection.shown
    gains = [
        sum(move.changes["rare"].yes.get(leaf, 0) for leaf in [("B", "M", "S")])
        for move in protection.moves
        if "rare" in move.changes
    ]
    assert max([0, *gains]) - min([0, *gains]) >= 3


def test_the_ladder_takes_the_first_plan_that_withholds_little_enough():
    system = random_counts((8, 6, 4), (2, 0, 0), 900, 2)
    ladder = (Rung("full"), Rung("two ways", ways=2), Rung("one way", ways=1))
    profile = replace(OUTSIDE, ladder=ladder)
    shares = {}
    for rung in ladder:
        shares[rung.name] = withhold(system.planned(rung), profile).counts.suppressed_share
    assert shares["full"] > shares["two ways"] > shares["one way"]
    for rung in ladder:
        limited = replace(profile, max_suppressed=shares[rung.name])
        assert protect(system, limited).rung == rung.name


def test_a_system_that_no_plan_protects_does_not_leave():
    system = random_counts((8, 6, 4), (2, 0, 0), 900, 2)
    profile = replace(OUTSIDE, ladder=(Rung("full"),), max_suppressed=0.01)
    with pytest.raises(NoSafePlanError, match=r"one/2021/person has no safe plan. full: \d+% of"):
        protect(system, profile)


def test_a_plan_shows_what_it_names():
    system = status_by_sex_and_area()
    rung = Rung(
        "some", ways=2, without=frozenset({"sex"}), levels=1, without_codes=frozenset({"W"}),
        apart=frozenset({frozenset({"status", "area"})}),
    )  # fmt: skip
    assert {cell.codes for cell in system.planned(rung).cells} == {
        (TOTAL, TOTAL, TOTAL), ("A", TOTAL, TOTAL), ("B", TOTAL, TOTAL), ("C", TOTAL, TOTAL),
        (TOTAL, TOTAL, "N"), (TOTAL, TOTAL, "S"),
    }  # fmt: skip


def test_the_default_profile_is_the_strictest_there_is():
    assert Profile().insiders
    assert Profile().floor == Rule()
