"""Cell keys: the counts of a census changed at random, the same way wherever they stand.

Every record has a number, uniform below 2^32. The key of a cell is the sum of the numbers of its
records modulo 2^32, so that the same records make the same key in every table, margin and vintage,
and the keys of leaves add up like their counts. What is added to a count is looked up by its key in
the row of the p-table for that count (Fraser and Wooton, 2005; Marley and Leaver, 2011).

What is added has the largest entropy of all distributions with mean 0 and the declared variance
over what may be added to its count (Giessing, 2016, doi:10.1007/978-3-319-45381-1_18).
"""

from bisect import bisect_right
from collections.abc import Container, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migstat.declarations.cell_keys import CellKeys
from migstat.release.disclosure.gate_rules import cells_above, margins_of
from migstat.release.disclosure.ground import base_of
from migstat.release.disclosure.model import Cell, Codes, Leaf, Rule, Table, TableSystem

KEYS = 1 << 32  # keys are uniform below it
EXACT = 1e-12  # of mean and variance
STEPS = 100  # of Newton's method, which needs a tenth of them
ROUGH, TOO_ROUGH = 10, 5  # times the largest deviation: shares of fewer records are so

LeafKeys = Mapping[tuple[str, Leaf], tuple[int, int]]


@dataclass(frozen=True)
class Row:
    """The row of a p-table: what is added to a count, by the key of its records.

    Attributes:
        deviations: What may be added, in order.
        probabilities: Of each.
        ends: Where the keys of each end; the last are ``KEYS``.
    """

    deviations: tuple[int, ...]
    probabilities: tuple[float, ...]
    ends: tuple[int, ...]

    def deviation(self, key: int) -> int:
        """Look up what a key adds."""
        return self.deviations[bisect_right(self.ends, key % KEYS)]


@dataclass(frozen=True)
class Told:
    """What is told of a cell: counts that are changed already.

    Attributes:
        n: Records with an answer; of a share, those it is a share of.
        part: Of these with the property; of a share, the records of the cell.
    """

    n: int
    part: int

    @property
    def share(self) -> float | None:
        """Percent that the part makes of the whole, 100 at most; None of nobody."""
        # the two are changed apart, so that a part can come out above its whole
        return 100 * min(self.part, self.n) / self.n if self.n else None


@dataclass(frozen=True)
class Perturbed:
    """The counts of a survey wave as they are told.

    Attributes:
        keys: How they were changed.
        told: By cell; means, totals and ratios are not among them.
    """

    keys: CellKeys
    told: Mapping[Cell, Told]

    def is_rough(self, told: Told) -> bool:
        """Say whether what was added may be so much of what is told that caution is due."""
        return told.n < ROUGH * self.keys.deviation

    def is_too_rough(self, told: Told) -> bool:
        """Say whether it may be so much that the share says nothing; that nobody is there does."""
        return 0 < told.n < TOO_ROUGH * self.keys.deviation


def build_p_table(keys: CellKeys) -> tuple[Row, ...]:
    """Build the rows of counts 0, 1, …; the last one holds for all counts from it on."""
    counts = range(keys.last_of_its_own + 1)
    return tuple(_row(keys.deviations(count), keys.variance) for count in counts)


def perturb(table: tuple[Row, ...], count: int, key: int) -> int:
    """Change a count by the key of its records."""
    return count + table[min(count, len(table) - 1)].deviation(key)


def perturb_system(system: TableSystem, leaf_keys: LeafKeys, keys: CellKeys) -> Perturbed:
    """Change the counts of all cells of a survey wave.

    Args:
        system: Its tables; those of magnitudes are left out.
        leaf_keys: By table and leaf the key of the records with an answer, and of those with the
            property.
        keys: How.
    """
    rows = build_p_table(keys)
    told: dict[Cell, Told] = {}
    for name, table in system.tables.items():
        if table.kind == "magnitude":
            continue
        cells = [cell for cell in system.cells if cell.table == name]
        bases = {cell: base_of(system, cell) for cell in cells}
        counts = _counts(system, table, {one.codes for one in (*cells, *bases.values())}, leaf_keys)
        changed = {
            codes: (perturb(rows, n, n_key), perturb(rows, yes, yes_key))
            for codes, (n, n_key, yes, yes_key) in counts.items()
        }
        for cell, base in bases.items():
            place = 0 if table.kind == "count" else 1
            told[cell] = Told(changed[base.codes][0], changed[cell.codes][place])
    return Perturbed(keys, told)


def is_sensitive(system: TableSystem, cell: Cell, indicators: Container[str]) -> bool:
    """Say whether a cell is of a sensitive indicator, or of a code with a rule of its own."""
    codes = {d.name: {*d.path(c)} for d, c in zip(system.dimensions, cell.codes, strict=True)}
    return cell.table.split("/")[0] in indicators or any(
        one.codes & codes[one.dimension] for one in system.stricter
    )


def is_beyond_doubt(kind: str, rule: Rule, told: Told, deviation: int) -> bool:
    """Say whether whatever true counts may lie behind those told keep to a rule.

    Judged by nothing but what is told, so that it tells of no more that a figure is withheld.
    """
    if kind == "count":
        return told.part - deviation >= rule.min_contributors
    least = min(told.part - deviation, told.n - told.part - 2 * deviation)
    return told.n - deviation >= rule.min_contributors and least >= max(rule.min_numerator, 1)


def _counts(
    system: TableSystem, table: Table, cells: set[Codes], leaf_keys: LeafKeys
) -> dict[Codes, list[int]]:
    """Add up records with an answer, their key, those with the property, and their key."""
    sums = {codes: [0, 0, 0, 0] for codes in cells}
    margins = margins_of(cells)
    for leaf, answers in table.answers.items():
        n_key, yes_key = leaf_keys[table.key, leaf]
        for codes in cells_above(leaf, system.dimensions, margins):
            if codes in sums:
                more = (answers.n, n_key, answers.yes, yes_key)
                sums[codes] = [a + b for a, b in zip(sums[codes], more, strict=True)]
    return sums


def _row(deviations: tuple[int, ...], variance: float) -> Row:
    of_each = _most_random(np.array(deviations, float), variance) if any(deviations) else [1.0]
    ends = np.rint(np.cumsum(of_each) * KEYS).astype(np.int64)
    ends[-1] = KEYS
    return Row(deviations, tuple(map(float, of_each)), tuple(map(int, ends)))


def _most_random(deviations: NDArray[np.float64], variance: float) -> NDArray[np.float64]:
    """Find the probabilities with the largest entropy, mean 0 and a variance.

    They are ``exp(a v + b v^2)`` up to a factor; a and b are where the logarithm of the sum of
    ``exp(a v + b (v^2 - variance))``, which is convex, is least: Newton's method with halved steps.

    Raises:
        ArithmeticError: There are none, which ``CellKeys`` does not let through.
    """
    powers = np.stack([deviations, deviations**2 - variance])
    at = np.zeros(2)
    for _ in range(STEPS):
        found = np.exp(at @ powers - _log_sum(at, powers))
        slope = powers @ found
        if np.abs(slope).max() < EXACT:
            return found
        step = np.linalg.solve((powers * found) @ powers.T - np.outer(slope, slope), slope)
        while _log_sum(at - step, powers) > _log_sum(at, powers) + EXACT:
            step = step / 2
        at = at - step
    raise ArithmeticError(f"no probabilities of {deviations} with mean 0, variance {variance:g}")


def _log_sum(at: NDArray[np.float64], powers: NDArray[np.float64]) -> float:
    """The logarithm of the sum of exponentials, safe for large ones."""
    exponents = at @ powers
    largest = float(exponents.max())
    return largest + float(np.log(np.exp(exponents - largest).sum()))
