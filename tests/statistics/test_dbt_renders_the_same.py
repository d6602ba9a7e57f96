"""The macros mean the same inside dbt and outside."""

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from migstat.warehouse.estimate import compare, estimate
from migstat.warehouse.macros import estimation_macros
from migstat.warehouse.sample_design import Contrast
from survey_tables import CLUSTERED, CLUSTERS, MEAN, SHARE, TOTAL, write

PROFILE = """\
probe:
  target: dev
  outputs:
    dev: {{type: duckdb, path: "{path}", plugins: [{{module: migstat.warehouse.functions}}]}}
"""
SETTINGS = """\
{% set design = {'weight': 'w', 'strata': 'h', 'psu': 'psu'} %}
{% set indicators = [{'name': 'mean', 'kind': 'mean', 'y': 'y'},
                     {'name': 'share', 'kind': 'prop', 'y': 'y'},
                     {'name': 'total', 'kind': 'total', 'y': 'y'}] %}
{{ config(materialized='table') }}
"""
ESTIMATES = (
    "{{ survey_estimates(ref('people'), design, indicators, [[], ['sex'], ['h', 'sex']], ['h']) }}"
)
GAPS = (
    "{{ survey_contrasts(ref('people'), design, indicators, [[]], "
    "[{'name': 'sexes', 'by': 'sex', 'over': {'F': 1, 'M': -1}, 'scale': 'ratio'}]) }}"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dbt project of three models, built by the real dbt."""
    project = tmp_path_factory.mktemp("probe")
    csv = write(project, CLUSTERS).path
    (project / "models").mkdir()
    shutil.copytree(estimation_macros(), project / "macros" / "estimation")
    for name, text in {
        "dbt_project.yml": "{name: probe, version: '1.0', profile: probe}",
        "profiles.yml": PROFILE.format(path=project / "probe.duckdb"),
        "models/people.sql": f"select * from read_csv('{csv}')",
        "models/estimates.sql": SETTINGS + ESTIMATES,
        "models/gaps.sql": SETTINGS + GAPS,
    }.items():
        (project / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "--no-send-anonymous-usage-stats"]
    done = subprocess.run(
        [*command, "build", "--profiles-dir", "."],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def read(project: Path, table: str) -> pd.DataFrame:
    with duckdb.connect(str(project / "probe.duckdb"), read_only=True) as connection:
        return connection.execute(f"select * from {table} order by all").df()


def test_estimates(built: Path, tmp_path: Path):
    by = [[], ["sex"], ["h", "sex"]]
    ours = estimate(write(tmp_path, CLUSTERS), CLUSTERED, [MEAN, SHARE, TOTAL], by, ["h"])
    theirs = read(built, "estimates")
    pd.testing.assert_frame_equal(theirs[list(ours.columns)], ours, rtol=1e-12)


def test_contrasts(built: Path, tmp_path: Path):
    sexes = Contrast(name="sexes", by="sex", over={"F": 1, "M": -1}, scale="ratio")
    source = write(tmp_path, CLUSTERS)
    ours = compare(source, CLUSTERED, [MEAN, SHARE, TOTAL], contrasts=[sexes])
    pd.testing.assert_frame_equal(read(built, "gaps"), ours, rtol=1e-12)
