"""Recipients of the fictional office, and extracts large enough to be cut off while they leave."""

import json
import multiprocessing
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from delivery_servers import Server, wait_until
from migstat.release import making
from migstat.release.delivery import deliver
from migstat.release.hashes import hash_files
from migstat.release.release import Release
from migstat.release.vintages import Vintage, vintages
from migstat.release.writers import tables
from published_office import make
from release_office import COUNTRY, Office

FORK = multiprocessing.get_context("fork")  # starts in milliseconds
MEGABYTE = 1 << 20
AnyServer = TypeVar("AnyServer", bound=Server)


def make_large(office: Office, patch: pytest.MonkeyPatch, megabytes: int) -> Vintage:
    """Make a vintage with a file that takes its time to send and that no zip makes smaller."""

    def pad(_: Release, folder: Path) -> None:
        content = random.Random(2021).randbytes(megabytes * MEGABYTE)  # noqa: S311 - no secret
        (folder / "more").mkdir()
        (folder / "more" / "padding.bin").write_bytes(content)

    patch.setattr(making, "WRITERS", (tables.write, pad))
    return make(office)


def connect(patch: pytest.MonkeyPatch, name: str, connection: object) -> None:
    """Give Airflow a connection."""
    patch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(connection))


def connect_folder(patch: pytest.MonkeyPatch, name: str, folder: Path) -> None:
    """Give Airflow a connection to a folder."""
    connect(patch, name, {"conn_type": "fs", "extra": {"path": str(folder)}})


@contextmanager
def serving(
    server: AnyServer, office: Office, patch: pytest.MonkeyPatch, recipient: Mapping[str, str]
) -> Iterator[AnyServer]:
    """Run the server of the office's one recipient."""
    server.start()
    connect(patch, recipient["connection"], server.connection())
    office.declare(recipients=[recipient])
    try:
        yield server
    finally:
        server.kill()


def extract_files(office: Office, below: str = "zzz/v1") -> dict[str, str]:
    """What a recipient must find: path and SHA-256 of each file."""
    files = hash_files(office.extract())
    assert {"SHA256SUMS", "SHA256SUMS.sig"} < files.keys()
    return {f"{below}/{name}": digest for name, digest in files.items()}


def size_of(office: Office) -> int:
    """Bytes of the extract."""
    return sum(f.stat().st_size for f in office.extract().rglob("*") if f.is_file())


def deliver_and_die(office: Office, moment: Callable[[], object]) -> None:
    """Deliver in a process of its own, which is killed as soon as something has happened."""
    process = FORK.Process(target=deliver, args=(vintages(COUNTRY)[-1], office.ledger))
    process.start()
    try:
        wait_until(moment)
    finally:
        process.kill()
        process.join()


@contextmanager
def at_the_moment(moment: Callable[[], object], act: Callable[[], object]) -> Iterator[None]:
    """Do something in a thread as soon as something has happened."""

    def watch() -> None:
        wait_until(moment)
        act()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        watcher.join()
