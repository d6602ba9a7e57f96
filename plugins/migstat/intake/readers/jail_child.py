"""The child that parses a delivered file: limits itself, reads, reports, and nothing else.

Started by ``jail`` as ``python -m migstat.intake.readers.jail_child`` with the request as JSON on
its standard input. Its environment holds no secret. It answers by ``answer.json`` in the scratch
folder, written beside and renamed; no answer means that the parser died.
"""

import ctypes
import errno
import importlib
import json
import os
import resource
import signal
import sys
import traceback
from dataclasses import asdict
from pathlib import Path

from migstat.intake.errors import ReaderFault, RefusedDelivery
from migstat.intake.readers.repeat import narrowed, widened
from migstat.intake.readers.request import Request

READERS = {
    "csv": "csv_file",
    "csv_zip": "csv_zip",
    "xlsx": "xlsx",
    "kobo_xlsx": "xlsx",
    "spss_sav": "spss_sav",
    "stata_dta": "stata_dta",
    "outline": "outline",
}
MAX_WRITTEN = 8 << 30
PR_SET_PDEATHSIG = 1
ANSWER = "answer.json"
STARTED = "started"
MACHINE_ERRORS = frozenset({errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS})


def limit_myself(memory_bytes: int, cpu_seconds: int) -> None:
    """Set the limits of this process: address space, processor time, file size, no core dump.

    The soft limit on processor time ends the process by SIGXCPU, ten seconds before the hard
    one's SIGKILL, so that a SIGKILL can only come from outside. The child dies with its parent.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 10))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_WRITTEN, MAX_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Read the request, run its reader, write the answer."""
    request = Request.from_json(sys.stdin.read())
    limit_myself(request.memory_bytes, request.cpu_seconds)
    reader = importlib.import_module(f"migstat.intake.readers.{READERS[request.format]}")
    Path(request.scratch, STARTED).touch()
    try:
        read = narrowed(request, reader.read(widened(request)))
        answer: dict[str, object] = {"tables": [asdict(table) for table in read]}
    except RefusedDelivery as refused:
        answer = {"refused": refused.reason}
    except MemoryError:
        answer = {"out_of_memory": True}
    except ReaderFault as fault:
        answer = {"fault": str(fault)}
    except Exception as error:  # noqa: BLE001 - whatever a parser raises is an answer about the file
        full = isinstance(error, OSError) and error.errno in MACHINE_ERRORS
        answer = {"fault" if full else "error": _where(error)}
    _write(Path(request.scratch) / ANSWER, answer)


def _where(error: Exception) -> str:
    """Say what was raised and where, without its message: that may quote the file."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}"


def _write(file: Path, answer: dict[str, object]) -> None:
    beside = file.with_suffix(".part")
    beside.write_text(json.dumps(answer), encoding="utf-8")
    os.replace(beside, file)  # noqa: PTH105 - the same call everywhere in the house


if __name__ == "__main__":
    main()
