"""Restricted tables stay in the warehouse: not in the published file, not beside it."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from migstat.paths import paths
from migstat.warehouse import published

MODELS = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "marts"


def marts() -> list[dict[str, Any]]:
    """Every mart, as its .yml describes it."""
    files = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in MODELS.glob("*.yml")]
    return [mart for content in files for mart in content["models"]]


def configs() -> dict[str, dict[str, Any]]:
    """The configuration of every mart by its name."""
    return {mart["name"]: mart.get("config", {}) for mart in marts()}


def test_a_table_said_to_be_restricted_is_built_outside_the_public_schema():
    schemas = {n: c.get("schema") for n, c in configs().items() if c.get("meta")}
    assert schemas == {"household_links": "restricted", "household_vulnerability": "restricted"}


def test_no_public_table_holds_the_key_that_links_surveys():
    holding = {m["name"] for m in marts() if "household_link" in {c["name"] for c in m["columns"]}}
    assert holding == {"household_links", "household_vulnerability"}


def test_what_is_built_outside_the_public_schema_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_HOME", str(tmp_path / "home"))
    build = tmp_path / "attempt.duckdb"
    with duckdb.connect(build) as connection:
        connection.execute("create schema marts; create table marts.figures as select 1 as n")
        connection.execute(
            "create schema restricted; create table restricted.homes as select 2 as n"
        )
    published.publish(build)
    with duckdb.connect(published.marts_file(), read_only=True) as reader:
        assert reader.execute("select table_name from duckdb_tables()").fetchall() == [("figures",)]
    copies = paths().published / published.PARQUET
    assert [file.name for file in copies.iterdir()] == ["figures.parquet"]
