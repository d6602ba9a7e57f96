"""The part of the ledger that tells of releases: what was made, signed, put out, delivered."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select

from migstat.ledger import releasing, sending
from migstat.ledger.database import Database
from migstat.ledger.release_models import AcrossBrief, ExtractDelivery, Release
from migstat.ledger.releasing import Released
from migstat.ledger.sending import Sending

ORDER = (ExtractDelivery.country_code, ExtractDelivery.vintage, ExtractDelivery.recipient)


class ReleaseBook(Database):
    """Releases, the deliveries of their extracts, and the briefs across countries."""

    clock: Callable[[], datetime]

    def record_release(self, released: Released) -> Release:
        """Record a vintage that was made; the same twice changes nothing.

        Raises:
            IllegalMoveError: Another vintage has its number.
        """
        with self.write() as session:
            return releasing.record(session, released, self.clock())

    def approve_release(self, country: str, vintage: int, by: str) -> Release:
        """Record who signed a vintage; the first time of each stands.

        Raises:
            IllegalMoveError: It was rejected.
            UnknownReleaseError: No such vintage.
        """
        with self.write() as session:
            return releasing.approve(session, country, vintage, by, self.clock())

    def reject_release(
        self, country: str, vintage: int, by: str, why: str | None = None
    ) -> Release:
        """Record who rejected a vintage, and why if it was said; the first time stands.

        Raises:
            IllegalMoveError: Its extract is out.
            UnknownReleaseError: No such vintage.
        """
        with self.write() as session:
            return releasing.reject(session, country, vintage, by, self.clock(), why=why)

    def record_extract(self, country: str, vintage: int) -> Release:
        """Record that the extract of a vintage is out; the first time stands.

        Raises:
            IllegalMoveError: It was rejected.
            UnknownReleaseError: No such vintage.
        """
        with self.write() as session:
            return releasing.mark_extracted(session, country, vintage, self.clock())

    def release(self, country: str, vintage: int) -> Release:
        """Find a vintage.

        Raises:
            UnknownReleaseError: No such vintage.
        """
        with self.read() as session:
            return releasing.get_release(session, country, vintage)

    def releases(self, country: str | None = None) -> list[Release]:
        """List vintages in their order, of one country (ISO3) if named."""
        query = select(Release).order_by(Release.country_code, Release.vintage)
        if country is not None:
            query = query.where(Release.country_code == country)
        with self.read() as session:
            return list(session.scalars(query))

    def record_across(
        self, folder: str, sums_sha256: str, vintages: Mapping[str, int]
    ) -> AcrossBrief:
        """Record a brief across countries; the same bytes twice change nothing.

        Args:
            folder: Name of the folder where it lies.
            sums_sha256: SHA-256 of its ``SHA256SUMS``.
            vintages: The vintage of each country (ISO3) that it was made from.

        Raises:
            UnknownReleaseError: One of them was never released.
        """
        with self.write() as session:
            return releasing.record_across(session, folder, sums_sha256, vintages, self.clock())

    def across_briefs(self) -> list[AcrossBrief]:
        """List the briefs across countries, oldest first."""
        query = select(AcrossBrief).order_by(AcrossBrief.made_at, AcrossBrief.sums_sha256)
        with self.read() as session:
            return list(session.scalars(query))

    def begin_sending(self, sent: Sending) -> ExtractDelivery:
        """Record that a vintage is being sent to a recipient, for the first time or again.

        Raises:
            IllegalMoveError: It was delivered already, or its vintage was rejected.
            UnknownReleaseError: No such vintage.
        """
        with self.write() as session:
            return sending.begin(session, sent, self.clock())

    def end_sending(self, sent: Sending, error: str | None = None) -> ExtractDelivery:
        """Record that a vintage arrived; with an error, that it did not.

        Raises:
            IllegalMoveError: Nobody is sending it.
        """
        with self.write() as session:
            return sending.end(session, sent, error, self.clock())

    def extract_deliveries(
        self, country: str | None = None, vintage: int | None = None
    ) -> list[ExtractDelivery]:
        """List who was sent what, in order, of one country (ISO3) or vintage if named."""
        wanted = {"country_code": country, "vintage": vintage}
        query = select(ExtractDelivery).filter_by(
            **{key: value for key, value in wanted.items() if value is not None}
        )
        with self.read() as session:
            return list(session.scalars(query.order_by(*ORDER)))
