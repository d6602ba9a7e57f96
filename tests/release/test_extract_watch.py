"""What the main job sees of the extracts: out, awaited, not due, unsigned, failed."""

import shutil
from datetime import UTC, datetime

import pytest
from migstat.orchestration import extract_watch
from migstat.orchestration.extract_watch import Extract, ExtractWatch, State
from migstat.release import across
from migstat.release.approval import approve, reject
from migstat.release.extracts import put_out
from migstat.release.making import build
from release_office import COUNTRY, DIRECTOR, Office, by_sex

MOMENT = datetime(2021, 6, 30, tzinfo=UTC)
DAG = "publish_extracts_zzz"


@pytest.fixture
def watch(office: Office) -> ExtractWatch:
    """The watch of an office whose marts a build published."""
    record_build(office, "b1")
    return ExtractWatch(office.ledger)


def record_build(office: Office, build_id: str) -> None:
    office.ledger.record_build(
        build_id, started_at=MOMENT, finished_at=MOMENT, state="published", waves={}, failures={}
    )


def make_and_put_out(office: Office) -> None:
    vintage, _ = build(COUNTRY, office.ledger, clock=office.clock)
    put_out(vintage, office.ledger)


def state(watch: ExtractWatch) -> State:
    (extract,) = watch.look()
    assert (extract.name, extract.dag_id) == (COUNTRY, DAG)
    return extract.state


def test_before_marts_are_published_no_extract_stands_anywhere(office: Office):
    assert ExtractWatch(office.ledger).look() == ()


def test_what_is_due_is_awaited_until_its_extract_is_out(office: Office, watch: ExtractWatch):
    assert state(watch) == State.AWAITED
    vintage, _ = build(COUNTRY, office.ledger, clock=office.clock)
    assert state(watch) == State.AWAITED
    put_out(vintage, office.ledger)

    assert watch.look() == (Extract(COUNTRY, DAG, State.OUT, str(office.extract())),)


def test_after_the_marts_changed_the_next_vintage_is_awaited(office: Office, watch: ExtractWatch):
    make_and_put_out(office)
    assert state(watch) == State.OUT
    office.publish(by_sex(obs_value=20.0))
    record_build(office, "b2")

    assert state(watch) == State.AWAITED


def test_after_a_build_that_changed_no_figure_nothing_is_awaited(
    office: Office, watch: ExtractWatch
):
    make_and_put_out(office)
    record_build(office, "b2")

    assert state(watch) == State.OUT


def test_an_extract_that_was_removed_is_awaited(office: Office):
    make_and_put_out(office)
    record_build(office, "b1")
    shutil.rmtree(office.extract())

    assert state(ExtractWatch(office.ledger)) == State.AWAITED


def test_what_is_under_embargo_is_not_awaited(office: Office, watch: ExtractWatch):
    office.declare(calendar=[{"date": "9999-06-30", "period": "2020"}])
    (extract,) = watch.look()

    assert extract.state == State.NOT_DUE
    assert "under embargo until 9999-06-30" in extract.told


def test_a_vintage_that_somebody_must_sign_is_not_awaited_before(office: Office):
    office.declare(approval=[DIRECTOR])
    record_build(office, "b1")
    watch = ExtractWatch(office.ledger)
    build(COUNTRY, office.ledger, clock=office.clock)
    (extract,) = watch.look()
    assert (extract.state, extract.told) == (State.UNSIGNED, "ZZZ v1 waits for A. Director")

    approve(COUNTRY, 1, "A. Director", office.ledger)

    assert state(watch) == State.AWAITED


def test_a_release_that_the_calendar_refuses_has_failed(office: Office, watch: ExtractWatch):
    office.declare(calendar=[{"date": "2021-06-30", "period": "2019"}])
    (extract,) = watch.look()

    assert extract.state == State.FAILED
    assert "no date is announced for 2020" in extract.told


def test_a_dag_that_failed_is_awaited_no_longer_unless_the_extract_came_out(
    office: Office, watch: ExtractWatch
):
    watch.failed[DAG] = "see its log"
    assert watch.look() == (Extract(COUNTRY, DAG, State.FAILED, "see its log"),)

    make_and_put_out(office)

    assert state(watch) == State.OUT


def test_what_did_not_change_is_not_asked_anew(
    office: Office, watch: ExtractWatch, monkeypatch: pytest.MonkeyPatch
):
    make_and_put_out(office)
    watch.look()
    monkeypatch.delattr(extract_watch, "_ask")

    assert state(watch) == State.OUT


def test_the_brief_across_countries_is_awaited_once_all_of_them_are_out(
    office: Office, watch: ExtractWatch, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(across, "FEWEST", 1)
    assert [extract.name for extract in watch.look()] == [COUNTRY]
    make_and_put_out(office)
    assert watch.look()[1] == Extract("across", "publish_across", State.AWAITED)

    folder = across.put_out_across(office.ledger)

    assert watch.look()[1] == Extract("across", "publish_across", State.OUT, str(folder))


def test_a_vintage_that_somebody_rejected_is_not_awaited(office: Office):
    office.declare(approval=[DIRECTOR])
    record_build(office, "b1")
    watch = ExtractWatch(office.ledger)
    build(COUNTRY, office.ledger, clock=office.clock)
    assert state(watch) == State.UNSIGNED

    reject(COUNTRY, 1, "A. Director", "The weights are old.", office.ledger)

    (extract,) = watch.look()
    assert extract.state == State.REJECTED
    assert "The weights are old." in extract.told
