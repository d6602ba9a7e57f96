"""What the working file remembers of the last good build, beside its tables.

It lies in the same file, so that the two are replaced in one step.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class State:
    """The last good build.

    Attributes:
        waves: Fingerprint by ``survey/wave`` that the working file holds.
        facts: What dbt was told of each survey, as JSON by survey.
        shared: Fingerprint of what every wave was computed by; None where nothing was built.
    """

    waves: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    shared: str | None = None


def last_state() -> State:
    """Read what the working file remembers; nothing where there is none."""
    if not working_file().is_file():
        return State()
    with duckdb.connect(working_file(), read_only=True) as connection:
        shared = _read(connection, SHARED).get("fingerprint")
        return State(_read(connection, WAVES), _read(connection, SURVEYS), shared)


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


def _read(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    schema, name = table.split(".")
    known = connection.execute(
        "select 1 from duckdb_tables() where schema_name = ? and table_name = ?", [schema, name]
    ).fetchone()
    if known is None:
        return {}
    return dict(connection.execute(f"select key, content from {table}").fetchall())


def _write(connection: duckdb.DuckDBPyConnection, table: str, rows: Mapping[str, str]) -> None:
    keys = sorted(rows)
    connection.execute(
        f"create or replace table {table} as "
        "select unnest(?::varchar[]) as key, unnest(?::varchar[]) as content",
        [keys, [rows[key] for key in keys]],
    )
