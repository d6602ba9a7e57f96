"""From a dropped export to published marts in a running Airflow, against the two commands.

The running Airflow is that of ``make up``; what is dropped is a corrected export of the villages'
survey, one row shorter each time. The commands do the same on an installation in the same state,
before Airflow starts and after it has ended.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.installation import Installation
from benchmarks.measure import Cost, Finding, migstat, say
from benchmarks.project import CHECKOUT

SURVEY, WAVE = "idn_village", "2021"
SEEDS = CHECKOUT / "include" / "seed_data"
LOOK_SECONDS = 0.05
LIMIT_SECONDS = 600
UP = "Airflow stays up"


def version(installation: Installation) -> int:
    """Tell the published database from the one before it."""
    return (installation.home / "published" / "marts.duckdb").stat().st_ino


def check(installation: Installation, villages: int) -> None:
    """Make sure that the marts hold the export that was dropped last.

    Raises:
        RuntimeError: They don't.
    """
    query = (
        f"select 'right' from marts.institutions where survey_code = '{SURVEY}' "
        f"having count(*) = {villages}"
    )
    command = migstat("sql", query)
    printed = subprocess.check_output(command, env={**os.environ, **installation.environment})
    if b"right" not in printed:
        raise RuntimeError(f"{installation.home}: the marts do not hold {villages} villages")


def measure(folder: Path, rounds: int) -> list[Finding]:
    """Measure the commands, then Airflow, then the commands again."""
    exports = _corrected_exports(folder / "exports", 2 * rounds)
    by_hand, living = Installation(folder / "by_hand"), Installation(folder / "living")
    say("drop_to_marts: taking in the seed exports by the commands")
    by_hand.take_in_seeds()
    costs = [_by_commands(by_hand, export) for export in exports[:rounds]]
    say("drop_to_marts: starting Airflow")
    with _airflow(living):
        seconds = [_by_airflow(living, export) for export in exports[:rounds]]
    costs += [_by_commands(by_hand, export) for export in exports[rounds:]]
    alone = statistics.median(cost.wall for cost in costs)
    return [
        Finding("drop to marts in Airflow, ratio", "≤ 3", tuple(s / alone for s in seconds)),
        Finding("  in Airflow, s", "", tuple(seconds)),
        Finding("  by `ingest` and `build`, s", "", tuple(cost.wall for cost in costs)),
    ]


def _corrected_exports(folder: Path, number: int) -> list[Path]:
    """Write exports of the villages, each a row shorter than the one before."""
    folder.mkdir()
    (seed,) = (SEEDS / SURVEY / WAVE).glob("*.csv")
    lines = seed.read_bytes().splitlines(keepends=True)
    exports = [folder / f"corrected_{cut}.csv" for cut in range(1, number + 1)]
    for cut, export in enumerate(exports, start=1):
        export.write_bytes(b"".join(lines[:-cut]))
    return exports


def _by_commands(installation: Installation, export: Path) -> Cost:
    installation.drop([export], SURVEY, WAVE)
    cost = installation.work()
    check(installation, _rows(export))
    say(f"drop_to_marts: by the commands {cost.wall:.1f} s")
    return cost


def _by_airflow(installation: Installation, export: Path) -> float:
    before, began = version(installation), time.perf_counter()
    installation.drop([export], SURVEY, WAVE)
    while version(installation) == before:
        if time.perf_counter() - began > LIMIT_SECONDS:
            raise RuntimeError(f"{export.name} was not published in {LIMIT_SECONDS} s")
        time.sleep(LOOK_SECONDS)
    seconds = time.perf_counter() - began
    check(installation, _rows(export))
    say(f"drop_to_marts: in Airflow {seconds:.1f} s")
    return seconds


def _rows(export: Path) -> int:
    return export.read_bytes().count(b"\n") - 1


@contextmanager
def _airflow(installation: Installation) -> Iterator[None]:
    """Keep ``make up`` running, its first deliveries published."""
    printed = installation.log.with_name("up.log")
    command = [sys.executable, "-m", "migstat.orchestration.main_job", "up"]
    with printed.open("wb") as out:
        process = subprocess.Popen(
            command,
            env={**os.environ, **installation.environment},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_up(process, printed)
        yield
    finally:
        process.terminate()  # an interrupt is ignored where a shell began this in the background
        process.wait()


def _wait_until_up(process: "subprocess.Popen[bytes]", printed: Path) -> None:
    ends = time.monotonic() + LIMIT_SECONDS
    while UP not in printed.read_text(encoding="utf-8"):
        if process.poll() is not None or time.monotonic() > ends:
            raise RuntimeError(f"Airflow does not come up: {printed.read_text(encoding='utf-8')}")
        time.sleep(1)
