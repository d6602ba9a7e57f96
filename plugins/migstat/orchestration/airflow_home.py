"""A project-local Airflow: its folder, its configuration by environment, its login."""

import json
import os
import secrets
import socket
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from migstat.orchestration.errors import AirflowRunsAlreadyError
from migstat.orchestration.settings import settings
from migstat.paths import paths

USER = "admin"
LOOPBACK = "127.0.0.1"
USUAL_PORT = 8080
PLUGINS = Path(__file__).absolute().parents[2]


@dataclass(frozen=True)
class AirflowHome:
    """One project-local Airflow.

    Attributes:
        folder: Its AIRFLOW_HOME.
        environment: Complete environment for its processes.
        url: Where its web page and REST door answer, on loopback only.
        password: Password of the user ``admin``.
    """

    folder: Path
    environment: dict[str, str]
    url: str
    password: str

    @property
    def logs(self) -> Path:
        """Folder of the logs of the components."""
        return self.folder / "component_logs"


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Hold an AIRFLOW_HOME for this process alone.

    Two Airflows on one folder start without a word and fight over it.

    Raises:
        AirflowRunsAlreadyError: Somebody else holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / "held_by"
    try:
        with FileLock(folder / ".lock", timeout=0):
            holder.write_text(f"{os.getpid()}\n", encoding="utf-8")
            yield
    except Timeout as error:
        process = holder.read_text(encoding="utf-8").strip() if holder.exists() else "unknown"
        raise AirflowRunsAlreadyError(
            f"An Airflow runs already on {folder} (process {process}). Stop it there with Ctrl-C, "
            f"or set MIGSTAT_HOME to another folder."
        ) from error


def prepare(folder: Path) -> AirflowHome:
    """Make the folder ready and return the Airflow that may be started on it.

    Keys and password are drawn once and kept in the folder, readable by the owner only.

    Args:
        folder: The AIRFLOW_HOME to use; held by ``sole_use``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "component_logs").mkdir(exist_ok=True)
    keys = _kept(folder / "keys.json", _drawn_keys)
    login = _kept(folder / "login.json", lambda: {USER: secrets.token_urlsafe(12)})
    port = _free_port(settings().port)
    environment = {**os.environ, **_configuration(folder, keys, port)}
    return AirflowHome(folder, environment, f"http://{LOOPBACK}:{port}", login[USER])


def _configuration(folder: Path, keys: dict[str, str], port: int) -> dict[str, str]:
    url = f"http://{LOOPBACK}:{port}"
    options = {
        "CORE__DAGS_FOLDER": str(paths().project / "dags"),
        "CORE__PLUGINS_FOLDER": str(PLUGINS),
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "3",
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder / "login.json"),
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__HOSTNAME_CALLABLE": "socket.gethostname",
        "CORE__FERNET_KEY": keys["fernet"],
        "API__SECRET_KEY": keys["api"],
        "API_AUTH__JWT_SECRET": keys["jwt"],
        "API__HOST": LOOPBACK,
        "API__PORT": str(port),
        "API__BASE_URL": url,
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'airflow.db'}",
        # Events travel at the pace of these; the defaults are made for thousands of DAGs.
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        "SCHEDULER__JOB_HEARTBEAT_SEC": "3",
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
        "SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "12",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
        "SCHEDULER__TASK_QUEUED_TIMEOUT": "60",
        "SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "10",
        # A task that ends skipped or failed is noticed at the next beat only.
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "TRIGGERER__JOB_HEARTBEAT_SEC": "1",
        "TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "12",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "120",
        "DAG_PROCESSOR__STALE_DAG_THRESHOLD": "600",
        "LOGGING__LOGGING_LEVEL": "INFO",
    }
    return {
        "AIRFLOW_HOME": str(folder),
        "MIGSTAT_PROJECT": str(paths().project),
        "MIGSTAT_HOME": str(paths().home),
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        **{f"AIRFLOW__{name}": value for name, value in options.items()},
    }


def _drawn_keys() -> dict[str, str]:
    return {
        "fernet": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "api": secrets.token_urlsafe(32),
        "jwt": secrets.token_urlsafe(64),
    }


def _kept(file: Path, draw: Callable[[], dict[str, str]]) -> dict[str, str]:
    if not file.exists():
        side = file.with_suffix(".side")
        side.unlink(missing_ok=True)
        with os.fdopen(os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(draw(), out)
        side.replace(file)
    kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return kept


def _free_port(wanted: int) -> int:
    for port in (wanted,) if wanted else (USUAL_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"Port {wanted} is taken; set MIGSTAT_PORT to another or unset it.")
