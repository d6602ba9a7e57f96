"""How an extract moves to a recipient: sending → delivered | failed, failed → sending.

Who is killed while sending leaves the row at ``sending``; the next attempt goes on from there.
All of it happens inside the caller's writing transaction.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from migstat.ledger.errors import IllegalMoveError
from migstat.ledger.release_models import ExtractDelivery
from migstat.ledger.releasing import get_unrejected

SENDING, DELIVERED, FAILED = "sending", "delivered", "failed"


@dataclass(frozen=True)
class Sending:
    """What is sent to whom.

    Attributes:
        country_code: ISO3.
        vintage: Its number.
        recipient: Name, as the country declares it.
        connection: Id of the Airflow connection that leads there.
        sums_sha256: SHA-256 of the extract's ``SHA256SUMS``.
        n_files: Files of the extract.
        n_bytes: Their bytes together.
    """

    country_code: str
    vintage: int
    recipient: str
    connection: str
    sums_sha256: str
    n_files: int
    n_bytes: int

    @property
    def label(self) -> str:
        """``SLV v2 for Ministry``."""
        return f"{self.country_code} v{self.vintage} for {self.recipient}"


def begin(session: Session, sent: Sending, now: datetime) -> ExtractDelivery:
    """Write down that sending begins.

    Raises:
        IllegalMoveError: It was delivered already, or its vintage was rejected.
        UnknownReleaseError: No such vintage.
    """
    get_unrejected(session, sent.country_code, sent.vintage)
    row = _find(session, sent)
    if row is None:
        row = ExtractDelivery(
            **asdict(sent), state=SENDING, attempts=0, first_tried_at=now, last_tried_at=now
        )
        session.add(row)
    elif row.state == DELIVERED:
        raise IllegalMoveError(f"{sent.label} was delivered already")
    for name, value in asdict(sent).items():
        setattr(row, name, value)
    row.state, row.last_tried_at = SENDING, now
    row.attempts += 1
    return row


def end(session: Session, sent: Sending, error: str | None, now: datetime) -> ExtractDelivery:
    """Write down how sending ended: well, or with an error.

    Raises:
        IllegalMoveError: Nobody is sending it.
    """
    row = _find(session, sent)
    if row is None or row.state != SENDING:
        raise IllegalMoveError(f"{sent.label} is not being sent")
    row.state = DELIVERED if error is None else FAILED
    row.last_error = error
    row.delivered_at = now if error is None else None
    return row


def _find(session: Session, sent: Sending) -> ExtractDelivery | None:
    return session.get(ExtractDelivery, (sent.country_code, sent.vintage, sent.recipient))
