"""The Airflow connection that leads to a recipient: where to, by which means, with what secrets.

Airflow finds it wherever the office keeps it: its own database, a secrets backend, or a variable
``AIRFLOW_CONN_<ID>``, which is all that a command without a running Airflow needs. Nothing else
here knows Airflow, but the hooks of the targets, which take the same connection by its id.
"""

import os
import sys
from dataclasses import dataclass, field
from typing import Any

from migstat.paths import paths
from migstat.release.delivery.target import TargetError

HIDDEN = "***"
SHORTEST_SECRET = 4  # shorter ones would blank out half of every message
OPEN_EXTRAS = ("path", "host_key", "endpoint_url", "region_name", "from_email")


@dataclass(frozen=True)
class Connection:
    """A connection, as far as targets need it.

    Attributes:
        name: Its id.
        kind: Its type: ``fs``, ``sftp``, ``aws``, ``smtp`` …
        login: User name, if any.
        extra: What is particular to its type.
        secrets: What no message may hold.
    """

    name: str
    kind: str
    login: str
    extra: dict[str, Any] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    def without_secrets(self, text: str) -> str:
        """Blank out every secret in a text."""
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        return text


def load_connection(name: str) -> Connection:
    """Find a connection by its id.

    Raises:
        TargetError: There is none, or it can't be read.
    """
    _prepare_airflow()
    from airflow.sdk import BaseHook  # noqa: PLC0415 - slow to load

    try:
        found = BaseHook.get_connection(name)
        extra = found.extra_dejson
    except Exception as error:  # noqa: BLE001 - any secrets backend raises what it likes
        raise TargetError(  # without the text of the error, which may hold the connection
            f"Airflow has no readable connection {name} ({type(error).__name__}); add it under "
            f"Admin > Connections, or as the variable AIRFLOW_CONN_{name.upper()}"
        ) from None
    return Connection(
        name=name,
        kind=found.conn_type or "",
        login=found.login or "",
        extra=extra,
        secrets=_secrets(found.password, extra),
    )


def _prepare_airflow() -> None:
    """Before a command first loads Airflow: no new ``~/airflow``, and no talk amid its tables."""
    if "airflow" not in sys.modules:
        os.environ.setdefault("AIRFLOW_HOME", str(paths().airflow_home))
        os.environ.setdefault("AIRFLOW__LOGGING__LOGGING_LEVEL", "WARNING")


def _secrets(password: str | None, extra: dict[str, Any]) -> tuple[str, ...]:
    """Every text of a connection that is not known to be open, longest first."""
    texts = [password or "", *_texts({k: v for k, v in extra.items() if k not in OPEN_EXTRAS})]
    return tuple(sorted({t for t in texts if len(t) >= SHORTEST_SECRET}, key=len, reverse=True))


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []
