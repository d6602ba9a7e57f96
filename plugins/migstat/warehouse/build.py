"""Building the marts: from the raw store to what is published, only what changed.

The working file holds the last good state. A build works on a copy of it, the attempt; when all is
well the attempt is published and becomes the working file. Killed anywhere, nothing is lost: the
next build begins again from the last good state.

A survey that can't be built is left out and keeps its last good rows; the others are published.
"""

import shutil
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
from filelock import FileLock

from migstat.ledger import Ledger
from migstat.paths import paths
from migstat.warehouse.blame import blame
from migstat.warehouse.inputs import SurveyWave, load_waves, write_inputs
from migstat.warehouse.project import BUILD_FILE, INPUTS, run_dbt
from migstat.warehouse.published import marts_file, publish

WORKING_FILE = "working.duckdb"
STATE = "build_state.waves"  # in the working file: the fingerprint each wave was computed with


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

    Args:
        ledger: Says what was taken in, and is told of the build.
        progress: Told what is going on, in words.

    Returns:
        What was computed, and which surveys kept their last good rows.

    Raises:
        BuildError: dbt failed for a reason that is no survey's; nothing was published.
        DeclarationError: A declaration is not sane.
    """
    folder = paths().warehouse
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "build.lock"):
        waves = load_waves(ledger)
        changed = _changed(waves)
        if not changed and not _is_stale(ledger, waves):
            return BuildResult()
        started_at = ledger.clock()
        build_id = f"{started_at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        record = _Record(ledger, build_id, started_at, {w.label: w.fingerprint for w in waves})
        record("running")
        try:
            failures = _attempt(ledger, waves, changed, progress)
        except BaseException as error:
            record("failed", {"*": str(error).splitlines()[0] if str(error) else repr(error)})
            raise
        computed = _without(changed, failures)
        progress("publishing")
        _remember(waves, computed, build_id)
        publish(folder / BUILD_FILE)
        (folder / BUILD_FILE).replace(folder / WORKING_FILE)
        record("published", failures)
        return BuildResult(build_id, tuple(computed), failures)


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


def _attempt(
    ledger: Ledger,
    waves: list[SurveyWave],
    changed: list[str],
    progress: Callable[[str], None],
) -> dict[str, str]:
    """Let dbt build, leaving out surveys that fail; returns their reasons.

    Each round leaves out at least one survey more, so it ends.
    """
    folder = paths().warehouse
    failures: dict[str, str] = {}
    while True:
        under_build = _without(changed, failures)
        progress(f"computing {', '.join(under_build) or 'no wave'}")
        _copy_working_file(folder)
        write_inputs(folder / INPUTS, ledger, waves, under_build)
        result = run_dbt(["--quiet", "build", "--exclude-resource-type", "unit_test"])
        if result.success:
            return failures
        blamed = blame(result, folder / BUILD_FILE)
        guilty = {s: r for s, r in blamed.items() if s not in failures and _holds(under_build, s)}
        if not guilty:
            reasons = "; ".join(blamed.values()) or str(result.exception or "dbt failed")
            raise BuildError(f"Nothing was published: {reasons}")
        failures |= guilty
        for survey, reason in guilty.items():
            progress(f"leaving out {survey}: {reason}")


def _copy_working_file(folder: Path) -> None:
    for left in (folder / BUILD_FILE, folder / f"{BUILD_FILE}.wal"):
        left.unlink(missing_ok=True)
    if (folder / WORKING_FILE).is_file():
        shutil.copyfile(folder / WORKING_FILE, folder / BUILD_FILE)


def _without(labels: Iterable[str], failures: dict[str, str]) -> list[str]:
    return [label for label in labels if label.split("/")[0] not in failures]


def _holds(labels: Iterable[str], survey: str) -> bool:
    return any(label.startswith(f"{survey}/") for label in labels)


def _changed(waves: Iterable[SurveyWave]) -> list[str]:
    built = _built() if marts_file().is_file() else {}
    return [wave.label for wave in waves if built.get(wave.label) != wave.fingerprint]


def _is_stale(ledger: Ledger, waves: Iterable[SurveyWave]) -> bool:
    """Whether the marts hold a wave that is gone, or miss deliveries that were refused since."""
    built = _built()
    if not built:
        return False
    if set(built) - {wave.label for wave in waves}:
        return True
    last = max((b.started_at for b in ledger.builds("published")), default=None)
    decided = (d.decided_at for d in ledger.deliveries() if d.decided_at)
    return last is None or any(moment > last for moment in decided)


def _built() -> dict[str, str]:
    """Fingerprints of the waves in the working file, by label."""
    file = paths().warehouse / WORKING_FILE
    if not file.is_file():
        return {}
    with duckdb.connect(file, read_only=True) as connection:
        return dict(connection.execute(f"select label, fingerprint from {STATE}").fetchall())


def _remember(waves: Iterable[SurveyWave], computed: Iterable[str], build_id: str) -> None:
    """Write into the attempt what each of its waves was computed with."""
    known = {wave.label: wave.fingerprint for wave in waves}
    built = {label: mark for label, mark in _built().items() if label in known}
    built |= {label: known[label] for label in computed}
    with duckdb.connect(paths().warehouse / BUILD_FILE) as connection:
        connection.execute("create schema if not exists build_state")
        connection.execute(
            f"create or replace table {STATE} "
            "(label varchar, fingerprint varchar, build_id varchar)"
        )
        if built:
            rows = [(label, mark, build_id) for label, mark in sorted(built.items())]
            connection.executemany(f"insert into {STATE} values (?, ?, ?)", rows)
