"""A new wave of one survey beside ten other surveys, against the same wave alone."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Cost, Finding, migstat, run, say
from benchmarks.project import SURVEY, declare, environment_of, make_project, write_export

OTHERS = 10
ROWS = 2_000
FIRST = "2021Q1"
LATER = ("2021Q2", "2021Q3", "2021Q4", "2022Q1", "2022Q2")


@dataclass(frozen=True)
class Setting:
    """One installation: the survey alone, or beside others that have published a wave."""

    name: str
    environment: dict[str, str]
    folder: Path

    @property
    def log(self) -> Path:
        """Messages of its processes."""
        return self.folder / "waves.log"

    def hand_in(self, survey: str, wave: str, seed: int) -> None:
        """Hand in an export; persons of different seeds are different persons."""
        zone = Path(self.environment["MIGSTAT_HOME"], "drop_zone")
        write_export(zone / survey / wave / f"{survey}.csv", ROWS, seed, self.log)

    def ingest(self) -> Cost:
        """Take in what waits, as a whole process."""
        return run(migstat("ingest"), self.environment, self.log).cost

    def build(self) -> Cost:
        """Build the marts, as a whole process."""
        return run(migstat("build"), self.environment, self.log).cost


def measure(folder: Path, rounds: int) -> list[Finding]:
    """Build new waves in turn in both installations, one wave per round."""
    settings = [_prepare(folder / "alone", 0), _prepare(folder / "beside", OTHERS)]
    turns = []
    for number, wave in enumerate(LATER[:rounds], start=1):
        taken, built = {}, {}
        for setting in settings:
            setting.hand_in(SURVEY, wave, number + 1)
            taken[setting.name], built[setting.name] = setting.ingest(), setting.build()
        turns.append((taken, built))
        seconds = ", ".join(f"{name} {cost.wall:.1f} s" for name, cost in built.items())
        say(f"waves: round {number} of {rounds}: build {seconds}")
    whole = [{name: taken[name] + built[name] for name in taken} for taken, built in turns]
    builds = [built for _, built in turns]
    return [
        Finding("new wave, build: time by the clock, ratio", "≤ 1.5", _ratios(builds, "wall")),
        Finding("new wave, build: processor time, ratio", "≤ 1.5", _ratios(builds, "cpu")),
        Finding("new wave, ingest and build: ratio", "≤ 1.5", _ratios(whole, "wall")),
        Finding("  build alone, s", "", tuple(built["alone"].wall for built in builds)),
        Finding("  build beside ten, s", "", tuple(built["beside"].wall for built in builds)),
    ]


def _prepare(folder: Path, others: int) -> Setting:
    """Make an installation and publish a first wave of every survey in it."""
    folder.mkdir()
    project = make_project(folder)
    surveys = [SURVEY, *(f"{SURVEY}_{number:02}" for number in range(1, others + 1))]
    setting = Setting(folder.name, environment_of(project, folder / "home"), folder)
    say(f"waves: publishing a first wave of {len(surveys)} surveys")
    for survey in surveys:
        declare(project, survey)
        setting.hand_in(survey, FIRST, seed=1)
    setting.ingest()
    setting.build()
    return setting


def _ratios(turns: list[dict[str, Cost]], what: str) -> tuple[float, ...]:
    return tuple(getattr(turn["beside"], what) / getattr(turn["alone"], what) for turn in turns)
