"""The ledger: the only state of migstat.

An event says "look"; the ledger says what is to be done. Every method is one transaction, and
calling it twice is the same as calling it once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from migstat.ledger import deciding, registering
from migstat.ledger.errors import UnknownDeliveryError
from migstat.ledger.models import (
    Build,
    Delivery,
    DropZoneFile,
    FoundDelivery,
    Outcome,
    QualityFinding,
    QualityResult,
    State,
    look_id,
)
from migstat.ledger.overview import SurveyOverview, build_overview
from migstat.ledger.release_book import ReleaseBook
from migstat.ledger.types import DeliveredFile, utc_now
from migstat.paths import paths

BATCH = 500  # SQLite takes a limited number of bound values


class Ledger(ReleaseBook):
    """Deliveries, files of the drop zone, quality results, builds, and the book of releases."""

    def __init__(self, url: str, clock: Callable[[], datetime] = utc_now) -> None:
        """Prepare to connect; ``migrate()`` makes or updates the tables.

        Args:
            url: SQLAlchemy URL of a SQLite file or a PostgreSQL database.
            clock: Tells the time of what is recorded, with its zone.
        """
        super().__init__(url)
        self.clock = clock

    def register(self, found: FoundDelivery) -> Delivery:
        """Record a delivery; the same bytes twice change nothing.

        The same bytes under another survey or wave are recorded as refused, unless they were
        refused there.

        Returns:
            The delivery these bytes are, new or known.
        """
        with self.write() as session:
            return registering.register(session, found, self.clock())

    def refuse_unread(self, found: FoundDelivery, reason: str) -> Delivery:
        """Record files refused by name, place or size; they were not opened."""
        with self.write() as session:
            return registering.refuse_unread(session, found, reason, self.clock())

    def accept(self, delivery_id: str, outcome: Outcome) -> Delivery:
        """Record that a delivery was taken in, and what it supersedes.

        Raises:
            IllegalMoveError: It was refused, or accepted with another outcome.
            UnknownDeliveryError: No such delivery.
        """
        with self.write() as session:
            delivery = _get(session, delivery_id)
            deciding.accept(session, delivery, outcome, self.clock())
            return delivery

    def refuse(
        self, delivery_id: str, reason: str, quality: Sequence[QualityFinding] = ()
    ) -> Delivery:
        """Record that a delivery was refused, why, and what the suite said.

        Raises:
            IllegalMoveError: It was accepted before.
            UnknownDeliveryError: No such delivery.
        """
        with self.write() as session:
            delivery = _get(session, delivery_id)
            deciding.refuse(session, delivery, reason, quality, self.clock())
            return delivery

    def requeue(self, id_or_prefix: str) -> Delivery:
        """Put an accepted or refused delivery in again, after a fix of declarations or suite.

        Returns:
            The next round: a registered delivery with an id of its own and the same files.

        Raises:
            IllegalMoveError: It is superseded, or was never read.
            UnknownDeliveryError: No such delivery.
        """
        with self.write() as session:
            return registering.requeue(session, _find(session, id_or_prefix), self.clock())

    def waiting(self, country: str | None = None) -> list[Delivery]:
        """List what is to be taken in, oldest first; of one country (ISO3) if named."""
        return [d for d in self.deliveries(state=State.REGISTERED) if _is_of(d, country)]

    def delivery(self, id_or_prefix: str) -> Delivery:
        """Find one delivery.

        Raises:
            UnknownDeliveryError: None or several begin so.
        """
        with self.read() as session:
            return _find(session, id_or_prefix)

    def current(self, survey: str, wave: str) -> list[Delivery]:
        """List the deliveries a wave consists of now: one snapshot and what was appended since."""
        return self.deliveries(survey=survey, wave=wave, state=State.ACCEPTED)

    def deliveries(
        self, survey: str | None = None, wave: str | None = None, state: State | None = None
    ) -> list[Delivery]:
        """List deliveries in their order, of one survey, wave or state if named."""
        wanted = {"survey_code": survey, "wave": wave, "state": state}
        query = select(Delivery).filter_by(**{k: v for k, v in wanted.items() if v is not None})
        with self.read() as session:
            return list(session.scalars(query.order_by(Delivery.sequence, Delivery.round)))

    def quality_results(self, delivery_id: str | None = None) -> list[QualityResult]:
        """List what the suites said, of one delivery if named."""
        query = select(QualityResult).order_by(QualityResult.delivery_id, QualityResult.position)
        if delivery_id is not None:
            query = query.where(QualityResult.delivery_id == delivery_id)
        with self.read() as session:
            return list(session.scalars(query))

    def look(self, files: Iterable[DeliveredFile]) -> dict[str, DropZoneFile]:
        """Keep the first look at each file of the drop zone; writes only when there is news.

        Returns:
            The rows of these files by path, each with its ``first_seen_at`` and ``delivery_id``.
        """
        files = list(files)
        known = self._known_looks(files)
        new = [file for file in files if file.path not in known]
        if new:
            with self.write() as session:
                known |= registering.look(session, new, self.clock())
        return known

    def unread(self) -> set[str]:
        """Ids of the deliveries refused without opening a file."""
        query = select(Delivery.delivery_id).where(Delivery.content_sha256.is_(None))
        with self.read() as session:
            return set(session.scalars(query))

    def record_build(
        self,
        build_id: str,
        *,
        started_at: datetime,
        finished_at: datetime | None,
        state: str,
        waves: Mapping[str, str],
        failures: Mapping[str, str],
    ) -> Build:
        """Write down a build, or what has become of it; the last word under an id stands.

        Args:
            build_id: Chosen by the builder.
            started_at: With its zone.
            finished_at: With its zone; None while it runs.
            state: In the builder's words (``running``, ``published``, ``failed``).
            waves: What went in, as fingerprint by ``survey/wave``.
            failures: Reason by survey that kept its last good marts.
        """
        build = Build(
            build_id=build_id,
            started_at=started_at,
            finished_at=finished_at,
            state=state,
            waves=dict(waves),
            failures=dict(failures),
        )
        with self.write() as session:
            return session.merge(build)

    def builds(self, state: str | None = None) -> list[Build]:
        """List builds, oldest first, of one state if named."""
        query = select(Build).order_by(Build.started_at, Build.build_id)
        if state is not None:
            query = query.where(Build.state == state)
        with self.read() as session:
            return list(session.scalars(query))

    def overview(self) -> list[SurveyOverview]:
        """Sum up the state of every survey that was ever handed in."""
        return build_overview(self.deliveries(), self.builds())

    def _known_looks(self, files: list[DeliveredFile]) -> dict[str, DropZoneFile]:
        ids = [look_id(file.path, file.size, file.modified_at) for file in files]
        known: dict[str, DropZoneFile] = {}
        with self.read() as session:
            for start in range(0, len(ids), BATCH):
                batch = DropZoneFile.look_id.in_(ids[start : start + BATCH])
                known |= {
                    row.path: row for row in session.scalars(select(DropZoneFile).where(batch))
                }
        return known


def open_ledger() -> Ledger:
    """Open the installation's ledger (``paths().ledger_url``), its tables up to date."""
    ledger = Ledger(paths().ledger_url)
    ledger.migrate()
    return ledger


def _get(session: Session, delivery_id: str) -> Delivery:
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise UnknownDeliveryError(f"no delivery has the id {delivery_id!r}")
    return delivery


def _find(session: Session, prefix: str) -> Delivery:
    begins = Delivery.delivery_id.startswith(prefix.lower(), autoescape=True)
    found = session.scalars(select(Delivery).where(begins).limit(2)).all()
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownDeliveryError(
            f"no delivery's id begins with {prefix!r}; `migstat status` lists them"
        )
    raise UnknownDeliveryError(f"several deliveries' ids begin with {prefix!r}; give more of it")


def _is_of(delivery: Delivery, country: str | None) -> bool:
    return country is None or delivery.country_code == country.upper()
