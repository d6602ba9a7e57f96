"""What came of a run and where to look, for the person who started it."""

from collections.abc import Iterable
from pathlib import Path

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from migstat.orchestration.extract_watch import Extract, State
from migstat.orchestration.labels import label
from migstat.orchestration.progress import Standing
from migstat.paths import paths
from migstat.sql import literal
from migstat.warehouse.published import marts_file

EXAMPLE = """\
SELECT country_code, survey_code, wave, indicator_code, mig_status, obs_value, std_error,
       ci_lower, ci_upper, n_obs, reliability
FROM marts.indicator_estimates
WHERE indicator_code IN ('DM02', 'RM01') AND reliability = 'reliable'
ORDER BY ALL LIMIT 20;"""


def show(console: Console, now: Standing) -> None:
    """Print the result of a run: refusals, failures, public tables, extracts, where all lies."""
    for delivery in now.deliveries:
        if str(delivery.state) == "refused":
            warn(console, f"Refused: {label(delivery)}: {delivery.reason}")
    for survey, reason in now.failures.items():
        warn(console, f"Not built: {survey}: {reason}")
    file = marts_file()
    if not file.exists():
        warn(console, "Nothing is published.")
        return
    console.print(_public_tables(file))
    show_extracts(console, now.extracts)
    for line in _where_to_look(file):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def rows_of_public_tables(file: Path) -> dict[str, int]:
    """Count the rows of every published table.

    Args:
        file: A published DuckDB file; opened for reading only.
    """
    with duckdb.connect() as connection:
        # Attached under a name of its own: as `marts` the file and its schema would be confused.
        connection.execute(f"ATTACH {literal(file)} AS published (READ_ONLY)")
        tables = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() "
            "WHERE database_name = 'published' ORDER BY table_name"
        ).fetchall()
        return {
            name: _count(connection, f'published."{schema}"."{name}"') for schema, name in tables
        }


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _public_tables(file: Path) -> Table:
    table = Table(title="Published marts", title_justify="left")
    table.add_column("table")
    table.add_column("rows", justify="right")
    for name, count in rows_of_public_tables(file).items():
        table.add_row(name, f"{count:,}")
    return table


def show_extracts(console: Console, extracts: Iterable[Extract]) -> None:
    """Print where each extract lies, and of each that is not out why."""
    table = Table(title=f"Extracts, in {paths().extracts}", title_justify="left")
    table.add_column("for")
    table.add_column("files", justify="right")
    table.add_column("folder or reason", overflow="fold")
    for extract in extracts:
        if extract.state == State.FAILED:
            warn(console, f"Not released: {extract.name}: {extract.told}")
        elif extract.state == State.OUT:
            folder = Path(extract.told)
            n_files = str(len(list(folder.iterdir())))
            table.add_row(extract.name, n_files, str(folder.relative_to(paths().extracts)))
        else:
            table.add_row(extract.name, "", escape(extract.told or str(extract.state)))
    console.print(table)


def _where_to_look(file: Path) -> list[str]:
    return [
        f"Marts: {file} (Parquet copies beside it)",
        "Query: migstat sql, or any DuckDB client, for example",
        EXAMPLE,
        "Extracts: what may leave, signed; migstat release plan, audit and diff tell more",
        f"Rows held back: {paths().quarantine}; reports on quality: {paths().data_docs}",
        "Deliveries and builds: migstat status",
        "The seed exports are SYNTHETIC: invented people, nothing of it may be cited.",
    ]


def warn(console: Console, text: str) -> None:
    """Print a line that must not be overlooked."""
    console.print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
