"""Whether a country's release calendar can be kept, and who receives what can be told apart."""

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise

from migstat.declarations.catalogue_check import Finding
from migstat.declarations.periods import covers, first_day
from migstat.declarations.release import Recipient, Release


def check_release(release: Release) -> list[Finding]:
    """Find dates out of order or too early, periods announced twice and names that repeat."""
    return [
        *_order(release),
        *_too_early(release),
        *_periods(release),
        *_repeated(release),
        *_places(release),
    ]


def _order(release: Release) -> Iterator[Finding]:
    for i, (before, after) in enumerate(pairwise(release.calendar), 1):
        if after.date < before.date:
            message = f"{after.date} stands after {before.date}; the calendar goes forward"
            yield Finding(("release", "calendar", i, "date"), message)


def _too_early(release: Release) -> Iterator[Finding]:
    for i, announced in enumerate(release.calendar):
        if announced.date <= (begins := first_day(announced.period)):
            message = (
                f"{announced.date} announces figures of {announced.period}, which only begins on "
                f"{begins}"
            )
            yield Finding(("release", "calendar", i, "date"), message)


def _periods(release: Release) -> Iterator[Finding]:
    """Two dates for one period would leave open which embargo holds."""
    for i, announced in enumerate(release.calendar):
        for earlier in release.calendar[:i]:
            if covers(earlier.period, announced.period) or covers(announced.period, earlier.period):
                message = (
                    f"{announced.period} is announced twice, for {earlier.date} and for "
                    f"{announced.date}"
                )
                yield Finding(("release", "calendar", i, "period"), message)


def _repeated(release: Release) -> Iterator[Finding]:
    lists = {
        "languages": release.languages,
        "recipients": tuple(recipient.name for recipient in release.recipients),
        "approval": release.signatories,
    }
    for key, names in lists.items():
        for i, name in enumerate(names):
            if name in names[:i]:
                yield Finding(("release", key, i), f"{name!r} stands twice")


def _places(release: Release) -> Iterator[Finding]:
    """Two recipients in one place would each find what the other received."""
    for i, recipient in enumerate(release.recipients):
        for earlier in release.recipients[:i]:
            if recipient.place == earlier.place:
                message = f"{recipient.name!r} receives at the same place as {earlier.name!r}"
                yield Finding(("release", "recipients", i), message)


def check_shared_places(releases: Mapping[str, Release]) -> Iterator[tuple[str, Finding]]:
    """Find recipients of one country who would find the extracts of another: each sees its own.

    Args:
        releases: By ISO3.

    Yields:
        The country where to mend it, and what.
    """
    recipients = [
        (iso3, i, recipient)
        for iso3, release in releases.items()
        for i, recipient in enumerate(release.recipients)
    ]
    for (before, _, first), (iso3, i, second) in combinations(recipients, 2):
        if before != iso3 and _sees(first, second):
            message = (
                f"{second.name!r} shares its place with {first.name!r} of {before}; a government "
                "sees its own country only, so give each a folder, bucket or connection of its own"
            )
            yield iso3, Finding(("release", "recipients", i), message)


def _sees(one: Recipient, other: Recipient) -> bool:
    """Whether one of two folders is the other or lies in it."""
    first, second = (f"/{recipient.folder}/".replace("//", "/") for recipient in (one, other))
    nested = first.startswith(second) or second.startswith(first)
    ways = {(recipient.connection, recipient.bucket, recipient.mail) for recipient in (one, other)}
    return len(ways) == 1 and nested
