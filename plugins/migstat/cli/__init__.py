"""The commands: the same work as the DAGs, by hand."""

import logging

import typer

from migstat.cli import deliveries, release, surveys, warehouse
from migstat.cli.console import quiet_libraries
from migstat.cli.estimate import estimate
from migstat.cli.explain import explain_status
from migstat.cli.faults import Commands

app = typer.Typer(
    name="migstat",
    cls=Commands,
    help="Survey exports in, harmonised indicator tables by migratory status out.\n\n"
    "The usual way: `migstat drop FILE --survey S --wave W`, `migstat ingest`, `migstat build`, "
    "`migstat sql 'SELECT …'`; `migstat status` says what came of it. Data lie under $MIGSTAT_HOME "
    "(data/ of the checkout by default).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.add_typer(surveys.app, name="survey")
app.add_typer(release.app, name="release")
deliveries.add_to(app)
warehouse.add_to(app)
app.command()(estimate)
app.command("explain-status")(explain_status)


@app.callback()
def _configure(
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Show what libraries log."),
) -> None:
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(message)s")
    if not verbose:
        quiet_libraries()
