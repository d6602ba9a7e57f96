"""Take in what each country hands over: one DAG per country, one run per delivery.

The run's partition key is the delivery, `<survey>|<wave>|<start of its SHA-256>`. A run reads it
in a limited child process, holds it at the privacy border, judges it and writes the raw store.
Triggered by hand without a partition it takes in the delivery given as the parameter `delivery`
(any start of the id), or everything of the country that waits.

A *skipped* `take_in` is a refused delivery: nothing was taken in, it is never tried again, and
`migstat status <key>` says why in the steward's words. The remedy is a corrected export.

When it *fails*: the fault is ours or the machine's (disk, memory, ledger), not the delivery's. It
is tried three times with growing pauses, unless it is a mistake in the code; afterwards the watch
announces the delivery again every minute until it is decided. Read the log, mend the cause.
"""

from datetime import timedelta

from airflow.sdk import Param, PartitionedAssetTimetable, dag, task
from migstat.orchestration import tasks
from migstat.orchestration.assets import (
    ACCEPTED,
    TASK_DEFAULTS,
    Pool,
    Tag,
    countries_with_surveys,
    deliveries_of,
    due_within,
    ingest_dag_id,
)

for iso3 in countries_with_surveys():

    @dag(
        dag_id=ingest_dag_id(iso3),
        description=f"Takes in the deliveries of {iso3}, one run each.",
        schedule=PartitionedAssetTimetable(assets=deliveries_of(iso3)),
        dagrun_timeout=timedelta(hours=6),
        deadline=due_within(60, f"A delivery of {iso3}"),
        default_args=dict(TASK_DEFAULTS),
        params={"delivery": Param("", type="string", description="Start of a delivery id.")},
        tags=[Tag.INTAKE, iso3],
        doc_md=__doc__,
    )
    def ingest_deliveries(country: str = iso3) -> None:
        """Take in."""
        task(
            task_id="take_in",
            outlets=[ACCEPTED],
            pool=Pool.INTAKE,
            execution_timeout=timedelta(hours=2),
        )(tasks.take_in_delivery)(country)

    ingest_deliveries()
