"""Builds at once, builds on a full disk, builds killed at any moment: readers see whole states.

Each build is a process of its own, started afresh: a fork of a process with threads can hang.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from migstat.warehouse.attempt import attempt_file
from migstat.warehouse.build import build
from warehouse_fixtures import PEOPLE, VILLAGES, Warehouse, villages

PATIENCE = 300  # seconds until a child that does not end is a failure
STATE = (
    "select (select count(*) from persons), (select count(*) from institutions), "
    "(select max(n_obs) from indicator_estimates where indicator_code = 'GV03')"
)
BEFORE, AFTER = (60, 20, 20), (60, 25, 25)

BUILD = """
import json
from migstat.ledger import open_ledger
from migstat.warehouse.build import BuildError, build
try:
    print(json.dumps(build(open_ledger()).waves))
except BuildError as error:
    print(json.dumps(str(error)))
"""
WITH_LIMIT = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing then fails as on a full disk
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
"""
READ_UNTIL_CLOSED = """
import json, select, sys
import duckdb
seen = set()
while not select.select([sys.stdin], [], [], 0)[0]:  # open over and over, as a statistician may
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        seen.add(connection.execute(sys.argv[2]).fetchone())
print(json.dumps(sorted(seen)))
"""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a Python process; what still lives at the end of the test is ended by its id."""
    started: list[subprocess.Popen[str]] = []

    def start_one(script: str, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", script, *arguments]
        started.append(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        return started[-1]

    yield start_one
    for process in started:
        process.kill()
        process.communicate()


def answer(process: "subprocess.Popen[str]") -> list[Any] | str:
    """What a child printed last, when it ended well."""
    printed, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    return json.loads(printed.splitlines()[-1])


def test_of_two_builds_at_once_the_second_waits_and_finds_nothing_to_do(
    warehouse: Warehouse, start: Start
):
    warehouse.take_in(VILLAGES, "2021", villages(25))
    both = [start(BUILD), start(BUILD)]
    assert sorted(answer(child) for child in both) == [[], [f"{VILLAGES}/2021"]]
    assert [b.state for b in warehouse.ledger.builds()] == ["published", "published"]
    assert warehouse.query(STATE) == [AFTER]


@pytest.mark.parametrize("limit", [1 << 16, 1 << 20, 4 << 20])
def test_a_full_disk_publishes_nothing_and_says_why(warehouse: Warehouse, start: Start, limit: int):
    warehouse.take_in(VILLAGES, "2021", villages(25))
    before = warehouse.marts.read_bytes()
    text = str(answer(start(WITH_LIMIT + BUILD, str(limit))))
    assert text.startswith("Nothing was published: ")
    assert any(words in text.lower() for words in ("file too large", "could not write"))
    assert PEOPLE not in text
    assert VILLAGES not in text
    assert warehouse.marts.read_bytes() == before
    assert build(warehouse.ledger).waves == (f"{VILLAGES}/2021",)
    assert warehouse.query(STATE) == [AFTER]


def test_readers_see_whole_states_while_builds_are_killed(warehouse: Warehouse, start: Start):
    warehouse.take_in(VILLAGES, "2021", villages(25))
    moments = random.Random(2021)  # noqa: S311 - the same moments each time
    reader = start(READ_UNTIL_CLOSED, str(warehouse.marts), STATE)
    for _ in range(6):
        child = start(BUILD)
        time.sleep(moments.uniform(1, 12))
        child.kill()
        child.wait(PATIENCE)
    assert warehouse.query(STATE)[0] in {BEFORE, AFTER}
    build(warehouse.ledger)
    states = {tuple(state) for state in answer(reader)}
    assert BEFORE in states
    assert states <= {BEFORE, AFTER}
    after_kills = warehouse.rows()
    (warehouse.home / "warehouse" / "working.duckdb").unlink()
    build(warehouse.ledger)  # undisturbed, and from nothing
    assert warehouse.rows() == after_kills
    assert warehouse.query(STATE) == [AFTER]


def test_what_a_first_build_left_when_it_was_killed_is_swept(warehouse: Warehouse):
    (warehouse.home / "warehouse" / "working.duckdb").unlink()
    attempt_file().write_bytes(b"half a block" * 400)
    build(warehouse.ledger)
    assert warehouse.query(STATE) == [BEFORE]
