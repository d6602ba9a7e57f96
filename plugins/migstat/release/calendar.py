"""Which waves may leave now, and under which date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from migstat.declarations.periods import covers
from migstat.declarations.release import Announcement, Release
from migstat.release.errors import CalendarError, EmbargoError, NothingDueError

WaveKey = tuple[str, str]


@dataclass(frozen=True)
class Due:
    """What the calendar says of a country's waves at a moment.

    Attributes:
        announced: The announced date of each wave that may leave.
        held: The announcement of each wave whose embargo has not ended.
    """

    announced: Mapping[WaveKey, date]
    held: Mapping[WaveKey, Announcement]


def find_due(release: Release, periods: Mapping[WaveKey, str], now: datetime, who: str) -> Due:
    """Sort the waves of a country into those that may leave and those under embargo.

    Args:
        release: The country's release section.
        periods: Time period (SDMX) of each wave with figures.
        now: The moment, with its zone.
        who: Name of the country, for errors.

    Raises:
        CalendarError: No date is announced for a wave's period.
        EmbargoError: The embargo of every wave has yet to end.
        NothingDueError: There are no figures.
    """
    if not periods:
        raise NothingDueError(f"{who}: no figures are published; `migstat build` makes them")
    announced, held = {}, {}
    for wave, period in sorted(periods.items()):
        entry = _announcement(release, period)
        if entry is None:
            raise CalendarError(
                f"{who}: no date is announced for {period} ({wave[0]} {wave[1]}); "
                "add one to release.calendar"
            )
        if release.embargo.ends(entry.date) <= now:
            announced[wave] = entry.date
        else:
            held[wave] = entry
    if not announced:
        first = min(held.values(), key=lambda entry: entry.date)
        ends = release.embargo.ends(first.date)
        raise EmbargoError(
            f"{who}: {first.period} is under embargo until {ends.isoformat(timespec='minutes')}; "
            "nothing leaves",
            until=ends,
        )
    return Due(announced, held)


def issue_date(
    release: Release, due: Due, before: tuple[date, frozenset[WaveKey]] | None, now: datetime
) -> date:
    """Say under which date a vintage leaves.

    New waves leave under their announced date, which does not hang on the clock. A revision of
    what is out leaves at once, or on the next announced date, as the policy says.

    Args:
        release: The country's release section.
        due: The waves of the vintage.
        before: Date and waves of the vintage before; None for the first.
        now: The moment, with its zone.

    Raises:
        CalendarError: Revisions wait for an announced date, and all have passed.
        EmbargoError: The next announced date has not come.
    """
    if before is None:
        return max(due.announced.values())
    issued_before, waves_before = before
    new = [day for wave, day in due.announced.items() if wave not in waves_before]
    if new:
        return max(issued_before, *new)
    if release.revisions == "at_once":
        return max(issued_before, release.embargo.day_of(now))
    return _next_date(release, issued_before, now)


def correction_date(release: Release, issued_before: date, now: datetime) -> date:
    """Say under which date a correction leaves: today, in the country."""
    return max(issued_before, release.embargo.day_of(now))


def _next_date(release: Release, issued_before: date, now: datetime) -> date:
    later = [entry.date for entry in release.calendar if entry.date > issued_before]
    if not later:
        raise CalendarError(
            f"the calendar lies in the past: its last date was {release.calendar[-1].date}. "
            "Announce the next one, or release a correction with its reason"
        )
    ends = release.embargo.ends(later[0])
    if ends > now:
        raise EmbargoError(
            f"revisions wait for the next announced date: {ends.isoformat(timespec='minutes')}",
            until=ends,
        )
    return later[0]


def _announcement(release: Release, period: str) -> Announcement | None:
    return next((entry for entry in release.calendar if covers(entry.period, period)), None)
