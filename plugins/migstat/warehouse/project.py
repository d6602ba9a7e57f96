"""Calling dbt on the project, in process, with the declarations it renders SQL from."""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migstat.declarations import (
    Catalogue,
    DeclarationError,
    Survey,
    load_catalogue,
    load_country,
    load_harmonised,
    survey_codes,
)
from migstat.intake.privacy import keys_of
from migstat.paths import paths
from migstat.warehouse.state import last_state

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

BUILD_FILE = "attempt.duckdb"
INPUTS = "inputs"


@dataclass(frozen=True)
class DeclaredSurveys:
    """The declared surveys: those that are sane, and the reason by survey that is not."""

    sane: dict[str, Survey]
    problems: dict[str, str]


def run_dbt(
    arguments: Sequence[str],
    without: Collection[str] = (),
    declared: DeclaredSurveys | None = None,
) -> "dbtRunnerResult":
    """Call dbt with the variables and places of this installation.

    Args:
        arguments: As on dbt's command line, e.g. ``["build", "--select", "staging"]``.
        without: Surveys whose staging models dbt must not even read, besides those whose
            declaration is not sane.
        declared: The surveys, where they are loaded already.

    Returns:
        dbt's own result; ``success`` says whether all went well.

    Raises:
        DeclarationError: The catalogue is not sane; dbt is not called.
    """
    from dbt.adapters.duckdb.connections import (  # noqa: PLC0415 - takes seconds to import
        DuckDBConnectionManager,
    )
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - likewise

    folder = paths().warehouse
    declared = declared or declared_surveys()
    unread = {*without, *declared.problems}
    project = _project_without(unread, folder / "project")
    places = [
        *("--project-dir", str(project), "--profiles-dir", str(project)),
        *("--target-path", str(_target(folder / "dbt" / "target", project))),
        *("--log-path", str(folder / "dbt" / "logs")),
    ]
    variables = json.dumps(
        dbt_variables(declared, unread)
    )  # order counts: terms use those above them
    with _environment(folder):
        try:
            return dbtRunner().invoke([*arguments, *places, "--vars", variables])
        finally:
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call] # dbt keeps the file open


def declared_surveys() -> DeclaredSurveys:
    """Load every survey with its country and staging models, apart from those that are not sane."""
    found = DeclaredSurveys({}, {})
    catalogue = _sane_catalogue()
    for code in survey_codes():
        try:
            survey = load_harmonised(code, catalogue)
        except DeclarationError as error:
            text = "; ".join(str(problem) for problem in error.problems)
            found.problems[code] = text.replace(f"{paths().project}/", "")
        else:
            found.sane[code] = survey
    return found


def _sane_catalogue() -> Catalogue | None:
    """The catalogue; None where it has problems, of which ``dbt_variables`` tells."""
    try:
        return load_catalogue()
    except DeclarationError:
        return None


def dbt_variables(declared: DeclaredSurveys, unread: Collection[str] = ()) -> dict[str, Any]:
    """What dbt renders from: the catalogue, and of each survey what SQL needs to know.

    The same until a declaration changes, so that dbt's partial parsing holds. A survey whose
    declaration is not sane stays with what is remembered of its last good one.

    Args:
        declared: The surveys.
        unread: Those whose staging models are not there; they keep their rows.

    Raises:
        DeclarationError: The catalogue is not sane.
    """
    surveys = facts_of(declared)
    for code in {*unread} & {*surveys}:
        surveys[code] = {**surveys[code], "tables": {}}
    catalogue = load_catalogue().model_dump(mode="json")
    for codes in catalogue["code_lists"].values():
        for code, entry in codes.items():
            entry["path"] = _path(code, codes)
    return {"catalogue": catalogue, "surveys": surveys}


def _path(code: str, codes: dict[str, Any]) -> list[str]:
    """The codes from the top of the list down to this one: ``["IM", "IM_PRO", "IM_REF"]``."""
    path = [code]
    while (parent := codes[path[0]]["parent"]) and parent not in path:
        path.insert(0, parent)
    return path


def facts_of(declared: DeclaredSurveys) -> dict[str, Any]:
    """What SQL needs to know of each survey, by code in their order."""
    facts = {code: _survey_facts(survey) for code, survey in declared.sane.items()}
    if declared.problems:
        known = last_state().facts
        facts |= {c: json.loads(known[c]) for c in declared.problems if c in known}
    return dict(sorted(facts.items()))


def _project_without(surveys: Collection[str], copy: Path) -> Path:
    """The dbt project; a copy without their staging models where surveys must not be read."""
    shutil.rmtree(copy, ignore_errors=True)
    if not surveys:
        return paths().dbt_project
    shutil.copytree(paths().dbt_project, copy, ignore=shutil.ignore_patterns("target", "logs"))
    for survey in surveys:
        for file in _staging_files(copy, survey):
            file.unlink()
    return copy


def _staging_files(project: Path, survey: str) -> list[Path]:
    return sorted((project / "models" / "staging").rglob(f"stg_{survey}__*"))


def _survey_facts(survey: Survey) -> dict[str, Any]:
    export, waves, country = survey.export, survey.waves, load_country(survey.country)
    return {
        "country": survey.country,
        "title": survey.title,
        "steward": survey.steward,
        "min_contributors": country.disclosure.min_contributors,
        "has_cell_keys": survey.survey in country.disclosure.cell_keys,
        "areas": [area.code for area in country.areas],
        "unit": survey.unit.value,
        "population": survey.population,
        "forced_status": survey.status.forced,
        "design": survey.design.model_dump(mode="json") | {"replicates": _replicates(survey)},
        "max_unmapped_share": survey.acceptance.max_unmapped_share,
        "max_weight_change": survey.acceptance.max_weight_change,
        "tables": {
            t.value: [*survey.passing_columns(t), *keys_of(survey, t)] for t in export.tables
        },
        "linked_tables": [t.value for t in survey.linked_tables],
        "parents": {t.value: e.parent.table.value for t, e in export.tables.items() if e.parent},
        "interview_dates": {w: v.interview_date for w, v in waves.items() if v.interview_date},
        "modes": {name: wave.mode for name, wave in waves.items()},
        "time_periods": {name: wave.time_period for name, wave in waves.items()},
        "synthetic_waves": list(survey.synthetic_waves),
    }


def _replicates(survey: Survey) -> dict[str, Any] | None:
    """The replicate weights by name, and what the variance is made of; see `est_replicates`."""
    given = survey.design.replicates
    tables = [
        t for t, table in survey.export.tables.items() if survey.design.weight in table.columns
    ]
    if given is None or not tables:
        return None
    columns = given.columns_of(survey.passing_columns(tables[0]))
    return {
        "columns": columns,
        "method": given.method.upper(),
        "scale": given.factor(len(columns)),
        "rscales": given.factors(len(columns)),
        "mse": given.mse,
    }


def _target(folder: Path, project: Path) -> Path:
    """Where dbt keeps what it parsed of these very files; what it kept of others goes.

    Its partial parsing may keep a model as it was before a file was put back; a place of its own
    for every state of the project makes that impossible.
    """
    files = [f for kind in ("macros", "models", "tests") for f in (project / kind).rglob("*.*")]
    target = folder / _fingerprint([project / "dbt_project.yml", *files])[:16]
    if folder.is_dir():
        for other in folder.iterdir():
            if other != target:
                shutil.rmtree(other)
    return target


def common_fingerprint() -> str:
    """Fingerprint of what every wave is computed by: catalogue, macros, models but staging.

    A change of any of them computes every wave again: what a macro reaches is not worth guessing.
    """
    project = paths().dbt_project
    files = [*paths().catalogue.glob("*.yml"), *paths().countries.glob("*.yml")]
    files += [project / "dbt_project.yml", *(project / "macros").rglob("*.sql")]
    files += [f for f in (project / "models").rglob("*.*") if "staging" not in f.parts]
    return _fingerprint(files)


def survey_fingerprint(survey: str) -> str:
    """Fingerprint of what one survey is computed by: its declaration and staging models."""
    staging = _staging_files(paths().dbt_project, survey)
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
