"""What the ledger says of releases, on SQLite and on PostgreSQL."""

from dataclasses import replace

import pytest
from ledger_releases import FIRST
from migstat.ledger import IllegalMoveError, Ledger, Sending, UnknownReleaseError
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


def test_what_was_never_released_can_be_neither_signed_nor_rejected_nor_put_out(ledger: Ledger):
    for act in (
        lambda: ledger.approve_release("SLV", 1, "A. Director"),
        lambda: ledger.record_extract("SLV", 1),
        lambda: ledger.reject_release("SLV", 1, "A. Director"),
    ):
        with pytest.raises(UnknownReleaseError, match="SLV v1 was never released"):
            act()


def test_a_rejection_tells_who_when_and_why_and_the_first_stands(ledger: Ledger):
    assert ledger.record_release(FIRST).rejection is None
    ledger.reject_release("SLV", 1, "A. Director", "The weights are old.")
    ledger.reject_release("SLV", 1, "B. Officer")
    (row,) = ledger.releases()
    assert row.rejection is not None
    assert (row.rejection.rejected_by, row.rejection.why) == ("A. Director", "The weights are old.")
    assert row.rejection.rejected_at >= row.made_at
    assert row.rejection.told.endswith('("The weights are old.")')


def test_a_rejection_without_a_word_is_one_too(ledger: Ledger):
    ledger.record_release(FIRST)
    rejection = ledger.reject_release("SLV", 1, "A. Director").rejection
    assert rejection is not None
    assert rejection.told == f"rejected by A. Director on {rejection.rejected_at:%Y-%m-%d}"


def test_what_was_rejected_can_be_neither_signed_nor_put_out_nor_sent(ledger: Ledger):
    ledger.record_release(FIRST)
    ledger.reject_release("SLV", 1, "A. Director")
    for act in (
        lambda: ledger.approve_release("SLV", 1, "B. Officer"),
        lambda: ledger.record_extract("SLV", 1),
        lambda: ledger.begin_sending(Sending("SLV", 1, "Press", "slv_press", "a" * 64, 2, 9)),
    ):
        with pytest.raises(IllegalMoveError, match=r"rejected by A\. Director"):
            act()
    (row,) = ledger.releases()
    assert (row.approvals, row.extracted_at) == ({}, None)
    assert ledger.extract_deliveries() == []


def test_what_is_out_can_not_be_rejected(ledger: Ledger):
    ledger.record_release(FIRST)
    ledger.record_extract("SLV", 1)
    with pytest.raises(IllegalMoveError, match="SLV v1 is out"):
        ledger.reject_release("SLV", 1, "A. Director")
    assert ledger.releases()[0].rejection is None


def test_the_brief_across_countries_is_known_by_its_bytes(ledger: Ledger):
    ledger.record_release(FIRST)
    ledger.record_release(SECOND)
    ledger.record_release(replace(FIRST, country_code="PER", content_id="3" * 64))
    first = ledger.record_across("2021-09-30-aa", "a" * 64, {"PER": 1, "SLV": 1})
    again = ledger.record_across("2021-09-30-aa", "a" * 64, {"PER": 1, "SLV": 1})
    ledger.record_across("2021-10-30-bb", "b" * 64, {"PER": 1, "SLV": 2})
    assert again.made_at == first.made_at
    assert [(row.folder, row.told) for row in ledger.across_briefs()] == [
        ("2021-09-30-aa", "PER v1, SLV v1"),
        ("2021-10-30-bb", "PER v1, SLV v2"),
    ]


def test_a_brief_can_only_be_made_from_what_was_released(ledger: Ledger):
    ledger.record_release(FIRST)
    with pytest.raises(UnknownReleaseError, match="PER v1 was never released"):
        ledger.record_across("2021-09-30-aa", "a" * 64, {"SLV": 1, "PER": 1})
    assert ledger.across_briefs() == []
