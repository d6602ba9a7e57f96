"""The second opinion sees leaks, and the officer's report says what was done."""

from dataclasses import replace

import pytest
from migstat.release.disclosure.attack import attack
from migstat.release.disclosure.gate import review
from migstat.release.disclosure.gate_rules import ANYBODY, YES, Secret, secrets
from migstat.release.disclosure.ladder import withhold
from migstat.release.disclosure.model import Answers, Cell, Rule, Table, TableSystem, Vintage
from migstat.release.disclosure.proof_report import Case, proof_report
from small_tables import OUTSIDE, STATUS, random_counts, status_by_sex_and_area, whole_people

RARE = Secret(Cell("n", ("A2", "F", "N")), ANYBODY, 10)


def test_the_attacker_recovers_what_only_itself_is_withheld():
    system = status_by_sex_and_area()
    shown = frozenset(system.cells) - {RARE.cell}
    interval = attack([Vintage(system, shown)], [RARE])[RARE]
    assert interval.is_recovered
    assert interval.lower == pytest.approx(4)


def test_the_attackers_interval_holds_that_of_whole_people():
    system = random_counts((5, 4, 3), (0, 0, 0), 400, 1)
    protection = withhold(system, OUTSIDE)
    wanted = sorted(secrets(system))[::4]
    found = attack([Vintage(protection.plan, protection.shown)], wanted)
    assert len(found) > 3
    for secret, interval in found.items():
        least, most = whole_people(system, protection.shown, secret.cell)
        assert interval.lower <= least + 1e-6
        assert most - 1e-6 <= interval.upper
        assert interval.width >= secret.width - 1e-6


def test_what_nothing_bounds_is_open_without_end():
    system = status_by_sex_and_area()
    interval = attack([Vintage(system, frozenset())], [RARE])[RARE]
    assert (interval.lower, interval.upper) == (0, float("inf"))


def test_the_people_bound_an_indicator():
    """12 people, 9 of them with an answer: no more than 12 can have one."""
    people = Table("p", "count", {("A1",): Answers(12), ("B",): Answers(30)}, Rule())
    asked = Table("q", "prop", {("A1",): Answers(9, 2), ("B",): Answers(30, 5)}, Rule(10, 3))
    cells = {Cell(key, (code,)): True for key in "pq" for code in ("A1", "B", "_T")}
    system = TableSystem("one/2021/person", (STATUS,), {"p": people, "q": asked}, cells, "p")
    shown = frozenset(Cell("p", (code,)) for code in ("A1", "B", "_T"))
    n, yes = (Secret(Cell("q", ("A1",)), what, 10) for what in (ANYBODY, YES))
    found = attack([Vintage(system, shown)], [n, yes])
    assert (found[n].lower, found[n].upper) == (pytest.approx(0), pytest.approx(12))
    assert found[yes].upper == pytest.approx(12)


@pytest.fixture
def case() -> Case:
    protection = withhold(status_by_sex_and_area(), OUTSIDE, rung="full")
    found = review(protection.plan, OUTSIDE, protection.shown, protection.moves)
    return Case(protection, OUTSIDE, found)


def test_the_report_says_what_was_withheld_and_why(case: Case):
    text = proof_report("ZZZ 2021-1", [case])
    counts = case.protection.counts
    row = (
        f"| one/2021/person | full | {counts.planned} | 0 | 1 | {counts.secondary} | "
        f"{counts.shown} | {100 * counts.suppressed_share:.1f} % | passed |"
    )
    assert row in text
    assert "Rules: 10 records, 1 with and without the property, top two at most 90 %" in text
    assert f"Proof: {len(case.protection.moves)} other tables of people" in text
    assert "Second opinion: `migstat release audit --attack` lets a linear program try" in text
    assert text.startswith("# Disclosure control: ZZZ 2021-1\n")


def test_the_report_names_what_the_gate_stops(case: Case):
    protection = replace(case.protection, moves=())
    found = review(protection.plan, OUTSIDE, protection.shown, ())
    text = proof_report("ZZZ 2021-1", [replace(case, protection=protection, review=found)])
    assert "| 1 findings |" in text
    assert "- narrow: n by status A2, sex F, area N: its records would be known to within 0" in text
