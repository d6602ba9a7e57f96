"""What the gate takes for evidence: a table of people that no vintage and no insider excludes."""

from dataclasses import replace

from migstat.release.disclosure.gate import check
from migstat.release.disclosure.model import (
    TOTAL,
    Amounts,
    Answers,
    Cell,
    Change,
    Finding,
    Move,
    Rule,
    Table,
    TableSystem,
    Vintage,
)
from small_tables import OUTSIDE, STATUS, counts

INSIDERS = replace(OUTSIDE, insiders=True, floor=Rule(1))


def cells(table: str, *codes: str) -> frozenset[Cell]:
    return frozenset(Cell(table, (code,)) for code in codes)


def planned(system: TableSystem, *codes: str) -> TableSystem:
    return replace(system, cells=dict.fromkeys(cells("n", *codes), True))


def moved(by: int, *, to: str = "A1", of: str = "A2") -> Move:
    """So many people more in one leaf, fewer in another."""
    return Move({"n": Change({(to,): by, (of,): -by})})


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.kind, finding.message) for finding in findings]


def test_what_an_earlier_vintage_had_to_hide_stays_hidden_when_more_people_answer():
    before = counts((STATUS,), {("A1",): 4, ("A2",): 30, ("B",): 30})
    now = counts((STATUS,), {("A1",): 20, ("A2",): 30, ("B",): 30})
    shown = cells("n", TOTAL, "B")
    assert check(now, OUTSIDE, shown, ()) == []
    found = check(now, OUTSIDE, shown, (), [Vintage(before, shown)])
    assert {(f.kind, f.cell) for f in found} == {("narrow", Cell("n", ("A1",)))}
    assert check(now, OUTSIDE, shown, (moved(10),), [Vintage(before, shown)]) == []


def test_the_widest_rule_of_all_vintages_holds():
    leaves = {("A1",): 4, ("A2",): 30, ("B",): 30}
    strict, loose = counts((STATUS,), leaves, k=10), counts((STATUS,), leaves, k=5)
    shown = cells("n", TOTAL, "B")
    by_six = (moved(3), moved(-3))
    assert check(loose, OUTSIDE, shown, by_six) == []
    found = check(loose, OUTSIDE, shown, by_six, [Vintage(strict, shown)])
    assert {f.kind for f in found} == {"narrow"}
    assert all("must be open by 10" in f.message for f in found)


def test_a_table_that_was_impossible_in_an_earlier_vintage_is_no_evidence():
    """Two had the property then, so that five can't have been others."""
    rule = Rule(min_contributors=3, min_numerator=3)

    def asked(with_property: int) -> TableSystem:
        answers = {("A1",): Answers(20, 1), ("A2",): Answers(20, with_property)}
        table = Table("q", "prop", answers, rule)
        planned_cells = dict.fromkeys(cells("q", TOTAL, "A1", "A2"), True)
        return TableSystem("one/2021/person", (STATUS,), {"q": table}, planned_cells)

    move = Move({"q": Change(yes={("A1",): 5, ("A2",): -5})})
    now, shown = asked(12), cells("q", TOTAL)
    assert check(now, OUTSIDE, shown, (move,)) == []
    found = check(now, OUTSIDE, shown, (move,), [Vintage(asked(2), shown)])
    assert ("move", "move 0 leaves -3 of 20 records of q with the property") in said(found)


def test_a_table_that_changes_the_whole_of_a_shown_share_is_no_evidence():
    system = counts((STATUS,), {("A1",): 2, ("A2",): 20, ("B",): 30}, k=3)
    shares = replace(system, tables={"n": replace(system.tables["n"], share_of=("status",))})
    plan = planned(shares, TOTAL, "A1", "A2", "B")
    three_more = Move({"n": Change({("A1",): 3})})
    assert check(plan, OUTSIDE, frozenset(), (three_more,)) == []
    found = check(plan, OUTSIDE, cells("n", "B"), (three_more,))
    assert ("move", "move 0 changes a figure of n that is shown") in said(found)


def test_a_withheld_figure_of_one_person_is_known_to_hold_somebody():
    system = counts((STATUS,), {("A1",): 1, ("A2",): 20, ("B",): 30}, k=3)
    shown = cells("n", TOTAL, "A", "B")
    found = check(system, OUTSIDE, shown, (moved(3), moved(-1)))
    assert said(found) == [("move", "move 1 empties a figure of n that would be shown as 0")]


def test_where_zeros_are_withheld_too_a_withheld_figure_may_hold_nobody():
    system = counts((STATUS,), {("A1",): 6, ("A2",): 20, ("B",): 30})
    zeros = replace(system.tables["n"], rule=Rule(10, protects_zeros=True))
    plan = planned(replace(system, tables={"n": zeros}), TOTAL, "A", "A1", "A2", "B")
    assert check(plan, OUTSIDE, cells("n", TOTAL, "A", "B"), (moved(4), moved(-6))) == []


def people_and_answers(
    people: dict[str, int], answers: dict[str, int], k_people: int, k_answers: int
) -> TableSystem:
    """A table of people, and one of those among them who gave an answer."""
    tables = {
        name: Table(name, "count", {(c,): Answers(n) for c, n in leaves.items()}, Rule(k))
        for name, leaves, k in (("p", people, k_people), ("q", answers, k_answers))
    }
    planned_cells = dict.fromkeys(cells("p", TOTAL, *people) | cells("q", TOTAL, *answers), True)
    return TableSystem("one/2021/person", (STATUS,), tables, planned_cells, "p")


def test_one_who_gave_no_answer_does_not_believe_in_a_table_where_all_did():
    system = people_and_answers({"A1": 3, "B": 30}, {"A1": 1, "B": 20}, k_people=3, k_answers=2)
    shown = cells("p", TOTAL, "A1", "B") | cells("q", TOTAL)
    all_answer = Move({"q": Change({("A1",): 2, ("B",): -2})})
    outsiders = replace(INSIDERS, insiders=False)
    assert check(system, outsiders, shown, (all_answer,)) == []
    found = check(system, INSIDERS, shown, (all_answer,))
    assert {(f.kind, f.cell) for f in found} == {("narrow", Cell("q", ("A1",)))}


def test_nor_in_one_where_those_without_an_answer_are_gone():
    system = people_and_answers({"A1": 3, "B": 30}, {"A1": 1, "B": 20}, k_people=5, k_answers=1)
    shown = cells("p", TOTAL) | cells("q", TOTAL, "A1", "B")
    moves = tuple(Move({"p": Change({("A1",): by, ("B",): -by})}) for by in (3, -2))
    outsiders = replace(INSIDERS, insiders=False)
    assert check(system, outsiders, shown, moves) == []
    found = check(system, INSIDERS, shown, moves)
    assert {(f.kind, f.cell) for f in found} == {("narrow", Cell("p", ("A1",)))}


def test_nobody_answers_who_is_not_there_any_more():
    """The move takes six people away and leaves their answers."""
    system = people_and_answers({"A1": 20, "B": 20}, {"A1": 15, "B": 15}, k_people=3, k_answers=3)
    six_fewer = Move({"p": Change({("A1",): -6, ("B",): 6})})
    found = check(system, OUTSIDE, frozenset(), (six_fewer,))
    assert said(found) == [("move", "move 0 has more records of q than there are people")]
    five_fewer = Move({"p": Change({("A1",): -5, ("B",): 5})})
    assert check(system, OUTSIDE, frozenset(), (five_fewer,)) == []


def amounts(*totals: int) -> TableSystem:
    """Totals to which twelve contribute in each leaf."""
    answers = {
        (code,): Answers(12, 0, (Amounts(total, abs(total), 12, 11),))
        for code, total in zip(("A1", "A2", "B"), totals, strict=True)
    }
    table = Table("m", "magnitude", answers, Rule())
    planned_cells = dict.fromkeys(cells("m", TOTAL, "A1", "A2", "B"), True)
    return TableSystem("one/2021/household", (STATUS,), {"m": table}, planned_cells)


def test_a_total_falls_below_nothing_only_where_some_contribute_less_than_nothing():
    by = Move({"m": Change(amounts=({("A1",): 101, ("A2",): -101},))})
    found = check(amounts(100, 100, 100), OUTSIDE, frozenset(), (by,))
    assert said(found) == [("move", "move 0 leaves an amount of m that nobody contributed")]
    assert check(amounts(100, 100, -100), OUTSIDE, frozenset(), (by,)) == []


def test_an_amount_moves_by_whole_units():
    half = Move({"m": Change(amounts=({("A1",): 0.5, ("A2",): -0.5},))})  # type: ignore[dict-item]
    found = check(amounts(100, 100, 100), OUTSIDE, frozenset(), (half,))
    assert said(found) == [("move", "move 0 changes m by 0.5, which is no whole number in bounds")]


def test_codes_that_went_together_in_an_earlier_vintage_may_do_so_again():
    before = counts((STATUS,), {("A1",): 4, ("A2",): 30, ("B",): 30, ("C",): 12})
    now = counts((STATUS,), {("A1",): 4, ("A2",): 30, ("B",): 30})
    shown = cells("n", TOTAL, "B")
    to_c = Move({"n": Change({("A1",): 10, ("A2",): -11, ("C",): 1})})
    assert check(now, OUTSIDE, shown, (to_c,), [Vintage(before, shown)]) == []
    found = check(now, OUTSIDE, shown, (to_c,))
    assert ("move", "move 0 puts somebody of n where codes never go together") in said(found)
