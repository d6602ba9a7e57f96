"""Look after what is stored, once a day: retention, integrity, freshness.

`delete_old_originals` removes exports from the drop zone `MIGSTAT_RETENTION_DAYS` after their
delivery was decided (never by default); every deletion is in `originals_deleted.jsonl` in the
data folder. `check_integrity` hashes the originals that are still there, reads the whole raw
store against the counts of the ledger and opens the published marts. `check_freshness` finds
deliveries that wait for more than an hour, and surveys that the last build could not build.

When it fails: the message lists every finding with what to do about it. Nothing is repaired here;
the published marts stay as they are. After the remedy, run it again by hand.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task
from migstat.orchestration import tasks
from migstat.orchestration.assets import TASK_DEFAULTS, Tag, due_within


@dag(
    dag_id="tend_warehouse",
    description="Daily retention of originals, integrity of what is stored, freshness.",
    schedule=CronTriggerTimetable("30 2 * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=8),
    deadline=due_within(240, "Looking after the warehouse"),
    default_args=dict(TASK_DEFAULTS),
    tags=[Tag.UPKEEP],
    doc_md=__doc__,
)
def tend_warehouse() -> None:
    """Delete, then check; a finding of one check leaves the other running."""
    deleted = task(tasks.delete_old_originals)()
    deleted >> [task(tasks.check_integrity)(), task(tasks.check_freshness)()]


tend_warehouse()
