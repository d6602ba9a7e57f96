"""How releases stand, as the ledger knows it: for ``migstat status`` and ``release plan``."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from migstat.cli.console import out
from migstat.declarations import DeclarationError, load_country
from migstat.ledger import AcrossBrief, Ledger, Release


def show_releases(ledger: Ledger) -> None:
    """Show the newest vintage of every country, and the newest brief across countries."""
    newest = {release.country_code: release for release in ledger.releases()}
    if newest:
        show_vintages(list(newest.values()))
        out.print("`migstat status SLV` lists all vintages of a country.")
    if briefs := ledger.across_briefs():
        show_across(briefs[-1])


def show_vintages(releases: Sequence[Release]) -> None:
    """Show vintages, who signed them, and how they stand."""
    table = Table("vintage", "kind", "issued", "signed by", "stands")
    for release in releases:
        signed = [f"{name} ({moment[:10]})" for name, moment in release.approvals.items()]
        row = (release.label, release.kind, release.issued_on, "\n".join(signed), standing(release))
        table.add_row(*map(escape, row))
    out.print(table)


def show_across(brief: AcrossBrief) -> None:
    """Show from what a brief across countries was made."""
    made = f"made {brief.made_at:%Y-%m-%d} from {brief.told}"
    out.print(escape(f"across countries: {brief.folder}, {made}"), soft_wrap=True)


def standing(release: Release) -> str:
    """Say how a vintage stands."""
    if release.rejection is not None:
        return release.rejection.told
    if release.extracted_at is not None:
        return f"out since {release.extracted_at:%Y-%m-%d}"
    missing = _unsigned(release)
    return f"waits for {', '.join(missing)}" if missing else "not put out yet"


def _unsigned(release: Release) -> list[str]:
    """Who must sign a vintage still; nobody where its country can't be read any more."""
    try:
        declared = load_country(release.country_code).release
    except DeclarationError:
        return []
    return declared.unsigned(release.approvals) if declared else []
