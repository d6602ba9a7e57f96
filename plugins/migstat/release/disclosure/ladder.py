"""From the figures of a survey wave to what may be shown of them: the first plan that is safe."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from migstat.release.disclosure.gate import check
from migstat.release.disclosure.ground import Ground, base_of, build_ground, build_space
from migstat.release.disclosure.model import (
    Cell,
    Counts,
    Move,
    NoSafePlanError,
    Profile,
    Protection,
    TableSystem,
    Vintage,
)
from migstat.release.disclosure.polish import State, polish
from migstat.release.disclosure.pool import Pool, Target
from migstat.release.disclosure.primary import Quantity, Unsafe, cell_sums, unsafe_figures
from migstat.release.disclosure.sheet import Sheet
from migstat.release.disclosure.space import Space
from migstat.release.disclosure.suppress import protect_all
from migstat.release.disclosure.worlds import world_move


def protect(system: TableSystem, profile: Profile, earlier: Sequence[Vintage] = ()) -> Protection:
    """Decide what may be shown, by the finest plan that passes the gate.

    Args:
        system: The tables of one survey wave.
        profile: Rules, ladder and limits.
        earlier: What vintages of the same wave that are out showed, oldest first.

    Raises:
        NoSafePlanError: No plan of the ladder passes; says why each did not.
    """
    refused = []
    for rung in profile.ladder:
        protection = withhold(system.planned(rung), profile, earlier, rung.name)
        findings = check(protection.plan, profile, protection.shown, protection.moves, earlier)
        share = protection.counts.suppressed_share
        if not findings and share <= profile.max_suppressed:
            return protection
        why = findings[0].message if findings else f"{share:.0%} of its figures would be withheld"
        refused.append(f"{rung.name}: {why}")
    raise NoSafePlanError(f"{system.name} has no safe plan. {'; '.join(refused)}")


def withhold(
    plan: TableSystem, profile: Profile, earlier: Sequence[Vintage] = (), rung: str = ""
) -> Protection:
    """Withhold what a plan must not show; whether the proof holds is for the gate to say."""
    start = Vintage(plan, _at_first(plan, earlier))
    space = build_space([*earlier, start])
    unsafe = unsafe_figures(space, plan)
    near = unsafe_figures(space, plan, profile.margin)
    first = _told(plan, near) - {cell for v in earlier for cell in v.shown}
    start = Vintage(plan, start.shown - _told(plan, unsafe) - first)
    for vintage in earlier:
        unsafe += unsafe_figures(space, vintage.system)
    ground = build_ground(space, [*earlier, start], profile)
    spare = 0 if earlier else profile.margin
    state, left = _open(ground, _targets(ground, unsafe), profile, spare)
    moves = [world_move(ground, found.delta, alone=False) for found in state.pool.needed()]
    if earlier and left:
        moves += _alone(state.sheet, start, left, profile)
    shown = _shown(state.sheet, plan)
    return Protection(plan, shown, tuple(moves), rung, _counts(space, plan, shown, unsafe))


def _open(
    ground: Ground, targets: list[Target], profile: Profile, spare: int
) -> tuple[State, list[Target]]:
    """Open the targets, wider than they must be where that can be; give those that can't.

    What is spare lets a proof stand when a revision takes some of it away.
    """
    state = State(Sheet(ground), Pool(profile.insiders))
    wide = {t: replace(t, width=t.width + spare) for t in targets}
    state.pool.aim([*wide.values()])
    stuck = {*protect_all(state.sheet, state.pool)}
    state.pool.aim([t if wide[t] in stuck else wide[t] for t in targets])
    left = {*protect_all(state.sheet, state.pool)}
    state.pool.aim([t for t in state.pool.targets if t not in left])
    start = [field.shown for field in ground.fields]
    return polish(state, start, profile.polish), sorted(left)


def _at_first(plan: TableSystem, earlier: Sequence[Vintage]) -> frozenset[Cell]:
    """What is precise enough, and was withheld in no earlier vintage."""
    before = {cell for v in earlier for cell in v.system.cells if cell not in v.shown}
    return frozenset(c for c, precise in plan.cells.items() if precise and c not in before)


def _told(plan: TableSystem, unsafe: Iterable[Unsafe]) -> set[Cell]:
    """Unsafe figures, and the shares that would tell of them."""
    told = {one.cell for one in unsafe}
    return told | {cell for cell in plan.cells if base_of(plan, cell) in told}


def _targets(ground: Ground, unsafe: Iterable[Unsafe]) -> list[Target]:
    widths: dict[tuple[int, int, Quantity], int] = {}
    for one in unsafe:
        place = ground.keys.index(one.cell.table)
        key = (place, ground.space.cell_of[one.cell.codes], one.quantity)
        widths[key] = max(widths.get(key, 0), one.width)
    return [Target(*key, width) for key, width in sorted(widths.items())]


def _alone(sheet: Sheet, start: Vintage, left: Sequence[Target], profile: Profile) -> list[Move]:
    """Protect in the new vintage alone what earlier ones leave no other table of people for."""
    keys, space = sheet.ground.keys, sheet.ground.space
    ground = build_ground(space, [start], profile)
    now = [t for t in left if keys[t.place] in ground.keys]
    targets = [Target(ground.keys.index(keys[t.place]), t.cell, t.quantity, t.width) for t in now]
    own, pool = Sheet(ground), Pool(profile.insiders)
    pool.aim(targets)
    own.shown = [sheet.shown[keys.index(key)] for key in ground.keys]
    protect_all(own, pool)
    return [world_move(ground, found.delta, alone=True) for found in pool.needed()]


def _shown(sheet: Sheet, plan: TableSystem) -> frozenset[Cell]:
    keys, space = sheet.ground.keys, sheet.ground.space
    return frozenset(
        cell
        for cell, precise in plan.cells.items()
        if precise and sheet.shown[keys.index(cell.table)][space.cell_of[cell.codes]]
    )


def _counts(
    space: Space, plan: TableSystem, shown: frozenset[Cell], unsafe: Sequence[Unsafe]
) -> Counts:
    told = {one.cell for one in unsafe}
    filled = set()
    for key, table in plan.tables.items():
        cells = sorted(cell for cell in plan.cells if cell.table == key)
        filled |= {c for c, s in zip(cells, cell_sums(space, table, cells), strict=True) if s.n}
    precise = {cell for cell in filled if plan.cells[cell]}
    withheld = precise - shown
    return Counts(
        planned=len(filled),
        zero=len(plan.cells) - len(filled),
        imprecise=len(filled - precise),
        unsafe=len(filled & told),
        primary=len(withheld & told),
        secondary=len(withheld - told),
        shown=len(filled & shown),
    )
