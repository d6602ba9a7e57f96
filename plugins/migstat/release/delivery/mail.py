"""Delivery by mail: one message with a zip of the extract, or a refusal where that is too large."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from migstat.declarations.release import Recipient
from migstat.release.delivery.connections import Connection
from migstat.release.delivery.letter import write_letter
from migstat.release.delivery.parcel import Parcel
from migstat.release.delivery.target import Target, TargetError

if TYPE_CHECKING:
    import smtplib

MEGABYTE = 1_000_000


@contextmanager
def open_mail(recipient: Recipient, connection: Connection) -> Iterator[Target]:
    """Prepare a mail over the server of a connection of type ``smtp``.

    Raises:
        TargetError: No address is declared, or the connection names no sender.
    """
    if recipient.mail is None:
        raise TargetError(
            f"the connection {connection.name} leads to a mail server, and the recipient has no "
            "address; declare mail under release.recipients"
        )
    sender = connection.extra.get("from_email") or connection.login
    if "@" not in sender:
        raise TargetError(
            f"the connection {connection.name} names no sender; give it the extra from_email"
        )
    yield MailTarget(connection.name, sender, recipient.mail, recipient.mail_limit_mb)


class MailTarget:
    """A mailbox."""

    def __init__(self, connection: str, sender: str, to: str, limit_mb: int) -> None:
        """Take the connection's id, two addresses and the largest mail the mailbox takes."""
        self._connection = connection
        self._sender = sender
        self._to = to
        self._limit_mb = limit_mb

    def send(self, parcel: Parcel) -> int:
        """Send a parcel as one mail; see ``Target``."""
        letter = write_letter(parcel, self._sender, self._to)
        n_bytes = len(letter.as_bytes())
        if n_bytes > self._limit_mb * MEGABYTE:
            raise TargetError(
                f"the mail has {n_bytes / MEGABYTE:.1f} MB and {self._to} takes {self._limit_mb}; "
                "raise mail_limit_mb if the mailbox takes more, else deliver to a folder, SFTP or "
                "S3"
            )
        from airflow.providers.smtp.hooks.smtp import SmtpHook  # noqa: PLC0415 - slow to load

        with SmtpHook(smtp_conn_id=self._connection) as hook:
            # the hook's own messages have neither our Message-ID nor our attachment
            client = cast("smtplib.SMTP", hook._smtp_client)  # noqa: SLF001
            client.send_message(letter)
        return n_bytes
