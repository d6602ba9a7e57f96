"""Whether a country's release calendar can be kept."""

from collections.abc import Iterator
from itertools import pairwise

from migstat.declarations.catalogue_check import Finding
from migstat.declarations.periods import covers, first_day
from migstat.declarations.release import Release


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
