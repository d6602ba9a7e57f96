"""The gate: whether what is to be shown of a system may leave. It trusts nothing.

It reads the rules anew, checks every move with whole numbers against all that this release and
the earlier vintages show, rebuilds from the moves how far each figure is open, and finds what is
not. One finding, and nothing leaves. It shares no code with the suppressor but the data model.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from migstat.release.disclosure.gate_moves import (
    NOBODY,
    Matrix,
    build_matrix,
    impossible,
    misshapen,
    possible_codes,
    signs_of,
)
from migstat.release.disclosure.gate_rules import (
    ANYBODY,
    NO,
    YES,
    Secret,
    secrets,
    told_by,
    too_fine,
)
from migstat.release.disclosure.gate_widths import Evidence, find_widths
from migstat.release.disclosure.model import (
    Cell,
    Change,
    Finding,
    Leaf,
    Move,
    Profile,
    TableSystem,
    Vintage,
)

Of = TypeVar("Of")  # anything that each vintage has one of


@dataclass(frozen=True)
class Review:
    """What the gate found.

    Attributes:
        findings: Why the system may not leave; empty if it may.
        widths: Per figure that must not be known how far it is open to one from outside.
        alone: Of these, those that are open in the new vintage alone.
    """

    findings: list[Finding]
    widths: dict[Secret, int]
    alone: frozenset[Secret]


def check(
    system: TableSystem,
    profile: Profile,
    shown: frozenset[Cell],
    moves: Iterable[Move],
    earlier: Sequence[Vintage] = (),
) -> list[Finding]:
    """Find why a system may not leave; an empty list means that it may.

    Args:
        system: With the cells of the plan, shown and withheld.
        profile: The law's floor and the limits.
        shown: What is to leave.
        moves: The proof that what is withheld can't be known.
        earlier: What vintages of the same wave that are out showed, oldest first.
    """
    return review(system, profile, shown, moves, earlier).findings


def review(
    system: TableSystem,
    profile: Profile,
    shown: frozenset[Cell],
    moves: Iterable[Move],
    earlier: Sequence[Vintage] = (),
) -> Review:
    """Check as ``check`` does, and say how far each figure is open."""
    strangers = shown - set(system.cells)
    if strangers:
        cell = min(strangers)
        return Review(
            [Finding("unplanned", cell, "is shown, and no cell of the plan")], {}, frozenset()
        )
    vintages = [*earlier, Vintage(system, shown)]
    found = [*_rules(system, profile, shown), *_shown_again(shown, earlier)]
    unsafe = [secrets(vintage.system) for vintage in vintages]
    wanted = _widest(unsafe, system)
    own = {secret.cell for secret in unsafe[-1]}
    found += [
        Finding("shown", cell, "is shown, or told by a share, and may not be known")
        for cell in sorted(told_by(system, shown) & own)
    ]
    moves = list(moves)
    evidence, refused = _evidence(vintages, moves)
    found += refused
    widths, alone, narrow = find_widths(wanted, evidence, profile.insiders)
    found += narrow
    if len(alone) > profile.max_alone * max(len(wanted), 1):
        message = (
            f"{len(alone)} of {len(wanted)} figures are open in the new vintage alone: hold the "
            "revision and release it with later ones"
        )
        found.append(Finding("revision", None, message))
    return Review(found, widths, alone)


def _rules(system: TableSystem, profile: Profile, shown: frozenset[Cell]) -> Iterable[Finding]:
    for key, table in sorted(system.tables.items()):
        if table.rule.is_looser_than(profile.floor):
            yield Finding("floor", None, f"the rule of {key} is looser than the law's floor")
    for cell in sorted(shown):
        if too_fine(system, cell):
            yield Finding("area", cell, "names a finer area than its table may")


def _shown_again(shown: frozenset[Cell], earlier: Sequence[Vintage]) -> Iterable[Finding]:
    for vintage in earlier:
        for cell in sorted(shown & (set(vintage.system.cells) - vintage.shown)):
            yield Finding("again", cell, "was withheld in an earlier vintage and is shown now")


def _widest(unsafe: Sequence[Sequence[Secret]], system: TableSystem) -> list[Secret]:
    """What must not be known of any vintage; of the same figure the widest."""
    widest: dict[tuple[Cell, str | int], int] = {}
    for of_vintage in unsafe:
        for one in of_vintage:
            if one.cell.table in system.tables:
                key = (one.cell, one.what)
                widest[key] = max(widest.get(key, 0), one.width)
    return [Secret(cell, what, width) for (cell, what), width in widest.items()]


def _evidence(
    vintages: Sequence[Vintage], moves: list[Move]
) -> tuple[list[Evidence], list[Finding]]:
    possible = possible_codes(vintages)
    signed = [(vintage.system, signs_of(vintage.system)) for vintage in vintages]
    refused: dict[int, str] = {}
    for number, move in enumerate(moves):
        why = misshapen(move, vintages[-1].system, possible)
        for system, signs in _of(move, signed):
            why = why or impossible(move, system, signs)
        if why:
            refused[number] = why
    sound = [move for number, move in enumerate(moves) if number not in refused]
    matrix = build_matrix(vintages, sound)
    evidence = [Evidence(alone=move.alone) for move in sound]
    for vintage in vintages:
        covered = [i for i, move in enumerate(sound) if vintage in _of(move, vintages)]
        for i in covered:
            evidence[i].emptied |= _emptied(sound[i], vintage.system)
        for i, why in _disagreeing(vintage, [sound[i] for i in covered], matrix):
            refused[moves.index(sound[covered[i]])] = why
    for key in vintages[-1].system.tables:
        _gains(key, sound, matrix, evidence)
    kept = [e for e, move in zip(evidence, sound, strict=True) if moves.index(move) not in refused]
    findings = [
        Finding("move", None, f"move {number} {why}") for number, why in sorted(refused.items())
    ]
    return kept, findings


def _of(move: Move, of_vintages: Sequence[Of]) -> Sequence[Of]:
    return of_vintages[-1:] if move.alone else of_vintages


def _parts(moves: Sequence[Move], key: str) -> dict[str | int, list[dict[Leaf, int]]]:
    changes = [move.changes.get(key, Change()) for move in moves]
    parts: dict[str | int, list[dict[Leaf, int]]] = {
        ANYBODY: [dict(c.n) for c in changes],
        YES: [dict(c.yes) for c in changes],
    }
    for layer in range(max((len(c.amounts) for c in changes), default=0)):
        parts[layer] = [dict(c.amounts[layer]) if len(c.amounts) > layer else {} for c in changes]
    return parts


def _disagreeing(
    vintage: Vintage, moves: Sequence[Move], matrix: Matrix
) -> Iterable[tuple[int, str]]:
    """Moves that change what the vintage shows, or empty a cell that it withholds."""
    told = told_by(vintage.system, vintage.shown)
    for key, table in vintage.system.tables.items():
        shown = [matrix.cells[cell.codes] for cell in told if cell.table == key]
        held = [
            cell.codes
            for cell in vintage.system.cells
            if cell.table == key and cell not in told and not table.rule.protects_zeros
        ]
        true = matrix.sums([{leaf: a.n for leaf, a in table.answers.items()}]).toarray()[0]
        columns = [matrix.cells[codes] for codes in held if true[matrix.cells[codes]] > 0]
        for what, changes in _parts(moves, key).items():
            sums = matrix.sums(changes).tocsc()
            for row in np.unique(sums[:, shown].nonzero()[0]):
                yield int(row), f"changes a figure of {key} that is shown"
            if what == ANYBODY:
                left = sums[:, columns].toarray() + true[columns]
                for row in np.unique((left < 1).nonzero()[0]):
                    yield int(row), f"empties a figure of {key} that would be shown as 0"


def _emptied(move: Move, system: TableSystem) -> frozenset[Leaf]:
    """Leaves where all that gave one answer, or none, are gone: their owners know better."""
    found = set()
    people = system.tables[system.population].answers if system.population else {}
    moved = move.changes.get(system.population or "", Change()).n
    for key, table in system.tables.items():
        change = move.changes.get(key, Change())
        inside = bool(system.population) and table.within
        for leaf in {*change.n, *change.yes, *(moved if inside else ())}:
            true = table.answers.get(leaf, NOBODY)
            n, yes = true.n + change.n.get(leaf, 0), true.yes + change.yes.get(leaf, 0)
            pairs = [(true.yes, yes), (true.n - true.yes, n - yes)]
            if inside and key != system.population:
                there = people.get(leaf, NOBODY).n
                pairs.append((there - true.n, there + moved.get(leaf, 0) - n))
            if any(before > 0 and after <= 0 for before, after in pairs):
                found.add(leaf)
    return frozenset(found)


def _gains(key: str, moves: Sequence[Move], matrix: Matrix, evidence: Sequence[Evidence]) -> None:
    codes = list(matrix.cells)
    sums = {what: matrix.sums(changes) for what, changes in _parts(moves, key).items()}
    sums[NO] = sums[ANYBODY] - sums[YES]
    for what, part in sums.items():
        listed = part.tocoo()
        for row, column, by in zip(listed.row, listed.col, listed.data, strict=True):
            if by:
                evidence[row].gains[key, what, codes[column]] = int(by)
