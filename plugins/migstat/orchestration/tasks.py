"""What the tasks do: each asks the ledger what is to be done, does it, returns keys and counts.

Every function may be killed at any line and run again. Heavy imports stay inside, so that DAG
files load fast.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from migstat.intake.errors import RefusedDelivery
from migstat.ledger import Delivery, Ledger, open_ledger
from migstat.orchestration.assets import deliveries_of, ingest_dag_id, marts_of
from migstat.orchestration.labels import delivery_prefix, label

log = logging.getLogger(__name__)


class CountsRuns(Protocol):
    """What of a running task is asked: how many runs a DAG has."""

    def get_dr_count(self, dag_id: str, *, states: list[str]) -> int:
        """Count runs of a DAG in some states."""


ACTIVE = ["queued", "running"]


def register_deliveries() -> dict[str, int]:
    """Enter what lies in the drop zone into the ledger and announce what waits, per country.

    Returns:
        Number of announced deliveries per country (ISO3).

    Raises:
        AirflowSkipException: Nothing waits.
    """
    from migstat.intake import drop_zone  # noqa: PLC0415 - keeps DAG files light

    context = get_current_context()
    ledger = open_ledger()
    fresh = drop_zone.register(ledger)
    keys = to_announce(fresh, ledger.waiting(), _has_active_runs(context["ti"]))
    # Airflow emits an event for every outlet, also for a country with nothing to announce; such
    # an event has no partition, wakes nobody and leaves an error in the audit log.
    context["ti"].task.outlets = [deliveries_of(iso3) for iso3 in keys]
    for iso3, labels in keys.items():
        log.info("%s: %s", iso3, ", ".join(labels))
        context["outlet_events"][deliveries_of(iso3)].add_partitions(labels)
    if not keys:
        raise AirflowSkipException("Nothing new lies in the drop zone and nothing waits.")
    return {iso3: len(labels) for iso3, labels in keys.items()}


def to_announce(
    fresh: Iterable[Delivery], waiting: Iterable[Delivery], is_busy: Callable[[str], bool]
) -> dict[str, list[str]]:
    """Choose the deliveries to announce, as partition keys per country.

    Args:
        fresh: Deliveries entered just now, in any state.
        waiting: Deliveries the ledger holds as registered, old ones included. They are
            announced again when no run of their country is under way: their event was lost.
        is_busy: Whether runs of a country (ISO3) are queued or running.

    Returns:
        Sorted partition keys per ISO3 code; countries with none are left out.
    """
    chosen: dict[str, set[str]] = defaultdict(set)
    for delivery in fresh:
        if delivery.state == "registered" and delivery.country_code:
            chosen[delivery.country_code].add(label(delivery))
    for delivery in waiting:
        if delivery.country_code and not is_busy(delivery.country_code):
            chosen[delivery.country_code].add(label(delivery))
    return {iso3: sorted(keys) for iso3, keys in sorted(chosen.items())}


def take_in_delivery(iso3: str) -> dict[str, Any]:
    """Take in the delivery that the run's partition names, or all that wait when it names none.

    Args:
        iso3: The country whose DAG this is.

    Returns:
        Counts of rows per delivery label.

    Raises:
        AirflowSkipException: Every delivery was refused. Refusing is an outcome, not a fault:
            the reason is in the ledger and with the steward, nothing is tried again.
    """
    ledger = open_ledger()
    keys = _chosen_keys(ledger, iso3)
    outcomes = {key: _take_in(ledger, key) for key in keys}
    refusals = {key: text for key, text in outcomes.items() if isinstance(text, str)}
    if len(refusals) == len(outcomes):
        raise AirflowSkipException(_lines(refusals) or f"{iso3}: no delivery waits.")
    return outcomes


def build_marts() -> dict[str, Any]:
    """Build and publish the marts of what changed.

    Returns:
        What was built and published, and the reason by survey that was left out. Only a task that
        ends well tells Airflow that the marts changed, so ``tell_failures`` fails in its place.

    Raises:
        AirflowSkipException: Nothing changed since the last published build.
        AirflowFailException: Every survey that changed failed, and trying again without a change
            gives the same.
    """
    from migstat.warehouse.build import build  # noqa: PLC0415 - dbt takes seconds to import

    result = build(open_ledger(), log.info)
    if result.build_id is None:
        raise AirflowSkipException(result.summary)
    if not result.waves:
        tell_failures({"failures": result.failures})
    _leave_out_unchanged(result.waves)
    return {
        "build_id": result.build_id,
        "waves": list(result.waves),
        "failures": dict(result.failures),
    }


def _leave_out_unchanged(waves: Sequence[str]) -> None:
    """Ring for the countries alone whose marts changed; a country is the start of a survey's code.

    Where no wave was computed something is gone, and all look. What changes beside a wave (a
    delivery of another country was refused) is found by the next timed look.
    """
    task = get_current_context()["ti"].task
    changed = {marts_of(wave.partition("_")[0]).name for wave in waves}
    if changed:
        task.outlets = [asset for asset in task.outlets if asset.name in changed]


def tell_failures(built: Mapping[str, Any]) -> None:
    """Say which surveys a build left out.

    Args:
        built: What ``build_marts`` returned.

    Raises:
        AirflowFailException: There are some; the others are published.
    """
    if built["failures"]:
        raise AirflowFailException(
            f"The other surveys are published; these keep their last rows:\n"
            f"{_lines(built['failures'])}"
        )


def delete_old_originals() -> list[str]:
    """Delete originals past their retention; returns their paths."""
    from migstat.orchestration import upkeep  # noqa: PLC0415 - pyarrow and duckdb are heavy

    return upkeep.delete_old_originals(open_ledger())


def check_integrity() -> int:
    """Check originals, raw store and published marts.

    Raises:
        AirflowFailException: Something is not as it was stored.
    """
    from migstat.orchestration import upkeep  # noqa: PLC0415 - pyarrow and duckdb are heavy

    ledger = open_ledger()
    checks = (upkeep.check_originals, upkeep.check_raw_store, upkeep.check_published)
    return _fail_on([finding for check in checks for finding in check(ledger)])


def check_freshness() -> int:
    """Check that nothing waits for too long.

    Raises:
        AirflowFailException: Something waits.
    """
    from migstat.orchestration import upkeep  # noqa: PLC0415 - pyarrow and duckdb are heavy

    return _fail_on(upkeep.check_freshness(open_ledger()))


def _fail_on(findings: list[str]) -> int:
    if findings:
        raise AirflowFailException("\n".join(findings))
    return 0


def _chosen_keys(ledger: Ledger, iso3: str) -> list[str]:
    context = get_current_context()
    key = context["dag_run"].partition_key or context["params"].get("delivery")
    return [str(key)] if key else [label(delivery) for delivery in ledger.waiting(iso3)]


def _take_in(ledger: Ledger, key: str) -> dict[str, int] | str:
    from migstat.intake.take_in import take_in  # noqa: PLC0415 - pandas takes seconds to import

    delivery = ledger.delivery(delivery_prefix(key))
    try:
        take_in(delivery.delivery_id, ledger)
    except RefusedDelivery as refusal:
        log.warning("%s is refused: %s", key, refusal)
        return str(refusal)
    decided = ledger.delivery(delivery.delivery_id)
    return {"n_accepted": decided.n_accepted or 0, "n_quarantined": decided.n_quarantined or 0}


def _has_active_runs(task_instance: CountsRuns) -> Callable[[str], bool]:
    counts: dict[str, bool] = {}

    def is_busy(iso3: str) -> bool:
        if iso3 not in counts:
            dag_id = ingest_dag_id(iso3)
            counts[iso3] = task_instance.get_dr_count(dag_id=dag_id, states=ACTIVE) > 0
        return counts[iso3]

    return is_busy


def _lines(reasons: Mapping[str, object]) -> str:
    return "\n".join(f"{name}: {reason}" for name, reason in reasons.items())
