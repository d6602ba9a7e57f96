"""Which survey a failed dbt build is down to, so that the others can be published.

A staging model that fails names its survey by its name; a test that fails keeps the failing rows,
which name theirs.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

FAILED = {"error", "fail", "runtime error"}


def blame(result: "dbtRunnerResult", database: Path) -> dict[str, str]:
    """Find the surveys that a failed build is down to.

    Args:
        result: What dbt returned; its run never began where ``result.result`` is None.
        database: The file it built, with the rows that failed tests.

    Returns:
        Reason by survey; what is nobody's stands under ``*``.
    """
    blamed: dict[str, str] = {}
    if result.result is None:
        return {"*": str(result.exception)}
    results: Any = result.result  # a build's: one per node
    for node in results:
        if str(node.status) in FAILED:
            reason = f"{node.node.name}: {_first_line(node.message)}"
            for survey in _surveys(node, database) or {"*"}:
                blamed.setdefault(survey, reason)
    return blamed


def _surveys(node: Any, database: Path) -> set[str]:  # noqa: ANN401 - dbt's results have no public type
    name = str(node.node.name)
    if name.startswith("stg_"):
        return {name[4:].rsplit("__", 1)[0]}
    if node.node.resource_type == "test" and str(node.status) == "fail":
        return _surveys_of_rows(node.node.relation_name, database)
    return set()


def _surveys_of_rows(relation: str | None, database: Path) -> set[str]:
    if relation is None:
        return set()
    schema, table = (part.strip('"') for part in relation.split(".")[-2:])
    with duckdb.connect(database, read_only=True) as connection:
        columns = connection.execute(
            "select column_name from duckdb_columns() where schema_name = ? and table_name = ?",
            [schema, table],
        ).fetchall()
        if ("survey_code",) not in columns:
            return set()
        rows = connection.execute(f'select distinct survey_code from "{schema}"."{table}"')
        return {survey for (survey,) in rows.fetchall() if survey}


def _first_line(message: str | None) -> str:
    return (message or "failed").strip().splitlines()[0]
