"""The assets that hand work from one DAG to the next, and what all DAGs share.

``drop_zone`` → ``deliveries_<iso3>`` (one partition per delivery) → ``accepted_deliveries`` →
``marts_<iso3>`` → ``extract_<iso3>``.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from airflow.sdk import (
    Asset,
    AssetWatcher,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
)
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from migstat.declarations import DeclarationError, load_countries, load_surveys
from migstat.orchestration.deadline import deadline_missed
from migstat.orchestration.drop_zone_trigger import AcceptedTrigger, DropZoneTrigger
from migstat.orchestration.settings import settings
from migstat.paths import paths


class Tag(StrEnum):
    """The stages of design §1, for filtering DAGs; a country's DAG carries its ISO3 code too."""

    INTAKE = "intake"
    WAREHOUSE = "warehouse"
    RELEASE = "release"
    UPKEEP = "upkeep"


class Pool(StrEnum):
    """Pools of tasks; ``migstat.orchestration.pools`` says how many slots each has."""

    INTAKE = "intake"
    WAREHOUSE = "warehouse"
    RELEASE = "release"


DROP_ZONE = Asset(
    name="drop_zone",
    uri="migstat://drop_zone",
    group="intake",
    watchers=[
        AssetWatcher(
            name="new_export", trigger=DropZoneTrigger(poll_seconds=settings().poll_seconds)
        )
    ],
)
ACCEPTED = Asset(
    name="accepted_deliveries",
    uri="migstat://accepted_deliveries",
    group="warehouse",
    watchers=[
        AssetWatcher(
            name="newly_accepted", trigger=AcceptedTrigger(poll_seconds=settings().poll_seconds)
        )
    ],
)

MISTAKES = [TypeError, AttributeError, NameError, ImportError, AssertionError, DeclarationError]
RETRY_BY_KIND = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=list(MISTAKES),
            action=RetryAction.FAIL,
            reason="A mistake in code or declarations: trying again gives the same.",
        )
    ]
)
TASK_DEFAULTS: Mapping[str, Any] = {
    "owner": "migstat",
    "retries": 3,
    "retry_delay": timedelta(seconds=5),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=10),
    "retry_policy": RETRY_BY_KIND,
}


def countries_with_surveys() -> list[str]:
    """Return the ISO3 codes of the countries that have at least one declared survey, sorted."""
    declared = {survey.country for survey in load_surveys().values()}
    return sorted(country.iso3 for country in load_countries() if country.iso3 in declared)


def deliveries_of(iso3: str) -> Asset:
    """Return the asset that has one partition per delivery of a country."""
    code = iso3.lower()
    return Asset(name=f"deliveries_{code}", uri=f"migstat://deliveries/{code}", group="intake")


def ingest_dag_id(iso3: str) -> str:
    """Return the id of the DAG that takes in a country's deliveries."""
    return f"ingest_{iso3.lower()}"


def marts_of(iso3: str) -> Asset:
    """Return the asset that stands for what the published marts hold of a country."""
    code = iso3.lower()
    return Asset(name=f"marts_{code}", uri=f"migstat://marts/{code}", group="warehouse")


def marts_of_all() -> list[Asset]:
    """Return those of all countries that have a file; one that can't be read stops no build."""
    return [marts_of(file.stem) for file in sorted(paths().countries.glob("*.yml"))]


def extract_of(iso3: str) -> Asset:
    """Return the asset that stands for the newest extract of a country."""
    code = iso3.lower()
    return Asset(name=f"extract_{code}", uri=f"migstat://extracts/{code}", group="release")


def due_within(minutes: int, what: str) -> DeadlineAlert:
    """Return a deadline counted from the queueing of a run.

    Runs woken by assets have no logical date, so nothing else can be counted from.

    Args:
        minutes: Time allowed from queueing to the end; MIGSTAT_DEADLINE_FACTOR multiplies it.
        what: What is late, for the message.
    """
    allowed = minutes * settings().deadline_factor
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(minutes=allowed),
        callback=AsyncCallback(deadline_missed, kwargs={"what": what, "minutes": allowed}),
    )
