"""Airflow's REST door, as far as the main job needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_exponential

from migstat.orchestration.airflow_home import USER, AirflowHome
from migstat.orchestration.pools import POOLS

API = "/api/v2"
COMPONENTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")
SECONDS = 10.0
PATIENCE_SECONDS = 30.0
CONFLICT = 409
WATCH = "watch_drop_zone"
Param = str | int | Sequence[str]


class ServerBusyError(httpx.HTTPError):
    """The server could not answer now: SQLite was locked for too long."""


@dataclass(frozen=True)
class FailedRun:
    """A run that ended in failure, retries included."""

    dag_id: str
    run_id: str


class AirflowApi:
    """A client with the login of the project-local Airflow.

    Args:
        airflow: The Airflow to talk to.
    """

    def __init__(self, airflow: AirflowHome) -> None:
        """Prepare to talk; nothing is sent yet."""
        self._airflow = airflow
        self._client = httpx.Client(base_url=airflow.url, timeout=SECONDS, trust_env=False)
        self._token = ""

    def is_healthy(self) -> bool:
        """Tell whether every component answers or beats."""
        try:
            health = self._client.get(f"{API}/monitor/health").json()
        except (httpx.HTTPError, ValueError):
            return False
        return all((health.get(name) or {}).get("status") == "healthy" for name in COMPONENTS)

    def create_pools(self) -> None:
        """Create the pools, or set them right."""
        for name, (slots, description) in POOLS.items():
            body = {"name": name, "slots": slots, "description": description}
            answer = self._send("POST", "/pools", json=body)
            if answer.status_code == CONFLICT:
                answer = self._send(
                    "PATCH", f"/pools/{name}", json={**body, "include_deferred": False}
                )
            answer.raise_for_status()

    def dag_ids(self) -> set[str]:
        """Return the ids of all DAGs that were read."""
        answer = self._send("GET", "/dags", params={"limit": 100}).raise_for_status().json()
        return {dag["dag_id"] for dag in answer["dags"]}

    def unpause_all(self) -> None:
        """Let every DAG run."""
        params = {"dag_id_pattern": "~"}
        self._send("PATCH", "/dags", params=params, json={"is_paused": False}).raise_for_status()

    def import_errors(self) -> list[str]:
        """Return what is wrong with DAG files, one text per file."""
        answer = self._send("GET", "/importErrors").raise_for_status().json()
        return [f"{item['filename']}: {item['stack_trace']}" for item in answer["import_errors"]]

    def failed_runs(self, since: str) -> list[FailedRun]:
        """Return runs that started at or after an ISO timestamp and failed."""
        params = {"state": "failed", "start_date_gte": since, "limit": 100}
        answer = self._send("GET", "/dags/~/dagRuns", params=params).raise_for_status().json()
        return [FailedRun(run["dag_id"], run["dag_run_id"]) for run in answer["dag_runs"]]

    def has_failed_last(self, dag_id: str) -> bool:
        """Tell whether the latest run of a DAG failed."""
        runs = self.get(f"/dags/{dag_id}/dagRuns", order_by="-run_after", limit=1)["dag_runs"]
        return bool(runs) and runs[0]["state"] == "failed"

    def has_work_under_way(self) -> bool:
        """Tell whether anything is queued or running beside the watch, which always comes again."""
        params = {"state": ["queued", "running"], "limit": 100}
        answer = self._send("GET", "/dags/~/dagRuns", params=params).raise_for_status().json()
        return any(run["dag_id"] != WATCH for run in answer["dag_runs"])

    def start(self, dag_id: str) -> None:
        """Start a run of a DAG by hand."""
        self._send(
            "POST", f"/dags/{dag_id}/dagRuns", json={"logical_date": None}
        ).raise_for_status()

    def post_event(self, asset: str, extra: dict[str, Any] | None = None) -> None:
        """Post an event for an asset, as somebody outside would."""
        found = self._send("GET", "/assets", params={"name_pattern": asset}).raise_for_status()
        ids = [item["id"] for item in found.json()["assets"] if item["name"] == asset]
        body = {"asset_id": ids[0], "extra": extra or {}}
        self._send("POST", "/assets/events", json=body).raise_for_status()

    def get(self, path: str, **params: Param) -> dict[str, Any]:
        """Return the answer to a question of any kind."""
        answer: dict[str, Any] = self._send("GET", path, params=params).raise_for_status().json()
        return answer

    @retry(
        retry=retry_if_exception_type((httpx.TransportError, ServerBusyError)),
        stop=stop_after_delay(PATIENCE_SECONDS),
        wait=wait_exponential(multiplier=0.2, max=3),
        reraise=True,
    )
    def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Param] | None = None,
        json: Mapping[str, object] | None = None,
    ) -> httpx.Response:
        if not self._token:
            login = {"username": USER, "password": self._airflow.password}
            answer = self._client.post("/auth/token", json=login).raise_for_status()
            self._token = answer.json()["access_token"]
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = self._client.request(
            method, f"{API}{path}", headers=headers, params=params, json=json
        )
        if answer.is_server_error:
            raise ServerBusyError(f"{method} {path}: {answer.status_code}")
        return answer
