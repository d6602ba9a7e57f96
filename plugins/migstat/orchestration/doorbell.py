"""A trigger that looks, and rings once when there is something new to be done.

An event only says "look": events strand in Airflow (apache/airflow #56050, #56750), so none of
them carries work. What is to be done is asked of the ledger by the run that the event wakes, and
a timed sweep beside each doorbell wakes it anyway.
"""

import asyncio
import logging
from abc import abstractmethod
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

RUNG = "rung_for"
MAX_PAUSE_SECONDS = 60.0
log = logging.getLogger(__name__)


class Doorbell(BaseEventTrigger):
    """Rings once for every set of things that has a member it has not rung for.

    Args:
        poll_seconds: Pause between two looks.
        older: Arguments of earlier versions, still stored in Airflow's database; ignored.
    """

    def __init__(self, poll_seconds: float = 1.0, **older: object) -> None:
        """Prepare to look; Airflow calls this again after every restart."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.poll_seconds = float(poll_seconds)
        if older:
            log.info("Arguments of an earlier version are ignored: %s", ", ".join(sorted(older)))

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class path and the arguments that make this trigger again."""
        cls = type(self)
        return f"{cls.__module__}.{cls.__qualname__}", {"poll_seconds": self.poll_seconds}

    @abstractmethod
    def look(self) -> set[str]:
        """Return what lies there to be done, each thing named by a text; runs in a thread."""

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look for ever; yield one event per look that finds something new."""
        rung = await self._rung_for()
        pause = self.poll_seconds
        while True:
            try:
                seen = {_short(name) for name in await asyncio.to_thread(self.look)}
                pause = self.poll_seconds
            except Exception:
                pause = min(max(pause, 1.0) * 2, MAX_PAUSE_SECONDS)
                log.exception("Could not look; next try in %.0f s", pause)
                seen = set()
            new = seen - rung
            if new:
                # Kept before ringing: a restart never rings twice, and the sweep heals a lost ring.
                rung = seen
                await self._remember(rung)
                yield TriggerEvent({"new": len(new)})  # type: ignore[no-untyped-call]
            await asyncio.sleep(pause)

    async def _rung_for(self) -> set[str]:
        if self.asset_state_store is None:
            return set()
        stored = await self.asset_state_store.aget(RUNG, default=[])
        return {str(name) for name in stored} if isinstance(stored, list) else set()

    async def _remember(self, rung: set[str]) -> None:
        if self.asset_state_store is not None:
            await self.asset_state_store.aset(RUNG, [*sorted(rung)])


def _short(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:16]
