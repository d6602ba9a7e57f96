"""Withholding less after the first pass: what no move needs is shown, and dear cells are saved.

Each cell withheld for another is tried: shown again and locked, its owners protected anew. What is
cheaper in all is kept. The trials are counted, not timed, so that a run repeats exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from migstat.release.disclosure.pool import Figure, Pool, Target
from migstat.release.disclosure.sheet import Sheet
from migstat.release.disclosure.space import Bools
from migstat.release.disclosure.suppress import ordered, protect


@dataclass
class State:
    """What is shown and what proves it."""

    sheet: Sheet
    pool: Pool

    def cost(self, start: Sequence[Bools]) -> int:
        """Weight of the cells that were shown at the start and are not now."""
        fields = self.sheet.ground.fields
        return sum(
            int(field.weights[before & ~now].sum())
            for field, before, now in zip(fields, start, self.sheet.shown, strict=True)
        )


def tidy(state: State, start: Sequence[Bools]) -> None:
    """Show again what no move needs: keep the worlds that are needed, and the cells they change."""
    needed = state.pool.needed()
    pool = state.pool.emptied()
    for found in needed:
        pool.add(found)
    state.pool = pool
    changes = [np.zeros_like(before) for before in start]
    for found in needed:
        for place, cells in found.touched.items():
            changes[place][cells] = True
    for place, (before, changed) in enumerate(zip(start, changes, strict=True)):
        state.sheet.shown[place] = before.copy()
        state.sheet.withhold(place, np.flatnonzero(before & changed).tolist())


def polish(state: State, start: Sequence[Bools], trials: int) -> State:
    """Save cells as long as it pays, the dearest first.

    Args:
        state: Of the first pass, every target of the pool open.
        start: What was shown at its start.
        trials: How many cells are tried at most.
    """
    tidy(state, start)
    cost = state.cost(start)
    order = ordered(state.sheet.ground, state.pool.targets)
    for place, cell in _saveable(state.sheet, start)[:trials]:
        if state.sheet.shown[place][cell]:
            continue
        trial = _without(state, order, place, cell)
        if trial is not None:
            tidy(trial, start)
            if (saved := trial.cost(start)) < cost:
                state, cost = trial, saved
    return state


def _saveable(sheet: Sheet, start: Sequence[Bools]) -> list[tuple[int, int]]:
    found = [
        (-int(field.weights[cell]), place, int(cell))
        for place, (field, before) in enumerate(zip(sheet.ground.fields, start, strict=True))
        for cell in np.flatnonzero(before & ~sheet.shown[place])
    ]
    return [(place, cell) for _, place, cell in sorted(found)]


def _without(state: State, order: Sequence[Target], place: int, cell: int) -> State | None:
    """Protect anew what the worlds that change a cell were for; None if it can't be."""
    sheet = state.sheet.copy()
    sheet.pin(place, cell)
    pool = state.pool.emptied()
    lost: set[Figure] = set()
    for found in state.pool.found:
        if cell in found.touched.get(place, ()):
            lost |= found.gains.keys()
        else:
            pool.add(found)
    for target in order:  # a target that loses no world stays open: what is added widens it
        if target.figure in lost and not protect(sheet, pool, target):
            return None
    return State(sheet, pool)
