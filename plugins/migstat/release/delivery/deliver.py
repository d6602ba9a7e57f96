"""Delivering a vintage to all who receive it; one that fails does not hold the others back."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from migstat.declarations import load_country
from migstat.declarations.release import Recipient
from migstat.ledger import DELIVERED, Ledger
from migstat.release.delivery.connections import Connection, load_connection
from migstat.release.delivery.folder import open_folder
from migstat.release.delivery.mail import open_mail
from migstat.release.delivery.parcel import Parcel, pack
from migstat.release.delivery.s3 import open_s3
from migstat.release.delivery.sftp import open_sftp
from migstat.release.delivery.target import Target, TargetError
from migstat.release.errors import ReleaseError
from migstat.release.extracts import put_out
from migstat.release.records import checked_vintages
from migstat.release.release import release_of
from migstat.release.stamp import Stamp
from migstat.release.vintages import Vintage, locked, pick

Open = Callable[[Recipient, Connection], AbstractContextManager[Target]]
KINDS: dict[str, Open] = {
    "fs": open_folder,
    "sftp": open_sftp,
    "ssh": open_sftp,
    "aws": open_s3,
    "smtp": open_mail,
}
NAME_DIGITS = 16


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery.

    Attributes:
        recipient: Its name.
        is_new: Whether it arrived now; else it had before, or failed.
        n_bytes: Bytes that were sent now.
        error: Why it failed, without secrets; None where the extract is at the far end.
    """

    recipient: str
    is_new: bool
    n_bytes: int = 0
    error: str | None = None


class DeliveryError(ReleaseError):
    """Some recipients did not get an extract; ``outcomes`` tells of all."""

    def __init__(self, stamp: Stamp, outcomes: list[Outcome]) -> None:
        """Name those that failed, why, and what to do."""
        failed = [one for one in outcomes if one.error is not None]
        super().__init__(
            "\n".join(
                [
                    f"{stamp.country} {stamp.label} did not reach {len(failed)} of "
                    f"{len(outcomes)} recipients:",
                    *(f"{one.recipient}: {one.error}" for one in failed),
                    f"`migstat release deliver {stamp.country} {stamp.number}` goes on where it "
                    "ended; those who have the extract get it no second time",
                ]
            )
        )
        self.outcomes = outcomes


def deliver(vintage: Vintage, ledger: Ledger, only: str | None = None) -> list[Outcome]:
    """Deliver the extract of a vintage, to every recipient of the country or to the one named.

    Returns:
        An outcome for each recipient, in the order they are declared.

    Raises:
        ApprovalError: Somebody who must sign the vintage has not.
        TamperedError: The vintage or its extract is not what was made.
        ReleaseError: The country has no recipient of that name.
        DeliveryError: Somebody was not reached; the others have it.
    """
    country = vintage.stamp.country
    recipients = _recipients(country, only)
    vintage = pick(checked_vintages(country, ledger), country, vintage.stamp.number)
    parcel = pack(put_out(vintage, ledger), vintage.stamp)
    outcomes = [_deliver_to(recipient, parcel, ledger) for recipient in recipients]
    if any(one.error is not None for one in outcomes):
        raise DeliveryError(parcel.stamp, outcomes)
    return outcomes


def _recipients(country: str, only: str | None) -> list[Recipient]:
    declared = release_of(load_country(country)).recipients
    wanted = [one for one in declared if only in (None, one.name)]
    if only is not None and not wanted:
        named = ", ".join(one.name for one in declared) or "nobody"
        raise ReleaseError(f"{country}: no recipient is called {only!r}; there is {named}")
    return wanted


def _deliver_to(recipient: Recipient, parcel: Parcel, ledger: Ledger) -> Outcome:
    """Deliver to one recipient, unless it was; two who try at the same time take turns."""
    sending = parcel.sending(recipient.name, recipient.connection)
    with locked(parcel.stamp.country, f".{_file_name(recipient.name)}.lock"):
        if _is_delivered(recipient, parcel, ledger):
            return Outcome(recipient.name, is_new=False)
        ledger.begin_sending(sending)
        try:
            n_bytes = _send(recipient, parcel)
        except TargetError as error:
            ledger.end_sending(sending, str(error))
            return Outcome(recipient.name, is_new=False, error=str(error))
        ledger.end_sending(sending)
    return Outcome(recipient.name, is_new=True, n_bytes=n_bytes)


def _send(recipient: Recipient, parcel: Parcel) -> int:
    """Open the target and send; whatever goes wrong there becomes a text without secrets.

    Raises:
        TargetError: With that text.
    """
    connection = load_connection(recipient.connection)
    if connection.kind not in KINDS:
        raise TargetError(
            f"the connection {connection.name} is of type {connection.kind!r}; extracts are "
            f"delivered by {', '.join(KINDS)}"
        )
    try:
        with KINDS[connection.kind](recipient, connection) as target:
            return target.send(parcel)
    except TargetError as error:
        raise TargetError(connection.without_secrets(str(error))) from None
    except Exception as error:  # noqa: BLE001 - libraries of five protocols raise what they like
        told = connection.without_secrets(f"{type(error).__name__}: {error}".rstrip(": "))
        raise TargetError(
            f"{connection.kind} {connection.name}: {told}. Check that it can be reached, has room "
            "and may be written to, then deliver again"
        ) from None


def _is_delivered(recipient: Recipient, parcel: Parcel, ledger: Ledger) -> bool:
    rows = ledger.extract_deliveries(parcel.stamp.country, parcel.stamp.number)
    return any(row.recipient == recipient.name and row.state == DELIVERED for row in rows)


def _file_name(recipient: str) -> str:
    """A name that every file system takes, for a name in any script."""
    return hashlib.sha256(recipient.encode()).hexdigest()[:NAME_DIGITS]
