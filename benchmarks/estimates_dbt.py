"""A dbt project whose one large model is the benchmark's estimates, with an enforced contract.

``python -m benchmarks.estimates_dbt FOLDER FILE`` writes it.
"""

import json
import shutil
import sys
from pathlib import Path

import duckdb
from migstat.warehouse.functions import register
from migstat.warehouse.macros import estimation_macros

from benchmarks.estimates_survey import AREA, DESIGN, INDICATORS, MARGINS
from benchmarks.estimates_work import sql_of

PROFILE = """\
estimates:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: "{path}"
      threads: 1
      settings: {{threads: 1}}
      plugins: [{{module: migstat.warehouse.functions}}]
"""
MODEL = """\
{{{{ config(materialized='table', contract={{'enforced': true}}) }}}}
{{{{ survey_estimates("read_parquet('{file}')", {design}, {indicators}, {margins}, {area}) }}}}
"""


def make_dbt_project(folder: Path, file: Path) -> None:
    """Write the project: the model `estimates`, and `nothing`, which shows what dbt takes to start.

    Args:
        folder: Where.
        file: The Parquet file to estimate from.
    """
    models = folder / "models"
    models.mkdir(parents=True)
    shutil.copytree(estimation_macros(), folder / "macros" / "estimation")
    model = MODEL.format(
        file=file,
        design=json.dumps(DESIGN),
        indicators=json.dumps(INDICATORS),
        margins=json.dumps(MARGINS),
        area=json.dumps(AREA),
    )
    for path, text in {
        folder / "dbt_project.yml": "{name: estimates, version: '1.0', profile: estimates}",
        folder / "profiles.yml": PROFILE.format(path=folder / "marts.duckdb"),
        models / "nothing.sql": "select 1 as one",
        models / "estimates.sql": model,
        models / "estimates.yml": json.dumps({"models": [_contract(file)]}),  # JSON is YAML
    }.items():
        path.write_text(text, encoding="utf-8")


def _contract(file: Path) -> dict[str, object]:
    """Name and type every column, as the contract demands."""
    with duckdb.connect() as connection:
        register(connection)
        sql = sql_of("all", f"read_parquet('{file}')")
        described = connection.execute(f"describe {sql}")
        columns = [{"name": name, "data_type": kind} for name, kind, *_ in described.fetchall()]
    return {"name": "estimates", "columns": columns}


if __name__ == "__main__":
    make_dbt_project(Path(sys.argv[1]), Path(sys.argv[2]))
