"""What the ledger says of releases, on SQLite and on PostgreSQL."""

from dataclasses import replace

import pytest
from ledger_releases import FIRST
from migstat.ledger import IllegalMoveError, Ledger, UnknownReleaseError
from sqlalchemy.exc import IntegrityError

SECOND = replace(FIRST, vintage=2, content_id="2" * 64, kind="correction", reason="An error.")


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    made = Ledger(ledger_url)
    made.migrate()
    return made


def test_releases_are_listed_in_their_order_by_country(ledger: Ledger):
    ledger.record_release(replace(FIRST, country_code="PER", content_id="3" * 64))
    ledger.record_release(SECOND)
    ledger.record_release(FIRST)
    assert [row.label for row in ledger.releases()] == ["PER v1", "SLV v1", "SLV v2"]
    assert [row.label for row in ledger.releases("SLV")] == ["SLV v1", "SLV v2"]


def test_a_release_recorded_twice_is_the_same_row(ledger: Ledger):
    first = ledger.record_release(FIRST)
    assert ledger.record_release(FIRST).made_at == first.made_at
    (row,) = ledger.releases()
    assert (row.reason, row.n_withheld, row.approvals, row.extracted_at) == (None, 2, {}, None)


def test_another_content_under_the_same_number_is_refused(ledger: Ledger):
    ledger.record_release(FIRST)
    with pytest.raises(IllegalMoveError, match="SLV v1 was released already"):
        ledger.record_release(replace(FIRST, content_id="9" * 64))


def test_the_same_content_under_two_numbers_is_refused(ledger: Ledger):
    ledger.record_release(FIRST)
    with pytest.raises(IntegrityError):
        ledger.record_release(replace(FIRST, vintage=2))


@pytest.mark.parametrize("change", [{"kind": "whim"}, {"n_withheld": 11}])
def test_what_cannot_be_is_refused_by_the_database(ledger: Ledger, change: dict[str, object]):
    with pytest.raises(IntegrityError):
        ledger.record_release(replace(FIRST, **change))


def test_each_signature_keeps_its_first_time(ledger: Ledger):
    ledger.record_release(FIRST)
    first = ledger.approve_release("SLV", 1, "A. Director").approvals
    ledger.approve_release("SLV", 1, "B. Officer")
    signed = ledger.approve_release("SLV", 1, "A. Director").approvals
    assert list(signed) == ["A. Director", "B. Officer"]
    assert signed["A. Director"] == first["A. Director"]


def test_an_extract_is_out_once(ledger: Ledger):
    ledger.record_release(FIRST)
    first = ledger.record_extract("SLV", 1).extracted_at
    assert first is not None
    assert ledger.record_extract("SLV", 1).extracted_at == first


def test_what_was_never_released_can_be_neither_signed_nor_put_out(ledger: Ledger):
    for act in (
        lambda: ledger.approve_release("SLV", 1, "A. Director"),
        lambda: ledger.record_extract("SLV", 1),
    ):
        with pytest.raises(UnknownReleaseError, match="SLV v1 was never released"):
            act()
