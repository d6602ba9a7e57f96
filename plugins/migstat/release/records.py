"""Vintages on disk and in the ledger: each must be the one the other knows."""

from migstat.ledger import Ledger, Released
from migstat.release.cells import is_withheld
from migstat.release.changes import Change, count_changes
from migstat.release.errors import TamperedError
from migstat.release.vintages import Vintage, refuse_if_changed, vintages


def checked_vintages(iso3: str, ledger: Ledger) -> list[Vintage]:
    """List the vintages of a country, oldest first, as they were made.

    One that a killed build put in its place and did not record is recorded now.

    Raises:
        TamperedError: One was changed by hand, or the ledger knows one that is not there.
    """
    found = vintages(iso3)
    known = {row.vintage: row.content_id for row in ledger.releases(iso3)}
    if lost := sorted(known.keys() - {vintage.stamp.number for vintage in found}):
        raise TamperedError(f"{iso3}: v{lost[0]} was released and is not on disk any more")
    for vintage in found:
        refuse_if_changed(vintage)
        if vintage.stamp.number not in known:
            record(vintage, ledger)
        elif known[vintage.stamp.number] != vintage.content_id:
            raise TamperedError(f"{vintage.name} is not the vintage that the ledger recorded")
    return found


def record(vintage: Vintage, ledger: Ledger) -> None:
    """Write a vintage down in the ledger; a second time changes nothing."""
    cells, stamp = vintage.cells(), vintage.stamp
    counts = count_changes(vintage.changes())
    ledger.record_release(
        Released(
            country_code=stamp.country,
            vintage=stamp.number,
            content_id=vintage.content_id,
            kind=stamp.kind,
            reason=stamp.reason or None,
            issued_on=stamp.issued.isoformat(),
            n_cells=len(cells),
            n_withheld=int(is_withheld(cells).sum()),
            n_added=counts[Change.ADDED],
            n_revised=counts[Change.REVISED],
            n_withdrawn=counts[Change.WITHDRAWN],
        )
    )
