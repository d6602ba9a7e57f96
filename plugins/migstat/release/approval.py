"""Signing a vintage, or rejecting it: only those whom the country names can do either."""

from migstat.declarations import load_country
from migstat.ledger import Ledger, Release
from migstat.release.errors import ApprovalError
from migstat.release.extracts import extract_folder, refuse_rejected
from migstat.release.records import checked_vintages
from migstat.release.release import release_of
from migstat.release.vintages import locked, pick


def approve(iso3: str, number: int, by: str, ledger: Ledger) -> list[str]:
    """Record that somebody signs a vintage.

    Returns:
        Who must sign it still.

    Raises:
        ApprovalError: The country does not name this person, or the vintage was rejected.
        ReleaseError: There is no such vintage, or it was changed by hand.
    """
    _refuse_others(iso3, by)
    refuse_rejected(_released(iso3, number, ledger))
    signed = ledger.approve_release(iso3, number, by).approvals
    return release_of(load_country(iso3)).unsigned(signed)


def reject(iso3: str, number: int, by: str, why: str, ledger: Ledger) -> Release:
    """Record that somebody rejects a vintage, which then never leaves; the first time stands.

    Args:
        iso3: The country.
        number: The vintage.
        by: Who, as ``release.approval`` names them.
        why: In their words; empty where they said nothing.
        ledger: Where it is recorded.

    Raises:
        ApprovalError: The country does not name this person, or the vintage is out.
        ReleaseError: There is no such vintage, or it was changed by hand.
    """
    _refuse_others(iso3, by)
    released = _released(iso3, number, ledger)
    with locked(iso3):  # nobody puts it out meanwhile
        if released.extracted_at or extract_folder(iso3, number).is_dir():
            raise ApprovalError(
                f"{released.label} is out and can't be rejected any more; `migstat release build "
                f"{iso3} --correction WHY` corrects it"
            )
        return ledger.reject_release(iso3, number, by, why.strip() or None)


def _refuse_others(iso3: str, by: str) -> None:
    declared = release_of(load_country(iso3))
    if by not in declared.signatories:
        named = ", ".join(declared.signatories) or "nobody"
        raise ApprovalError(
            f"{iso3}: {by!r} does not sign releases; release.approval names {named}"
        )


def _released(iso3: str, number: int, ledger: Ledger) -> Release:
    """What the ledger knows of a vintage that is as it was made."""
    stamp = pick(checked_vintages(iso3, ledger), iso3, number).stamp
    return ledger.release(iso3, stamp.number)
