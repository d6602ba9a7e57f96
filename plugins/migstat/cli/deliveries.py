"""``migstat drop``, ``ingest``, ``status`` and ``requeue``: what goes on up to the raw store."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.markup import escape
from rich.table import Table

from migstat.cli.console import fail, out, progress
from migstat.cli.releases import show_releases, show_vintages
from migstat.declarations import DeclarationError
from migstat.declarations.nearest import proposal
from migstat.intake import drop_zone
from migstat.intake.acceptance import SuiteError
from migstat.intake.errors import ReaderFault, RefusedDelivery
from migstat.intake.raw_store import quarantine_folder
from migstat.intake.take_in import requeue as put_in_again
from migstat.intake.take_in import take_in
from migstat.ledger import (
    Delivery,
    Ledger,
    LedgerError,
    Outcome,
    QualityFinding,
    QualityResult,
    State,
    SurveyOverview,
    open_ledger,
)
from migstat.paths import paths

FAULTS = (
    drop_zone.FileChangedError,
    DeclarationError,
    SuiteError,
    ReaderFault,
    OSError,  # as a full disk, DuckDB's own word for it included
    duckdb.Error,
)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (drop, ingest, status, requeue):
        app.command()(command)


def drop(
    files: Annotated[list[Path], typer.Argument(help="The exported file, or all of a set.")],
    survey: Annotated[str, typer.Option(help="Survey, as include/surveys names it.")],
    wave: Annotated[str, typer.Option(help="Wave, as its delivery.yml names it.")],
) -> None:
    """Hand exports in: copy them into the drop zone of a survey and wave."""
    try:
        placed = drop_zone.hand_in(files, survey, wave)
    except (DeclarationError, drop_zone.MisplacedError) as error:
        raise fail(str(error)) from error
    except OSError as error:
        place = error.filename or paths().drop_zone
        raise fail(f"{place}: {error.strerror or error}. Can the drop zone be written?") from error
    for place in placed:
        out.print(f"handed in: {escape(str(place))}")
    out.print("`migstat ingest` takes it in; a running Airflow does so by itself.")


def ingest() -> None:
    """Take in all that waits in the drop zone.

    Prints what became of each delivery, and why rows are held back. Exit code 1 when a delivery is
    refused or still waits.
    """
    ledger = open_ledger()
    for known in _register(ledger):
        _show_known(known)
    waiting = ledger.waiting()
    left_out = [delivery for delivery in waiting if not _take_in(ledger, delivery)]
    if not waiting:
        out.print("Nothing waits. `migstat status` says what came before.")
    elif len(left_out) < len(waiting):
        out.print("`migstat build` brings what was accepted into the marts.")
    if left_out:
        raise fail(f"{len(left_out)} of {len(waiting)} deliveries were not taken in")


def status(
    delivery: Annotated[
        str | None,
        typer.Argument(
            help="A survey, a country (ISO3), or first digits of a delivery's id, as `migstat "
            "status` shows them."
        ),
    ] = None,
) -> None:
    """Say how all surveys and releases stand, those of one, or what became of one delivery."""
    ledger = open_ledger()
    surveys = ledger.overview()
    if delivery is None:
        _show_surveys(surveys)
        show_releases(ledger)
        _show_drop_zone(drop_zone.scan(ledger))
        return
    if named := [survey for survey in surveys if survey.survey_code == delivery]:
        _show_surveys(named)
        return
    if released := ledger.releases(delivery.upper()):
        show_vintages(released)
        return
    try:
        _show_delivery(ledger, ledger.delivery(delivery))
    except LedgerError as error:
        known = [survey.survey_code for survey in surveys]
        raise fail(f"{error}; nor is it a survey{proposal(delivery, known)}") from error


def requeue(
    delivery: Annotated[
        str, typer.Argument(help="First digits of its id, as `migstat status` shows them.")
    ],
) -> None:
    """Judge a delivery again after its declaration or suite was mended.

    For a refused delivery, and for one with quarantined rows. What was accepted before stays
    current until the new round is accepted. A corrected export needs none of this: hand it in
    with `migstat drop`.
    """
    ledger = open_ledger()
    try:
        with progress("Putting in again") as report:
            again, outcome = put_in_again(delivery, ledger, report)
    except (LedgerError, RefusedDelivery, *FAULTS) as error:
        raise fail(str(error)) from error
    _show_outcome(again, outcome)
    out.print("`migstat build` brings what was accepted into the marts.")


def _register(ledger: Ledger) -> list[Delivery]:
    """Look twice, so that a file still being written is left alone.

    Returns:
        What was found and does not wait: bytes known before, and files that are not read.
    """
    with progress("Looking into the drop zone") as report:
        report("first look")
        found = drop_zone.register(ledger)
        settle = drop_zone.settle_seconds()
        report(f"waiting {settle:g} s for files to settle")
        time.sleep(settle)
        report("second look")
        found += drop_zone.register(ledger)
    once = {delivery.delivery_id: delivery for delivery in found}
    return [delivery for delivery in once.values() if delivery.state != State.REGISTERED]


def _show_known(delivery: Delivery) -> None:
    """Say what became of bytes that are taken in once only, and of files that were not read."""
    if delivery.state == State.REFUSED:
        _show_refused(delivery, delivery.reason or "")
        return
    later = f" by {delivery.superseded_by[:12]}" if delivery.superseded_by else ""
    out.print(
        f"[yellow]known[/] {delivery.label}: these bytes were handed in before and are not taken "
        f"in again; {delivery.state}{later}"
    )


def _show_refused(delivery: Delivery, reason: str) -> None:
    out.print(f"[red]refused[/] {escape(f'{delivery.label}: {reason}')}")


def _take_in(ledger: Ledger, delivery: Delivery) -> bool:
    with progress(delivery.label) as report:
        try:
            outcome = take_in(delivery.delivery_id, ledger, report)
        except RefusedDelivery as refused:
            _show_refused(delivery, str(refused))
            return False
        except FAULTS as fault:
            out.print(f"[yellow]still waits[/] {delivery.label}: {escape(str(fault))}")
            return False
    _show_outcome(delivery, outcome)
    return True


def _show_outcome(delivery: Delivery, outcome: Outcome) -> None:
    accepted = sum(table.n_accepted for table in outcome.tables.values())
    held = sum(table.n_quarantined for table in outcome.tables.values())
    out.print(f"[green]accepted[/] {delivery.label}: {accepted} rows accepted, {held} quarantined")
    for name, columns in outcome.undeclared_columns.items():
        out.print(f"  undeclared columns of {name}, did not pass: {escape(', '.join(columns))}")
    for found in outcome.quality:
        if found.n_failed and found.severity == "warning":
            out.print(f"  {_finding(found)}")
    if held:
        _show_quarantine(delivery)


def _show_quarantine(delivery: Delivery) -> None:
    """Say where the rows lie that are held back, and the two ways on."""
    start, folder = delivery.delivery_id[:12], quarantine_folder(delivery)
    query = f"SELECT * FROM quality_results WHERE delivery_id LIKE '{start}%' AND n_failed > 0"
    out.print(
        f"  The rows, each with its reasons (_rules, _reasons): {escape(str(folder))}/*.parquet"
    )
    out.print(f'  The counts: `migstat status {start}`; after a build, `migstat sql "{query}"`')
    out.print(
        "  Is the export wrong? Hand in a corrected one. Is a rule wrong? Mend "
        f"expectations/{delivery.survey_code}.json or delivery.yml, then `migstat requeue {start}`."
    )


def _finding(found: QualityFinding | QualityResult) -> str:
    rows = f"{found.n_failed} of {found.n_rows} rows of {found.table_name}"
    return escape(f"{rows}: {found.reason} ({found.rule})")


def _show_surveys(surveys: Sequence[SurveyOverview]) -> None:
    if not surveys:
        out.print("Nothing was handed in yet: `migstat drop FILE --survey S --wave W`.")
        return
    table = Table("survey", "waves (delivery)", "rows", "quarantined", "waiting", "marts")
    for survey in surveys:
        rows = sum(delivery.n_accepted or 0 for delivery in survey.current)
        waves = "\n".join(f"{item.wave} ({item.delivery_id[:12]})" for item in survey.current)
        cells = (rows, survey.n_quarantined, len(survey.waiting))
        row = (survey.survey_code, waves or "none", *map(str, cells), survey.marts)
        table.add_row(*map(escape, row))
    out.print(table)
    for waits in (delivery for survey in surveys for delivery in survey.waiting):
        out.print(f"[yellow]waits[/] {escape(waits.label)}: `migstat ingest` takes it in.")
    for refused in (delivery for survey in surveys for delivery in survey.refused):
        out.print(f"[red]refused[/] {escape(f'{refused.label}: {refused.reason}')}")


def _show_drop_zone(found: drop_zone.ScanResult) -> None:
    """Say what lies in the drop zone and is no delivery yet, and what it waits for."""
    for ready in found.ready:
        files = ", ".join(file.path for file in ready.files)
        out.print(f"[green]ready[/] {escape(files)}: `migstat ingest` takes it in.")
    for path in found.settling:
        out.print(
            f"[yellow]settling[/] {escape(path)}: is taken once it has not changed for "
            f"{drop_zone.settle_seconds():g} s; `migstat ingest` waits for that."
        )
    for waits in found.incomplete:
        state = "[red]overdue[/]" if waits.is_overdue else "[yellow]incomplete[/]"
        missing = ", ".join(map(repr, waits.missing))
        since = waits.waiting_since.isoformat(timespec="minutes")
        out.print(
            f"{state} {escape(waits.folder)} waits for {escape(missing)} since {since}: "
            "put it into the same folder, or hand the whole set in with `migstat drop`."
        )
    for refusal in found.misplaced:
        out.print(f"[red]misplaced[/] {escape(refusal.reason)}")
    for problem in found.blocked:
        out.print(
            f"[red]blocked[/] {escape(problem)}: files wait for this declaration; mend it, "
            "`migstat survey check` says when it is whole."
        )


def _show_delivery(ledger: Ledger, delivery: Delivery) -> None:
    table = Table(show_header=False)
    facts = {
        "delivery": delivery.delivery_id,
        "survey and wave": f"{delivery.survey_code} {delivery.wave}",
        "state": delivery.state,
        "reason": delivery.reason,
        "files": ", ".join(file.path for file in delivery.files),
        "registered": delivery.registered_at.isoformat(timespec="seconds"),
        "superseded by": delivery.superseded_by,
        "columns that did not pass": "; ".join(
            f"{name}: {', '.join(columns)}"
            for name, columns in delivery.undeclared_columns.items()
            if columns
        ),
    }
    for name, fact in facts.items():
        if fact:
            table.add_row(name, escape(str(fact)))
    for name, counts in delivery.tables.items():
        table.add_row(name, f"{counts.n_accepted} accepted, {counts.n_quarantined} quarantined")
    out.print(table)
    for result in ledger.quality_results(delivery.delivery_id):
        if result.n_failed:
            out.print(f"{result.severity}: {_finding(result)}")
    held = any(counts.n_quarantined for counts in delivery.tables.values())
    if held and delivery.state == State.ACCEPTED:
        _show_quarantine(delivery)
