"""One survey changed against the full build, and what a survey more costs a build.

The start-up of dbt is taken off every build: a process that lets dbt start in the same
installation, read the project and answer ``select 1``.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.installation import Installation
from benchmarks.measure import Cost, Finding, say
from benchmarks.project import CHECKOUT, SURVEY, declare, make_project, write_export

FEW, MANY = 6, 12
ROWS = 2_000
WAVE = "2021Q1"


@dataclass(frozen=True)
class Round:
    """What one round took.

    Attributes:
        start: Of dbt alone.
        full: Of a build of all surveys.
        changed: Of a build after a change in one survey, by survey.
    """

    start: Cost
    full: Cost
    changed: dict[str, Cost]

    def ratio(self, survey: str, what: str) -> float:
        """Give a survey's build over the full one; ``what`` is wall or cpu."""
        start = getattr(self.start, what)
        aside = getattr(self.changed[survey], what) - start
        return float(aside / (getattr(self.full, what) - start))


def measure(folder: Path, rounds: int) -> list[Finding]:
    """Measure the seeds' surveys one by one, then a growing number of equal ones."""
    return [*_one_changed(folder / "seeds", rounds), *_one_more(folder / "copies", rounds)]


def _one_changed(folder: Path, rounds: int) -> list[Finding]:
    seeds = Installation(folder, _own_project(folder))
    say("rebuild: taking in the seed exports")
    seeds.take_in_seeds()
    shares = _shares(seeds)
    found = [_round(seeds, sorted(shares)) for _ in range(rounds)]

    def finding(name: str, goal: str, of: Callable[[Round], float]) -> Finding:
        return Finding(name, goal, tuple(map(of, found)))

    def middle(what: str) -> Callable[[Round], float]:
        return lambda turn: median(turn.ratio(survey, what) for survey in shares)

    def of_survey(survey: str) -> Callable[[Round], float]:
        return lambda turn: turn.ratio(survey, "cpu")

    return [
        finding("one survey changed: processor time, ratio", "≤ 0.25", middle("cpu")),
        finding("one survey changed: time by the clock, ratio", "≤ 0.25", middle("wall")),
        finding("  start-up of dbt, processor s", "", lambda turn: turn.start.cpu),
        finding("  full build, processor s", "", lambda turn: turn.full.cpu),
        *(
            finding(
                f"  {survey} ({share:.0%} of the rows): processor time, ratio",
                "",
                of_survey(survey),
            )
            for survey, share in sorted(shares.items(), key=lambda pair: -pair[1])
        ),
    ]


def _own_project(folder: Path) -> Path:
    """Copy the checkout's declarations, so that a survey can be changed."""
    folder.mkdir()
    unwanted = shutil.ignore_patterns("seed_data", "target", "logs", "dbt_packages", ".user.yml")
    for part in ("include", "dbt_project", "expectations"):
        shutil.copytree(CHECKOUT / part, folder / "project" / part, ignore=unwanted)
    return folder / "project"


def _shares(installation: Installation) -> dict[str, float]:
    """Give each survey's share of the accepted rows of all."""
    marts = installation.home / "published" / "marts.duckdb"
    with duckdb.connect(marts, read_only=True) as connection:
        rows = connection.execute(
            "select survey_code, sum(n_accepted) / sum(sum(n_accepted)) over () "
            "from deliveries where state = 'accepted' group by survey_code"
        ).fetchall()
    return dict(rows)


def _round(installation: Installation, surveys: list[str]) -> Round:
    start, full = installation.start_dbt(), installation.build_anew()
    changed = {}
    for survey in surveys:
        declaration = installation.project / "include" / "surveys" / survey / "delivery.yml"
        declaration.write_text(declaration.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        changed[survey] = installation.build()
    return Round(start, full, changed)


def _one_more(folder: Path, rounds: int) -> list[Finding]:
    """Build few copies of the fictional survey, then many; both anew."""
    folder.mkdir()
    copies = Installation(folder, make_project(folder))
    say(f"rebuild: taking in {FEW}, then {MANY} copies of a survey")
    few = _of_copies(copies, range(FEW), rounds)
    many = _of_copies(copies, range(FEW, MANY), rounds)

    def ratios(what: str) -> tuple[float, ...]:
        turns = zip(few, many, strict=True)
        return tuple(_marginal(*turn, what) for turn in turns)

    return [
        Finding("one survey more over its share: processor time, ratio", "≤ 1", ratios("cpu")),
        Finding("one survey more over its share: by the clock, ratio", "≤ 1", ratios("wall")),
    ]


def _of_copies(copies: Installation, numbers: range, rounds: int) -> list[tuple[Cost, Cost]]:
    """Declare and take in these copies beside those that are there; start-up and full builds."""
    for number in numbers:
        survey = f"{SURVEY}_{number:02}"
        declare(copies.project, survey)
        place = copies.home / "drop_zone" / survey / WAVE / f"{survey}.csv"
        write_export(place, ROWS, number, copies.log)
    copies.work()
    return [(copies.start_dbt(), copies.build_anew()) for _ in range(rounds)]


def _marginal(few: tuple[Cost, Cost], many: tuple[Cost, Cost], what: str) -> float:
    """Give what a survey more costs over the part of the larger build that is one survey's."""
    before, after = (getattr(full, what) - getattr(start, what) for start, full in (few, many))
    return float((after - before) / (MANY - FEW) / (after / MANY))
