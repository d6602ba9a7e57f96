"""Temporary installations with copies of the fictional survey, apart from the checkout's own."""

import shutil
import sys
from pathlib import Path

from benchmarks.measure import run

CHECKOUT = Path(__file__).resolve().parents[1]
FICTIONAL = Path(__file__).with_name("fictional")
SURVEY = "zzz_panel"


def make_project(folder: Path) -> Path:
    """Copy the checkout's models and catalogue into a project of its own, without its surveys.

    A survey that is declared costs every build a little, so that the fictional one would not be
    alone beside them.

    Returns:
        The project's folder; surveys are added by ``declare``.
    """
    project = folder / "project"
    unwanted = shutil.ignore_patterns(
        "seed_data", "surveys", "staging", "target", "logs", "dbt_packages", ".user.yml"
    )
    for part in ("include", "dbt_project"):
        shutil.copytree(CHECKOUT / part, project / part, ignore=unwanted)
    shutil.copyfile(FICTIONAL / "country.yml", project / "include" / "countries" / "zzz.yml")
    return project


def declare(project: Path, survey: str) -> None:
    """Add a copy of the fictional survey under a name of its own: declaration, suite, staging."""
    staging = project / "dbt_project" / "models" / "staging" / "zzz"
    copies = {
        "delivery.yml": project / "include" / "surveys" / survey / "delivery.yml",
        "suite.json": project / "expectations" / f"{survey}.json",
        "persons.yml": staging / f"stg_{survey}__persons.yml",
    }
    for name, target in copies.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text((FICTIONAL / name).read_text().replace(SURVEY, survey))
    (staging / f"stg_{survey}__persons.sql").write_text("{{ harmonise() }}\n")


def environment_of(project: Path, home: Path) -> dict[str, str]:
    """Set the environment of an installation; files are taken as settled at once."""
    return {
        "MIGSTAT_PROJECT": str(project),
        "MIGSTAT_HOME": str(home),
        "MIGSTAT_DROP_ZONE": "",
        "MIGSTAT_LEDGER_URL": "",
        "MIGSTAT_HMAC_KEY": "a key for benchmarks only: 32 characters",
        "MIGSTAT_SETTLE_SECONDS": "0",
        "GX_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def write_export(file: Path, rows: int, seed: int, log: Path) -> Path:
    """Write an export of the fictional survey in a process of its own, which may be large."""
    work = "import sys, pathlib; from benchmarks.survey_file import write_survey_file as write; "
    work += "write(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))"
    file.parent.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "-c", work, str(file), str(rows), str(seed)], {}, log)
    return file
