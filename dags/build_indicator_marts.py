"""Build the indicator marts of what changed and publish them in one swap.

Makes `published/marts.duckdb` and the Parquet copies beside it, for statisticians. It runs when
accepted deliveries have settled, and every quarter of an hour in case an event was lost; a run
that finds nothing changed ends skipped within seconds. Only one run at a time, in the pool
`warehouse` of one slot: DuckDB has one writer. Readers see the old file until the
swap; after it the releases of the countries that were computed are looked at.

When `tell_failures` (or, where nothing else changed, `build_marts`) fails with survey names: these
could not be built (a test of theirs failed, or too many answers have no code) and keep their last
published rows; **all others are published**. The message and `migstat status` say which rule
failed. Mend the declaration or ask for a corrected delivery; the next run takes it up. Until then
every sweep says the same again.

When it fails otherwise (disk full, killed): it is tried again; a build that was cut off leaves
nothing that needs a hand. `migstat build` does the same from a terminal.
"""

from datetime import timedelta

from airflow.sdk import AssetOrTimeSchedule, DeltaTriggerTimetable, dag, task
from migstat.orchestration import tasks
from migstat.orchestration.assets import (
    ACCEPTED,
    TASK_DEFAULTS,
    Pool,
    Tag,
    due_within,
    marts_of_all,
)
from migstat.orchestration.settings import settings


@dag(
    dag_id="build_indicator_marts",
    description="Runs dbt for what changed and publishes the marts atomically.",
    schedule=AssetOrTimeSchedule(
        assets=[ACCEPTED],
        timetable=DeltaTriggerTimetable(timedelta(seconds=15 * settings().sweep_seconds)),
    ),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=8),
    deadline=due_within(120, "The build of the marts"),
    default_args=dict(TASK_DEFAULTS),
    tags=[Tag.WAREHOUSE],
    doc_md=__doc__,
)
def build_indicator_marts() -> None:
    """Build, then tell what was left out."""
    built = task(
        task_id="build_marts",
        outlets=marts_of_all(),
        pool=Pool.WAREHOUSE,
        execution_timeout=timedelta(hours=6),
    )(tasks.build_marts)()
    task(tasks.tell_failures)(built)


build_indicator_marts()
