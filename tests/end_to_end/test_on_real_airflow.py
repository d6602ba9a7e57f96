"""From exports to marts on a real Airflow, started as ``make run`` starts it."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from living_airflow import LivingAirflow, ask, processes_of
from migstat.declarations import load_country, load_surveys
from migstat.ledger import State
from migstat.paths import paths

SURVEY, WAVE, DAG = "arg_eph", "2016Q2", "ingest_arg"
ENDINGS = (
    ".csv",
    ".parquet",
    "_changes.csv",
    "_codes.csv",
    "_excel.csv",
    "_hxl.csv",
    "_sdmx.csv",
    "_sdmx_structure.xml",
    "_sdg_crosswalk.csv",
    "_missing_translations.csv",
    "_dcat.jsonld",
)
LANGUAGE_FILES = (("", "xlsx"), ("_quality", "html"), ("_brief", "html"), ("_brief", "pdf"))


def seed_text() -> str:
    """The seed export of one survey."""
    (file,) = (paths().seed_data / SURVEY / WAVE).glob("*.csv")
    return file.read_text(encoding="utf-8")


def drop(text: str, name: str) -> None:
    """Lay an export into the drop zone as a steward would, without any command."""
    folder = Path(paths().drop_zone) / SURVEY / WAVE
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_the_main_job_publishes_the_marts_of_every_seed_export(undisturbed: tuple[Path, str]):
    home, printed = undisturbed
    surveys = {folder.parent.name for folder in paths().seed_data.glob("*/*/")}

    marts = home / "published/marts.duckdb"

    assert surveys == {code for code, survey in load_surveys().items() if survey.synthetic_waves}
    assert ask(marts, "SELECT count(*) > 100 FROM indicator_estimates") == [(True,)]
    for table in ("persons", "households", "institutions"):
        assert ask(marts, f"SELECT count(*) > 0 FROM {table}") == [(True,)], table
    assert {code for (code,) in ask(marts, "SELECT survey_code FROM deliveries")} == surveys
    assert "SYNTHETIC" in printed
    assert str(marts) in printed


@pytest.mark.parametrize("iso3", sorted(file.stem for file in paths().countries.glob("*.yml")))
def test_the_main_job_leaves_the_extract_of_every_country_in_every_format(
    undisturbed: tuple[Path, str], iso3: str
):
    home, printed = undisturbed
    country = load_country(iso3.upper())
    assert country.release is not None
    (folder,) = (home / "extracts" / iso3).iterdir()  # one vintage, of all its data
    names = {file.name for file in folder.iterdir()}

    (stem,) = (name.removesuffix(".parquet") for name in names if name.endswith(".parquet"))
    languages = [f"_{language}" for language in country.release.languages]
    assert folder.name == "v1"
    assert names >= {stem + ending for ending in ENDINGS} | {
        f"{stem}{before}{language}.{kind}"
        for language in languages
        for before, kind in LANGUAGE_FILES
    }
    assert names >= {"datapackage.json", "allowed_signers", "SHA256SUMS", "SHA256SUMS.sig"}
    assert f"{iso3}/v1" in printed


def test_an_official_verifies_an_extract_with_what_it_holds(undisturbed: tuple[Path, str]):
    folder = undisturbed[0] / "extracts/slv/v1"
    verify = "ssh-keygen -Y verify -f allowed_signers -n migstat-release -s SHA256SUMS.sig -I"
    contact = "publicaciones@example.org"
    sums = (folder / "SHA256SUMS").read_bytes()

    good = subprocess.run([*verify.split(), contact], cwd=folder, input=sums, check=False)
    changed = subprocess.run([*verify.split(), contact], cwd=folder, input=sums + b"x", check=False)
    complete = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, check=False
    )

    assert (good.returncode, complete.returncode) == (0, 0)
    assert changed.returncode != 0


def test_the_main_job_sets_the_countries_beside_each_other(undisturbed: tuple[Path, str]):
    home, printed = undisturbed
    (folder,) = (home / "extracts/across").iterdir()

    assert {"migdis_across_brief_en.html", "SHA256SUMS.sig"} <= {f.name for f in folder.iterdir()}
    assert f"across/{folder.name}" in printed


def test_the_main_job_leaves_nothing_running(undisturbed: tuple[Path, str]):
    assert processes_of(undisturbed[0]) == []


def test_a_second_airflow_on_the_same_folder_is_refused_by_name(
    airflow: LivingAirflow,
    start_main_job: Callable[[Path, str], subprocess.Popen[str]],
):
    process = start_main_job(paths().home, "run")
    printed, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert f"runs already on {airflow.components.airflow.folder}" in " ".join(printed.split())
    assert str(os.getpid()) in printed


def test_a_bad_delivery_is_refused_once_and_never_tried_again(airflow: LivingAirflow):
    header, rest = seed_text().split("\n", 1)
    drop(header.replace("CH04", "CH04x", 1) + "\n" + rest, "without_sex.csv")

    airflow.wait_for(
        lambda: [item.state for item in airflow.deliveries_of("without_sex.csv")] == ["refused"],
        60,
        "the delivery is refused",
    )
    (delivery,) = airflow.deliveries_of("without_sex.csv")
    time.sleep(12)  # longer than a sweep, which would announce what still waits

    assert "CH04" in (delivery.reason or "")
    assert airflow.tasks_of(DAG, delivery.delivery_id[:12]) == [("skipped", 1)]


def test_an_event_posted_from_outside_starts_the_same_path(airflow: LivingAirflow):
    known = {run["dag_run_id"] for run in airflow.runs("watch_drop_zone")}
    waiting = airflow.ledger.waiting()

    airflow.api.post_event("drop_zone", {"from": "the ministry"})

    def runs_since() -> list[dict[str, Any]]:
        runs = airflow.runs("watch_drop_zone")
        return [
            run
            for run in runs
            if run["dag_run_id"] not in known and run["run_type"] == "asset_triggered"
        ]

    airflow.wait_for(
        lambda: "success" in [run["state"] for run in runs_since()], 30, "the watch ran for it"
    )
    looked = airflow.api.get(
        f"/dags/watch_drop_zone/dagRuns/{runs_since()[0]['dag_run_id']}/upstreamAssetEvents"
    )

    assert [event["extra"]["from"] for event in looked["asset_events"]] == ["the ministry"]
    assert airflow.ledger.waiting() == waiting == []


def test_a_corrected_delivery_supersedes_and_reaches_the_marts(airflow: LivingAirflow):
    marts = paths().published / "marts.duckdb"
    persons = f"SELECT count(*) FROM persons WHERE survey_code = '{SURVEY}'"
    ((before,),) = ask(marts, persons)
    (old,) = airflow.ledger.current(SURVEY, WAVE)
    lines = seed_text().splitlines(keepends=True)
    drop("".join(lines[:-1]), "corrected.csv")

    airflow.wait_for(
        lambda: ask(marts, persons) == [(before - 1,)],
        300,  # two builds, and ten countries that look whether something is due between them
        "the withdrawn person is gone from the marts",
    )
    (new,) = airflow.ledger.current(SURVEY, WAVE)

    assert new.delivery_id == airflow.deliveries_of("corrected.csv")[0].delivery_id
    assert airflow.ledger.delivery(old.delivery_id).state == State.SUPERSEDED
    changes = f"SELECT DISTINCT change FROM record_changes WHERE survey_code = '{SURVEY}'"
    assert ("withdrawn",) in ask(marts, changes)
