"""How a release moves: made → approved by each who must → extracted, or rejected; never back.

All of it happens inside the caller's writing transaction.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from migstat.ledger.errors import IllegalMoveError, UnknownReleaseError
from migstat.ledger.release_models import AcrossBrief, Rejection, Release
from migstat.ledger.types import iso


@dataclass(frozen=True)
class Released:
    """A vintage that was made, as its manifest has it.

    Attributes:
        country_code: ISO3.
        vintage: Its number.
        content_id: SHA-256 of its manifest.
        kind: ``first``, ``routine`` or ``correction``.
        reason: Why it was corrected.
        issued_on: The date it leaves under, ISO 8601.
        n_cells: Its cells; ``n_withheld`` of them carry no figures.
        n_added: Figures that are new against the vintage before.
        n_revised: Figures that differ from it.
        n_withdrawn: Figures that it had and this one has not.
    """

    country_code: str
    vintage: int
    content_id: str
    kind: str
    reason: str | None
    issued_on: str
    n_cells: int
    n_withheld: int
    n_added: int
    n_revised: int
    n_withdrawn: int

    @property
    def label(self) -> str:
        """``SLV v2``."""
        return f"{self.country_code} v{self.vintage}"


def record(session: Session, released: Released, now: datetime) -> Release:
    """Write a vintage down; the same twice changes nothing.

    Raises:
        IllegalMoveError: Another vintage has its number.
    """
    known = session.get(Release, (released.country_code, released.vintage))
    if known is None:
        # said outright: what was never loaded can't be read from a detached row
        known = Release(**asdict(released), made_at=now, rejection=None)
        session.add(known)
    elif known.content_id != released.content_id:
        raise IllegalMoveError(f"{released.label} was released already, with other content")
    return known


def approve(session: Session, country: str, vintage: int, by: str, now: datetime) -> Release:
    """Write down who signed a vintage; the first time of each stands.

    Raises:
        IllegalMoveError: It was rejected.
        UnknownReleaseError: No such vintage.
    """
    release = get_unrejected(session, country, vintage)
    if by not in release.approvals:
        release.approvals = {**release.approvals, by: iso(now)}
    return release


def reject(
    session: Session, country: str, vintage: int, by: str, now: datetime, *, why: str | None
) -> Release:
    """Write down who rejected a vintage, and why; the first time stands.

    Raises:
        IllegalMoveError: Its extract is out.
        UnknownReleaseError: No such vintage.
    """
    release = get_release(session, country, vintage)
    if release.rejection is None:
        if release.extracted_at is not None:
            raise IllegalMoveError(f"{release.label} is out and can't be rejected")
        release.rejection = Rejection(
            country_code=country, vintage=vintage, rejected_by=by, rejected_at=now, why=why
        )
    return release


def mark_extracted(session: Session, country: str, vintage: int, now: datetime) -> Release:
    """Write down that the extract of a vintage is out; the first time stands.

    Raises:
        IllegalMoveError: It was rejected.
        UnknownReleaseError: No such vintage.
    """
    release = get_unrejected(session, country, vintage)
    release.extracted_at = release.extracted_at or now
    return release


def record_across(
    session: Session, folder: str, sums_sha256: str, vintages: Mapping[str, int], now: datetime
) -> AcrossBrief:
    """Write down a brief across countries; the same twice changes nothing.

    Raises:
        UnknownReleaseError: A vintage that it is said to be made from was never released.
    """
    known = session.get(AcrossBrief, sums_sha256)
    if known is None:
        for country, vintage in vintages.items():
            get_release(session, country, vintage)
        known = AcrossBrief(
            sums_sha256=sums_sha256, folder=folder, vintages=dict(vintages), made_at=now
        )
        session.add(known)
    return known


def get_unrejected(session: Session, country: str, vintage: int) -> Release:
    """Find a vintage that may still leave.

    Raises:
        IllegalMoveError: It was rejected.
        UnknownReleaseError: No such vintage.
    """
    release = get_release(session, country, vintage)
    if release.rejection is not None:
        raise IllegalMoveError(f"{release.label} was {release.rejection.told}; it never leaves")
    return release


def get_release(session: Session, country: str, vintage: int) -> Release:
    """Find a vintage.

    Raises:
        UnknownReleaseError: No such vintage.
    """
    release = session.get(Release, (country, vintage))
    if release is None:
        raise UnknownReleaseError(f"{country} v{vintage} was never released")
    return release
