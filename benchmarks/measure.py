"""Measuring: time and memory of whole processes, clocks inside them, ratios of what ran in turn.

Imports the standard library only: a child's peak of memory counts from its parent's.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

STARTED = time.monotonic()
LOOK_SECONDS = 0.05
PAGE_BYTES = resource.getpagesize()


@dataclass
class Cost:
    """What a piece of work took.

    Attributes:
        wall: Seconds by the clock.
        cpu: Processor seconds, user and system, of the process and the children it waited for.
    """

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        """Add two pieces of work."""
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


@dataclass(frozen=True)
class Run:
    """A whole process that ended well.

    Attributes:
        cost: Of the process, its start included.
        peak_mb: Resident memory of the largest process in it, in MiB, by the kernel's own record.
        together_mb: Resident memory of all its processes at one moment, in MiB, by looking often;
            what they share counts for each.
        answer: What it printed last, as JSON; empty when that is none.
    """

    cost: Cost
    peak_mb: float
    together_mb: float
    answer: dict[str, dict[str, float]] = field(default_factory=dict)

    def clocked(self, name: str) -> Cost:
        """Give a piece of work that the process clocked itself."""
        return Cost(**self.answer[name])


@dataclass(frozen=True)
class Finding:
    """One number beside its goal, a value per round."""

    name: str
    goal: str
    values: tuple[float, ...]
    digits: int = 2

    def __str__(self) -> str:
        """Write as a row of a Markdown table."""
        low, high = min(self.values), max(self.values)
        middle = f"{statistics.median(self.values):,.{self.digits}f}"
        spread = f"{low:,.{self.digits}f} to {high:,.{self.digits}f}"
        return f"| {self.name} | {self.goal} | {middle} | {spread} | {len(self.values)} |"


def say(text: str) -> None:
    """Show progress with the time since the start."""
    print(f"{time.monotonic() - STARTED:6.0f} s  {text}", file=sys.stderr, flush=True)


@contextmanager
def clock(cost: Cost) -> Iterator[None]:
    """Clock a piece of work of this process into ``cost``."""
    wall, cpu = time.perf_counter(), _cpu_seconds()
    yield
    cost.wall = time.perf_counter() - wall
    cost.cpu = _cpu_seconds() - cpu


def run(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Run:
    """Run a process to its end.

    Args:
        command: What to run.
        environment: Set on top of this process's own.
        log: Where its messages go.

    Raises:
        RuntimeError: It failed; names the log.
    """
    began = time.perf_counter()
    with log.open("ab") as messages:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=messages
        )
        memory = _Memory(process.pid)
        memory.start()
        printed = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        memory.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    cost = Cost(time.perf_counter() - began, usage.ru_utime + usage.ru_stime)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: see {log}")
    lines = printed.decode().splitlines()
    answer = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    largest = usage.ru_maxrss / 1024
    return Run(cost, largest, max(largest, memory.peak_mb), answer)


def migstat(*arguments: str) -> list[str]:
    """Write the command line of a command of migstat."""
    return [str(Path(sys.executable).parent / "migstat"), *arguments]


class _Memory(threading.Thread):
    """Looks at the resident memory of a process and all below it, until it has ended."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak_mb = pid, 0.0

    def run(self) -> None:
        """Look until nothing is left to be seen; a process that has ended holds no memory."""
        while now := sum(_resident_mb(pid) for pid in _family(self.pid)):
            self.peak_mb = max(self.peak_mb, now)
            time.sleep(LOOK_SECONDS)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in listed.read_text().split():
                yield from _family(int(child))


def _resident_mb(pid: int) -> float:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES / 2**20
    return 0.0


def _cpu_seconds() -> float:
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
