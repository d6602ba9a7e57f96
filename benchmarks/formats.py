"""All formats of a release of some 5,000 cells against the slowest writer alone.

The release is that of a seed country, with the same figures once more as later waves: 5,314 cells
in two languages. All formats are written as a release writes them, one after the other.
"""

import sys
from pathlib import Path

from benchmarks.installation import Installation
from benchmarks.measure import Finding, Run, run, say

COUNTRY = "SLV"


def measure(folder: Path, rounds: int) -> list[Finding]:
    """Release the country once; a round is a process that writes all, and each writer's alone."""
    office = Installation(folder)
    say(f"formats: taking in the exports of {COUNTRY} and releasing")
    office.take_in_seeds(COUNTRY)
    office.release(COUNTRY)
    turns = []
    for turn in range(rounds):
        say(f"formats: round {turn + 1}")
        work = [sys.executable, "-m", "benchmarks.formats_work", COUNTRY, str(folder / str(turn))]
        turns.append(run(work, office.environment, office.log))
    return findings(turns)


def findings(turns: list[Run]) -> list[Finding]:
    """Compare what the processes clocked."""
    writers = [name for name in turns[0].answer if name not in ("all", "release")]

    def seconds(name: str) -> tuple[float, ...]:
        return tuple(turn.clocked(name).wall for turn in turns)

    def ratios(what: str) -> tuple[float, ...]:
        return tuple(of_all(turn, what) / of_slowest(turn, what) for turn in turns)

    def of_all(turn: Run, what: str) -> float:
        return float(getattr(turn.clocked("all"), what))

    def of_slowest(turn: Run, what: str) -> float:
        return max(float(getattr(turn.clocked(writer), what)) for writer in writers)

    return [
        Finding("all formats to the slowest writer: by the clock, ratio", "≤ 2", ratios("wall")),
        Finding("all formats to the slowest writer: processor time, ratio", "≤ 2", ratios("cpu")),
        Finding("  cells", "", tuple(turn.answer["release"]["cells"] for turn in turns), 0),
        Finding("  all formats, s", "", seconds("all")),
        *(Finding(f"  {name} alone, s", "", seconds(name)) for name in writers),
    ]
