"""Parsing an untrusted file in a limited child process.

What kills the parser is a refused delivery, not a failed task: an abort or a segmentation fault
can't be caught, and a scheduler would try the poisoned file for ever (``hostile.md``). A SIGKILL or
SIGTERM comes from outside (``jail_child``: the limits end a reader otherwise) and says nothing
about the file, however often: it is read once more at once, then the task fails and is tried again.
"""

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from migstat.intake.errors import ReaderFault, RefusedDelivery
from migstat.intake.readers.jail_child import ANSWER, STARTED
from migstat.intake.readers.request import Request, TableRead

log = logging.getLogger(__name__)

Progress = Callable[[str, int | None, int | None], None]

WALL_SECONDS = 900.0
POLL_SECONDS = 0.2
CHILD = (sys.executable, "-m", "migstat.intake.readers.jail_child")
FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
PACKAGE_ROOT = Path(__file__).resolve().parents[3]
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")


def read_in_jail(
    request: Request, progress: Progress, wall_seconds: float = WALL_SECONDS
) -> list[TableRead]:
    """Run the request's reader in a child and return what it read.

    Args:
        request: What to read and where to write.
        progress: Called while the child works.
        wall_seconds: How long it may take.

    Raises:
        RefusedDelivery: The reader refused the file, or the file killed its reader.
        ReaderFault: The child could not even start, or was stopped from outside twice.
    """
    status = _run(request, progress, wall_seconds)
    if status is not None and -status in FROM_OUTSIDE:
        log.warning("%s: the reader was stopped from outside; reading once more", request.place)
        status = _run(request, progress, wall_seconds)
    return _judge(request, status, wall_seconds)


def _run(request: Request, progress: Progress, wall_seconds: float) -> int | None:
    """Run the child to its end; its exit status, or None when its time ran out."""
    for left_over in (ANSWER, STARTED):
        Path(request.scratch, left_over).unlink(missing_ok=True)
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        CHILD,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # a parser's last words may quote the file
        cwd=request.scratch,
        env=_environment(),
        start_new_session=True,
    )
    try:
        if child.stdin:
            _hand_over(child.stdin.write, request)
            child.stdin.close()
        return _wait(child, progress, wall_seconds)
    finally:
        _end(child)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End the child and whatever it started; it leads a session of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _hand_over(write: Callable[[bytes], int], request: Request) -> None:
    try:
        write(request.to_json().encode())
    except BrokenPipeError:
        log.warning("%s: the reader did not start", request.place)


def _wait(child: "subprocess.Popen[bytes]", progress: Progress, wall_seconds: float) -> int | None:
    deadline = time.monotonic() + wall_seconds
    while time.monotonic() < deadline:
        try:
            return child.wait(timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            progress("read", None, None)
    return None


def _judge(request: Request, status: int | None, wall_seconds: float) -> list[TableRead]:
    place = request.place
    if status is None:
        raise RefusedDelivery(
            f"{place}: reading took longer than {wall_seconds:.0f} seconds and was stopped. "
            "Split the export, or export it again."
        )
    answer_file = Path(request.scratch, ANSWER)
    if status != 0 or not answer_file.is_file():
        raise _died(request, status)
    answer = json.loads(answer_file.read_text(encoding="utf-8"))
    if "refused" in answer:
        raise RefusedDelivery(answer["refused"])
    if "fault" in answer:
        raise ReaderFault(f"{place}: the machine failed the reader: {answer['fault']}")
    if "out_of_memory" in answer:
        raise RefusedDelivery(
            f"{place}: reading needs more than {request.memory_bytes >> 20:,} MiB of memory and "
            "was stopped. Split the export, or export it again."
        )
    if "error" in answer:
        raise RefusedDelivery(
            f"{place}: the file can't be read ({answer['error']}): it is damaged or not what it "
            "claims to be. Export it again."
        )
    return [TableRead.from_dict(table) for table in answer["tables"]]


def _died(request: Request, status: int) -> Exception:
    place = request.place
    if status >= 0 and not Path(request.scratch, STARTED).is_file():
        return ReaderFault(f"{place}: the reader could not start (status {status})")
    if -status in FROM_OUTSIDE:
        return ReaderFault(
            f"{place}: the reader was stopped from outside ({signal.Signals(-status).name}) twice, "
            "by hand or because the machine ran out of memory. It is tried again; if it recurs, "
            "give the machine more memory."
        )
    if -status == signal.SIGXCPU:
        return RefusedDelivery(f"{place}: reading used up its processor time. Split the export.")
    how = signal.Signals(-status).name if status < 0 else f"status {status}"
    return RefusedDelivery(
        f"{place}: the file killed its reader ({how}): it is damaged or crafted. It will not be "
        "tried again; export it anew."
    )


def _environment() -> dict[str, str]:
    """Give the child what it needs to run and nothing that is secret."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(PACKAGE_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TZ": "UTC",
    }
