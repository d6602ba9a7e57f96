"""kill -9 anywhere: the run ends in the same public tables, with no manual act.

A victim is killed some time after it was seen to live: a task at any moment of taking a delivery
in, a build at nearly any moment of its length. Meanwhile somebody reads what is published.
"""

import os
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pyarrow.parquet as pq
from living_airflow import ask, differences, processes_of
from migstat.ledger import Ledger
from sqlalchemy import inspect

N_KILLS = 10
LIMIT_SECONDS = 1200
TASK_SECONDS = 8.0  # what most deliveries take
MARTS = "published/marts.duckdb"
WORKER_TITLE = "airflow worker -- LocalExecutor"


def descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def schedulers(job: int) -> list[psutil.Process]:
    return [process for process in descendants(job) if "-m airflow scheduler" in title(process)]


def workers(job: int) -> list[psutil.Process]:
    """Worker processes of the executor, idle or not."""
    direct = [child for scheduler in schedulers(job) for child in scheduler.children()]
    return [process for process in direct if title(process).startswith(WORKER_TITLE)]


def tasks(job: int) -> list[psutil.Process]:
    """Processes that run a task's code: intake or build."""
    return [child for worker in workers(job) for child in descendants(worker.pid)]


def build(job: int, home: Path) -> list[psutil.Process]:
    """The process that holds the working file of the warehouse."""
    found = []
    for process in tasks(job):
        try:
            files = [file.path for file in process.open_files()]
        except psutil.Error:
            continue
        if any(path.startswith(str(home / "warehouse")) for path in files):
            found.append(process)
    return found


def has_begun(home: Path) -> bool:
    """Whether there is something to lose: a first delivery is in the ledger."""
    file = home / "ledger.sqlite"
    if not file.exists():
        return False
    ledger = Ledger(f"sqlite:///{file}")
    # the file is there a moment before its tables are
    return inspect(ledger.engine).has_table("deliveries") and bool(ledger.deliveries())


def seconds_of_a_build(home: Path) -> float:
    """What the shortest build of a home took."""
    builds = Ledger(f"sqlite:///{home / 'ledger.sqlite'}").builds("published")
    return min((b.finished_at - b.started_at).total_seconds() for b in builds if b.finished_at)


def read_as_a_statistician(home: Path) -> None:
    """Open what is published, as soon as there is something, and count every table to its end."""
    marts = home / MARTS
    if marts.exists():
        tables = [name for (name,) in ask(marts, "SELECT table_name FROM duckdb_tables()")]
        counts = [ask(marts, f"SELECT count(*) FROM {name}") for name in tables]
        assert len(counts) > 10
    for copy in (home / "published" / "parquet").glob("*.parquet"):
        pq.read_metadata(copy)


def test_kills_at_ten_random_moments_change_no_public_table(
    undisturbed: tuple[Path, str],
    tmp_path: Path,
    start_main_job: Callable[[Path, str], subprocess.Popen[str]],
):
    seed = int(os.environ.get("MIGSTAT_KILL_SEED") or random.SystemRandom().randrange(10**6))
    print(f"seed of the kills: {seed} (repeat with MIGSTAT_KILL_SEED)")  # noqa: T201
    chance = random.Random(seed)  # noqa: S311 - no secret
    plan = ["task"] * 4 + ["scheduler"] * 2 + ["worker"] * 2
    chance.shuffle(plan)
    plan += ["build", "build"]  # last: every build before them would be the first one
    home = tmp_path / "data"
    # less than a whole build: one that ended before its moment came might be the last
    longest = dict.fromkeys(plan, TASK_SECONDS)
    longest["build"] = 0.8 * seconds_of_a_build(undisturbed[0])
    job = start_main_job(home, "run")
    targets: dict[str, Callable[[], list[psutil.Process]]] = {
        "task": lambda: tasks(job.pid),
        "worker": lambda: workers(job.pid),
        "scheduler": lambda: schedulers(job.pid),
        "build": lambda: build(job.pid, home),
    }
    killed: list[str] = []
    ends = time.monotonic() + LIMIT_SECONDS
    while job.poll() is None and time.monotonic() < ends and len(killed) < len(plan):
        read_as_a_statistician(home)
        name = plan[len(killed)]
        if not has_begun(home) or not targets[name]():
            time.sleep(0.1)
            continue
        moment = chance.uniform(0.0, longest[name])
        time.sleep(moment)
        if victims := targets[name]():
            chance.choice(victims).kill()
            killed.append(f"{name} after {moment:.1f} s")
    printed, _ = job.communicate(timeout=max(ends - time.monotonic(), 30))
    print(f"killed: {killed}\n{printed}")  # noqa: T201

    assert job.returncode == 0, printed
    assert len(killed) == N_KILLS == len(plan)
    assert processes_of(home) == []
    assert differences(home / MARTS, undisturbed[0] / MARTS) == []
    for table in (name for (name,) in ask(home / MARTS, "SELECT table_name FROM duckdb_tables()")):
        copy = home / "published" / "parquet" / f"{table}.parquet"
        assert ask(home / MARTS, f"FROM '{copy}' EXCEPT ALL FROM {table}") == [], table
        assert ask(home / MARTS, f"FROM {table} EXCEPT ALL FROM '{copy}'") == [], table
