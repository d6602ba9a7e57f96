"""Builds at once, builds on a full disk, builds killed at any moment: readers see whole states."""

import multiprocessing
import os
import random
import resource
import signal
import time
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Event

import duckdb
import pytest
from migstat.ledger import open_ledger
from migstat.warehouse.build import BuildError, build
from warehouse_fixtures import PEOPLE, VILLAGES, Warehouse, villages

FORK = multiprocessing.get_context("fork")
PATIENCE = 300  # seconds until a child that does not end is a failure
STATE = (
    "select (select count(*) from persons), (select count(*) from institutions), "
    "(select max(n_obs) from indicator_estimates where indicator_code = 'GV03')"
)
BEFORE, AFTER = (60, 20, 20), (60, 25, 25)


def start(target: Callable[[], None]) -> ForkProcess:
    process = FORK.Process(target=target)
    process.start()
    return process


def end(process: ForkProcess) -> int | None:
    """Wait for a child, and end it by its id where it does not end by itself."""
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
    return process.exitcode


def test_of_two_builds_at_once_the_second_waits_and_finds_nothing_to_do(warehouse: Warehouse):
    warehouse.take_in(VILLAGES, "2021", villages(25))
    results = FORK.Queue()

    def work() -> None:
        results.put(build(open_ledger()).waves)

    both = [start(work), start(work)]
    waves = [results.get(timeout=PATIENCE) for _ in both]
    assert [end(process) for process in both] == [0, 0]
    assert sorted(waves) == [(), (f"{VILLAGES}/2021",)]
    assert [b.state for b in warehouse.ledger.builds()] == ["published", "published"]
    assert warehouse.query(STATE) == [AFTER]


@pytest.mark.parametrize("limit", [1 << 16, 1 << 20, 4 << 20])
def test_a_full_disk_publishes_nothing_and_says_why(warehouse: Warehouse, limit: int):
    warehouse.take_in(VILLAGES, "2021", villages(25))
    before = warehouse.marts.read_bytes()
    said = FORK.Queue()

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing then fails as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            build(open_ledger())
        except BuildError as error:
            said.put(str(error))

    child = start(work)
    text = said.get(timeout=PATIENCE)
    end(child)
    assert text.startswith("Nothing was published: ")
    assert any(words in text.lower() for words in ("file too large", "could not write"))
    assert PEOPLE not in text
    assert VILLAGES not in text
    assert warehouse.marts.read_bytes() == before
    assert build(warehouse.ledger).waves == (f"{VILLAGES}/2021",)
    assert warehouse.query(STATE) == [AFTER]


def read_until(warehouse: Warehouse, stop: Event) -> set[tuple[int, ...]]:
    """Open the published file over and over, as a statistician may; returns what was seen."""
    seen = set()
    while not stop.is_set():
        with duckdb.connect(warehouse.marts, read_only=True) as connection:
            seen.add(connection.execute(STATE).fetchone())
    return seen


def test_readers_see_whole_states_while_builds_are_killed(warehouse: Warehouse):
    warehouse.take_in(VILLAGES, "2021", villages(25))
    moments = random.Random(2021)  # noqa: S311 - the same moments each time
    stop, seen = FORK.Event(), FORK.Queue()
    reader = start(lambda: seen.put(read_until(warehouse, stop)))
    try:
        for _ in range(6):
            process = start(lambda: build(open_ledger()))
            time.sleep(moments.uniform(0.2, 8))
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join(PATIENCE)
        assert warehouse.query(STATE)[0] in {BEFORE, AFTER}
        build(warehouse.ledger)
    finally:
        stop.set()
        states = seen.get(timeout=PATIENCE)
        end(reader)
    assert BEFORE in states
    assert states <= {BEFORE, AFTER}
    after_kills = warehouse.rows()
    (warehouse.home / "warehouse" / "working.duckdb").unlink()
    build(warehouse.ledger)  # undisturbed, and from nothing
    assert warehouse.rows() == after_kills
    assert warehouse.query(STATE) == [AFTER]
