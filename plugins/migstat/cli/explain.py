"""``migstat explain-status``: why a person has a migratory status."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from migstat.cli.console import fail, out
from migstat.declarations import DeclarationError, load_catalogue
from migstat.warehouse.explain import Explanation, UnknownRecordError, explain_record, rules_page


def explain_status(
    record_key: Annotated[
        str | None,
        typer.Argument(help="record_key of marts.persons, or its first characters."),
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="Print the rules themselves, as a page of Markdown.")
    ] = False,
) -> None:
    """Explain why a person has a migratory status: how each rule came out, and on which answers.

    Example: migstat sql "SELECT record_key FROM marts.persons WHERE mig_status = '_U'" and then
    migstat explain-status KEY
    """
    try:
        catalogue = load_catalogue()
        if rules:
            typer.echo(rules_page(catalogue), nl=False)
            return
        if record_key is None:
            raise fail("Which record? Give a record_key of marts.persons, or --rules.")
        for explanation in explain_record(record_key, catalogue):
            _show(explanation)
    except (UnknownRecordError, FileNotFoundError, DeclarationError) as error:
        raise fail(str(error)) from error


def _show(explanation: Explanation) -> None:
    record = explanation.record
    out.print(
        f"[bold]{record['survey_code']} {record['wave']} {record['record_key']}[/bold]: "
        f"{record['mig_status']} (quality {record['ms_quality']}, rules {record['ms_version']})"
    )
    out.print(escape(explanation.reason))
    table = Table("Rule", "Code", "Outcome", "Who", "Answers")
    for outcome in explanation.rules:
        answers = ", ".join(
            f"{name} = {'(no answer)' if value is None else value}"
            for name, value in outcome.answers.items()
        )
        verdict = f"[bold]{outcome.verdict}, decides[/bold]" if outcome.decided else outcome.verdict
        rule = outcome.rule
        table.add_row(str(rule.rule), rule.code, verdict, escape(rule.explain), escape(answers))
    out.print(table)
