"""A process killed anywhere in the intake is run again and ends in the same files."""

import os
import signal
from pathlib import Path

import pytest
from intake_fixtures import Installation, csv_of
from migstat.intake import raw_store
from migstat.intake import take_in as intake
from migstat.ledger import Delivery, State, open_ledger

pytest_plugins = ["intake_fixtures"]

ROWS = [
    {"uuid": "u1", "sex": "f", "age": "30", "day": "2021-01-15", "w": "1"},
    {"uuid": "u2", "sex": "m", "age": "31", "day": "2021-01-15", "w": "0"},
]
STEPS = [
    (intake, "_read"),
    (intake, "open_answers"),
    (intake, "judge_tables"),
    (raw_store, "_write_held"),
    (raw_store, "_write_accepted"),
    (raw_store, "_write_json"),
    (raw_store, "sync"),
    (intake, "write_delivery"),
]


def stored(installation: Installation) -> dict[Path, bytes]:
    files = installation.home.glob("[rq]*/zzz_persons/2021/*/*")
    return {file.relative_to(installation.home): file.read_bytes() for file in files}


def take_in_and_die(installation: Installation, delivery: Delivery, step: tuple[object, str]):
    """Run the intake in a process that is killed right after a step."""
    child = os.fork()
    if child == 0:
        module, name = step
        function = getattr(module, name)

        def die_after(*args: object, **options: object) -> None:
            function(*args, **options)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(module, name, die_after)
        intake.take_in(delivery.delivery_id, installation.ledger)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_a_kill_after_any_step_changes_nothing_in_the_end(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
):
    installation.declare(suite=[])
    delivery = installation.hand_in(csv_of(ROWS))
    for step in STEPS:
        take_in_and_die(installation, delivery, step)
        assert installation.ledger.delivery(delivery.delivery_id).state == State.REGISTERED
    intake.take_in(delivery.delivery_id, installation.ledger)
    after_kills = stored(installation)
    assert len(after_kills) == 3

    home = installation.home.with_name("undisturbed")
    monkeypatch.setenv("MIGSTAT_HOME", str(home))
    undisturbed = Installation(installation.project, home, open_ledger())
    intake.take_in(undisturbed.hand_in(csv_of(ROWS)).delivery_id, undisturbed.ledger)
    assert stored(undisturbed) == after_kills


@pytest.mark.parametrize("step", STEPS[:1], ids=lambda step: step[1])
def test_what_a_killed_run_had_read_is_swept_by_the_next(
    installation: Installation, step: tuple[object, str]
):
    installation.declare(suite=[])
    delivery = installation.hand_in(csv_of(ROWS))
    take_in_and_die(installation, delivery, step)
    scratch = installation.home / "scratch" / delivery.delivery_id[:16]
    assert (scratch / "persons.parquet").exists()
    intake.take_in(delivery.delivery_id, installation.ledger)
    assert not scratch.exists()
