"""Circuits open what no box of withheld cells opens, and say in whole numbers what they cost."""

from itertools import product

import numpy as np
from migstat.release.disclosure.circuits import search_circuits
from migstat.release.disclosure.cubes import Aim, Room, search_free
from migstat.release.disclosure.gate import check
from migstat.release.disclosure.ground import build_ground, build_space
from migstat.release.disclosure.ladder import withhold
from migstat.release.disclosure.model import TOTAL, Cell, Dimension, TableSystem, Vintage
from migstat.release.disclosure.rooms import room_for
from migstat.release.disclosure.sheet import Sheet
from migstat.release.disclosure.space import Ints, Space
from migstat.release.disclosure.steps import Step
from migstat.release.disclosure.worlds import World
from small_tables import OUTSIDE, counts, random_counts

ROWS = Dimension("row", {"A": None, "B": None, "C": None})
COLUMNS = Dimension("column", {"X": None, "Y": None, "Z": None})
SMALL = [("A", "X"), ("A", "Y"), ("B", "Y"), ("B", "Z"), ("C", "Z"), ("C", "X")]


def ring(small: int = 8) -> TableSystem:
    """Six unsafe leaves, two in each row and column: a way round them all, and no box of them."""
    large = dict.fromkeys(product("ABC", "XYZ"), 40)
    return counts((ROWS, COLUMNS), large | dict.fromkeys(SMALL, small))


def laid_out(system: TableSystem, shown: frozenset[Cell]) -> tuple[Space, Sheet]:
    start = Vintage(system, shown)
    space = build_space([start])
    return space, Sheet(build_ground(space, [start], OUTSIDE))


def aim_at(space: Space, sheet: Sheet, cell: tuple[str, ...], need: int = 10) -> Aim:
    room = room_for(World(sheet), Step("people", 0, ("no",)))
    nodes = space.nodes_of(space.cell_of[cell])
    return Aim(nodes, sheet.weights([0]), room, room, need, 48)


def changes(space: Space, plus: tuple[int, ...], minus: tuple[int, ...]) -> Ints:
    moved = np.zeros(space.n_leaves, dtype=np.int64)
    np.add.at(moved, list(plus), 1)
    np.add.at(moved, list(minus), -1)
    return space.sums(moved)


def test_a_ring_of_unsafe_figures_protects_itself():
    """Seven may go round either way: each figure is open by 14, and nothing more is withheld."""
    protection = withhold(ring(), OUTSIDE)
    assert (protection.counts.primary, protection.counts.secondary) == (6, 0)
    assert check(protection.plan, OUTSIDE, protection.shown, protection.moves) == []


def test_a_ring_that_carries_too_few_is_not_enough():
    """Of four each, three may go round either way: open by 6 of 10."""
    protection = withhold(ring(small=4), OUTSIDE)
    assert protection.counts.secondary > 0
    assert check(protection.plan, OUTSIDE, protection.shown, protection.moves) == []


def test_the_circuit_of_a_ring_is_free_where_no_box_is():
    system = ring()
    shown = frozenset(system.cells) - {Cell("n", codes) for codes in SMALL}
    space, sheet = laid_out(system, shown)
    aim = aim_at(space, sheet, ("A", "X"))
    assert search_free(space, aim) == []
    (found,) = search_circuits(space, aim)
    plus, minus = found.corners()
    assert found.cost == 0
    assert {space.leaf_codes(leaf) for leaf in (*plus, *minus)} == set(SMALL)
    # 7 of 8 may leave each of three, so that somebody stays in every figure withheld
    assert (found.up, found.down) == (7, 7)


def test_what_a_circuit_costs_is_what_it_changes_of_what_is_shown():
    system = random_counts((6, 5, 4), (2, 0, 0), 700, 3)
    small = {
        cell: sum(
            answers.n
            for leaf, answers in system.tables["n"].answers.items()
            if all(
                code == TOTAL or code in d.path(own)
                for d, code, own in zip(system.dimensions, cell.codes, leaf, strict=True)
            )
        )
        for cell in system.cells
    }
    unsafe = {cell for cell, n in small.items() if 0 < n < 10}
    space, sheet = laid_out(system, frozenset(system.cells) - unsafe)
    found = 0
    for cell in sorted(unsafe):
        for pattern in search_circuits(space, aim_at(space, sheet, cell.codes)):
            changed = changes(space, *pattern.corners())
            number = space.cell_of[cell.codes]
            assert changed[number] > 0
            assert pattern.cost == int((sheet.shown[0] & (changed != 0)).sum())
            found += 1
    assert found, "no circuit was found: the test could not fail"


def test_where_nobody_may_move_there_is_no_circuit():
    system = ring()
    space, sheet = laid_out(system, frozenset(system.cells))
    nobody = Room(*np.zeros((2, space.n_leaves), dtype=np.int64))
    aim = Aim(space.nodes_of(0), sheet.weights([0]), nobody, nobody, 10, 48)
    assert search_circuits(space, aim) == []


def test_of_a_leaf_that_is_a_figure_one_record_stays():
    space, sheet = laid_out(ring(), frozenset())
    room = room_for(World(sheet), Step("people", 0, ("no",)))
    assert room.lose[space.leaf(("A", "X"))] == 7
    assert room.lose[space.leaf(("A", "Z"))] == 39


def test_where_nothing_is_shown_every_way_is_free():
    space, sheet = laid_out(ring(), frozenset())
    (found,) = search_circuits(space, aim_at(space, sheet, ("A", "X")))
    assert found.cost == 0
    assert changes(space, *found.corners())[space.cell_of["A", "X"]] > 0
