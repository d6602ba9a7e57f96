"""Measure the numbers of docs/performance.md: ``python -m benchmarks [--only PART]``."""

import argparse
import os
import tempfile
from pathlib import Path

from benchmarks import (
    coverage,
    disclosure,
    drop_to_marts,
    estimates,
    intake,
    rebuild,
    vintages,
    waves,
)
from benchmarks.measure import say

PARTS = {
    "estimates": estimates.measure,
    "coverage": coverage.measure,
    "intake": intake.measure,
    "waves": waves.measure,
    "rebuild": rebuild.measure,
    "drop_to_marts": drop_to_marts.measure,
    "disclosure": disclosure.measure,
    "vintages": vintages.measure,
}


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="measure this part alone")
    parser.add_argument("--rounds", type=int, default=3, help="values per number (3)")
    chosen = parser.parse_args()
    print("| number | goal | median | range | rounds |\n|---|---|---|---|---|", flush=True)
    for name in [chosen.only] if chosen.only else list(PARTS):
        say(f"{name}: load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        with tempfile.TemporaryDirectory(prefix=f"migstat-bench-{name}-") as folder:
            findings = PARTS[name](Path(folder), chosen.rounds)
        print("\n".join(map(str, findings)), flush=True)


if __name__ == "__main__":
    main()
