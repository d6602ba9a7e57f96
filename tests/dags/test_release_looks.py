"""When the release tasks look at a country anew, and when what the last look found is enough."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from airflow.sdk.exceptions import AirflowSkipException
from migstat.ledger import DeliveredFile, FoundDelivery
from migstat.orchestration import progress, release_tasks
from migstat.release import due
from release_office import COUNTRY, SURVEY, Office, by_sex, estimate

EXPORT = FoundDelivery(
    "zzz_people", "2020", COUNTRY, (DeliveredFile("a.csv", 3, "2021-07-01", "a" * 64),)
)


def unloaded(patch: pytest.MonkeyPatch) -> None:
    """Let a look fail that loads the marts and declarations again."""
    patch.setattr(due, "look", lambda *_: pytest.fail("all of it is loaded again"))
    patch.setattr(progress, "unbuilt_waves", lambda *_: pytest.fail("all of it is loaded again"))


@pytest.mark.usefixtures("office")
def test_a_look_that_can_find_nothing_new_loads_nothing(
    monkeypatch: pytest.MonkeyPatch,
):
    release_tasks.put_out(release_tasks.make_vintage(COUNTRY), COUNTRY)
    for _ in range(2):
        with pytest.raises(AirflowSkipException, match="ZZZ v1 is out and nothing is new"):
            release_tasks.make_vintage(COUNTRY)
        unloaded(monkeypatch)


@pytest.mark.parametrize(
    "change",
    [
        lambda office: office.publish(by_sex(obs_value=20.0)),
        lambda office: office.declare(contact="desk@example.org"),
        lambda office: (office.files() / "zzz_migdis_2020_v1.csv").write_text("x"),
        lambda office: (office.extract() / "zzz_migdis_2020_v1.csv").unlink(),
        lambda office: office.ledger.register(EXPORT),
    ],
    ids=["marts", "declaration", "vintage", "extract", "delivery"],
)
def test_whatever_changes_is_looked_at(
    office: Office, monkeypatch: pytest.MonkeyPatch, change: Callable[[Office], object]
):
    release_tasks.put_out(release_tasks.make_vintage(COUNTRY), COUNTRY)
    with pytest.raises(AirflowSkipException):
        release_tasks.make_vintage(COUNTRY)
    unloaded(monkeypatch)

    change(office)

    with pytest.raises(pytest.fail.Exception, match="loaded again"):
        release_tasks.make_vintage(COUNTRY)


def test_when_an_embargo_ends_it_is_looked_again(office: Office, monkeypatch: pytest.MonkeyPatch):
    office.declare(calendar=[{"date": "9999-06-30", "period": "2020"}])
    with pytest.raises(AirflowSkipException, match="under embargo"):
        release_tasks.make_vintage(COUNTRY)
    unloaded(monkeypatch)
    with pytest.raises(AirflowSkipException, match="under embargo until 9999-06-30T10:00"):
        release_tasks.make_vintage(COUNTRY)

    ends = datetime(9999, 6, 30, 8, tzinfo=UTC)
    monkeypatch.setattr(release_tasks, "utc_now", lambda: ends)

    with pytest.raises(pytest.fail.Exception, match="loaded again"):
        release_tasks.make_vintage(COUNTRY)


def test_what_is_held_beside_what_is_out_is_looked_at_when_its_embargo_ends(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    calendar = [*office.declared["release"]["calendar"], {"date": "9999-06-30", "period": "2022"}]
    office.declare(calendar=calendar)
    later = estimate(wave="2021", time_period="2022")
    office.publish([*by_sex(), later], surveys=[SURVEY, SURVEY | {"wave": "2021"}])
    release_tasks.put_out(release_tasks.make_vintage(COUNTRY), COUNTRY)
    with pytest.raises(AirflowSkipException, match="nothing is new"):
        release_tasks.make_vintage(COUNTRY)
    unloaded(monkeypatch)
    monkeypatch.setattr(release_tasks, "utc_now", lambda: datetime(9999, 6, 30, 8, tzinfo=UTC))

    with pytest.raises(pytest.fail.Exception, match="loaded again"):
        release_tasks.make_vintage(COUNTRY)


def test_half_of_what_a_look_found_is_nothing(office: Office):
    release_tasks.put_out(release_tasks.make_vintage(COUNTRY), COUNTRY)
    with pytest.raises(AirflowSkipException):
        release_tasks.make_vintage(COUNTRY)
    (kept,) = (office.home / "releases/.looks").iterdir()
    kept.write_text(kept.read_text()[:40])

    with pytest.raises(AirflowSkipException, match="nothing is new"):
        release_tasks.make_vintage(COUNTRY)
