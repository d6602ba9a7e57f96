"""Which survey a failed dbt build is down to, and why in a steward's words.

A staging model that fails names its survey by its name, an unreadable raw file by its path; the
rows that a failing test finds name theirs. A full disk is nobody's fault.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from migstat.paths import paths

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

NOBODY = "*"
FAILED = {"error", "fail", "runtime error"}
OF_THE_MACHINE = re.compile(
    r"no space left|file too large|could not write|out of memory|cannot allocate|failed to allocate"
    r"|disk quota|database has been invalidated",
    re.IGNORECASE,
)
HOLDS_ANSWERS = re.compile(
    r"conversion error|invalid input|out of range|constraint error", re.IGNORECASE
)
VALUE = re.compile(r"'[^']*'|\"[^\"]*\"|(?<!\w)\d[\w.]*")  # text or number, but not of INT32
COLUMNS_CHANGED = "columns of its table are others"  # words of the materialization `waves`
FREQUENT = 10  # an answer of fewer records may say who gave it, and is not shown


def blame(result: "dbtRunnerResult", database: Path) -> dict[str, str]:
    """Find the surveys that a failed build is down to.

    Args:
        result: What dbt returned; its run never began where ``result.result`` is None.
        database: The file it built, in which a test that failed finds its rows again.

    Returns:
        Reason by survey; what is nobody's stands under ``*``, alone where the machine failed.
    """
    if result.result is None:
        message = str(result.exception)
        return _of_message(message, f"dbt can't read the project: {engine_message(message)}")
    nodes: list[Any] = [node for node in result.result if str(node.status) in FAILED]  # type: ignore[union-attr] # a build's: one per node
    blamed: dict[str, str] = {}
    for node in nodes:
        if OF_THE_MACHINE.search(node.message or ""):
            return {NOBODY: engine_message(node.message)}
        for survey, reason in _reasons(node, database).items():
            blamed.setdefault(survey, reason)
    return blamed


def _reasons(node: Any, database: Path) -> dict[str, str]:  # noqa: ANN401 - dbt's results have no public type
    name, message = str(node.node.name), engine_message(node.message)
    if name.startswith("stg_"):
        survey, table = name[4:].rsplit("__", 1)
        place = Path(node.node.original_file_path).with_suffix(".yml")
        reason = f"{table} can't be harmonised by dbt_project/{place}: {message}"
        return {survey: _of_raw_file(node.message) or f"{reason}. Mend the mapping there"}
    if node.node.resource_type == "test" and str(node.status) == "fail":
        return _of_failing_rows(node, database) or {NOBODY: f"{name}: {message}"}
    return _of_message(node.message or "", f"{name}: {message}")


def _of_message(message: str, reason: str) -> dict[str, str]:
    """Blame whose raw file or staging model a message names."""
    raw = re.search(re.escape(str(paths().raw)) + r"/([a-z0-9_]+)/", message)
    staging = re.search(r"stg_([a-z0-9_]+?)__[a-z]+", message)
    found = raw or staging
    return {found.group(1) if found else NOBODY: _of_raw_file(message) or reason}


def _of_raw_file(message: str | None) -> str | None:
    found = re.search(re.escape(str(paths().raw)) + r"/[a-z0-9_]+/(\w+)/(\w+)/", message or "")
    return unreadable(*found.groups()) if found else None


def unreadable(wave: str, delivery: str) -> str:
    """Say that the raw store has lost a delivery, and the remedy."""
    return (
        f"{wave}: the accepted rows of delivery {delivery[:12]} are missing or unreadable in the "
        "raw store. Restore them from a backup, or hand the export in and take it in again "
        f"(`migstat requeue {delivery[:12]}`)"
    )


def _of_failing_rows(node: Any, database: Path) -> dict[str, str]:  # noqa: ANN401 - likewise
    """Reasons by survey of a data test, from the rows it finds."""
    rows = f"({node.node.compiled_code})"
    with duckdb.connect(database, read_only=True) as connection:
        columns = connection.execute(f"select * from {rows} limit 0").description
        names = {name for name, *_ in columns or ()}
        if not {"survey_code", "wave"} <= names:
            return {}
        test = _generic(node)
        if test is not None and test.name == "unmapped_share_is_accepted":
            return _unmapped(connection, rows)
        tables = "string_agg(distinct table_name, ', ' order by table_name)"
        counts = connection.execute(
            "select survey_code, string_agg(distinct wave, ', ' order by wave), count(*), "
            f"{tables if 'table_name' in names else 'null::varchar'} "
            f"from {rows} where survey_code is not null group by 1"
        ).fetchall()
    return {survey: _rule(node, *found) for survey, *found in counts}


def _generic(node: Any) -> Any:  # noqa: ANN401 - likewise
    """Name and arguments of a generic test; None for a test of its own, which has a description."""
    return getattr(node.node, "test_metadata", None)


def _unmapped(connection: duckdb.DuckDBPyConnection, failing: str) -> dict[str, str]:
    """Name each variable above its survey's accepted share, and its frequent answers."""
    found = connection.execute(
        f"""
        select survey_code, wave, variable, any_value(raw_column), sum(n_records), min(n_answers),
            list(answer order by n_records desc, answer) filter (n_records >= {FREQUENT})
        from intermediate.int_unmapped_answers
        semi join {failing} as failing using (survey_code, wave, table_name, variable)
        group by all order by 1, 2, 3
        """
    ).fetchall()
    reasons: dict[str, list[str]] = {}
    for survey, wave, variable, column, n, of, answers in found:
        reasons.setdefault(survey, []).append(
            f"{wave}: {100 * n / of:.1f} % of the answers to {variable} (column {column!r}) have "
            f"no code{_frequent(answers)}"
        )
    remedy = (
        "That is more than acceptance.max_unmapped_share of its delivery.yml allows; give the "
        "answers codes in the staging .yml"
    )
    return {survey: f"{'; '.join(parts)}. {remedy}" for survey, parts in reasons.items()}


def _frequent(answers: Sequence[str] | None) -> str:
    shown = ", ".join(repr(answer) for answer in (answers or [])[:3])
    return f", most often {shown}" if shown else ""


def _rule(node: Any, waves: str, n: int, named: str | None) -> str:  # noqa: ANN401 - likewise
    """Say which rule of a table how many rows break; a test of its own may name several tables."""
    test = _generic(node)
    if test is None:
        table, rule = named or "the tables", node.node.description
    else:
        table = node.node.attached_node.rsplit(".", 1)[1]
        rule = test.kwargs.get("condition") or test.name
    if rule == "unique_key":
        rule = f"one row per {', '.join(test.kwargs['columns'])}"
    return (
        f"{waves}: {n} rows of {table} break the rule “{rule}”. Look at the delivery and at the "
        "mapping of the survey's staging .yml"
    )


def engine_message(message: str | None) -> str:
    """Bring a message of dbt or the engine down to the line that says what is wrong; no value."""
    lines = [line.strip() for line in (message or "failed").splitlines() if line.strip()]
    line = next((line for line in lines if not re.search(r" Error( in |$)", line)), lines[0])
    return VALUE.sub("…", line) if HOLDS_ANSWERS.search(line) else line
