"""How a delivery moves: registered → accepted | refused, accepted → superseded, never back.

Each move is an UPDATE that names the state it starts from, so that of two processes one moves and
the other finds nothing left to move. All of it happens inside the caller's writing transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from migstat.ledger.errors import IllegalMoveError
from migstat.ledger.models import Delivery, Outcome, QualityFinding, QualityResult, State

DECIDED_WELL = (State.ACCEPTED, State.SUPERSEDED)


def accept(session: Session, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Accept a delivery and settle which of its wave are current; the same twice changes nothing.

    Raises:
        IllegalMoveError: It was refused, or accepted with another outcome.
    """
    columns = outcome.as_columns()
    if not _move(session, delivery, State.REGISTERED, State.ACCEPTED, decided_at=now, **columns):
        _check_same_outcome(delivery, columns)
        return
    _write_quality(session, delivery.delivery_id, outcome.quality)
    _settle_wave(session, delivery.survey_code, delivery.wave)


def refuse(
    session: Session,
    delivery: Delivery,
    reason: str,
    quality: Sequence[QualityFinding],
    now: datetime,
) -> None:
    """Refuse a delivery; the first reason stands.

    Raises:
        IllegalMoveError: It was accepted before.
    """
    if _move(session, delivery, State.REGISTERED, State.REFUSED, decided_at=now, reason=reason):
        _write_quality(session, delivery.delivery_id, quality)
    elif delivery.state != State.REFUSED:
        raise IllegalMoveError(f"{delivery.label} is {delivery.state}; it can't be refused")


def _move(
    session: Session,
    delivery: Delivery,
    before: State,
    after: State,
    **columns: Any,  # noqa: ANN401 - values of any column
) -> bool:
    """Make a move unless it is made already; tells whether this call made it."""
    moved = session.execute(
        update(Delivery)
        .where(Delivery.delivery_id == delivery.delivery_id, Delivery.state == before)
        .values(state=after, **columns)
        .execution_options(synchronize_session=False)
    )
    session.refresh(delivery)
    return isinstance(moved, CursorResult) and moved.rowcount == 1


def _check_same_outcome(delivery: Delivery, columns: dict[str, Any]) -> None:
    if delivery.state not in DECIDED_WELL:
        raise IllegalMoveError(f"{delivery.label} is {delivery.state}; it can't be accepted")
    different = [name for name, value in columns.items() if getattr(delivery, name) != value]
    if different:
        raise IllegalMoveError(
            f"{delivery.label} is accepted already, with another {different[0]}; "
            "requeue it to take it in by changed rules"
        )


def _write_quality(session: Session, delivery_id: str, findings: Sequence[QualityFinding]) -> None:
    session.add_all(
        QualityResult(
            delivery_id=delivery_id,
            position=position,
            table_name=finding.table_name,
            rule=finding.rule,
            severity=finding.severity,
            n_failed=finding.n_failed,
            n_rows=finding.n_rows,
            reason=finding.reason,
        )
        for position, finding in enumerate(findings, start=1)
    )


def _settle_wave(session: Session, survey_code: str, wave: str) -> None:
    """Say of each accepted delivery which later one supersedes it: the next in order that does.

    The result depends on the order of registration alone, not on who was accepted first.
    """
    accepted = session.scalars(
        select(Delivery)
        .where(
            Delivery.survey_code == survey_code,
            Delivery.wave == wave,
            Delivery.state.in_(DECIDED_WELL),
        )
        .order_by(Delivery.sequence, Delivery.round)
    ).all()
    for place, earlier in enumerate(accepted):
        later = next((d for d in accepted[place + 1 :] if _supersedes(d, earlier)), None)
        if later is not None and later.delivery_id != earlier.superseded_by:
            _supersede(session, earlier, later)


def _supersedes(later: Delivery, earlier: Delivery) -> bool:
    """A snapshot holds all that came before it; another round replaces the rounds before it."""
    return later.mode == "snapshot" or later.sequence == earlier.sequence


def _supersede(session: Session, earlier: Delivery, later: Delivery) -> None:
    """Move accepted → superseded; one superseded before only learns of its nearest follower."""
    session.execute(
        update(Delivery)
        .where(Delivery.delivery_id == earlier.delivery_id, Delivery.state.in_(DECIDED_WELL))
        .values(state=State.SUPERSEDED, superseded_by=later.delivery_id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(earlier)
