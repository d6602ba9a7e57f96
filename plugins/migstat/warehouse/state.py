"""What the working file remembers of the last good build, beside its tables.

It lies in the same file, so that the two are replaced in one step.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from migstat.paths import paths

WORKING_FILE = "working.duckdb"
WAVES = "build_state.wave_fingerprints"  # the fingerprint each wave was computed with
SURVEYS = "build_state.survey_facts"  # what dbt was told of each survey
SHARED = "build_state.shared_fingerprint"  # of what every wave is computed by


def working_file() -> Path:
    """The database that holds the last good state."""
    return paths().warehouse / WORKING_FILE


def built_waves() -> dict[str, str]:
    """Fingerprints of the waves that the working file holds, by ``survey/wave``."""
    return _read(WAVES)


def remembered_facts() -> dict[str, Any]:
    """What dbt was told of each survey in the last good build, by survey."""
    return {survey: json.loads(facts) for survey, facts in _read(SURVEYS).items()}


def remembered_fingerprint() -> str | None:
    """Fingerprint of what every wave of the last good build was computed by."""
    return _read(SHARED).get("fingerprint")


def remember(
    attempt: Path, waves: Mapping[str, str], facts: Mapping[str, Any], shared: str
) -> None:
    """Write into an attempt what it was computed with, and leave no log beside it.

    Args:
        attempt: The database of a finished build.
        waves: Fingerprints by ``survey/wave``.
        facts: What dbt was told, by survey.
        shared: Fingerprint of what every wave is computed by.
    """
    with duckdb.connect(attempt) as connection:
        connection.execute("create schema if not exists build_state")
        _write(connection, WAVES, waves)
        _write(connection, SURVEYS, {code: json.dumps(fact) for code, fact in facts.items()})
        _write(connection, SHARED, {"fingerprint": shared})
        connection.execute("checkpoint")


def _read(table: str) -> dict[str, str]:
    if not working_file().is_file():
        return {}
    schema, name = table.split(".")
    with duckdb.connect(working_file(), read_only=True) as connection:
        known = connection.execute(
            "select 1 from duckdb_tables() where schema_name = ? and table_name = ?", [schema, name]
        ).fetchone()
        if known is None:
            return {}
        return dict(connection.execute(f"select key, content from {table}").fetchall())


def _write(connection: duckdb.DuckDBPyConnection, table: str, rows: Mapping[str, str]) -> None:
    connection.execute(f"create or replace table {table} (key varchar, content varchar)")
    if rows:
        connection.executemany(f"insert into {table} values (?, ?)", sorted(rows.items()))
