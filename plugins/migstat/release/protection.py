"""Which figures of a vintage may leave: where its tables meet disclosure control.

What is decided is kept with the vintage (``shown.parquet``), for the vintages after it must know
what it showed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from migstat.release.disclosure.attack import attack
from migstat.release.disclosure.cell_keys import Perturbed
from migstat.release.disclosure.gate import review
from migstat.release.disclosure.ladder import protect
from migstat.release.disclosure.model import (
    Cell,
    NoSafePlanError,
    Profile,
    TableSystem,
    Vintage,
)
from migstat.release.disclosure.profiles import profile_for
from migstat.release.disclosure.proof_report import Case, perturbation_report, proof_report
from migstat.release.disclosure.systems import DIMENSIONS, load_systems
from migstat.release.errors import ReleaseError, UnsafeError
from migstat.release.inputs import Inputs
from migstat.release.perturbation import keys_of, perturb_wave

TOLD = 3  # findings in an error
UNCHANGED = "Unchanged, and proved in the vintage before"
UNPROVED = "Changed at random by cell keys, of which nothing is proved"
NOISE = 1e-6  # of a linear program, in records
COLUMNS = ("system", "rung", "table_key", *DIMENSIONS, "is_shown")


@dataclass(frozen=True)
class Earlier:
    """A vintage that is out.

    Attributes:
        inputs: What it was made from.
        cells: Its released cells (``cells.ARCHIVED``).
        shown: What it showed of each system (``COLUMNS``).
    """

    inputs: Inputs
    cells: pd.DataFrame
    shown: pd.DataFrame


@dataclass(frozen=True)
class Decision:
    """What may leave of one survey wave and unit.

    Attributes:
        out: The figures that its publication plan shows, and those of them that may leave.
        rung: Name of the plan.
        case: The proof; None where the vintage before showed the same of the same tables and has
            it, and where counts are perturbed.
        perturbed: The counts that are told; None where figures are withheld instead.
    """

    out: Vintage
    rung: str
    case: Case | None
    perturbed: Perturbed | None = None


@dataclass(frozen=True)
class Protected:
    """What disclosure control decided, by ``survey/wave/unit``."""

    decisions: Mapping[str, Decision]

    def proof(self, title: str) -> str:
        """Report for the disclosure officer (Markdown); stays with the vintage, never leaves."""
        decisions = sorted(self.decisions.items())
        report = proof_report(title, [one.case for one in self.decisions.values() if one.case])
        for _, one in decisions:
            if one.perturbed:
                report += f"\n{perturbation_report(one.out, one.rung, one.perturbed)}\n"
        by_keys = [name for name, one in decisions if one.perturbed]
        same = [name for name, one in decisions if not (one.case or one.perturbed)]
        for heading, names in ((UNPROVED, by_keys), (UNCHANGED, same)):
            if names:
                report += f"\n{heading}: {', '.join(names)}.\n"
        return report

    def frame(self) -> pd.DataFrame:
        """What is shown of each plan: one row per figure of it, columns ``COLUMNS``, sorted."""
        rows = [
            (name, one.rung, cell.table, *cell.codes, cell in one.out.shown)
            for name, one in sorted(self.decisions.items())
            for cell in sorted(one.out.system.cells)
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))


def protect_cells(inputs: Inputs, earlier: Sequence[Earlier]) -> Protected:
    """Decide what may leave, and prove it.

    Args:
        inputs: What the vintage is made from.
        earlier: The vintages that are out, oldest first.

    Raises:
        UnsafeError: Of some survey waves nothing may leave.
        ReleaseError: Nobody knows who stands behind some figures.
    """
    systems = _systems(inputs)
    _refuse_figures_of_nobody(inputs, systems)
    before = [(_systems(one.inputs), one) for one in earlier]
    decisions, unsafe = {}, {}
    for name, one in systems.items():
        try:
            decisions[name] = _decide(name, one, inputs, before)
        except NoSafePlanError as error:
            unsafe[name] = str(error)
    if unsafe:
        raise UnsafeError(unsafe)
    return Protected(decisions)


def _decide(
    name: str,
    system: TableSystem,
    inputs: Inputs,
    before: Sequence[tuple[Mapping[str, TableSystem], Earlier]],
) -> Decision:
    profile = _profile(name, inputs)
    known = [(systems[name], one) for systems, one in before if name in systems]
    keys = keys_of(name, inputs, [one.inputs for _, one in known])
    if keys is not None:
        rung = profile.ladder[0]  # no other withholds less
        plan = system.planned(rung)
        perturbed, shown = perturb_wave(name, plan, inputs, keys)
        return Decision(Vintage(plan, shown), rung.name, None, perturbed)
    out = [(_profile(name, one.inputs), _vintage(name, was, one)) for was, one in known]
    if out and _is_same(system, profile, *out[-1]):
        # nothing new is told, and what was told then was proved then
        return Decision(out[-1][1], _rung(name, before[-1][1]), None)
    vintages = [vintage for _, vintage in out]
    found = protect(system, profile, vintages)
    # the gate: whatever the suppressor says, what it can't prove does not leave
    gate = review(found.plan, profile, found.shown, found.moves, vintages)
    if gate.findings:
        told = "; ".join(finding.message for finding in gate.findings[:TOLD])
        message = f"{name} does not pass the gate ({len(gate.findings)} findings): {told}"
        raise NoSafePlanError(message)
    case = Case(found, profile, gate, tuple(vintages))
    return Decision(Vintage(found.plan, found.shown), found.rung, case)


def attack_release(protected: Protected) -> dict[str, tuple[int, int, int]]:
    """Let a linear program attack what is shown: a second opinion, slower than the gate.

    Returns:
        By ``survey/wave/unit``: figures it may not know, those it recovers, and those it narrows
        below what is asked for. What an earlier vintage proved is not attacked again.
    """
    told = {}
    for name, one in protected.decisions.items():
        if one.case is not None:
            intervals = attack([*one.case.earlier, one.out], one.case.review.widths)
            recovered = sum(found.is_recovered for found in intervals.values())
            narrow = sum(found.width < s.width - NOISE for s, found in intervals.items())
            told[name] = len(intervals), recovered, narrow
    return told


def _is_same(system: TableSystem, profile: Profile, before: Profile, last: Vintage) -> bool:
    return profile == before and any(system.planned(rung) == last.system for rung in profile.ladder)


def _vintage(name: str, system: TableSystem, earlier: Earlier) -> Vintage:
    """Rebuild what a vintage showed of a system."""
    wanted = _rung(name, earlier)
    ladder = {rung.name: rung for rung in _profile(name, earlier.inputs).ladder}
    own = earlier.shown[(earlier.shown["system"] == name) & earlier.shown["is_shown"]]
    codes = own[list(DIMENSIONS)].itertuples(index=False, name=None)
    shown = frozenset(map(Cell, own["table_key"], codes))
    return Vintage(system.planned(ladder[wanted]), shown)


def _rung(name: str, earlier: Earlier) -> str:
    return str(earlier.shown.loc[earlier.shown["system"] == name, "rung"].iloc[0])


def _profile(name: str, inputs: Inputs) -> Profile:
    survey, _, _ = name.partition("/")
    return profile_for(survey, inputs.declared.disclosure, inputs.country)


def _systems(inputs: Inputs) -> dict[str, TableSystem]:
    with duckdb.connect() as connection:
        connection.register("contributors", inputs.tables["contributors"])
        connection.register("indicator_estimates", inputs.tables["estimates"])
        return load_systems(connection, inputs.declared, inputs.country)


def _refuse_figures_of_nobody(inputs: Inputs, systems: Mapping[str, TableSystem]) -> None:
    """Figures whose contributors are not counted could not be judged."""
    known = {
        (survey, wave, *key.split("/"))
        for name, system in systems.items()
        for survey, wave, _ in [name.split("/")]
        for key in system.tables
    }
    names = ["survey_code", "wave", "indicator_code", "breakdown"]
    found = set(inputs.tables["estimates"][names].itertuples(index=False, name=None))
    if stray := sorted(found - known):
        told = ", ".join(" ".join(one) for one in stray[:3])
        raise ReleaseError(
            f"{inputs.country.iso3}: contributors of {len(stray)} tables are not counted, as of "
            f"{told}; `migstat build` counts them"
        )
