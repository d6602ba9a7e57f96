"""``make up``: stays with the page, ends cleanly on Ctrl-C."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from living_airflow import processes_of


def test_up_stays_with_url_and_login_and_leaves_nothing_after_ctrl_c(
    undisturbed: tuple[Path, str],
    start_main_job: Callable[[Path, str], subprocess.Popen[str]],
):
    home = undisturbed[0]
    job = start_main_job(home, "up")
    assert job.stdout is not None
    printed = []
    for line in job.stdout:
        printed.append(line)
        if "Airflow stays up" in line:
            break
    time.sleep(1)

    assert job.poll() is None
    assert "http://127.0.0.1:" in printed[-1]
    assert (home / "airflow/login.json").read_text().split('"')[3] in printed[-1]
    assert processes_of(home) != []

    job.send_signal(signal.SIGINT)

    assert job.wait(timeout=30) == 0
    assert processes_of(home) == []
