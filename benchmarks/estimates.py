"""Estimates against the scan that any way needs, against svy and R, and through dbt.

Every piece of work is a process of its own with one thread; what is compared runs in turn. A ratio
is of processor time: by the clock other work on the machine counts, too.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isclose
from pathlib import Path

from benchmarks import peers
from benchmarks.measure import Finding, Run, run, say

ROWS, MANY = 1_000_000, 10_000_000
PER_PSU, DENSE = 250, 100
FEW = 40_000
MANY_MEMORY = "3GB"  # of DuckDB itself, so that the process stays within 4 GB
Turn = Mapping[str, Run]


@dataclass(frozen=True)
class Survey:
    """The files of the benchmark, and where messages go."""

    folder: Path

    def file(self, name: str) -> Path:
        """Name one of the files that `write` makes."""
        return self.folder / name

    def write(self, name: str, rows: int, per_psu: int = PER_PSU) -> Path:
        """Write a file in a process of its own, which may be large."""
        say(f"estimates: writing {name}, {rows:,} rows")
        command = [sys.executable, "-m", "benchmarks.estimates_survey", str(self.file(name))]
        self.run([*command, str(rows), str(per_psu)])
        return self.file(name)

    def work(self, part: str, name: str, *memory: str) -> Run:
        """Run a part of `benchmarks.estimates_work`."""
        files = [str(self.file("few.parquet")), str(self.file(name))]
        return self.run([sys.executable, "-m", "benchmarks.estimates_work", part, *files, *memory])

    def run(self, command: list[str]) -> Run:
        """Run any command with one thread."""
        return run(command, peers.ONE_THREAD, self.folder / "estimates.log")


def measure(folder: Path, rounds: int) -> list[Finding]:
    """Measure in turn, ``rounds`` times; the cube by svy takes minutes and is measured once."""
    survey = Survey(folder)
    survey.write("few.parquet", FEW)
    survey.write("survey.parquet", ROWS)
    survey.write("dense.parquet", ROWS, DENSE)
    survey.write("many.parquet", MANY)
    others = _others(survey)
    project = [str(folder / "dbt"), str(survey.file("survey.parquet"))]
    survey.run([sys.executable, "-m", "benchmarks.estimates_dbt", *project])
    survey.run(_dbt(folder / "dbt", "nothing"))  # what is parsed once is no part of a run
    turns = []
    for number in range(1, rounds + 1):
        turns.append(dict(_turn(survey, others, is_first=number == 1)))
        seconds = ", ".join(f"{name} {_cpu(made):.2f} s" for name, made in turns[-1].items())
        say(f"estimates: round {number} of {rounds}: {seconds}")
        _check_alike(turns[-1])
    return list(_findings(turns))


def _dbt(folder: Path, model: str) -> list[str]:
    """Write the command that builds one model."""
    built = ["run", "--select", model, "--project-dir", str(folder), "--profiles-dir", str(folder)]
    return [
        sys.executable,
        "-m",
        "dbt.cli.main",
        "--quiet",
        "--no-send-anonymous-usage-stats",
        *built,
    ]


def _others(survey: Survey) -> dict[str, list[str]]:
    """The commands of the peers that are here."""
    for name, rows in (("few.csv", FEW), ("survey.csv", ROWS)):
        survey.write(name, rows)
    parquet = [survey.file("few.parquet"), survey.file("survey.parquet")]
    found = {
        "svy_one": peers.svy("one", *parquet),
        "svy_cube": peers.svy("cube", *parquet),
        "r_one": peers.r_survey(survey.file("few.csv"), survey.file("survey.csv")),
    }
    for name in [name for name, command in found.items() if command is None]:
        say(f"estimates: {name} is left out: the package is not here")
    return {name: command for name, command in found.items() if command}


def _turn(
    survey: Survey, others: Mapping[str, list[str]], *, is_first: bool
) -> Iterator[tuple[str, Run]]:
    for part in ("floor", "all", "one", "cube"):
        yield part, survey.work(part, "survey.parquet")
    for part in ("floor", "all"):
        yield f"{part}_dense", survey.work(part, "dense.parquet")
        yield f"{part}_many", survey.work(part, "many.parquet", MANY_MEMORY)
    for name, command in others.items():
        if is_first or name != "svy_cube":
            yield name, survey.run(command)
    for model in ("nothing", "estimates"):
        yield f"dbt_{model}", survey.run(_dbt(survey.folder / "dbt", model))


def _findings(turns: list[Turn]) -> Iterator[Finding]:
    yield _ratio(turns, "20 indicators, 16 margins, 1M rows, in floors", "≤ 2.5", "all", "floor")
    yield _wall(turns, "  by the clock, in floors", "all", "floor")
    yield _peak(turns, "  peak, MB", "≤ 700", "all")
    yield _ratio(turns, "  with PSUs of 100, in floors", "", "all_dense", "floor_dense")
    yield _peak(turns, "  with PSUs of 100, peak, MB", "", "all_dense")
    yield _ratio(turns, "the same, 10M rows, in floors", "≤ 3", "all_many", "floor_many")
    per_row = tuple(_cpu(t["all_many"]) / _cpu(t["all"]) * ROWS / MANY for t in turns)
    yield Finding("  time per row, of that at 1M", "≤ 1.3", per_row)
    yield _peak(turns, "  peak, MB", "≤ 4,000", "all_many")
    for name, goal, other, ours in (
        ("one margin, 4 means: time of svy to ours", "≥ 8", "svy_one", "one"),
        ("  time of R to ours", "≥ 20", "r_one", "one"),
        ("16 margins, 4 means: time of svy to ours", "≥ 250", "svy_cube", "cube"),
    ):
        if having := [turn for turn in turns if other in turn]:
            yield _ratio(having, name, goal, other, ours)
    whole = [_cpu(t["all"]) + t["dbt_nothing"].cost.cpu for t in turns]
    through = [t["dbt_estimates"].cost.cpu for t in turns]
    ratios = tuple(a / b for a, b in zip(through, whole, strict=True))
    yield Finding("through dbt, of bare SQL and its start", "≤ 1.5", ratios)
    for part in ("floor", "all", "floor_many", "all_many", "one", "cube"):
        yield Finding(f"  {part}, s", "", tuple(_cpu(turn[part]) for turn in turns))


def _cpu(made: Run) -> float:
    """Processor seconds of the clocked work; of a process that clocks nothing, all of it."""
    return made.clocked("work").cpu if made.answer else made.cost.cpu


def _ratio(turns: list[Turn], name: str, goal: str, above: str, below: str) -> Finding:
    return Finding(name, goal, tuple(_cpu(turn[above]) / _cpu(turn[below]) for turn in turns))


def _wall(turns: list[Turn], name: str, above: str, below: str) -> Finding:
    clocked = [[turn[part].clocked("work").wall for part in (above, below)] for turn in turns]
    return Finding(name, "", tuple(upper / lower for upper, lower in clocked))


def _peak(turns: list[Turn], name: str, goal: str, part: str) -> Finding:
    megabytes = tuple(turn[part].peak_mb * 2**20 / 1e6 for turn in turns)
    return Finding(name, goal, megabytes, digits=0)


def _check_alike(turn: Turn) -> None:
    """Make sure that the peers did the same work.

    Raises:
        RuntimeError: Another figure or standard error.
    """
    ours = turn["one"].answer
    for name in ("svy_one", "r_one"):
        for what in ("value", "error") if name in turn else ():
            for status, figure in turn[name].answer[what].items():
                if not isclose(figure, ours[what][status], rel_tol=1e-9):
                    raise RuntimeError(f"{name}: {what} of {status} is {figure}, not {ours[what]}")
