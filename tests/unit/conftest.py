"""The published fictional installation that the tests of the build share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from migstat.warehouse.build import build
from warehouse_fixtures import PEOPLE, VILLAGES, Warehouse, make_project, people, villages


@pytest.fixture(scope="session")
def built_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """An installation whose two surveys are published."""
    warehouse = Warehouse(tmp_path_factory.mktemp("warehouse"))
    make_project(warehouse.project)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in warehouse.environment.items():
            patch.setenv(name, value)
        for survey in (PEOPLE, VILLAGES):
            warehouse.declare(survey)
            warehouse.harmonise(survey)
        warehouse.take_in(PEOPLE, "2021", people(30))
        warehouse.take_in(PEOPLE, "2022", people(30))
        warehouse.take_in(VILLAGES, "2021", villages(20))
        assert build(warehouse.ledger).failures == {}
    return warehouse


@pytest.fixture
def warehouse(
    built_warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Warehouse]:
    """The published installation, put back afterwards as it was."""
    built = built_warehouse
    for name, value in built.environment.items():
        monkeypatch.setenv(name, value)
    saved = tmp_path / "saved"
    shutil.copytree(built.root, saved, symlinks=True, ignore=shutil.ignore_patterns("dbt"))
    yield built
    parsed = built.home / "warehouse" / "dbt"
    shutil.move(parsed, tmp_path / "dbt")
    shutil.rmtree(built.root)
    shutil.move(saved, built.root)
    shutil.move(tmp_path / "dbt", parsed)
