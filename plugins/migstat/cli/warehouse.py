"""``migstat build``, ``sql`` and ``dbt``: from the raw store to the published marts."""

import sys
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from migstat.cli.console import err, fail, out, progress
from migstat.declarations import DeclarationError
from migstat.ledger import open_ledger


def add_to(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(build)
    app.command()(sql)
    passes_on = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(context_settings=passes_on)(dbt)


def build() -> None:
    """Build and publish the marts of every wave that changed."""
    from migstat.warehouse.build import BuildError  # noqa: PLC0415 - dbt takes seconds to import
    from migstat.warehouse.build import build as build_marts  # noqa: PLC0415 - likewise

    try:
        with progress("Building the marts") as report:
            result = build_marts(open_ledger(), report)
    except (BuildError, DeclarationError) as error:
        raise fail(str(error)) from error
    out.print(escape(result.summary))
    if result.failures:
        raise fail("\n".join(result.left_out))


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT over the schema marts.")],
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV to standard output.")] = False,
    limit: Annotated[int, typer.Option(help="Rows shown at most, without --csv.")] = 50,
) -> None:
    """Query the published marts, read-only.

    Example: migstat sql "SELECT mig_status, obs_value FROM marts.indicator_estimates LIMIT 9"
    """
    import duckdb  # noqa: PLC0415 - keeps `migstat --help` quick

    from migstat.warehouse.published import open_published  # noqa: PLC0415 - likewise

    try:
        with open_published() as connection:
            frame = connection.execute(query).df()
    except duckdb.Error as error:
        raise fail(f"The query does not run. {_first_line(error)}") from error
    except FileNotFoundError as error:
        raise fail(str(error)) from error
    if csv:
        frame.to_csv(sys.stdout, index=False)
        return
    table = Table(*map(str, frame.columns))
    for row in frame.head(limit).itertuples(index=False):
        table.add_row(*(escape(str(value)) for value in row))
    out.print(table)
    if len(frame) > limit:
        err.print(f"{limit} of {len(frame)} rows; --limit shows more, --csv writes all")


def _first_line(error: Exception) -> str:
    """What DuckDB says is wrong, without the lines that point into the query."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    hint = next((line for line in lines[1:] if line.startswith(("Did you", "Candidate"))), "")
    return f"{lines[0]} {hint}".strip()


def dbt(context: typer.Context) -> None:
    """Call dbt on the project with the catalogue it needs, e.g. `migstat dbt docs generate`."""
    from migstat.warehouse.project import run_dbt  # noqa: PLC0415 - dbt takes seconds to import

    if not run_dbt(context.args).success:
        raise typer.Exit(1)
