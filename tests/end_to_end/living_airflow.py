"""A running Airflow to drive in tests, and the public tables it publishes."""

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import duckdb
import psutil
from migstat.ledger import Delivery, Ledger, open_ledger
from migstat.orchestration.airflow_api import AirflowApi
from migstat.orchestration.airflow_home import prepare, sole_use
from migstat.orchestration.components import Components
from migstat.paths import paths

LOOK_SECONDS = 0.3


@dataclass
class LivingAirflow:
    """Airflow's processes, its REST door and the ledger behind it."""

    components: Components
    api: AirflowApi
    ledger: Ledger

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Self]:
        """Start it on the home that the environment names; end it with the context."""
        folder = paths().airflow_home
        with sole_use(folder), Components(prepare(folder)) as components:
            components.prepare_database()
            components.start()
            living = cls(components, AirflowApi(components.airflow), open_ledger())
            living.wait_for(living.api.is_healthy, 90, "Airflow is healthy")
            yield living

    def wait_for(self, is_so: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait until something is so; fail with its name when it does not come."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self.components.tend()
            if is_so():
                return
            time.sleep(LOOK_SECONDS)
        raise AssertionError(f"{what}: not so after {seconds} s")

    def deliveries_of(self, file_name: str) -> list[Delivery]:
        """The deliveries that were handed in under a file name."""
        return [
            delivery
            for delivery in self.ledger.deliveries()
            if any(file.name == file_name for file in delivery.files)
        ]

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """All runs of a DAG."""
        runs: list[dict[str, Any]] = self.api.get(f"/dags/{dag_id}/dagRuns", limit=100)["dag_runs"]
        return runs

    def tasks_of(self, dag_id: str, partition_start: str) -> list[tuple[str, int]]:
        """State and number of tries of every task that ran for a delivery."""
        ids = [
            run["dag_run_id"]
            for run in self.runs(dag_id)
            if (run["partition_key"] or "").endswith(partition_start)
        ]
        return [
            (task["state"], task["try_number"])
            for run_id in ids
            for task in self.api.get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances")[
                "task_instances"
            ]
        ]


def processes_of(home: Path) -> list[psutil.Process]:
    """Processes with an open file in a home: all of Airflow's write their log there."""
    found = []
    for process in psutil.process_iter():
        try:
            files = [file.path for file in process.open_files()]
        except psutil.Error:
            continue
        if process.pid != os.getpid() and any(Path(home) in Path(file).parents for file in files):
            found.append(process)
    return found


def ask(file: Path, question: str) -> list[tuple[Any, ...]]:
    """The rows with which a published file answers a question in SQL."""
    with duckdb.connect(file, read_only=True) as connection:
        return connection.execute(question).fetchall()


def differences(one: Path, other: Path) -> list[str]:
    """How the public tables of two files differ, a short line each; times of handling aside.

    Numbers agree to nine significant digits, or to the last of the six decimals that the marts
    keep: threads add them up in any order, and a sum on the edge is rounded to either side.
    """
    mine, others = _tables(one), _tables(other)
    found = [f"{name} is in one file only" for name in sorted(mine.keys() ^ others.keys())]
    for name in sorted(mine.keys() & others.keys()):
        if len(mine[name]) != len(others[name]):
            found.append(f"{name}: {len(mine[name])} and {len(others[name])} rows")
            continue
        pairs = zip(mine[name], others[name], strict=True)
        unequal = [pair for pair in pairs if not _are_equal(*pair)]
        if unequal:
            found.append(f"{name}: {len(unequal)} rows differ, the first: {unequal[0]}"[:2000])
    return found


Row = tuple[tuple[str, ...], tuple[float, ...]]
"""What a row says in words, and its numbers."""


def _tables(file: Path) -> dict[str, list[Row]]:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{file}' AS published (READ_ONLY)")
        tables = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'published'"
        ).fetchall()
        return {
            f"{schema}.{name}": _rows(connection, f'published."{schema}"."{name}"')
            for schema, name in tables
        }


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[Row]:
    columns = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
    kept = ", ".join(f'"{name}"' for name in columns if not name.endswith("_at"))
    rows = connection.execute(f"SELECT {kept} FROM {table}").fetchall()
    return sorted(
        (
            tuple(repr(value) for value in row if not isinstance(value, float)),
            tuple(value for value in row if isinstance(value, float)),
        )
        for row in rows
    )


def _are_equal(one: Row, other: Row) -> bool:
    return (
        one[0] == other[0]
        and len(one[1]) == len(other[1])
        and all(map(partial(math.isclose, rel_tol=1e-9, abs_tol=1.5e-6), one[1], other[1]))
    )
