"""What the ledger says of extracts on their way, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ledger_releases import FIRST
from migstat.ledger import IllegalMoveError, Ledger, Sending, UnknownReleaseError
from migstat.ledger.release_models import ExtractDelivery
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

START = datetime(2021, 9, 30, 16, tzinfo=UTC)
SENT = Sending("SLV", 1, "Ministry", "slv_ministry", "a" * 64, 20, 700_000)


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    """A ledger that knows one release; its clock goes on a minute each time it is asked."""
    minutes = iter(range(1000))
    made = Ledger(ledger_url, clock=lambda: START + timedelta(minutes=next(minutes)))
    made.migrate()
    made.record_release(FIRST)
    return made


def test_a_delivery_that_fails_and_then_arrives_keeps_its_history(ledger: Ledger):
    first = ledger.begin_sending(SENT)
    assert (first.state, first.attempts, first.delivered_at) == ("sending", 1, None)
    failed = ledger.end_sending(SENT, "the disk is full")
    assert (failed.state, failed.last_error) == ("failed", "the disk is full")
    again = ledger.begin_sending(SENT)
    assert (again.state, again.attempts, again.last_error) == ("sending", 2, "the disk is full")
    ledger.end_sending(SENT)
    (row,) = ledger.extract_deliveries("SLV", 1)
    assert (row.state, row.attempts, row.last_error) == ("delivered", 2, None)
    assert row.first_tried_at == first.first_tried_at < row.last_tried_at
    assert row.delivered_at is not None
    assert row.delivered_at > row.last_tried_at
    assert (row.n_files, row.n_bytes, row.sums_sha256) == (20, 700_000, "a" * 64)


def test_who_was_killed_while_sending_begins_again(ledger: Ledger):
    ledger.begin_sending(SENT)
    assert ledger.begin_sending(replace(SENT, connection="slv_other")).attempts == 2
    assert [row.connection for row in ledger.extract_deliveries()] == ["slv_other"]


def test_what_was_delivered_is_never_sent_again(ledger: Ledger):
    ledger.begin_sending(SENT)
    ledger.end_sending(SENT)
    with pytest.raises(IllegalMoveError, match="SLV v1 for Ministry was delivered already"):
        ledger.begin_sending(SENT)
    with pytest.raises(IllegalMoveError, match="is not being sent"):
        ledger.end_sending(SENT, "too late")


def test_what_nobody_sends_does_not_arrive(ledger: Ledger):
    with pytest.raises(IllegalMoveError, match="SLV v1 for Ministry is not being sent"):
        ledger.end_sending(SENT)


def test_a_vintage_nobody_made_is_not_sent(ledger: Ledger):
    with pytest.raises(UnknownReleaseError, match="SLV v2 was never released"):
        ledger.begin_sending(replace(SENT, vintage=2))


def test_deliveries_are_listed_by_country_vintage_and_recipient(ledger: Ledger):
    ledger.record_release(replace(FIRST, vintage=2, content_id="2" * 64))
    ledger.record_release(replace(FIRST, country_code="PER", content_id="3" * 64))
    for sent in (
        replace(SENT, vintage=2),
        SENT,
        replace(SENT, recipient="Archive"),
        replace(SENT, country_code="PER"),
    ):
        ledger.begin_sending(sent)
    listed = [(r.country_code, r.vintage, r.recipient) for r in ledger.extract_deliveries()]
    assert listed == [
        ("PER", 1, "Ministry"),
        ("SLV", 1, "Archive"),
        ("SLV", 1, "Ministry"),
        ("SLV", 2, "Ministry"),
    ]
    assert [r.vintage for r in ledger.extract_deliveries("SLV", 2)] == [2]


@pytest.mark.parametrize("change", [{"state": "lost"}, {"state": "delivered"}])
def test_what_cannot_be_is_refused_by_the_database(ledger: Ledger, change: dict[str, str]):
    ledger.begin_sending(SENT)
    with pytest.raises(IntegrityError), ledger.write() as session:
        session.execute(update(ExtractDelivery).values(**change))
