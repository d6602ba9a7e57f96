"""Airflow's processes: started, watched, started again when one dies, and all ended.

``airflow standalone`` does not start a component again that died, so the components run here,
one by one, each as the leader of a session of its own. Only processes of this Airflow are ever
ended: they carry its folder in their environment, or (those that wrote their title over it)
belong to a session that was started here.
"""

import contextlib
import importlib.metadata
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

from migstat.orchestration.airflow_home import AirflowHome
from migstat.orchestration.errors import ComponentFailedError

MARK = "MIGSTAT_AIRFLOW_OF"
COMMANDS = {
    "api-server": ("api-server",),
    "dag-processor": ("dag-processor",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
WORKER_TITLE = "airflow worker -- LocalExecutor"
SECONDS_TO_END = 5.0
SECONDS_TO_DIE = 3.0
RESTARTS = 30
log = logging.getLogger(__name__)


@dataclass
class Component:
    """One process of Airflow.

    Attributes:
        name: Its name, as in the file of its log.
        process: The running process.
        workers: Process ids of its LocalExecutor workers seen so far.
        restarts: How often it was started again.
    """

    name: str
    process: subprocess.Popen[bytes]
    workers: set[int] = field(default_factory=set)
    restarts: int = 0


class Components:
    """All processes of one Airflow, ended when the context is left.

    Args:
        airflow: The prepared Airflow.
    """

    def __init__(self, airflow: AirflowHome) -> None:
        """Prepare; nothing is started yet."""
        self.airflow = airflow
        self.running: dict[str, Component] = {}
        self._environment = {**airflow.environment, MARK: str(airflow.folder)}
        self._sessions = airflow.folder / "sessions"

    def __enter__(self) -> Self:
        """End what an earlier, killed main job left on this folder."""
        self.end_leftovers()
        return self

    def __exit__(self, *_: object) -> None:
        """End everything; a second Ctrl-C does not cut the ending short."""
        with _deaf():
            self.stop()

    def prepare_database(self) -> None:
        """Create or migrate Airflow's database; quick when this version did it before.

        Raises:
            ComponentFailedError: ``airflow db migrate`` failed.
        """
        stamp = self.airflow.folder / ".migrated"
        version = importlib.metadata.version("apache-airflow-core")
        if stamp.exists() and stamp.read_text(encoding="utf-8") == version:
            return
        process = self._start("db-migrate", ("db", "migrate"))
        if process.wait() != 0:
            raise ComponentFailedError(f"airflow db migrate failed: {self.log_of('db-migrate')}")
        stamp.write_text(version, encoding="utf-8")

    def start(self) -> None:
        """Start every component."""
        for name, command in COMMANDS.items():
            self.running[name] = Component(name, self._start(name, command))

    def tend(self) -> list[str]:
        """Start again what died since the last look.

        A LocalExecutor whose worker was killed may wait for ever on a lock that the worker
        held, so the scheduler is started again then too.

        Returns:
            Names of the components started again.

        Raises:
            ComponentFailedError: One died too often.
        """
        dead = [item for item in self.running.values() if self._is_broken(item)]
        for component in dead:
            if component.restarts >= RESTARTS:
                raise ComponentFailedError(
                    f"{component.name} died {RESTARTS} times: {self.log_of(component.name)}"
                )
            log.warning("%s died; it is started again", component.name)
            _kill(_family(component.process.pid))
            self._kill_orphans()
            component.restarts += 1
            component.workers = set()
            component.process = self._start(component.name, COMMANDS[component.name])
        return [component.name for component in dead]

    def stop(self) -> None:
        """End every process of this Airflow: TERM to the trees, KILL to what remains."""
        for component in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                component.process.terminate()
        ends = time.monotonic() + SECONDS_TO_END
        while time.monotonic() < ends and any(
            item.process.poll() is None for item in self.running.values()
        ):
            time.sleep(0.1)
        _end(list(self._ours()), patience=1.0)
        for component in self.running.values():
            component.process.wait()
        self.running.clear()
        self._sessions.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """End processes of this folder that a killed main job left behind."""
        left = list(self._ours())
        if left:
            log.warning("%d processes of an earlier run are ended", len(left))
        _end(left)
        self._sessions.unlink(missing_ok=True)

    def log_of(self, name: str) -> Path:
        """Return the log of a component."""
        return self.airflow.logs / f"{name}.log"

    def _start(self, name: str, command: tuple[str, ...]) -> subprocess.Popen[bytes]:
        with self.log_of(name).open("ab") as out, self._sessions.open("a") as sessions:
            process = subprocess.Popen(  # noqa: S603 - fixed words, no input of anybody
                [sys.executable, "-m", "airflow", *command],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            sessions.write(f"{process.pid}\n")
        return process

    def _is_broken(self, component: Component) -> bool:
        if component.process.poll() is not None:
            return True
        if component.name != "scheduler":
            return False
        workers = set(_workers_of(component.process.pid))
        lost = component.workers - workers
        component.workers |= workers
        return bool(lost)

    def _kill_orphans(self) -> None:
        """Kill what a dead component left: processes of this Airflow below no living component."""
        living = [item.process.pid for item in self.running.values() if item.process.poll() is None]
        kept = {process.pid for pid in living for process in _family(pid)}
        _kill([process for process in self._ours() if process.pid not in kept])

    def _ours(self) -> Iterator[psutil.Process]:
        sessions = {int(line) for line in self._read_sessions()}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                if process.pid != os.getpid() and self._is_ours(process, sessions):
                    yield process

    def _is_ours(self, process: psutil.Process, sessions: set[int]) -> bool:
        if os.getsid(process.pid) in sessions and "airflow" in " ".join(process.cmdline()):
            return True
        return bool(process.environ().get(MARK) == str(self.airflow.folder))

    def _read_sessions(self) -> list[str]:
        if not self._sessions.exists():
            return []
        return self._sessions.read_text(encoding="utf-8").split()


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Ignore Ctrl-C and TERM for a while."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return []


def _workers_of(pid: int) -> Iterator[int]:
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(pid).children():
            with contextlib.suppress(psutil.Error):
                if " ".join(child.cmdline()).startswith(WORKER_TITLE):
                    yield child.pid


def _end(processes: list[psutil.Process], patience: float = 3.0) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=patience)
    _kill(alive)


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=SECONDS_TO_DIE)
