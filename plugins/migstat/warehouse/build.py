"""Building the marts: from the raw store to what is published, only what changed.

The working file holds the last good state. A build works on a copy of it, the attempt; when all is
well the attempt is published and becomes the working file. Killed anywhere, nothing is lost: the
next build begins again from the last good state.

A survey that can't be built is left out and keeps its last good rows; the others are published.
"""

import shutil
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb
from filelock import FileLock

from migstat.disk import sync
from migstat.ledger import Ledger
from migstat.paths import paths
from migstat.warehouse.blame import NOBODY, blame
from migstat.warehouse.inputs import SurveyWave, load_waves, write_inputs
from migstat.warehouse.project import BUILD_FILE, INPUTS, declared_surveys, facts_of, run_dbt
from migstat.warehouse.published import marts_file, publish
from migstat.warehouse.state import built_waves, remember, working_file


class BuildError(RuntimeError):
    """Nothing could be published; the marts stay as they are."""


@dataclass(frozen=True)
class BuildResult:
    """What a build did.

    Attributes:
        build_id: Its id in the ledger; None when nothing had changed.
        waves: The ``survey/wave`` that were computed.
        failures: Reason by survey that kept its last good rows.
    """

    build_id: str | None = None
    waves: tuple[str, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """One line for a person."""
        if self.build_id is None:
            return "Nothing changed since the last build."
        if not self.waves:
            return "Published; no wave was computed."
        return f"Published {marts_file()} with {', '.join(self.waves)}"


def no_progress(stage: str) -> None:
    """Show nothing."""


def changed_waves(ledger: Ledger) -> list[str]:
    """List the ``survey/wave`` that the published marts don't hold in their present state."""
    return _changed(load_waves(ledger))


def build(ledger: Ledger, progress: Callable[[str], None] = no_progress) -> BuildResult:
    """Compute what changed and publish the marts.

    A second build waits for the first. A change of the catalogue, a macro or a shared model
    changes every wave.

    Args:
        ledger: Says what was taken in, and is told of the build.
        progress: Told what is going on, in words.

    Returns:
        What was computed, and which surveys kept their last good rows.

    Raises:
        BuildError: dbt failed for a reason that is no survey's, or nothing could be written;
            nothing was published.
        DeclarationError: The catalogue is not sane.
    """
    paths().warehouse.mkdir(parents=True, exist_ok=True)
    with FileLock(paths().warehouse / "build.lock"):
        declared = declared_surveys()
        waves = load_waves(ledger, declared)
        changed = _changed(waves)
        if not changed and not _is_stale(ledger, waves):
            return BuildResult()
        started_at = ledger.clock()
        build_id = f"{started_at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        record = _Record(ledger, build_id, started_at, {w.label: w.fingerprint for w in waves})
        record("running")
        failures = _problems(waves, changed, declared.problems)
        attempt = _Attempt(ledger, waves, changed, progress, failures)
        try:
            computed = attempt.build()
            progress("publishing")
            _publish(waves, computed, facts_of(declared))
        except BaseException as error:
            record("failed", {NOBODY: str(error).splitlines()[0] if str(error) else repr(error)})
            raise
        record("published", attempt.failures)
        return BuildResult(build_id, tuple(computed), attempt.failures)


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


@dataclass
class _Attempt:
    """Lets dbt build on a copy of the working file, leaving out surveys that fail.

    Attributes:
        changed: Labels of the waves to compute.
        failures: Reason by survey that is left out.
    """

    ledger: Ledger
    waves: list[SurveyWave]
    changed: list[str]
    progress: Callable[[str], None]
    failures: dict[str, str]
    unread: set[str] = field(default_factory=set)

    def build(self) -> list[str]:
        """Build until all is well; returns the waves that were computed.

        Each round leaves out at least one survey more, so it ends.

        Raises:
            BuildError: The failure is no survey's.
        """
        while True:
            under_build = _without(self.changed, self.failures)
            blamed = self._run(under_build)
            if not blamed:
                return under_build
            guilty = self._guilty(blamed, under_build) or self._find_guilty(under_build, blamed)
            if not guilty:
                raise BuildError(f"Nothing was published: {'; '.join(blamed.values())}")
            self.failures |= guilty
            for survey, reason in guilty.items():
                self.progress(f"leaving out {survey}: {reason}")

    def _run(self, under_build: Collection[str]) -> dict[str, str]:
        """Let dbt build these waves; returns reasons by survey, none when all is well."""
        self.progress(f"computing {', '.join(under_build) or 'no wave'}")
        database = paths().warehouse / BUILD_FILE
        try:
            _copy_working_file()
            write_inputs(paths().warehouse / INPUTS, self.ledger, self.waves, under_build)
            result = run_dbt(
                ["--quiet", "build", "--exclude-resource-type", "unit_test"], self.unread
            )
            if result.success:
                return {}
            blamed = blame(result, database)
        except (OSError, duckdb.Error) as error:
            raise BuildError(f"Nothing was published: {error}") from error
        if result.result is None:  # dbt never began: it can't read their models
            self.unread |= {survey for survey in blamed if survey != NOBODY}
        return blamed or {NOBODY: "dbt failed"}

    def _guilty(self, blamed: dict[str, str], under_build: Collection[str]) -> dict[str, str]:
        """Those of the blamed that are not left out yet."""
        unread = self.unread - set(self.failures)
        concerned = {label.split("/")[0] for label in under_build} | unread
        return {s: r for s, r in blamed.items() if s in concerned and s not in self.failures}

    def _find_guilty(self, under_build: list[str], blamed: dict[str, str]) -> dict[str, str]:
        """Build each survey by itself where the failure names none; nobody's if none is enough."""
        if set(blamed) != {NOBODY} or not under_build or self._run([]):
            return {}
        guilty = {}
        for survey in sorted({label.split("/")[0] for label in under_build}):
            reasons = self._run([label for label in under_build if label.startswith(f"{survey}/")])
            if reasons:
                guilty[survey] = "; ".join(reasons.values())
        return guilty


def _problems(
    waves: Iterable[SurveyWave], changed: Collection[str], undeclared: dict[str, str]
) -> dict[str, str]:
    """What keeps a survey out before dbt starts: its declaration, or files that were lost."""
    problems = {}
    for wave in waves:
        if wave.survey_code in undeclared:
            reason = f"its declaration can't be used: {undeclared[wave.survey_code]}"
            problems[wave.survey_code] = f"{reason}. `migstat survey check` lists all problems"
    for wave in waves:
        if wave.label in changed and wave.lost:
            problems.setdefault(wave.survey_code, wave.lost)
    return problems


def _copy_working_file() -> None:
    attempt = paths().warehouse / BUILD_FILE
    for left in (attempt, attempt.with_name(f"{BUILD_FILE}.wal")):
        left.unlink(missing_ok=True)
    if working_file().is_file():
        shutil.copyfile(working_file(), attempt)


def _publish(waves: Iterable[SurveyWave], computed: Collection[str], facts: dict[str, Any]) -> None:
    """Publish the attempt and make it the working file.

    Killed between the two, the next build computes the same waves again.
    """
    attempt = paths().warehouse / BUILD_FILE
    known = {wave.label: wave.fingerprint for wave in waves}
    built = {label: mark for label, mark in built_waves().items() if label in known}
    built |= {label: known[label] for label in computed}
    try:
        remember(attempt, built, facts)
        publish(attempt)
        sync(attempt)
        attempt.replace(working_file())
    except (OSError, duckdb.Error) as error:
        raise BuildError(f"Nothing was published: {error}") from error


def _without(labels: Iterable[str], failures: Collection[str]) -> list[str]:
    return [label for label in labels if label.split("/")[0] not in failures]


def _changed(waves: Iterable[SurveyWave]) -> list[str]:
    built = built_waves() if marts_file().is_file() else {}
    return [wave.label for wave in waves if built.get(wave.label) != wave.fingerprint]


def _is_stale(ledger: Ledger, waves: Iterable[SurveyWave]) -> bool:
    """Whether the marts hold a wave that is gone, or miss deliveries that were refused since."""
    built = built_waves()
    if not built:
        return False
    if set(built) - {wave.label for wave in waves}:
        return True
    last = max((b.started_at for b in ledger.builds("published")), default=None)
    decided = (d.decided_at for d in ledger.deliveries() if d.decided_at)
    return last is None or any(moment > last for moment in decided)
