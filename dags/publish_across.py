"""Set the newest extracts of all countries beside each other in one brief.

Makes `data/extracts/across/<date>-<hash>`, signed like the extracts, from what each country has
put out itself and nothing else. It runs once every country has put out a new extract, and once a
day for those that did so alone. The same extracts make the same folder, so a run without news
changes nothing. *Skipped*: fewer than two countries have put out anything.

When it fails: the message says what is wrong (a signing key that can't be used, a vintage edited by
hand). The countries' own extracts do not depend on it. `migstat release across` does the same from
a terminal.
"""

from datetime import timedelta

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task
from migstat.declarations import load_releasing_countries
from migstat.orchestration import release_tasks
from migstat.orchestration.assets import (
    TASK_DEFAULTS,
    Pool,
    Tag,
    due_within,
    extract_of,
)
from migstat.orchestration.labels import ACROSS_DAG


@dag(
    dag_id=ACROSS_DAG,
    description="Sets the newest extracts of all countries beside each other.",
    schedule=AssetOrTimeSchedule(
        assets=[extract_of(country.iso3) for country in load_releasing_countries()],
        timetable=CronTriggerTimetable("0 12 * * *", timezone="UTC"),
    ),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=4),
    deadline=due_within(240, "The brief across countries"),
    default_args={**TASK_DEFAULTS, "execution_timeout": timedelta(hours=1)},
    tags=[Tag.RELEASE],
    doc_md=__doc__,
)
def publish_across() -> None:
    """Put out."""
    task(pool=Pool.RELEASE)(release_tasks.put_out_across)()


publish_across()
