"""What the processes of the benchmark of formats do; each prints the times it clocked as JSON.

``python -m benchmarks.formats_work COUNTRY FOLDER``
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, timedelta
from math import ceil
from pathlib import Path

import pandas as pd
from migstat.release.cells import KEY
from migstat.release.declared import Declared
from migstat.release.inputs import Inputs
from migstat.release.protection import Protected
from migstat.release.release import Release
from migstat.release.vintages import vintages
from migstat.release.writers import WRITERS

from benchmarks.measure import Cost, clock

CELLS = 5_000  # at least
YEAR = timedelta(days=365.25)


def load(iso3: str) -> Release:
    """Load a country's newest vintage; no file that leaves says how it was protected."""
    vintage = vintages(iso3)[-1]
    unsaid = Protected({})
    return Release(vintage.stamp, vintage.inputs(), unsaid, vintage.cells(), vintage.changes())


def grown(release: Release, least: int) -> Release:
    """Add waves with the figures of those there are, all in years of their own.

    Args:
        release: The release.
        least: Cells that it must have at the end.
    """
    years = sorted({int(period[:4]) for period in release.archived["time_period"]})
    span = years[-1] - years[0] + 1
    shifts = [span * n for n in range(ceil(least / len(release.archived)))]
    cells = _repeated(release.archived, shifts).sort_values(list(KEY), ignore_index=True)
    tables = {name: _repeated(table, shifts) for name, table in release.inputs.tables.items()}
    inputs = Inputs(_announced(release.inputs.declared, shifts), tables)
    return replace(release, inputs=inputs, archived=cells)


def clocked(release: Release, folder: Path) -> dict[str, Cost]:
    """Clock all writers together, and each alone; all once before, so that all is loaded.

    Args:
        release: What they write.
        folder: Where to; those that describe files find there what the others wrote.

    Returns:
        Under ``all`` what they took together, then each by its name.
    """
    folder.mkdir()

    def write_all(one: Release) -> None:
        for write in WRITERS:
            write(one, folder)

    write_all(_unread(release))
    costs = {"all": _clock(write_all, release)}
    for write in WRITERS:
        name = write.__module__.rpartition(".")[2]
        costs[name] = _clock(lambda one, write=write: write(one, folder), release)
    return costs


def _clock(work: Callable[[Release], object], release: Release) -> Cost:
    cost, unread = Cost(), _unread(release)
    with clock(cost):
        work(unread)
    return cost


def _unread(release: Release) -> Release:
    """Give the same release without what earlier work has kept with it."""
    return replace(release, inputs=Inputs(release.inputs.declared, release.inputs.tables))


def _repeated(table: pd.DataFrame, shifts: list[int]) -> pd.DataFrame:
    """Repeat rows with waves and periods so many years later."""
    return pd.concat(
        [
            table.assign(
                **{
                    name: [_later(code, years) for code in table[name]]
                    for name in ("wave", "time_period")
                    if name in table
                }
            )
            for years in shifts
        ],
        ignore_index=True,
    )


def _announced(declared: Declared, shifts: list[int]) -> Declared:
    """Give every wave that is added its days of fieldwork."""

    def of_all(fieldwork: dict[str, tuple[date, date]]) -> dict[str, tuple[date, date]]:
        return {
            _later(wave, years): (first + YEAR * years, last + YEAR * years)
            for wave, (first, last) in fieldwork.items()
            for years in shifts
        }

    surveys = {
        code: facts.model_copy(update={"fieldwork": of_all(facts.fieldwork)})
        for code, facts in declared.surveys.items()
    }
    return declared.model_copy(update={"surveys": surveys})


def _later(code: str, years: int) -> str:
    """Move a wave or period, which begins with its year."""
    return f"{int(code[:4]) + years}{code[4:]}"


if __name__ == "__main__":
    large = grown(load(sys.argv[1]), CELLS)
    costs = clocked(large, Path(sys.argv[2]))
    size = {"release": {"cells": len(large.archived)}}
    print(json.dumps(size | {name: asdict(cost) for name, cost in costs.items()}))
