"""Where the extracts of a run stand: told by the ledger, the disk and the marts, not by Airflow."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from migstat.declarations import Country, load_releasing_countries
from migstat.ledger import Ledger, Release
from migstat.orchestration.labels import ACROSS_DAG, publish_dag_id
from migstat.release.errors import NothingDueError, RejectedError, ReleaseError

ACROSS = "across"


class State(StrEnum):
    """Where an extract stands."""

    OUT = "out"
    AWAITED = "awaited"
    NOT_DUE = "not due"
    UNSIGNED = "waits for a signature"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True)
class Extract:
    """What leaves for a country, or across countries.

    Attributes:
        name: ISO3, or ``across``.
        dag_id: The DAG that publishes it.
        state: Where it stands.
        told: The folder where it lies, or why it does not; empty while it is awaited.
    """

    name: str
    dag_id: str
    state: State
    told: str = ""


@dataclass
class ExtractWatch:
    """Looks at the extracts again and again; what did not change since is not asked anew.

    Attributes:
        ledger: Knows what was released.
        countries: Those that declare a release, as they are when the watch begins.
        failed: Ids of DAGs that failed, with where to read why; filled by who sees them fail.
    """

    ledger: Ledger
    countries: list[Country] = field(default_factory=load_releasing_countries)
    failed: dict[str, str] = field(default_factory=dict)
    _asked: dict[str, tuple[object, Extract]] = field(default_factory=dict)

    def look(self) -> tuple[Extract, ...]:
        """Say where the extract of each country stands that declares a release, then across.

        Nothing stands anywhere before marts are published.
        """
        published = [build for build in self.ledger.builds() if build.state == "published"]
        if not published:
            return ()
        build_id = published[-1].build_id
        found = [
            self._with_failure(self._remembered(country, build_id)) for country in self.countries
        ]
        return (*found, *self._across(found))

    def _remembered(self, country: Country, build_id: str) -> Extract:
        released = self.ledger.releases(country.iso3)
        newest = released[-1] if released else None
        told = newest and (
            newest.vintage,
            newest.extracted_at,
            len(newest.approvals),
            newest.rejection is not None,
        )
        key = (build_id, told)
        known, extract = self._asked.get(country.iso3, (None, None))
        if extract is None or known != key:
            extract = _ask(country, newest, self.ledger)
            self._asked[country.iso3] = key, extract
        return extract

    def _across(self, found: Iterable[Extract]) -> list[Extract]:
        """Look for the brief across countries once no country is awaited any more."""
        states = {extract.state for extract in found}
        if State.AWAITED in states or State.OUT not in states:
            return []
        from migstat.release.across import across_folder  # noqa: PLC0415 - pandas is heavy

        try:
            folder, _ = across_folder()
        except NothingDueError:
            return []
        known = {brief.folder for brief in self.ledger.across_briefs()}
        is_out = folder.is_dir() and folder.name in known
        state, told = (State.OUT, str(folder)) if is_out else (State.AWAITED, "")
        return [self._with_failure(Extract(ACROSS, ACROSS_DAG, state, told))]

    def _with_failure(self, extract: Extract) -> Extract:
        if extract.state != State.AWAITED or extract.dag_id not in self.failed:
            return extract
        return Extract(extract.name, extract.dag_id, State.FAILED, self.failed[extract.dag_id])


def _ask(country: Country, newest: Release | None, ledger: Ledger) -> Extract:
    """Ask the marts whether the newest vintage says what they hold."""
    from migstat.release.due import check_due, look  # noqa: PLC0415 - pandas is heavy

    try:
        if newest is None:
            check_due(country.iso3)
            state, told = State.AWAITED, ""
        elif look(country.iso3, ledger).is_made_from_marts:
            state, told = _state_of(country, newest)
        else:
            state, told = State.AWAITED, ""
    except NothingDueError as error:
        state, told = State.NOT_DUE, str(error)
    except ReleaseError as error:
        state, told = State.FAILED, str(error)
    return Extract(country.iso3, publish_dag_id(country.iso3), state, told)


def _state_of(country: Country, newest: Release) -> tuple[State, str]:
    from migstat.release.extracts import extract_folder, is_out  # noqa: PLC0415 - pandas is heavy
    from migstat.release.release import release_of  # noqa: PLC0415 - likewise

    if newest.rejection is not None:
        return State.REJECTED, str(RejectedError(newest, newest.rejection))
    if is_out(newest):
        return State.OUT, str(extract_folder(newest.country_code, newest.vintage))
    if missing := release_of(country).unsigned(newest.approvals):
        return State.UNSIGNED, f"{newest.label} waits for {', '.join(missing)}"
    return State.AWAITED, ""
