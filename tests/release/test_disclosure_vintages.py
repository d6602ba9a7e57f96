"""What is out stays out: the next vintages are proved with all that earlier ones showed."""

import random
from dataclasses import replace
from itertools import product

import pytest
from migstat.release.disclosure.attack import attack
from migstat.release.disclosure.gate import check, review
from migstat.release.disclosure.gate_rules import ANYBODY, Secret, secrets
from migstat.release.disclosure.ladder import protect, withhold
from migstat.release.disclosure.model import (
    TOTAL,
    Amounts,
    Answers,
    Cell,
    Rule,
    Table,
    TableSystem,
    Vintage,
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
)

WITH_ROOM = replace(OUTSIDE, insiders=True, margin=3, polish=50)


def revised(system: TableSystem, records: int, seed: int) -> TableSystem:
    """The same people after a revision: so many records added and withdrawn, half and half."""
    drawn = random.Random(seed)  # noqa: S311 - a revision for a test
    leaves = {leaf: a.n for leaf, a in system.tables["n"].answers.items()}
    for i in range(records):
        leaf = drawn.choices(sorted(leaves), [leaves[one] for one in sorted(leaves)])[0]
        leaves[leaf] += 1 if i % 2 else -1
    answers = {leaf: Answers(n) for leaf, n in leaves.items() if n}
    return replace(system, tables={"n": replace(system.tables["n"], answers=answers)})


@pytest.fixture(scope="module")
def three_vintages() -> list[tuple[TableSystem, Vintage]]:
    system, found = random_counts((8, 6, 4), (2, 0, 0), 2500, 6), []
    for seed in range(3):
        earlier = [vintage for _, vintage in found]
        protection = protect(system, WITH_ROOM, earlier)
        assert (
            review(protection.plan, WITH_ROOM, protection.shown, protection.moves, earlier).findings
            == []
        )
        found.append((system, Vintage(protection.plan, protection.shown)))
        system = revised(system, 10, seed)
    return found


def test_three_successive_vintages_recover_nothing_jointly(
    three_vintages: list[tuple[TableSystem, Vintage]],
):
    vintages = [vintage for _, vintage in three_vintages]
    wanted = sorted(secrets(vintages[-1].system))
    assert wanted
    found = attack(vintages, wanted)
    assert not any(interval.is_recovered for interval in found.values())
    assert all(interval.width >= secret.width - 1e-6 for secret, interval in found.items())


def test_what_was_withheld_is_withheld_ever_after(
    three_vintages: list[tuple[TableSystem, Vintage]],
):
    (_, first), (_, second), (_, third) = three_vintages
    for before, after in ((first, second), (first, third), (second, third)):
        assert not after.shown & (set(before.system.cells) - before.shown)


def earners(seed: int, revision: int) -> TableSystem:
    """Few people per leaf, of whom some earn; a revision corrects what most of them earn."""
    drawn, corrected = random.Random(seed), random.Random(1 + seed + 1000 * revision)  # noqa: S311 - for a test
    people, amounts = {}, {}
    for leaf in product(("A1", "A2", "B", "C"), "FM", "NSW"):
        people[leaf] = Answers(drawn.choice((1, 2, 3, 5, 8, 13)))
        earned = [drawn.randint(50, 500) for _ in range(drawn.randint(0, min(people[leaf].n, 3)))]
        if revision and earned and corrected.random() < 0.7:
            earned[0] += corrected.randint(-40, 60)
        if earned:
            largest, second = (*sorted(earned, reverse=True), 0)[:2]
            own = Amounts(sum(earned), sum(earned), largest, second)
            amounts[leaf] = Answers(len(earned), 0, (own,))
    dimensions, rule = (STATUS, SEX, AREA), Rule(min_contributors=5)
    tables = {
        "n": Table("n", "count", people, rule),
        "earned": Table("earned", "magnitude", amounts, rule),
    }
    planned = every_cell(dimensions) | every_cell(dimensions, "earned")
    cells = {cell: True for cell in planned if TOTAL in cell.codes}
    return TableSystem("one/2021/person", dimensions, tables, cells, "n")


@pytest.mark.parametrize("seed", range(4))
def test_no_move_takes_the_last_record_of_an_amount_that_a_revision_changed(seed: int):
    """In one of the vintages something would be left that nobody contributed."""
    out: list[Vintage] = []
    for revision in range(3):
        found = withhold(earners(seed, revision), OUTSIDE, out)
        refused = check(found.plan, OUTSIDE, found.shown, found.moves, out)
        assert [one for one in refused if one.kind == "move"] == []
        assert found.moves
        out.append(Vintage(found.plan, found.shown))


def test_vintages_protected_each_for_itself_betray_each_other():
    """The same people, withheld in two ways: together they tell what each one hides."""
    system = status_by_sex_and_area()
    imprecise = {("A2", "M", "N"), ("A2", "F", "S"), ("A2", "M", "S")} | {
        ("C", sex, area) for sex, area in (("F", "N"), ("F", "S"), ("M", "N"))
    }
    other = replace(system, cells={cell: cell.codes not in imprecise for cell in system.cells})
    first, second = withhold(system, OUTSIDE), withhold(other, OUTSIDE)
    vintages = [Vintage(one.plan, one.shown) for one in (first, second)]
    secret = Secret(Cell("n", ("A2", "F", "N")), ANYBODY, 10)
    alone = [attack([vintage], [secret])[secret].width for vintage in vintages]
    assert min(alone) >= 10
    assert attack(vintages, [secret])[secret].is_recovered
    assert check(second.plan, OUTSIDE, second.shown, second.moves) == []
    found = check(second.plan, OUTSIDE, second.shown, second.moves, vintages[:1])
    assert {finding.kind for finding in found} == {"again", "move", "narrow"}
    joint = withhold(other, OUTSIDE, vintages[:1])
    assert check(joint.plan, OUTSIDE, joint.shown, joint.moves, vintages[:1]) == []


def test_a_small_revision_does_not_make_unsafe_what_is_out():
    """With 11 of 10 records a figure is too near its rule to be shown for the first time."""
    leaves = {("A1",): 11, ("A2",): 60, ("B",): 60, ("C",): 60}

    system = counts((STATUS,), leaves)
    assert Cell("n", ("A1",)) in withhold(system, replace(WITH_ROOM, margin=0)).shown
    assert Cell("n", ("A1",)) not in withhold(system, WITH_ROOM).shown


def test_a_cell_that_was_shown_may_stay_shown_near_its_rule():

    before = counts((STATUS,), {("A1",): 20, ("A2",): 60, ("B",): 60, ("C",): 60})
    now = counts((STATUS,), {("A1",): 11, ("A2",): 60, ("B",): 60, ("C",): 60})
    first = protect(before, WITH_ROOM)
    second = protect(now, WITH_ROOM, [Vintage(first.plan, first.shown)])
    assert Cell("n", ("A1",)) in first.shown & second.shown
