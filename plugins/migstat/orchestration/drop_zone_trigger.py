"""The doorbells: a new export in the drop zone, a newly accepted delivery in the ledger."""

import time

from migstat.intake import drop_zone
from migstat.ledger import Delivery, Ledger
from migstat.orchestration.doorbell import Doorbell
from migstat.orchestration.settings import settings
from migstat.paths import paths


class DropZoneTrigger(Doorbell):
    """Rings when the drop zone holds a stable, complete export that the ledger does not know."""

    def look(self) -> set[str]:
        """Scan the drop zone; a file still being written is not seen yet."""
        found = drop_zone.scan(Ledger(paths().ledger_url))
        return {repr(item) for item in (*found.ready, *found.misplaced)}


class AcceptedTrigger(Doorbell):
    """Rings when the ledger holds an accepted delivery that no build was woken for.

    It waits a little for deliveries that are still being taken in, so that a batch costs one
    build. (A task cannot ring: what a run of a partition emits wakes no plain consumer.)
    """

    def __init__(self, poll_seconds: float = 1.0, **older: object) -> None:
        """Prepare to look."""
        super().__init__(poll_seconds, **older)
        self._decided = ""
        self._since = 0.0

    def look(self) -> set[str]:
        """Name the state of all decided deliveries, once it has settled."""
        deliveries = Ledger(paths().ledger_url).deliveries()
        decided = repr(sorted(_decision(item) for item in deliveries if item.state != "registered"))
        if decided != self._decided:
            self._decided, self._since = decided, time.monotonic()
        accepted = any(item.state == "accepted" for item in deliveries)
        waiting = any(item.state == "registered" for item in deliveries)
        settled = time.monotonic() - self._since >= settings().batch_seconds
        return {decided} if accepted and (settled or not waiting) else set()


def _decision(delivery: Delivery) -> tuple[str, str, str]:
    return delivery.delivery_id, str(delivery.state), str(delivery.decided_at)
