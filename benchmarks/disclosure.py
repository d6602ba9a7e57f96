"""Suppression of counts against pytauargus (tau-argus with the solver HiGHS), on the same cubes.

pytauargus is a yardstick and no dependency: it lives in an environment of its own, made in the
folder of the measurement.
"""

import json
import subprocess
import sys
import time
import venv
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from migstat.release.disclosure.gate import check
from migstat.release.disclosure.ladder import withhold
from migstat.release.disclosure.model import (
    TOTAL,
    Answers,
    Cell,
    Dimension,
    Profile,
    Protection,
    Rule,
    Table,
    TableSystem,
)

from benchmarks.measure import Finding, say

YARDSTICK = "pytauargus==0.6.0"
K = 10
LARGE = ((20, 14, 6), (0, 0, 0), 36_000)  # 2,205 cells, some 640 of them unsafe
METHODS = ("MOD(1,5,1,1,1)", "OPT(1)")  # subtable by subtable, for large tables; and all at once
CUBES, LEAST_CELLS, MOST_CELLS = 50, 100, 5_000
HIERARCHICAL, WORTH_GROUPING = 0.34, 8  # share of the dimensions with so many codes or more
LIMIT = 180  # seconds by the clock for one random cube of the yardstick; some take it hours
OURS = Profile(insiders=False, max_suppressed=1, weights=(1,), polish=0)


@dataclass(frozen=True)
class Compared:
    """One cube by both; nothing of theirs where the yardstick crashed or was given up."""

    cells: int
    unsafe: int
    ours: int
    ours_cpu: float
    narrow: int
    theirs: int = 0
    theirs_cpu: float = 0.0
    theirs_passes: bool = False


def measure(folder: Path, rounds: int) -> list[Finding]:
    """Protect one large cube by both methods in turn, then the random cubes."""
    python = _yardstick(folder)
    large = cube(*LARGE, seed=1)
    turns = {
        method: [compare(python, folder, large, method) for _ in range(rounds)]
        for method in METHODS
    }
    found = []
    for method, compared in turns.items():
        name = method.split("(", 1)[0]
        one = compared[0]
        say(f"disclosure: {one}")
        ratios = tuple(c.ours_cpu / c.theirs_cpu for c in compared)
        found += [
            Finding(f"suppression, 2,205 cells, processor time to {name}", "≤ 0.25", ratios),
            Finding(f"  suppressions to {name}", "≤ 1.2", (one.ours / one.theirs,)),
            Finding(f"  {name}, s", "", tuple(c.theirs_cpu for c in compared)),
        ]
    found.append(Finding("  cells narrower than k", "0", (float(turns[METHODS[0]][0].narrow),), 0))
    return [*found, *_random(python, folder)]


def _random(python: Path, folder: Path) -> list[Finding]:
    compared = []
    for seed, (shape, groups, n) in enumerate(random_shapes(CUBES)):
        one = compare(python, folder, cube(shape, groups, n, seed), METHODS[0], LIMIT)
        compared.append(one)
        say(f"disclosure: {shape} in groups {groups}: {one}")
    ended = [c for c in compared if c.theirs]
    ratios = tuple(c.ours / c.theirs for c in ended)
    passing = [c for c in ended if c.theirs_passes]
    return [
        Finding(
            "50 random cubes: cells narrower than k", "0",
            (float(sum(c.narrow for c in compared)),), 0,
        ),
        Finding("  suppressions to MOD, ratio", "≤ 1.2", ratios),
        Finding("  cubes that MOD ended", "", (float(len(ended)),), 0),
        Finding("  cubes whose own result passes our gate", "", (float(len(passing)),), 0),
        Finding(
            "  of these, where ours withholds more", "0",
            (float(sum(c.ours > c.theirs for c in passing)),), 0,
        ),
        Finding(
            "  processor time to MOD, all cubes", "",
            (sum(c.ours_cpu for c in ended) / sum(c.theirs_cpu for c in ended),),
        ),
    ]  # fmt: skip


def random_shapes(number: int) -> list[tuple[tuple[int, ...], tuple[int, ...], int]]:
    """Draw shapes of 2 to 4 dimensions, a third of them hierarchical, of at most 5,000 cells."""
    drawn = np.random.default_rng(17)
    found: list[tuple[tuple[int, ...], tuple[int, ...], int]] = []
    while len(found) < number:
        ways = int(drawn.integers(2, 5))
        shape = tuple(int(drawn.integers(2, 26)) for _ in range(ways))
        groups = tuple(
            int(drawn.integers(2, 5))
            if size >= WORTH_GROUPING and drawn.random() < HIERARCHICAL
            else 0
            for size in shape
        )
        cells = int(np.prod([size + of + 1 for size, of in zip(shape, groups, strict=True)]))
        if LEAST_CELLS <= cells <= MOST_CELLS:
            found.append((shape, groups, int(cells * drawn.integers(6, 19))))
    return found


def cube(shape: tuple[int, ...], groups: tuple[int, ...], n: int, seed: int) -> TableSystem:
    """Draw people into a cube; codes are of unequal size, as statuses and areas are."""
    drawn = np.random.default_rng(seed)
    dimensions, chosen = [], []
    for axis, (size, of) in enumerate(zip(shape, groups, strict=True)):
        codes = [f"c{axis}x{i:02}" for i in range(size)]
        parents: dict[str, str | None] = {
            code: f"g{axis}x{i % of}" if of else None for i, code in enumerate(codes)
        }
        parents |= {group: None for group in parents.values() if group}
        dimensions.append(Dimension(f"d{axis}", parents))
        weights = drawn.permutation(1 / np.arange(1, size + 1) ** 0.7)
        chosen.append([codes[i] for i in drawn.choice(size, n, p=weights / weights.sum())])
    leaves: dict[tuple[str, ...], int] = {}
    for leaf in zip(*chosen, strict=True):
        leaves[leaf] = leaves.get(leaf, 0) + 1
    answers = {leaf: Answers(count) for leaf, count in sorted(leaves.items())}
    nodes = [[TOTAL, *sorted(dimension.parents)] for dimension in dimensions]
    table = Table("n", "count", answers, Rule(min_contributors=K))
    cells = {Cell("n", codes): True for codes in product(*nodes)}
    return TableSystem("cube", tuple(dimensions), {"n": table}, cells, "n")


def compare(
    python: Path, folder: Path, system: TableSystem, method: str, limit: int | None = None
) -> Compared:
    """Protect a cube by both, and put both results to the gate.

    Args:
        python: Of the yardstick.
        folder: For its files.
        system: The cube.
        method: Of the yardstick.
        limit: Seconds after which it is given up.
    """
    began = time.process_time()
    ours = withhold(system, OURS)
    one = Compared(
        cells=len(system.cells),
        unsafe=ours.counts.unsafe,
        ours=ours.counts.primary + ours.counts.secondary,
        ours_cpu=time.process_time() - began,
        narrow=_narrow(ours),
    )
    try:
        withheld, spent = protect_theirs(python, folder, system, method, limit)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return one
    shown = {cell: cell not in withheld for cell in system.cells}
    again = withhold(replace(system, cells=shown), OURS)
    passes = again.counts.secondary == 0 and _narrow(again) == 0
    return replace(one, theirs=len(withheld), theirs_cpu=spent, theirs_passes=passes)


def _narrow(protection: Protection) -> int:
    return len(check(protection.plan, OURS, protection.shown, protection.moves))


def protect_theirs(
    python: Path, folder: Path, system: TableSystem, method: str, limit: int | None
) -> tuple[set[Cell], float]:
    """Let the yardstick protect a cube; give what it withholds and its processor seconds."""
    answers = system.tables["n"].answers
    asked = {
        "dims": {d.name: [leaf[i] for leaf in answers] for i, d in enumerate(system.dimensions)},
        "counts": [a.n for a in answers.values()],
        "groups": {
            d.name: {code: group for code, group in d.parents.items() if group}
            for d in system.dimensions
            if any(d.parents.values())
        },
        "k": K,
        "method": method,
    }
    work = Path(__file__).with_name("pytauargus_work.py")
    # in a folder of its own: the yardstick litters where it runs, and crashes over what it left
    with TemporaryDirectory(dir=folder) as place:
        task = Path(place) / "task.json"
        task.write_text(json.dumps(asked), encoding="utf-8")
        done = subprocess.run(
            [python, work, task],
            check=True,
            capture_output=True,
            text=True,
            timeout=limit,
            cwd=place,
        )
    said = json.loads(done.stdout.splitlines()[-1])
    return {Cell("n", tuple(codes)) for codes in said["withheld"]}, float(said["cpu"])


def _yardstick(folder: Path) -> Path:
    say(f"disclosure: installing {YARDSTICK} apart")
    place = folder / "yardstick"
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", YARDSTICK], check=True, stdout=sys.stderr
    )
    return python
