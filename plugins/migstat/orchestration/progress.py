"""What the ledger says of a run of the main job, and how it is shown while it lasts."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from migstat.ledger import Delivery, Ledger
from migstat.orchestration.extract_watch import ACROSS, Extract, State
from migstat.orchestration.labels import label
from migstat.warehouse.build import changed_waves

UNDECIDED = "registered"


@dataclass(frozen=True)
class Standing:
    """Where a run stands.

    Attributes:
        deliveries: All deliveries of the ledger, in order of registration.
        n_unbuilt: Survey waves that changed since the last published build.
        failures: Reason per survey that the last finished build could not build.
        extracts: Where the extracts stand; not asked before the marts are published.
    """

    deliveries: tuple[Delivery, ...]
    n_unbuilt: int
    failures: dict[str, str]
    extracts: tuple[Extract, ...] = ()

    @property
    def n_undecided(self) -> int:
        """Number of deliveries neither accepted nor refused."""
        return sum(delivery.state == UNDECIDED for delivery in self.deliveries)

    @property
    def is_done(self) -> bool:
        """Whether all is decided and what was accepted is in the marts, or can't be built."""
        return bool(self.deliveries) and not self.n_undecided and not self.n_unbuilt

    def lines(self) -> list[str]:
        """Say it in plain lines: the deliveries, then the marts."""
        counts = Counter(str(delivery.state) for delivery in self.deliveries)
        states = ", ".join(f"{n} {state}" for state, n in sorted(counts.items())) or "none yet"
        lines = [f"deliveries: {states}"]
        if self.n_unbuilt:
            lines.append(f"marts: {self.n_unbuilt} survey waves to be built")
        elif self.is_done:
            lines.append("marts: published")
        if self.extracts:
            lines.append(_extracts_line(self.extracts))
        return lines

    @property
    def awaited(self) -> list[Extract]:
        """The extracts that are on their way."""
        return [extract for extract in self.extracts if extract.state == State.AWAITED]


def standing(ledger: Ledger) -> Standing:
    """Read from the ledger where the run stands."""
    return Standing(tuple(ledger.deliveries()), len(unbuilt_waves(ledger)), _last_failures(ledger))


def unbuilt_waves(ledger: Ledger) -> list[str]:
    """List the ``survey/wave`` that the next build will bring to the marts.

    Those of a survey that the last finished build could not build wait for somebody to mend it.
    """
    failures = _last_failures(ledger)
    return [wave for wave in changed_waves(ledger) if wave.split("/")[0] not in failures]


def _last_failures(ledger: Ledger) -> dict[str, str]:
    """Reason per survey that the last finished build could not build."""
    builds = [build for build in ledger.builds() if build.finished_at is not None]
    return dict(builds[-1].failures) if builds else {}


def _extracts_line(extracts: Iterable[Extract]) -> str:
    """Say how many countries' extracts are out of those that are due, then what of the others."""
    countries = [extract for extract in extracts if extract.name != ACROSS]
    counts = Counter(str(extract.state) for extract in countries)
    n_due = len(countries) - counts.pop(State.NOT_DUE, 0)
    counts.pop(State.AWAITED, 0)
    line = f"extracts: {counts.pop(State.OUT, 0)} of {n_due}"
    others = "".join(f", {count} {state}" for state, count in sorted(counts.items()))
    across = [extract for extract in extracts if extract.name == ACROSS]
    return line + others + "".join(f"; across countries: {extract.state}" for extract in across)


class Display:
    """A live table on a terminal, a line per change elsewhere.

    Args:
        console: Where to show.
    """

    def __init__(self, console: Console) -> None:
        """Begin to count the time."""
        self._console = console
        self._began = time.monotonic()
        self._live: Live | None = None
        self._shown: list[str] = []

    def __enter__(self) -> "Display":
        """Begin."""
        if self._console.is_terminal:
            self._live = Live(console=self._console, refresh_per_second=4)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End; the last state stays on the screen."""
        if self._live is not None:
            self._live.stop()

    def show(self, now: Standing) -> None:
        """Show where the run stands."""
        if self._live is not None:
            self._live.update(_table(now, self._elapsed()))
            return
        lines = now.lines()
        if lines != self._shown:
            self.say("; ".join(lines))
            self._shown = lines

    def say(self, text: str) -> None:
        """Say one line with the time since the start."""
        self._console.print(
            f"{self._elapsed():5.0f} s  {text}", markup=False, highlight=False, soft_wrap=True
        )

    def _elapsed(self) -> float:
        return time.monotonic() - self._began


def _table(now: Standing, elapsed: float) -> Table:
    table = Table(title=f"From exports to extracts ({elapsed:.0f} s)", title_justify="left")
    for heading in ("delivery", "state", "rows accepted", "quarantined", "reason"):
        table.add_column(heading)
    for row in _rows(now.deliveries):
        table.add_row(*map(escape, row))
    table.caption = "; ".join(now.lines())
    return table


def _rows(deliveries: Iterable[Delivery]) -> Iterable[tuple[str, ...]]:
    for item in deliveries:
        counts = [
            str(count) if count is not None else ""
            for count in (item.n_accepted, item.n_quarantined)
        ]
        yield label(item), str(item.state), *counts, item.reason or ""
