"""Calling dbt on the project, in process, with the declarations it renders SQL from."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migstat.declarations import Survey, load_catalogue, load_country, load_surveys
from migstat.paths import paths

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

BUILD_FILE = "attempt.duckdb"
INPUTS = "inputs"


def run_dbt(arguments: Sequence[str]) -> "dbtRunnerResult":
    """Call dbt with the variables and places of this installation.

    Args:
        arguments: As on dbt's command line, e.g. ``["build", "--select", "staging"]``.

    Returns:
        dbt's own result; ``success`` says whether all went well.

    Raises:
        DeclarationError: A declaration is not sane; dbt is not called.
    """
    from dbt.adapters.duckdb.connections import (  # noqa: PLC0415 - takes seconds to import
        DuckDBConnectionManager,
    )
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - likewise

    folder = paths().warehouse
    places = [
        *("--project-dir", str(paths().dbt_project), "--profiles-dir", str(paths().dbt_project)),
        *("--target-path", str(folder / "dbt"), "--log-path", str(folder / "dbt" / "logs")),
    ]
    variables = json.dumps(dbt_variables())  # order counts: terms use those above them
    with _environment(folder):
        try:
            return dbtRunner().invoke([*arguments, *places, "--vars", variables])
        finally:
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call] # dbt keeps the file open


def dbt_variables() -> dict[str, Any]:
    """What dbt renders from: the catalogue, and of each survey what SQL needs to know.

    The same until a declaration changes, so that dbt's partial parsing holds.

    Raises:
        DeclarationError: A declaration is not sane.
    """
    surveys = {code: _survey_facts(survey) for code, survey in load_surveys().items()}
    return {"catalogue": load_catalogue().model_dump(mode="json"), "surveys": surveys}


def _survey_facts(survey: Survey) -> dict[str, Any]:
    export, waves = survey.export, survey.waves
    keys = list(survey.privacy.keys)
    return {
        "country": survey.country,
        "title": survey.title,
        "steward": survey.steward,
        "min_contributors": load_country(survey.country).disclosure.min_contributors,
        "unit": survey.unit.value,
        "forced_status": survey.status.forced,
        "design": survey.design.model_dump(mode="json"),
        "max_unmapped_share": survey.acceptance.max_unmapped_share,
        "tables": {t.value: [*survey.passing_columns(t), *keys] for t in export.tables},
        "parents": {t.value: e.parent.table.value for t, e in export.tables.items() if e.parent},
        "interview_dates": {w: v.interview_date for w, v in waves.items() if v.interview_date},
        "modes": {name: wave.mode for name, wave in waves.items()},
        "time_periods": {name: wave.time_period for name, wave in waves.items()},
        "synthetic_waves": list(survey.synthetic_waves),
    }


def common_fingerprint() -> str:
    """Fingerprint of what every wave is computed by: catalogue, macros, models but staging."""
    project = paths().dbt_project
    files = [*paths().catalogue.glob("*.yml"), *paths().countries.glob("*.yml")]
    files += [project / "dbt_project.yml", *(project / "macros").rglob("*.sql")]
    files += [f for f in (project / "models").rglob("*.*") if "staging" not in f.parts]
    return _fingerprint(files)


def survey_fingerprint(survey: str) -> str:
    """Fingerprint of what one survey is computed by: its declaration and staging models."""
    staging = (paths().dbt_project / "models" / "staging").rglob(f"stg_{survey}__*")
    return _fingerprint([paths().surveys / survey / "delivery.yml", *staging])


def _fingerprint(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.name}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


@contextmanager
def _environment(folder: Path) -> Iterator[None]:
    """Tell dbt its places; keep it from telemetry."""
    told = {
        "MIGSTAT_BUILD_FILE": str(folder / BUILD_FILE),
        "MIGSTAT_BUILD_INPUTS": str(folder / INPUTS),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
