"""The main job: start a real Airflow, hand in every seed export, wait for the extracts, say so.

``run`` ends when marts and extracts are out and leaves nothing running; ``up`` stays, with the web
page, until Ctrl-C. Imports no Airflow: it starts Airflow's processes and talks to its REST door.
"""

import argparse
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import httpx
from rich.console import Console

from migstat.intake import drop_zone
from migstat.intake.seed_exports import SeedExport, seed_exports
from migstat.ledger import open_ledger
from migstat.orchestration import report
from migstat.orchestration.airflow_api import AirflowApi
from migstat.orchestration.airflow_home import USER, prepare, sole_use
from migstat.orchestration.components import Components
from migstat.orchestration.errors import OrchestrationError, RunFailedError
from migstat.orchestration.extract_watch import ExtractWatch, State
from migstat.orchestration.progress import Display, Standing, standing
from migstat.orchestration.settings import settings
from migstat.paths import paths

LOOK_SECONDS = 0.5
REST_PER_LOOK = 9.0  # looking takes a tenth of the time at most, while it takes seconds
LONGEST_REST = 15.0  # s; on a busy machine one look takes half a minute, and the run may be over
ASK_SECONDS = 5.0
WIND_UP_SECONDS = 20.0
FAILURES_ALLOWED = 2
BUILD_DAG = "build_indicator_marts"
PUBLISH = "publish_"
WHOLE_BUILD = "*"  # the name under which the ledger keeps why nothing could be built
FAILED, INTERRUPTED = 1, 130


class MainJob:
    """One main job on the installation's folders.

    Args:
        console: Where progress and result are shown.
        stays: Whether Airflow stays up afterwards.
    """

    def __init__(self, console: Console, *, stays: bool) -> None:
        """Open the ledger; nothing is started yet."""
        self.console = console
        self.stays = stays
        self.ledger = open_ledger()
        self.watch = ExtractWatch(self.ledger)
        self.display = Display(console)
        self._was_quiet = False
        self._ends = time.monotonic() + settings().run_timeout
        self._began = datetime.now(UTC).isoformat()

    def work(self) -> bool:
        """Do it all.

        Returns:
            Whether every accepted delivery is published, and every country's extract out that is
            due.

        Raises:
            AirflowRunsAlreadyError: Another Airflow holds the folder.
            ComponentFailedError: A component of Airflow can't be kept alive.
            RunFailedError: The run can't reach its end.
        """
        folder = paths().airflow_home
        with sole_use(folder), Components(prepare(folder)) as components:
            api = AirflowApi(components.airflow)
            with self.display:
                self._start(components, api)
                now = self._bring_in_seeds(components, api)
                self._wind_up(components, api)
            report.show(self.console, now)
            if self.stays:
                self._stay(components)
        return not now.failures and not any(one.state == State.FAILED for one in now.extracts)

    def _start(self, components: Components, api: AirflowApi) -> None:
        self.display.say(f"Airflow starts in {components.airflow.folder}")
        components.prepare_database()
        components.start()
        for _ in self._looks(components, "Airflow to come up", components.airflow.logs):
            if api.is_healthy():
                break
        api.create_pools()
        api.unpause_all()
        for _ in self._looks(components, "the DAG files", components.log_of("dag-processor")):
            if errors := api.import_errors():
                raise RunFailedError("A DAG file can't be read.\n" + "\n".join(errors))
            if len(api.dag_ids()) >= len(list((paths().project / "dags").glob("*.py"))):
                break
        self.display.say(f"Airflow answers at {components.airflow.url}")

    def _bring_in_seeds(self, components: Components, api: AirflowApi) -> Standing:
        """Hand in the first deliveries, when they are taken in the later ones; wait for the end."""
        exports = seed_exports()
        self._hand_in([export for export in exports if not export.is_later])
        if later := [export for export in exports if export.is_later]:
            self._wait(components, api, "the first deliveries", lambda now: not now.n_undecided)
            self._hand_in(later)
        return self._wait(
            components,
            api,
            "the marts and the extracts",
            lambda now: now.is_done and not now.awaited,
        )

    def _hand_in(self, exports: Sequence[SeedExport]) -> None:
        known = tuple(f"/{file.path}" for d in self.ledger.deliveries() for file in d.files)
        for export in exports:
            placed = drop_zone.hand_in(export.files, export.survey, export.wave)
            is_known = bool(known) and all(place.endswith(known) for place in placed)
            became = "known already" if is_known else "handed in"
            names = ", ".join(file.name for file in export.files)
            self.display.say(f"{export.survey} {export.wave}: {names} {became}")

    def _wait(
        self,
        components: Components,
        api: AirflowApi,
        awaited: str,
        is_over: Callable[[Standing], bool],
    ) -> Standing:
        asked = time.monotonic()
        logs = components.airflow.folder / "logs"
        for _ in self._looks(components, awaited, logs):
            now = self._standing()
            self.display.show(now)
            if is_over(now) and not self._has_unregistered():
                return now
            if time.monotonic() - asked > ASK_SECONDS:
                self._check_failed_runs(api)
                self.wake(api, now)
                asked = time.monotonic()
        raise AssertionError("looking ends by an exception only")

    def _standing(self) -> Standing:
        """Say where the run stands; the extracts are looked at once the marts are published."""
        now = standing(self.ledger)
        return replace(now, extracts=self.watch.look()) if now.is_done else now

    def wake(self, api: AirflowApi, now: Standing) -> None:
        """Start what is awaited when nothing runs: its event was lost with an earlier Airflow."""
        try:
            is_quiet = bool(now.awaited) and not api.has_work_under_way()
            if is_quiet and self._was_quiet:
                for extract in now.awaited:
                    api.start(extract.dag_id)
        except httpx.HTTPError:
            return
        self._was_quiet = is_quiet and not self._was_quiet

    def _has_unregistered(self) -> bool:
        seen = drop_zone.scan(self.ledger)
        return bool(seen.ready or seen.settling)

    def _wind_up(self, components: Components, api: AirflowApi) -> None:
        """Let the runs under way end, for a while; what is cut off is done again next time."""
        ends = time.monotonic() + WIND_UP_SECONDS
        while not self.stays and time.monotonic() < ends:
            components.tend()
            try:
                if not api.has_work_under_way():
                    return
            except httpx.HTTPError:
                pass
            time.sleep(LOOK_SECONDS)

    def _stay(self, components: Components) -> None:
        airflow = components.airflow
        self.console.print(
            f"\nAirflow stays up at {airflow.url} (user {USER}, password {airflow.password}); "
            f"exports handed in are taken in as they come. Ctrl-C ends it.",
            highlight=False,
            soft_wrap=True,
        )
        while True:
            components.tend()
            time.sleep(LOOK_SECONDS)

    def _looks(self, components: Components, awaited: str, log: Path) -> Iterator[None]:
        """Come back every half second, keeping Airflow alive, until the time limit passes.

        Less often where a look takes long: the work that is watched needs the processors.
        """
        while time.monotonic() < self._ends:
            began = time.monotonic()
            for name in components.tend():
                self.display.say(f"Airflow's {name} died and is started again")
            yield
            time.sleep(rest_after(time.monotonic() - began))
        raise RunFailedError(
            f"Waited in vain for {awaited} until MIGSTAT_RUN_TIMEOUT "
            f"({settings().run_timeout:.0f} s) passed; see {log}"
        )

    def _check_failed_runs(self, api: AirflowApi) -> None:
        """Give up when a DAG fails again and again although the sweeps start it anew.

        A release that is refused is not waited for; those of other countries are.
        """
        logs = paths().airflow_home / "logs"
        try:
            failed = [run.dag_id for run in api.failed_runs(self._began)]
            publishing = {dag_id for dag_id in failed if dag_id.startswith(PUBLISH)}
            refused = [dag_id for dag_id in sorted(publishing) if api.has_failed_last(dag_id)]
        except httpx.HTTPError:
            return
        self.watch.failed = {dag_id: f"see {logs / f'dag_id={dag_id}'}" for dag_id in refused}
        reason = standing(self.ledger).failures.get(WHOLE_BUILD, "")
        for dag_id in sorted(set(failed) - publishing):
            is_hopeless = dag_id == BUILD_DAG and reason
            if is_hopeless or failed.count(dag_id) > FAILURES_ALLOWED:
                raise RunFailedError(
                    f"{dag_id} failed, every new try included. {reason}\n"
                    f"Its logs: {logs / f'dag_id={dag_id}'}"
                )


def rest_after(look: float) -> float:
    """Say how long to wait after a look that took so long, both in seconds."""
    return min(max(LOOK_SECONDS, REST_PER_LOOK * look), LONGEST_REST)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the main job.

    Args:
        arguments: ``run`` or ``up``; the command line's by default.

    Returns:
        0 when everything accepted is published and all extracts that are due are out, 1 when not,
        130 when it was interrupted.
    """
    parser = argparse.ArgumentParser(prog="python -m migstat.orchestration.main_job")
    parser.add_argument("what", choices=("run", "up"), help="end when done, or stay with the page")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, _interrupt)
    console, errors = Console(), Console(stderr=True)
    try:
        return 0 if MainJob(console, stays=chosen.what == "up").work() else FAILED
    except (OrchestrationError, httpx.HTTPError, OSError, ValueError) as error:
        errors.print(
            f"Failed: {error}", style="bold red", markup=False, highlight=False, soft_wrap=True
        )
        return FAILED
    except KeyboardInterrupt:
        console.print("Ended; nothing runs any more.")
        return 0 if chosen.what == "up" else INTERRUPTED


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
