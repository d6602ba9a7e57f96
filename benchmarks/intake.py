"""Intake of a million rows against DuckDB's own copy and the bare time of the same suite."""

import shutil
import sys
from pathlib import Path

from benchmarks.measure import Cost, Finding, Run, run, say
from benchmarks.project import SURVEY, declare, environment_of, make_project, write_export

ROWS = 1_000_000
PARTS = ("copy", "suite", "take_in")


def measure(folder: Path, rounds: int) -> list[Finding]:
    """Measure in turn, ``rounds`` times, each part in a process of its own."""
    log = folder / "intake.log"
    project = make_project(folder)
    declare(project, SURVEY)
    say(f"intake: writing {ROWS:,} rows")
    file = write_export(folder / "panel.csv", ROWS, 0, log)
    turns = []
    for number in range(1, rounds + 1):
        turns.append({part: _run(part, file, project, folder) for part in PARTS})
        say(f"intake: round {number} of {rounds}: {_line(turns[-1])}")
    return [
        Finding("intake: time by the clock, ratio", "≤ 5", tuple(_ratio(t).wall for t in turns)),
        Finding("intake: processor time, ratio", "≤ 5", tuple(_ratio(t).cpu for t in turns)),
        Finding(
            "intake: peak of all its processes, MiB",
            "≤ 2,048",
            tuple(t["take_in"].together_mb for t in turns),
            digits=0,
        ),
        Finding("  of the largest, MiB", "", tuple(t["take_in"].peak_mb for t in turns), digits=0),
        *(
            Finding(f"  of which {part}, s", "", tuple(t[part].clocked(part).wall for t in turns))
            for part in PARTS
        ),
        Finding(
            "  ten rows, s", "", tuple(turn["take_in"].clocked("fixed").wall for turn in turns)
        ),
    ]


def _run(part: str, file: Path, project: Path, folder: Path) -> Run:
    place = folder / part
    place.mkdir()
    command = [sys.executable, "-m", "benchmarks.intake_work", part, str(file), str(place)]
    try:
        return run(command, environment_of(project, place / "home"), folder / "intake.log")
    finally:
        shutil.rmtree(place)


def _ratio(turn: dict[str, Run]) -> Cost:
    copied, judged, taken = (turn[part].clocked(part) for part in PARTS)
    bare = copied + judged
    return Cost(taken.wall / bare.wall, taken.cpu / bare.cpu)


def _line(turn: dict[str, Run]) -> str:
    seconds = ", ".join(f"{part} {turn[part].clocked(part).wall:.1f} s" for part in PARTS)
    return f"{seconds}, peak {turn['take_in'].together_mb:,.0f} MiB"
