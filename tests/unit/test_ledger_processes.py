"""Real processes at the same time, and processes killed at any moment."""

import multiprocessing
import random
import time
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from migstat.ledger import (
    DeliveredFile,
    FoundDelivery,
    Ledger,
    Outcome,
    QualityFinding,
    TableCounts,
)

FORK = multiprocessing.get_context("fork")  # starts in milliseconds
TIMES = ("registered_at", "decided_at", "first_seen_at")

Rows = list[list[dict[str, object]]]


def found(number: int) -> FoundDelivery:
    path = f"slv_household/2021/{number}.csv"
    file = DeliveredFile(path, number, "2021-03-01T00:00:00+00:00", sha256=f"{number:064}")
    return FoundDelivery("slv_household", "2021", "SLV", (file,))


def outcome(number: int) -> Outcome:
    finding = QualityFinding("persons", "rule", "info", number, number, "text")
    return Outcome({"persons": TableCounts(number, number, 0)}, {}, (finding,))


def work(url: str, number_of_deliveries: int) -> None:
    """Look at, register and decide some deliveries; each third is refused."""
    ledger = Ledger(url)
    ledger.migrate()
    for number in range(1, number_of_deliveries + 1):
        ledger.look(found(number).files)
        delivery_id = ledger.register(found(number)).delivery_id
        if number % 3 == 0:
            ledger.refuse(delivery_id, f"reason {number}")
        else:
            ledger.accept(delivery_id, outcome(number))


def rows(url: str) -> Rows:
    """Every row of the ledger, the times of handling aside."""
    ledger = Ledger(url)
    deliveries = ledger.deliveries()
    looks = ledger.look([file for delivery in deliveries for file in delivery.files])
    tables = [deliveries, ledger.quality_results(), [looks[path] for path in sorted(looks)]]
    return [
        [
            {k: v for k, v in vars(row).items() if k not in TIMES and not k.startswith("_")}
            for row in table
        ]
        for table in tables
    ]


def undisturbed(folder: Path, number_of_deliveries: int) -> Rows:
    url = f"sqlite:///{folder / 'undisturbed.sqlite'}"
    work(url, number_of_deliveries)
    return rows(url)


def run_at_once(target: Callable[[], None], number_of_processes: int) -> None:
    """Let processes do the same from the same moment on; all must end well."""
    go = FORK.Event()
    processes = [
        FORK.Process(target=_when_told, args=(go, target)) for _ in range(number_of_processes)
    ]
    for process in processes:
        process.start()
    go.set()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * number_of_processes


def _when_told(go: Event, target: Callable[[], None]) -> None:
    go.wait()
    target()


def start(target: Callable[[], None]) -> ForkProcess:
    process = FORK.Process(target=target)
    process.start()
    return process


def test_processes_that_migrate_at_once_all_find_their_tables(ledger_url: str):
    def migrate() -> None:
        ledger = Ledger(ledger_url)
        ledger.migrate()
        ledger.deliveries()

    run_at_once(migrate, 4)
    assert Ledger(ledger_url).deliveries() == []


def test_processes_that_register_the_same_files_at_once_yield_one_delivery_each(
    ledger_url: str, tmp_path: Path
):
    run_at_once(lambda: work(ledger_url, 12), 3)
    assert rows(ledger_url) == undisturbed(tmp_path, 12)


def test_a_process_killed_at_any_moment_and_run_again_leaves_the_same_rows(
    ledger_url: str, tmp_path: Path
):
    moments = random.Random(2021)  # noqa: S311 - the same moments each time
    for _ in range(10):
        process = start(lambda: work(ledger_url, 15))
        time.sleep(moments.uniform(0.01, 0.2))
        process.kill()
        process.join()
    run_at_once(lambda: work(ledger_url, 15), 1)
    assert rows(ledger_url) == undisturbed(tmp_path, 15)
