"""Airflow reads its folder and options when it is first imported, so they are set before that."""

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from release_office import Office

PROJECT = Path(__file__).resolve().parents[2]
sys.path.append(str(PROJECT / "tests/release"))  # the office that releases are made from
HOME = tempfile.TemporaryDirectory(prefix="migstat_dags_")

os.environ.update(
    {
        "AIRFLOW_HOME": HOME.name,
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME.name}/airflow.db",
    }
)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Office":
    """A declared country whose marts are published; its releases are CSV files only."""
    from published_office import published_office  # noqa: PLC0415 - after all that is set above
    from release_office import CHECKOUT  # noqa: PLC0415 - likewise

    made = published_office(tmp_path, monkeypatch)
    (tmp_path / "project/dbt_project").symlink_to(CHECKOUT / "dbt_project")
    return made
