"""How often 95 % intervals hold the truth of a known population: figures, not times."""

import sys
from pathlib import Path

from benchmarks.measure import Finding, run, say

STATUSES = {"IM": "40 %", "RM": "5 %"}
RARE = {"DM": "0.5 %"}


def measure(folder: Path, rounds: int) -> list[Finding]:  # noqa: ARG001 - the same every time
    """Simulate in a process of its own; a rare status must be withheld where it is not covered."""
    say("coverage: drawing and estimating 1,000 samples")
    command = [sys.executable, "-m", "benchmarks.coverage_work"]
    answer = run(command, {}, folder / "coverage.log").answer
    findings = []
    for what, goal, statuses, text in (
        ("covered", "93 to 97", STATUSES, "covers, % of samples"),
        ("either", "≥ 93", RARE, "covers or withheld, %"),
        ("withheld", "", RARE, "withheld, %"),
    ):
        for name, share in answer[what].items():
            indicator, status = name.split(": ")
            if status in statuses:
                named = f"{indicator}, status of {statuses[status]}: {text}"
                findings.append(Finding(named, goal, (share,), digits=1))
    return findings
