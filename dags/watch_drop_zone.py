"""Answer the doorbell of the drop zone: enter what lies there into the ledger, wake its country.

Makes one partition of `deliveries_<iso3>` per delivery; each starts one run of `ingest_<iso3>`.
It runs when a stable, complete export appears, when somebody posts an event for the asset
`drop_zone` (`POST /api/v2/assets/events`), and every minute (`MIGSTAT_SWEEP_SECONDS`), because
events get lost. A skipped run found nothing to do.

When it fails: nothing is lost, the next sweep does the same again. The log names the drop zone
and the fault (out of reach, no right to read, ledger not migrated). A file that is never entered
is still being written or its set is incomplete: `migstat status` lists it.
"""

from datetime import timedelta

from airflow.sdk import AssetOrTimeSchedule, DeltaTriggerTimetable, dag, task
from migstat.orchestration import tasks
from migstat.orchestration.assets import (
    DROP_ZONE,
    TASK_DEFAULTS,
    Tag,
    countries_with_surveys,
    deliveries_of,
    due_within,
)
from migstat.orchestration.settings import settings


@dag(
    dag_id="watch_drop_zone",
    description="Enters new exports into the ledger and wakes their country's intake.",
    schedule=AssetOrTimeSchedule(
        assets=[DROP_ZONE],
        timetable=DeltaTriggerTimetable(timedelta(seconds=settings().sweep_seconds)),
    ),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    deadline=due_within(10, "Watching the drop zone"),
    default_args=dict(TASK_DEFAULTS),
    tags=[Tag.INTAKE],
    doc_md=__doc__,
)
def watch_drop_zone() -> None:
    """Register and announce."""
    outlets = [deliveries_of(iso3) for iso3 in countries_with_surveys()]
    task(
        task_id="register_deliveries",
        outlets=outlets,
        execution_timeout=timedelta(minutes=20),
    )(tasks.register_deliveries)()


watch_drop_zone()
