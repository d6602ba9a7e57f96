"""``migstat release``: what leaves for a government, by hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from migstat.cli.console import fail, out, progress
from migstat.cli.releases import show_across, standing
from migstat.declarations import DeclarationError
from migstat.ledger import LedgerError, Release, open_ledger

if TYPE_CHECKING:
    import pandas as pd

    from migstat.release.delivery import Outcome
    from migstat.release.making import Plan
    from migstat.release.stamp import Stamp

app = typer.Typer(help="Make and check what leaves for a government.", no_args_is_help=True)

SHOWN_CHANGES = 20
COLUMNS_OF_CHANGES = (
    "survey_code",
    "wave",
    "indicator_code",
    "cell",
    "old_obs_value",
    "new_obs_value",
    "reason",
)
Iso3 = Annotated[str, typer.Argument(help="Country, ISO 3166-1 alpha-3.")]
Number = Annotated[int | None, typer.Argument(help="Vintage; the newest without.")]


@app.command()
def plan(country: Iso3) -> None:
    """Show what would be released now, and how much withheld; writes nothing."""
    from migstat.release.making import plan as make_plan  # noqa: PLC0415 - pandas is slow to load

    ledger = open_ledger()
    with _refusals(), progress("Planning the release"):
        planned = make_plan(country.upper(), ledger)
    _show_plan(planned, ledger.releases(country.upper()))


@app.command()
def build(
    country: Iso3,
    correction: Annotated[
        str | None, typer.Option(help="Why the newest vintage is corrected; leaves at once.")
    ] = None,
) -> None:
    """Make the next vintage, unless the newest is made from the same, and put its extract out."""
    from migstat.release.extracts import put_out  # noqa: PLC0415 - pandas is slow to load
    from migstat.release.making import build as make_vintage  # noqa: PLC0415 - likewise

    ledger = open_ledger()
    with _refusals():
        with progress("Making the release"):
            vintage, is_new = make_vintage(country.upper(), ledger, correction=correction)
        stamp = vintage.stamp
        out.print(
            f"{vintage.name} ({stamp.kind}, issued {stamp.issued})"
            f"{'' if is_new else ': made from the same; nothing new'}"
        )
        _show_postponed(stamp)
        out.print(f"extract: {escape(str(put_out(vintage, ledger)))}", soft_wrap=True)


@app.command()
def approve(
    country: Iso3,
    vintage: Annotated[int, typer.Argument(help="Vintage.")],
    by: Annotated[str, typer.Option(help="Who signs, as release.approval names them.")],
) -> None:
    """Record that somebody signs a vintage; once all have, `build` puts it out."""
    from migstat.release.approval import approve as sign  # noqa: PLC0415 - pandas is slow to load

    with _refusals():
        missing = sign(country.upper(), vintage, by, open_ledger())
    waits = f"; waits for {', '.join(missing)}" if missing else ""
    out.print(escape(f"{country.upper()} v{vintage} approved by {by}{waits}"))


@app.command()
def reject(
    country: Iso3,
    vintage: Annotated[int, typer.Argument(help="Vintage.")],
    by: Annotated[str, typer.Option(help="Who rejects it, as release.approval names them.")],
    why: Annotated[str, typer.Option(help="Why, for those who make the next one.")],
) -> None:
    """Record that somebody who must sign a vintage rejects it; it then never leaves."""
    from migstat.release.approval import reject as refuse  # noqa: PLC0415 - pandas is slow to load

    if not why.strip():
        raise fail("A rejection needs a reason: whoever makes the next vintage must know it.")
    with _refusals():
        rejected = refuse(country.upper(), vintage, by, why, open_ledger())
    out.print(escape(f"{rejected.label} {standing(rejected)}; it never leaves"))


@app.command()
def audit(
    country: Iso3,
    vintage: Number = None,
    attack: Annotated[
        bool, typer.Option("--attack", help="Let a linear program attack it, too; minutes.")
    ] = False,
) -> None:
    """Check the bytes of a vintage and make every file of it again from its inputs."""
    from migstat.release.auditing import audit as check  # noqa: PLC0415 - pandas is slow to load
    from migstat.release.auditing import second_opinion  # noqa: PLC0415 - likewise

    with _refusals(), progress("Making the vintage again"):
        checked, findings = check(country.upper(), open_ledger(), vintage)
    if findings:
        raise fail("\n".join([f"{checked.name} is not what was made:", *findings]))
    n_files = len(checked.manifest.files)
    out.print(f"{checked.name}: {n_files} files as they were made, and made again byte for byte")
    if attack:
        with _refusals(), progress("Attacking what is shown"):
            opinions = second_opinion(country.upper(), open_ledger(), checked.stamp.number)
        for name, (n_secrets, recovered, narrow) in opinions.items():
            told = f"{recovered} recovered, {narrow} narrower than asked for"
            out.print(f"{name}: {n_secrets} figures not to be known, {told}")


@app.command()
def deliver(
    country: Iso3,
    vintage: Number = None,
    to: Annotated[str | None, typer.Option(help="Only to this recipient.")] = None,
) -> None:
    """Deliver the extract of a vintage to those who receive it and have it not yet."""
    from migstat.release.delivery import DeliveryError  # noqa: PLC0415 - pandas is slow to load
    from migstat.release.delivery import deliver as send  # noqa: PLC0415 - likewise
    from migstat.release.records import checked_vintages  # noqa: PLC0415 - likewise
    from migstat.release.vintages import pick  # noqa: PLC0415 - likewise

    ledger, iso3 = open_ledger(), country.upper()
    with _refusals():
        sent = pick(checked_vintages(iso3, ledger), iso3, vintage)
        try:
            with progress("Delivering the extract"):
                outcomes = send(sent, ledger, to)
        except DeliveryError as error:
            _show_outcomes(sent.name, error.outcomes)
            raise
    _show_outcomes(sent.name, outcomes)


@app.command()
def across() -> None:
    """Write the brief across countries from the newest releases that are out."""
    from migstat.release.across import put_out_across  # noqa: PLC0415 - pandas is slow to load

    ledger = open_ledger()
    with _refusals(), progress("Setting the countries beside each other"):
        folder = put_out_across(ledger)
    out.print(f"across countries: {escape(str(folder))}", soft_wrap=True)
    show_across([brief for brief in ledger.across_briefs() if brief.folder == folder.name][-1])


@app.command()
def microdata(
    country: Iso3,
    out_folder: Annotated[
        Path | None, typer.Option("--out", help="Where to; a folder under data/microdata without.")
    ] = None,
) -> None:
    """Release records to statisticians, where the country's profile allows it."""
    from migstat.release.microdata.making import release_microdata  # noqa: PLC0415 - likewise

    with _refusals(), progress("Protecting the records"):
        made = release_microdata(country.upper(), out_folder)
    table = Table("File", "Records", "Rarest combination", "Values withheld")
    for one in made.counts:
        share = one.n_withheld / one.n_values
        table.add_row(
            one.stem, str(one.n_records), str(one.smallest), f"{one.n_withheld} ({share:.1%})"
        )
    out.print(table)
    state = "" if made.is_new else " (was there already)"
    out.print(f"microdata: {escape(str(made.folder))}{state}", soft_wrap=True)


@app.command()
def diff(
    country: Iso3,
    old: Annotated[int, typer.Argument(help="Older vintage.")],
    new: Annotated[int, typer.Argument(help="Newer vintage.")],
    csv: Annotated[Path | None, typer.Option(help="Write all differences here.")] = None,
) -> None:
    """Show which figures differ between two vintages."""
    from migstat.release.auditing import diff as compare  # noqa: PLC0415 - pandas is slow to load
    from migstat.release.writers.text import write_csv  # noqa: PLC0415 - likewise

    with _refusals():
        changes = compare(country.upper(), open_ledger(), old, new)
    if csv:
        write_csv(changes, csv)
    _show_changes(changes, f"v{new} against v{old}", all_in="--csv")


@contextmanager
def _refusals() -> Iterator[None]:
    """Tell a refusal in its own words."""
    from migstat.release.errors import ReleaseError  # noqa: PLC0415 - pandas is slow to load

    try:
        yield
    except (ReleaseError, DeclarationError, LedgerError, FileNotFoundError) as error:
        raise fail(str(error)) from error


def _show_plan(planned: "Plan", released: Sequence[Release]) -> None:
    release = planned.release
    stamp, cells = release.stamp, release.cells
    state = "would be released"
    if not planned.is_new:
        state = f"{standing(released[-1])}; nothing is new"
    stamped = f"{stamp.country} {stamp.label} ({stamp.kind}, issued {stamp.issued})"
    out.print(escape(f"{stamped} {state}"))
    table = Table("Survey wave", "Cells", "Withheld")
    named = cells["survey_code"] + " " + cells["wave"] + " (" + cells["time_period"] + ")"
    withheld = cells["conf_status"].eq("C").groupby(named)
    for key, n, share in zip(withheld.groups, withheld.size(), withheld.mean(), strict=True):
        table.add_row(str(key), str(n), f"{round(n * share)} ({share:.0%})")
    out.print(table)
    for (survey, wave), ends in planned.held.items():
        out.print(f"{survey} {wave}: under embargo until {ends.isoformat(timespec='minutes')}")
    _show_postponed(stamp)
    if planned.is_new:
        _show_changes(release.changes, "against the vintage before", all_in="its change log")


def _show_postponed(stamp: "Stamp") -> None:
    if told := stamp.told_postponed:
        out.print(
            f"[yellow]postponed[/] {escape(told)}: what was revised can't be protected beside what "
            "is out, and waits for later revisions",
            soft_wrap=True,
        )


def _show_outcomes(name: str, outcomes: "list[Outcome]") -> None:
    if not outcomes:
        out.print(f"{name}: nobody is declared under release.recipients")
        return
    table = Table("Recipient", name, "Bytes sent")
    for one in outcomes:
        state = "failed" if one.error else "delivered" if one.is_new else "has it already"
        table.add_row(escape(one.recipient), state, str(one.n_bytes))
    out.print(table)


def _show_changes(changes: "pd.DataFrame", compared: str, *, all_in: str) -> None:
    counts = changes["change"].value_counts()
    told = ", ".join(f"{n} {change}" for change, n in counts.items())
    out.print(f"{compared}: {told or 'no figure changed'}")
    revised = changes[changes["change"] == "revised"]
    if revised.empty:
        return
    from migstat.release.cells import DIMENSIONS  # noqa: PLC0415 - pandas is slow to load

    table = Table("Survey", "Wave", "Indicator", "Cell", "Old", "New", "Reason")
    for row in revised.head(SHOWN_CHANGES).astype(str).to_dict("records"):
        cell = " ".join(row[name] for name in DIMENSIONS if row[name] != "_T") or "_T"
        texts = [cell if name == "cell" else row[name] for name in COLUMNS_OF_CHANGES]
        table.add_row(*map(escape, texts))
    out.print(table)
    if len(revised) > SHOWN_CHANGES:
        out.print(f"{SHOWN_CHANGES} of {len(revised)} revised figures; {all_in} has all")
