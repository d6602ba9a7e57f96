"""How deliveries and the files of the drop zone get into the ledger.

Every function works inside the one writing transaction of its caller.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from migstat.ledger.errors import IllegalMoveError
from migstat.ledger.models import (
    Delivery,
    DropZoneFile,
    FoundDelivery,
    State,
    digest,
    look_id,
)
from migstat.ledger.types import DeliveredFile

ALIVE = (State.REGISTERED, State.ACCEPTED, State.SUPERSEDED)


def register(session: Session, found: FoundDelivery, now: datetime) -> Delivery:
    """Record a delivery once; a second sighting of the same bytes only marks its files as seen."""
    delivery = _same_delivery(session, found) or _new_delivery(session, found, now)
    session.flush()
    _mark_seen(session, found.files, delivery.delivery_id, now)
    return delivery


def refuse_unread(session: Session, found: FoundDelivery, reason: str, now: datetime) -> Delivery:
    """Record files that were refused without opening them; once per state of the files."""
    looks = sorted(look_id(file.path, file.size, file.modified_at) for file in found.files)
    delivery_id = looks[0] if len(looks) == 1 else digest(*looks)
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        delivery = Delivery(
            delivery_id=delivery_id,
            content_sha256=None,
            survey_code=found.survey_code,
            wave=found.wave,
            country_code=found.country_code,
            state=State.REFUSED,
            sequence=_next_sequence(session),
            files=tuple(replace(file, sha256=None) for file in found.files),
            reason=reason,
            registered_at=now,
            decided_at=now,
        )
        session.add(delivery)
        session.flush()
    _mark_seen(session, found.files, delivery_id, now)
    return delivery


def requeue(session: Session, delivery: Delivery, now: datetime) -> Delivery:
    """Put a decided delivery in again, as the next round at the same place of the order.

    A round that still waits is returned as it is.

    Raises:
        IllegalMoveError: It was never read, is superseded, or still waits itself.
    """
    if delivery.content_sha256 is None:
        raise IllegalMoveError(
            f"{delivery.label} was refused without reading; once the declaration or the place of "
            "the file is right, the next scan of the drop zone takes it"
        )
    rounds = _rounds(session, delivery)
    latest = rounds[-1]
    if latest.state == State.REGISTERED:
        return latest
    if latest.state == State.SUPERSEDED:
        raise IllegalMoveError(f"{latest.label} is superseded by a later delivery of its wave")
    again = Delivery(
        delivery_id=digest("requeue", rounds[0].delivery_id, str(latest.round + 1)),
        content_sha256=delivery.content_sha256,
        survey_code=delivery.survey_code,
        wave=delivery.wave,
        country_code=delivery.country_code,
        mode=delivery.mode,
        state=State.REGISTERED,
        sequence=delivery.sequence,
        round=latest.round + 1,
        requeue_of=rounds[0].delivery_id,
        files=delivery.files,
        registered_at=now,
    )
    session.add(again)
    return again


def look(
    session: Session, files: Iterable[DeliveredFile], now: datetime
) -> dict[str, DropZoneFile]:
    """Record the first look at each new state of a file; an older one nobody took is forgotten.

    Returns:
        The rows of these files by path, in their present state.
    """
    seen = {}
    for file in files:
        row = session.get(DropZoneFile, look_id(file.path, file.size, file.modified_at))
        if row is None:
            _forget_older_states(session, file.path)
            row = _first_look(session, file, None, now)
        seen[file.path] = row
    return seen


def _same_delivery(session: Session, found: FoundDelivery) -> Delivery | None:
    same = (
        select(Delivery)
        .where(
            Delivery.content_sha256 == found.content_sha256,
            Delivery.survey_code == found.survey_code,
            Delivery.wave == found.wave,
        )
        .order_by(Delivery.sequence, Delivery.round.desc())
    )
    return session.scalars(same.limit(1)).first()


def _new_delivery(session: Session, found: FoundDelivery, now: datetime) -> Delivery:
    elsewhere = _alive_elsewhere(session, found)
    taken = session.get(Delivery, found.content_sha256) is not None
    place = digest(found.content_sha256, found.survey_code, found.wave)
    delivery = Delivery(
        delivery_id=place if taken else found.content_sha256,
        content_sha256=found.content_sha256,
        survey_code=found.survey_code,
        wave=found.wave,
        country_code=found.country_code,
        mode=found.mode,
        state=State.REFUSED if elsewhere else State.REGISTERED,
        sequence=_next_sequence(session),
        files=found.files,
        reason=_doubled(found, elsewhere) if elsewhere else None,
        registered_at=now,
        decided_at=now if elsewhere else None,
    )
    session.add(delivery)
    return delivery


def _alive_elsewhere(session: Session, found: FoundDelivery) -> Delivery | None:
    """The same bytes under another survey or wave, unless they were refused there."""
    same = (
        select(Delivery)
        .where(Delivery.content_sha256 == found.content_sha256, Delivery.state.in_(ALIVE))
        .order_by(Delivery.sequence)
    )
    return session.scalars(same.limit(1)).first()


def _doubled(found: FoundDelivery, first: Delivery) -> str:
    return (
        f"{found.survey_code} {found.wave}: these bytes were handed in before as "
        f"{first.survey_code} {first.wave} (delivery {first.delivery_id[:12]}, {first.state}). "
        "Nothing was taken in. Hand in the export that belongs here. If the first place was the "
        "wrong one and it was refused there, requeue this one."
    )


def _rounds(session: Session, delivery: Delivery) -> Sequence[Delivery]:
    same_place = select(Delivery).where(Delivery.sequence == delivery.sequence)
    return session.scalars(same_place.order_by(Delivery.round)).all()


def _next_sequence(session: Session) -> int:
    return (session.scalar(select(func.max(Delivery.sequence))) or 0) + 1


def _mark_seen(
    session: Session, files: Iterable[DeliveredFile], delivery_id: str, now: datetime
) -> None:
    for file in files:
        key = look_id(file.path, file.size, file.modified_at)
        if session.get(DropZoneFile, key) is None:
            _first_look(session, file, delivery_id, now)
        session.execute(
            update(DropZoneFile)
            .where(DropZoneFile.look_id == key)
            .values(delivery_id=delivery_id)
            .execution_options(synchronize_session=False)
        )


def _first_look(
    session: Session, file: DeliveredFile, delivery_id: str | None, now: datetime
) -> DropZoneFile:
    row = DropZoneFile(
        look_id=look_id(file.path, file.size, file.modified_at),
        path=file.path,
        size=file.size,
        modified_at=file.modified_at,
        first_seen_at=now,
        delivery_id=delivery_id,
    )
    session.add(row)
    session.flush()
    return row


def _forget_older_states(session: Session, path: str) -> None:
    session.execute(
        delete(DropZoneFile)
        .where(DropZoneFile.path == path, DropZoneFile.delivery_id.is_(None))
        .execution_options(synchronize_session=False)
    )
