"""An installation with data of its own, worked by the commands."""

from collections.abc import Sequence
from pathlib import Path

from migstat.intake.seed_exports import seed_exports

from benchmarks.measure import Cost, migstat, run
from benchmarks.project import CHECKOUT


class Installation:
    """Declarations and models of a project, the checkout's own or a copy, with other data."""

    def __init__(self, folder: Path, project: Path = CHECKOUT) -> None:
        """Name its folders; no data is written yet."""
        self.project = project
        self.home = folder / "home"
        self.log = folder / "commands.log"
        self.environment = {
            "MIGSTAT_PROJECT": str(project),
            "MIGSTAT_HOME": str(self.home),
            "MIGSTAT_DROP_ZONE": "",
            "MIGSTAT_LEDGER_URL": "",
        }
        folder.mkdir(exist_ok=True)

    def drop(self, files: Sequence[Path], survey: str, wave: str) -> None:
        """Put an export into the drop zone, each file in one step; a set in a folder of its own."""
        folder = self.home / "drop_zone" / survey / wave / ("set" if len(files) > 1 else "")
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            beside = folder / f".{file.name}"
            beside.write_bytes(file.read_bytes())
            beside.rename(folder / file.name)

    def take_in_seeds(self, country: str = "") -> None:
        """Take in the seed exports, of one country or all, and build; the later deliveries last."""
        own = [one for one in seed_exports() if one.survey.startswith(country.lower())]
        for is_later in (False, True):
            for seed in (export for export in own if export.is_later == is_later):
                self.drop(seed.files, seed.survey, seed.wave)
            self.work()

    def work(self) -> Cost:
        """Take in and build, as whole processes."""
        return self._run("ingest") + self.build()

    def build(self) -> Cost:
        """Build what changed, as a whole process."""
        return self._run("build")

    def build_anew(self) -> Cost:
        """Build all surveys as when nothing was ever built; what dbt parsed stays."""
        (self.home / "warehouse" / "working.duckdb").unlink()
        return self.build()

    def release(self, iso3: str) -> Cost:
        """Make the next vintage of a country and put its extract out, as a whole process."""
        return self._run("release", "build", iso3)

    def start_dbt(self) -> Cost:
        """Let dbt start, read the project and answer the smallest question, as a whole process."""
        return self._run("dbt", "--", "--quiet", "show", "--inline", "select 1")

    def _run(self, *command: str) -> Cost:
        return run(migstat(*command), self.environment, self.log).cost
