"""The gate stops what may not leave: by tables, moves and vintages that are wrong on purpose."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from migstat.release.disclosure.gate import check, review
from migstat.release.disclosure.ladder import protect, withhold
from migstat.release.disclosure.model import (
    Amounts,
    Answers,
    Cell,
    Change,
    Move,
    Profile,
    Protection,
    Rule,
    StricterCodes,
    Table,
    TableSystem,
    Vintage,
)
from small_tables import OUTSIDE, STATUS, counts, random_counts, status_by_sex_and_area

RARE = Cell("n", ("A2", "F", "N"))


@pytest.fixture
def system() -> TableSystem:
    return status_by_sex_and_area()


@pytest.fixture
def protection(system: TableSystem) -> Protection:
    return protect(system, OUTSIDE)


def kinds(*arguments: object) -> set[str]:
    return {finding.kind for finding in check(*arguments)}  # type: ignore[arg-type]


def test_a_protected_system_may_leave(protection: Protection):
    assert RARE not in protection.shown
    assert protection.counts.secondary > 0
    assert check(protection.plan, OUTSIDE, protection.shown, protection.moves) == []


def test_a_profile_too_loose_is_stopped(system: TableSystem):
    loose = replace(system, tables={"n": replace(system.tables["n"], rule=Rule(3))})
    let_through = withhold(loose, OUTSIDE)
    assert RARE in let_through.shown
    assert kinds(system, OUTSIDE, let_through.shown, let_through.moves) == {"shown", "narrow"}


def test_a_rule_below_the_floor_of_the_law_is_stopped_whatever_it_shows(protection: Protection):
    floor = replace(OUTSIDE, floor=Rule(min_contributors=11))
    assert "floor" in kinds(protection.plan, floor, protection.shown, protection.moves)


def test_each_protecting_cell_shown_again_is_stopped(protection: Protection):
    withheld = {cell for cell in protection.plan.cells if cell not in protection.shown}
    protecting = sorted(withheld - {RARE})
    assert len(protecting) >= 3
    for cell in protecting:
        again = protection.shown | {cell}
        assert kinds(protection.plan, OUTSIDE, again, protection.moves) >= {"move", "narrow"}, cell


def test_without_its_moves_nothing_is_proved(protection: Protection):
    assert kinds(protection.plan, OUTSIDE, protection.shown, ()) == {"narrow"}


def tampered(protection: Protection, change: Callable[[dict, tuple], None]) -> tuple[Move, ...]:
    """The moves, one number of the first changed."""
    first, *others = protection.moves
    n = dict(first.changes["n"].n)
    change(n, min(n))
    return (replace(first, changes={"n": replace(first.changes["n"], n=n)}), *others)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(lambda n, leaf: n.update({leaf: n[leaf] + 1}), "is shown", id="one more"),
        pytest.param(lambda n, leaf: n.pop(leaf), "is shown", id="a leaf left out"),
        pytest.param(lambda n, leaf: n.update({leaf: float(n[leaf])}), "whole number", id="float"),
        pytest.param(lambda n, leaf: n.update({leaf: True}), "whole number", id="truth value"),
        pytest.param(
            lambda n, leaf: n.update({leaf: 2**50}), "in bounds", id="too large to add up"
        ),
        pytest.param(
            lambda n, leaf: n.update({leaf: -999}), "with the property", id="fewer than none"
        ),
        pytest.param(
            lambda n, _: n.update({("X", "F", "N"): 1}), "never go together", id="unknown code"
        ),
        pytest.param(lambda n, _: n.update({("A1", "F"): 1}), "other dimensions", id="short leaf"),
    ],
)
def test_a_tampered_move_is_found(
    protection: Protection, change: Callable[[dict, tuple], None], says: str
):
    moves = tampered(protection, change)
    found = check(protection.plan, OUTSIDE, protection.shown, moves)
    assert says in " ".join(finding.message for finding in found if finding.kind == "move")


def test_a_move_that_empties_a_withheld_cell_is_no_proof():
    """A cell that is withheld is known to hold somebody: empty ones are shown as 0."""
    system = counts((STATUS,), {("A1",): 6, ("A2",): 20, ("B",): 30})
    shown = frozenset(Cell("n", (code,)) for code in ("_T", "A", "B"))
    up = Move({"n": Change({("A1",): 4, ("A2",): -4})})
    down = Move({"n": Change({("A1",): -6, ("A2",): 6})})
    found = check(system, OUTSIDE, shown, (up, down))
    assert [f.kind for f in found] == ["move", "narrow"]
    assert "empties a figure of n" in found[0].message
    less = Move({"n": Change({("A1",): -5, ("A2",): 5})})
    more = Move({"n": Change({("A1",): 5, ("A2",): -5})})
    assert check(system, OUTSIDE, shown, (more, less)) == []


def test_one_who_knows_itself_is_not_deceived_by_a_table_without_it():
    """A2 holds one person, and no cell of its own: who is in it knows that it is not empty."""
    system = counts((STATUS,), {("A1",): 1, ("A2",): 1, ("B",): 30}, k=3)
    plan = replace(system, cells={Cell("n", (code,)): True for code in ("_T", "A1", "B")})
    shown = frozenset({Cell("n", ("_T",))})
    without_a2 = Move({"n": Change({("A1",): 3, ("A2",): -1, ("B",): -2})})
    with_all = Move({"n": Change({("A1",): 3, ("B",): -3})})
    insiders = replace(OUTSIDE, insiders=True)
    assert check(plan, OUTSIDE, shown, (without_a2,)) == []
    found = check(plan, insiders, shown, (without_a2,))
    assert [(f.kind, f.cell) for f in found] == [("narrow", Cell("n", ("A1",)))]
    assert check(plan, insiders, shown, (without_a2, with_all)) == []


def vintages_that_differ() -> tuple[Vintage, TableSystem, frozenset[Cell]]:
    """Two vintages of the same people: one withholds A1 and A2, the other A1 and B."""
    system = counts((STATUS,), {("A1",): 4, ("A2",): 30, ("B",): 30})
    plan = replace(system, cells={Cell("n", (c,)): True for c in ("_T", "A1", "A2", "B")})
    first = frozenset(Cell("n", (code,)) for code in ("_T", "B"))
    second = frozenset(Cell("n", (code,)) for code in ("_T", "A2"))
    return Vintage(plan, first), plan, second


def test_a_difference_of_two_vintages_is_caught_though_each_survives_alone():
    before, plan, second = vintages_that_differ()
    to_a2 = (Move({"n": Change({("A1",): 10, ("A2",): -10})}),)
    to_b = (Move({"n": Change({("A1",): 10, ("B",): -10})}),)
    assert check(plan, OUTSIDE, before.shown, to_a2) == []
    assert check(plan, OUTSIDE, second, to_b) == []
    found = check(plan, OUTSIDE, second, to_b, [before])
    assert {f.kind for f in found} == {"again", "move", "narrow"}
    assert "again" in kinds(plan, OUTSIDE, second, to_a2, [before])


def test_what_is_open_in_the_new_vintage_alone_is_listed_and_bounded():
    before, plan, _ = vintages_that_differ()
    shown_once = Vintage(plan, before.shown | {Cell("n", ("A1",)), Cell("n", ("A2",))})
    second = frozenset({Cell("n", ("_T",))})
    alone = (Move({"n": Change({("A1",): 10, ("A2",): -10})}, alone=True),)
    lenient = replace(OUTSIDE, max_alone=1.0)
    assert review(plan, lenient, second, alone, [shown_once]).alone
    assert check(plan, lenient, second, alone, [shown_once]) == []
    assert kinds(plan, replace(OUTSIDE, max_alone=0.5), second, alone, [shown_once]) == {"revision"}


def test_a_shown_share_tells_what_it_is_a_share_of():
    system = counts((STATUS,), {("A1",): 4, ("A2",): 3}, k=8)
    shares = replace(system.tables["n"], share_of=("status",))
    plan = replace(
        system, tables={"n": shares}, cells={Cell("n", ("A2",)): True, Cell("n", ("_T",)): True}
    )
    found = check(plan, OUTSIDE, frozenset({Cell("n", ("A2",))}), ())
    assert {f.cell for f in found if f.kind == "shown"} == {Cell("n", ("A2",)), Cell("n", ("_T",))}


def test_a_finer_area_than_the_rule_allows_is_stopped():
    system = status_by_sex_and_area(small=20)
    level = Rule(max_area_level=1)
    plan = replace(
        system,
        tables={"n": replace(system.tables["n"], rule=level)},
        area_levels={"N": 1, "S": 2, "W": 2},
    )
    found = check(plan, OUTSIDE, frozenset(plan.cells), ())
    assert {f.kind for f in found} == {"area"}
    assert all({"S", "W"} & {*f.cell.codes} for f in found if f.cell)


def test_a_code_with_a_stricter_rule_needs_more_and_so_do_those_below_it():
    system = status_by_sex_and_area(small=20)
    strict = StricterCodes("status", frozenset({"A"}), Rule(min_contributors=19))
    found = check(replace(system, stricter=(strict,)), OUTSIDE, frozenset(system.cells), ())
    secret = {f.cell.codes for f in found if f.kind == "shown" and f.cell}
    assert ("A1", "F", "N") in secret  # 14 records: enough for others
    assert not any(codes[0] in {"B", "C", "_T"} for codes in secret)


def magnitude(*contributions: Amounts) -> TableSystem:
    answers = {
        (code,): Answers(12, 0, (amounts,))
        for code, amounts in zip(("A1", "A2", "B"), contributions, strict=True)
    }
    table = Table("m", "magnitude", answers, Rule())
    cells = {Cell("m", (code,)): True for code in ("_T", "A1", "A2", "B")}
    return TableSystem("one/2021/household", (STATUS,), {"m": table}, cells)


def test_a_total_that_two_contributors_dominate_may_not_be_known():
    """95 of 100 by two: they may make 90 %. 95 / 0.9 - 100 = 5.56, so it must be open by 6."""
    even = Amounts(100, 100, 12, 11)
    system = magnitude(Amounts(100, 100, 60, 35), even, even)
    assert {f.kind for f in check(system, OUTSIDE, frozenset(system.cells), ())} == {
        "shown",
        "narrow",
    }
    shown = frozenset(Cell("m", (code,)) for code in ("_T", "B"))
    by_five = Move({"m": Change(amounts=({("A1",): 5, ("A2",): -5},))})
    by_six = Move({"m": Change(amounts=({("A1",): 6, ("A2",): -6},))})
    assert kinds(system, OUTSIDE, shown, (by_five,)) == {"narrow"}
    assert check(system, OUTSIDE, shown, (by_six,)) == []


def test_an_amount_that_nobody_contributed_is_found():
    even = Amounts(100, 100, 12, 11)
    system = magnitude(even, even, even)
    beyond = Move({"m": Change(amounts=({("A1",): 101, ("A2",): -101},))})
    assert "nobody contributed" in check(system, OUTSIDE, frozenset(), (beyond,))[0].message
    gone = Move({"m": Change(n={("A1",): -12, ("A2",): 12})})
    assert "nobody contributed" in check(system, OUTSIDE, frozenset(), (gone,))[0].message


def test_records_of_an_indicator_are_among_the_people():
    people = Table("p", "count", {("A1",): Answers(20), ("B",): Answers(20)}, Rule())
    asked = Table("q", "prop", {("A1",): Answers(15, 5), ("B",): Answers(15, 5)}, Rule())
    cells = {Cell(table, (code,)): True for table in "pq" for code in ("A1", "B", "_T")}
    system = TableSystem("one/2021/person", (STATUS,), {"p": people, "q": asked}, cells, "p")
    move = Move({"q": Change(n={("A1",): 6, ("B",): -6})})
    assert (
        "more records of q than there are people"
        in check(system, OUTSIDE, frozenset(), (move,))[0].message
    )
    elsewhere = replace(asked, within=False)
    free = replace(system, tables={"p": people, "q": elsewhere})
    assert check(free, OUTSIDE, frozenset(), (move,)) == []


def test_a_figure_that_is_in_no_plan_is_stopped(protection: Protection):
    stranger = protection.shown | {Cell("other", ("A1", "F", "N"))}
    assert kinds(protection.plan, OUTSIDE, stranger, protection.moves) == {"unplanned"}


def test_the_gate_sees_what_a_suppressor_left_undone():
    system = random_counts((6, 5, 3), (2, 0, 0), 600, 3)
    half_done = withhold(system, replace(OUTSIDE, polish=0))
    fewer = half_done.moves[: len(half_done.moves) // 2]
    assert check(half_done.plan, OUTSIDE, half_done.shown, half_done.moves) == []
    assert kinds(half_done.plan, OUTSIDE, half_done.shown, fewer) == {"narrow"}


def test_profiles_default_to_attackers_who_know_themselves():
    assert Profile().insiders
