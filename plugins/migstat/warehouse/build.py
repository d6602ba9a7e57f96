"""Building the marts: from the raw store to what is published, only what changed.

The working file holds the last good state. A build works on a copy of it, the attempt, or begins
anew where no row of it is kept; when all is well the attempt is published and becomes the working
file. Killed anywhere, nothing is lost: the next build begins again from the last good state.

A survey that can't be built is left out and keeps its last good rows; the others are published.
"""

import gc
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb
from filelock import FileLock

from migstat.disk import sync
from migstat.ledger import Ledger
from migstat.paths import paths
from migstat.warehouse.attempt import Attempt, BuildError, attempt_file, survey_of
from migstat.warehouse.blame import NOBODY, engine_message
from migstat.warehouse.inputs import SurveyWave, load_waves
from migstat.warehouse.project import (
    common_fingerprint,
    declared_surveys,
    facts_of,
)
from migstat.warehouse.published import marts_file, publish
from migstat.warehouse.state import State, last_state, remember, working_file

__all__ = ["BuildError", "BuildResult", "build", "changed_waves"]


@dataclass(frozen=True)
class BuildResult:
    """What a build did.

    Attributes:
        build_id: Its id in the ledger; None when nothing had changed.
        waves: The ``survey/wave`` that were computed.
        failures: Reason by survey that was left out.
        kept: Those of them that have last good rows, which stay published.
    """

    build_id: str | None = None
    waves: tuple[str, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()

    @property
    def left_out(self) -> list[str]:
        """One line for a person about each survey that was left out, and why."""
        return [
            f"{survey} kept its last good state: {reason}"
            if survey in self.kept
            else f"{survey} is not published yet: {reason}"
            for survey, reason in self.failures.items()
        ]

    @property
    def summary(self) -> str:
        """One line for a person."""
        if self.build_id is None:
            return "Nothing changed since the last build."
        if not self.waves and self.failures:
            return f"Nothing new is published; left out: {', '.join(self.failures)}."
        if not self.waves:
            return f"Published {marts_file()} anew; no wave had to be computed."
        return f"Published {marts_file()} with {', '.join(self.waves)}"


def no_progress(stage: str) -> None:
    """Show nothing."""


def changed_waves(ledger: Ledger) -> list[str]:
    """List the ``survey/wave`` that the published marts don't hold in their present state."""
    return _changed(load_waves(ledger), last_state())


def build(ledger: Ledger, progress: Callable[[str], None] = no_progress) -> BuildResult:
    """Compute what changed and publish the marts.

    A second build waits for the first. A change of the catalogue, a macro or a shared model
    changes every wave.

    Args:
        ledger: Says what was taken in, and is told of the build.
        progress: Told what is going on, in words.

    Returns:
        What was computed, and which surveys were left out.

    Raises:
        BuildError: dbt failed for a reason that is no survey's, or nothing could be written;
            nothing was published.
        DeclarationError: The catalogue is not sane.
    """
    paths().warehouse.mkdir(parents=True, exist_ok=True)
    with FileLock(paths().warehouse / "build.lock"), _uncollected():
        declared = declared_surveys()
        waves, last = load_waves(ledger, declared), last_state()
        changed = _changed(waves, last)
        if not changed and not _is_stale(ledger, waves, last):
            return BuildResult()
        started_at = ledger.clock()
        build_id = f"{started_at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        record = _Record(ledger, build_id, started_at, {w.label: w.fingerprint for w in waves})
        record("running")
        failures = _problems(waves, declared.problems)
        attempt = Attempt(ledger, declared, waves, changed, last, progress, failures)
        held = {survey_of(label) for label in attempt.held}
        try:
            computed = attempt.build()
            progress("publishing")
            _publish(waves, computed, last, facts_of(declared))
        except BaseException as error:
            record("failed", {NOBODY: str(error).splitlines()[0] if str(error) else repr(error)})
            raise
        record("published", attempt.failures)
        kept = held.intersection(attempt.failures)
        return BuildResult(build_id, tuple(computed), attempt.failures, kept=frozenset(kept))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause the garbage collector: what dbt loads and parses is large, and stays to the end.

    Of 2.0 to 2.2 s of the processor that it takes in a build of 27 s, 1.4 to 1.6 s are left, which
    it takes once the pause is over; the build holds some 300 MB more at its peak.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@dataclass(frozen=True)
class _Record:
    """Writes a build into the ledger."""

    ledger: Ledger
    build_id: str
    started_at: datetime
    waves: dict[str, str]

    def __call__(self, state: str, failures: dict[str, str] | None = None) -> None:
        self.ledger.record_build(
            self.build_id,
            started_at=self.started_at,
            finished_at=None if state == "running" else self.ledger.clock(),
            state=state,
            waves=self.waves,
            failures=failures or {},
        )


def _problems(waves: Iterable[SurveyWave], undeclared: dict[str, str]) -> dict[str, str]:
    """What keeps a survey out before dbt starts: a declaration that can't be used."""
    return {
        wave.survey_code: f"its declaration can't be used: {undeclared[wave.survey_code]}. "
        "`migstat survey check` lists all problems"
        for wave in waves
        if wave.survey_code in undeclared
    }


def _publish(
    waves: Iterable[SurveyWave], computed: Collection[str], last: State, facts: dict[str, Any]
) -> None:
    """Publish the attempt and make it the working file.

    Killed between the two, the next build computes the same waves again.
    """
    attempt = attempt_file()
    known = {wave.label: wave.fingerprint for wave in waves}
    built = {label: mark for label, mark in last.waves.items() if label in known}
    built |= {label: known[label] for label in computed}
    try:
        remember(attempt, built, facts, common_fingerprint())
        publish(attempt)
        sync(attempt)
        attempt.replace(working_file())
    except (OSError, duckdb.Error) as error:
        raise BuildError(f"Nothing was published: {engine_message(str(error))}") from error


def _changed(waves: Iterable[SurveyWave], last: State) -> list[str]:
    built = last.waves if marts_file().is_file() else {}
    return [wave.label for wave in waves if built.get(wave.label) != wave.fingerprint]


def _is_stale(ledger: Ledger, waves: Iterable[SurveyWave], last: State) -> bool:
    """Whether the marts hold a wave that is gone, or miss deliveries that were refused since."""
    if not last.waves:
        return False
    if set(last.waves) - {wave.label for wave in waves}:
        return True
    began = max((b.started_at for b in ledger.builds("published")), default=None)
    decided = (d.decided_at for d in ledger.deliveries() if d.decided_at)
    return began is None or any(moment > began for moment in decided)
