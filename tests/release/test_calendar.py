"""When a release may leave, and under which date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from migstat.declarations.country import Country
from migstat.declarations.country_check import check_country
from migstat.declarations.periods import first_day, last_day
from migstat.declarations.release import Release
from migstat.release.calendar import correction_date, find_due, issue_date
from migstat.release.errors import CalendarError, EmbargoError, NothingDueError
from release_office import DECLARED

WAVE, NEXT = ("zzz_people", "2020"), ("zzz_people", "2021")
# 10:00 in Madrid in summer is 08:00 UTC
ENDS = datetime(2021, 6, 30, 8, tzinfo=UTC)


def section(**changes: object) -> Release:
    return Release.model_validate(DECLARED["release"] | changes)


def find(now: datetime, periods: dict[tuple[str, str], str] | None = None, **changes: object):
    return find_due(section(**changes), periods or {WAVE: "2020"}, now, "Zedland")


def test_nothing_leaves_a_minute_before_the_embargo_ends():
    with pytest.raises(EmbargoError, match="2020 is under embargo until 2021-06-30T10:00"):
        find(ENDS - timedelta(minutes=1))


def test_it_leaves_on_the_minute():
    assert find(ENDS).announced == {WAVE: date(2021, 6, 30)}


def test_a_wave_under_embargo_waits_while_others_leave():
    due = find(ENDS, {WAVE: "2020", NEXT: "2021"})
    assert list(due.announced) == [WAVE]
    assert due.held[NEXT].date == date(2022, 6, 30)


def test_a_year_announced_covers_its_quarters_and_months():
    due = find(ENDS, {WAVE: "2020-Q3", NEXT: "2020-12"})
    assert set(due.announced) == {WAVE, NEXT}


def test_a_period_nobody_announced_is_refused_by_name():
    with pytest.raises(CalendarError, match=r"no date is announced for 2019 \(zzz_people 2020\)"):
        find(ENDS, {WAVE: "2019"})


def test_a_country_without_figures_has_nothing_to_release():
    with pytest.raises(NothingDueError, match="no figures"):
        find_due(section(), {}, ENDS, "Zedland")


def test_the_first_vintage_bears_the_announced_date_however_late_it_is_made():
    late = ENDS + timedelta(days=900)
    assert issue_date(section(), find(late), None, late) == date(2021, 6, 30)


def test_a_new_wave_leaves_under_its_own_date():
    now = datetime(2023, 1, 1, tzinfo=UTC)
    due = find(now, {WAVE: "2020", NEXT: "2021"})
    assert issue_date(section(), due, (date(2021, 6, 30), frozenset({WAVE})), now) == date(
        2022, 6, 30
    )


def test_no_vintage_bears_an_earlier_date_than_the_one_before():
    """A wave whose date passed comes late, or a correction is made by a clock that is behind."""
    now = datetime(2023, 1, 1, tzinfo=UTC)
    before = (date(2022, 6, 30), frozenset({NEXT}))
    due = find(now, {WAVE: "2020", NEXT: "2021"})
    assert issue_date(section(), due, before, now) == date(2022, 6, 30)
    behind = datetime(2022, 1, 1, tzinfo=UTC)
    assert correction_date(section(), date(2022, 6, 30), behind) == date(2022, 6, 30)
    revised = find(behind, {WAVE: "2020"})
    out = (date(2022, 6, 30), frozenset({WAVE}))
    assert issue_date(section(), revised, out, behind) == date(2022, 6, 30)


def test_a_revision_at_once_bears_the_day_it_is_in_the_country():
    now = datetime(2021, 12, 31, 23, 30, tzinfo=UTC)  # past midnight in Madrid
    before = (date(2021, 6, 30), frozenset({WAVE}))
    assert issue_date(section(), find(now), before, now) == date(2022, 1, 1)


def test_an_announced_revision_waits_for_the_next_date():
    release = section(revisions="announced")
    before = (date(2021, 6, 30), frozenset({WAVE}))
    due = find(ENDS)
    with pytest.raises(EmbargoError, match="next announced date: 2022-06-30"):
        issue_date(release, due, before, ENDS)
    later = datetime(2022, 6, 30, 8, tzinfo=UTC)
    assert issue_date(release, due, before, later) == date(2022, 6, 30)


def test_a_calendar_in_the_past_lets_no_announced_revision_leave():
    release = section(revisions="announced")
    before = (date(2022, 6, 30), frozenset({WAVE}))
    now = datetime(2023, 1, 1, tzinfo=UTC)
    with pytest.raises(CalendarError, match="lies in the past: its last date was 2022-06-30"):
        issue_date(release, find(now), before, now)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-S2", "2020-07-01", "2020-12-31"),
        ("2020-Q1", "2020-01-01", "2020-03-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020-12", "2020-12-01", "2020-12-31"),
    ],
)
def test_periods_begin_and_end_on_their_days(period: str, first: str, last: str):
    assert (first_day(period).isoformat(), last_day(period).isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("calendar", "message"),
    [
        (["2021-06-30 2020", "2021-01-01 2019"], "the calendar goes forward"),
        (["2021-01-01 2021"], "only begins on 2021-01-01"),
        (["2021-06-30 2020", "2021-07-30 2020-Q4"], "2020-Q4 is announced twice"),
    ],
)
def test_a_calendar_that_cannot_be_kept_is_told(calendar: list[str], message: str):
    entries = [dict(zip(("date", "period"), text.split(), strict=True)) for text in calendar]
    country = Country.model_validate(DECLARED)
    release = section(calendar=entries)
    findings = check_country(country.model_copy(update={"release": release}))
    assert [message in finding.message for finding in findings] == [True]


def test_a_language_that_stands_twice_is_told():
    country = Country.model_validate(DECLARED)
    release = section(languages=["es", "es"])
    (finding,) = check_country(country.model_copy(update={"release": release}))
    assert finding.message == "'es' stands twice"


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        section(embargo={"time": "10:00", "zone": "Mars/Olympus"})
