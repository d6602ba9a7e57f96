"""What kills its parser is refused within bounded time and memory, and leaves no word."""

import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from intake_fixtures import csv_request
from migstat.intake.errors import ReaderFault, RefusedDelivery
from migstat.intake.readers import jail, jail_child
from migstat.intake.readers.request import Request

Poison = Callable[[str], None]

POISON = """
import errno, os, signal, subprocess, sys, time
from pathlib import Path
def read(request):
    tries = Path(request.scratch, "tries")
    tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
    {body}
"""

START = """
import sys
sys.path.insert(0, {folder!r})
import poisoned_reader, migstat.intake.readers.jail_child as child
sys.modules["migstat.intake.readers.csv_file"] = poisoned_reader
child.main()
"""


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    file = tmp_path / "persons.csv"
    file.write_text("id\n1\n2\n")
    return csv_request(tmp_path, file, ["id"])


@pytest.fixture
def poisoned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Poison:
    """Put a reader that misbehaves in the place of the CSV reader, in the child only."""

    def poison(body: str) -> None:
        (tmp_path / "poisoned_reader.py").write_text(POISON.format(body=body))
        start = tmp_path / "start.py"
        start.write_text(START.format(folder=str(tmp_path)))
        monkeypatch.setattr(jail, "CHILD", (sys.executable, str(start)))

    return poison


def quiet(stage: str, done: int | None, total: int | None) -> None:
    pass


def tries(request: Request) -> int:
    return len(Path(request.scratch, "tries").read_text())


def test_a_sound_file_comes_out_of_the_jail(request_: Request):
    (table,) = jail.read_in_jail(request_, quiet)
    assert (table.name, table.n_rows, table.n_counted) == ("persons", 2, 2)


def test_a_refusal_in_the_jail_is_a_refusal_outside(request_: Request):
    Path(request_.tables[0].file).write_text("id\n1,2\n")
    with pytest.raises(
        RefusedDelivery, match=r"line 2 of persons\.csv has another number of fields"
    ):
        jail.read_in_jail(request_, quiet)


@pytest.mark.parametrize("name", ["SIGABRT", "SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE"])
def test_a_parser_that_dies_is_a_refused_delivery_at_once(
    request_: Request, poisoned: Poison, name: str
):
    poisoned(f"os.kill(os.getpid(), signal.{name})")
    with pytest.raises(RefusedDelivery, match=rf"killed its reader \({name}\)"):
        jail.read_in_jail(request_, quiet)
    assert tries(request_) == 1


def test_a_kill_from_outside_is_read_once_more(request_: Request, poisoned: Poison):
    poisoned("if len(tries.read_text()) == 1: os.kill(os.getpid(), signal.SIGKILL)\n    return []")
    assert jail.read_in_jail(request_, quiet) == []
    assert tries(request_) == 2


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_kills_from_outside_say_nothing_about_the_file_however_often(
    request_: Request, poisoned: Poison, name: str
):
    poisoned(f"os.kill(os.getpid(), signal.{name})")
    with pytest.raises(ReaderFault, match=rf"stopped from outside \({name}\) twice"):
        jail.read_in_jail(request_, quiet)
    assert tries(request_) == 2


def test_a_parser_that_takes_all_memory_is_stopped(request_: Request, poisoned: Poison):
    poisoned("b = bytearray(8 << 30)")
    with pytest.raises(RefusedDelivery, match="more than 3,072 MiB of memory"):
        jail.read_in_jail(request_, quiet)


def test_a_parser_that_does_not_end_is_stopped_with_its_children(
    request_: Request, poisoned: Poison
):
    poisoned("subprocess.Popen(['sleep', '77']); time.sleep(60)")
    begun = time.monotonic()
    with pytest.raises(RefusedDelivery, match="took longer than 1 seconds"):
        jail.read_in_jail(request_, quiet, wall_seconds=1)
    assert time.monotonic() - begun < 10
    assert _wait_for(lambda: not any(b"sleep\x0077\x00" in command for command in _commands()))


def _commands() -> list[bytes]:
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(file.read_bytes())
        except OSError:
            continue
    return found


def test_a_parser_that_burns_time_is_stopped(request_: Request, poisoned: Poison):
    poisoned("while True: pass")
    limited = Request(**{**vars(request_), "cpu_seconds": 1})
    with pytest.raises(RefusedDelivery, match="used up its processor time"):
        jail.read_in_jail(limited, quiet)


def test_a_parser_that_exits_is_a_refused_delivery(request_: Request, poisoned: Poison):
    poisoned("os._exit(3)")
    with pytest.raises(RefusedDelivery, match="status 3"):
        jail.read_in_jail(request_, quiet)


def test_an_unforeseen_error_is_a_refusal_without_the_message(request_: Request, poisoned: Poison):
    poisoned("raise KeyError('CANARY 555-0199')")
    with pytest.raises(RefusedDelivery, match=r"KeyError in poisoned_reader\.py") as refused:
        jail.read_in_jail(request_, quiet)
    assert "CANARY" not in refused.value.reason


def test_a_full_disk_is_our_fault_and_may_be_tried_again(request_: Request, poisoned: Poison):
    poisoned("raise OSError(errno.ENOSPC, 'no space')")
    with pytest.raises(ReaderFault, match="machine failed the reader"):
        jail.read_in_jail(request_, quiet)


def test_a_child_that_can_not_start_is_our_fault(
    request_: Request, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jail, "CHILD", (sys.executable, "-c", "raise SystemExit(1)"))
    with pytest.raises(ReaderFault, match="could not start"):
        jail.read_in_jail(request_, quiet)


def test_the_child_knows_no_secret(
    request_: Request, poisoned: Poison, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_HMAC_KEY", "s" * 32)
    monkeypatch.setenv("MIGSTAT_LEDGER_URL", "postgresql://user:password@host/ledger")
    poisoned("raise (LookupError if any('MIGSTAT' in n for n in os.environ) else EOFError)()")
    with pytest.raises(RefusedDelivery, match="EOFError"):
        jail.read_in_jail(request_, quiet)


def test_the_child_prints_nothing(
    request_: Request, poisoned: Poison, capfd: pytest.CaptureFixture[str]
):
    poisoned("print('CANARY'); print('CANARY', file=sys.stderr); os.abort()")
    with pytest.raises(RefusedDelivery):
        jail.read_in_jail(request_, quiet)
    assert "CANARY" not in "".join(capfd.readouterr())


def test_the_limits_are_set_on_the_child_itself(request_: Request, poisoned: Poison):
    poisoned(
        "import resource; names = ('RLIMIT_AS', 'RLIMIT_CPU', 'RLIMIT_FSIZE', 'RLIMIT_CORE');"
        "Path(request.scratch, 'limits').write_text("
        "repr([resource.getrlimit(getattr(resource, n))[0] for n in names])); return []"
    )
    jail.read_in_jail(request_, quiet)
    limits = Path(request_.scratch, "limits").read_text()
    assert limits == repr([3 << 30, 900, jail_child.MAX_WRITTEN, 0])
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != 3 << 30


def test_the_child_dies_with_its_parent(request_: Request, poisoned: Poison):
    poisoned("tries.write_text(str(os.getpid())); time.sleep(60)")
    parent = os.fork()
    if parent == 0:
        jail.read_in_jail(request_, quiet)
        os._exit(0)
    file = Path(request_.scratch, "tries")
    child = _wait_for(
        lambda: file.exists() and file.read_text().isdigit() and int(file.read_text())
    )
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert _wait_for(lambda: not Path(f"/proc/{child}/stat").exists() or _is_dead(child))


def _is_dead(pid: int) -> bool:
    return ") Z " in Path(f"/proc/{pid}/stat").read_text()


def _wait_for(condition: Callable[[], int | bool], seconds: float = 10.0) -> int | bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    return False
