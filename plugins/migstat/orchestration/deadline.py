"""What is said when a run is late; the triggerer imports it by name."""

import logging
from collections.abc import Mapping

log = logging.getLogger(__name__)


async def deadline_missed(
    what: str, minutes: float, context: Mapping[str, object] | None = None, **_newer: object
) -> None:
    """Log that a run missed its deadline, at the level that monitoring picks up.

    Args:
        what: What is late.
        minutes: The time that was allowed, in minutes.
        context: Airflow's description of the run.
        _newer: What later Airflow versions may add; ignored.
    """
    run = (context or {}).get("dag_run") or {}
    run_id = run.get("dag_run_id", "unknown run") if isinstance(run, dict) else str(run)
    log.error("%s is late: not done %g minutes after it was queued (%s)", what, minutes, run_id)
