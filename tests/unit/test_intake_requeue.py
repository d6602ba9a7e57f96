"""Quarantined rows come back after a fix, and accepted rows are never lost meanwhile."""

import pytest
from intake_fixtures import SUITE, Installation, csv_of
from migstat.intake.drop_zone import FileChangedError
from migstat.intake.errors import RefusedDelivery
from migstat.intake.take_in import requeue, take_in
from migstat.ledger import Delivery, State

pytest_plugins = ["intake_fixtures"]

GOOD = {"uuid": "u1", "sex": "f", "age": "30", "day": "2021-01-15", "w": "1"}
PRIVACY = {
    "keys": {"person_id": ["uuid"], "phone_id": ["phone"]},
    "drop": ["note"],
    "coarsen": {"born": "year", "place": "adm2"},
}
LATE = {**GOOD, "uuid": "u2", "day": "2021-03-01"}


def test_held_back_rows_come_in_after_the_declaration_is_mended(installation: Installation):
    first = installation.hand_in(csv_of([GOOD, LATE]))
    assert take_in(first.delivery_id, installation.ledger).tables["persons"].n_quarantined == 1
    installation.declare(wave={"fieldwork": ["2021-01-11", "2021-03-01"]})
    again, outcome = requeue(first.delivery_id[:12], installation.ledger)
    assert (outcome.tables["persons"].n_accepted, outcome.tables["persons"].n_quarantined) == (2, 0)
    assert again.state == State.ACCEPTED
    assert installation.ledger.delivery(first.delivery_id).state == State.SUPERSEDED
    assert len(installation.accepted(again)) == 2


def test_a_requeue_that_is_refused_leaves_the_accepted_rows_current(installation: Installation):
    first = installation.hand_in(csv_of([GOOD, LATE]))
    take_in(first.delivery_id, installation.ledger)
    stricter = {**SUITE[1], "kwargs": {"column": "age", "max_value": 20}, "severity": "critical"}
    installation.declare(suite=[stricter])
    with pytest.raises(RefusedDelivery):
        requeue(first.delivery_id, installation.ledger)
    (current,) = installation.ledger.current("zzz_persons", "2021")
    assert current.delivery_id == first.delivery_id
    assert len(installation.accepted(current)) == 1


def test_a_refused_delivery_comes_in_after_the_suite_is_mended(installation: Installation):
    first = installation.hand_in(csv_of([{**GOOD, "sex": "other"}]))
    with pytest.raises(RefusedDelivery):
        take_in(first.delivery_id, installation.ledger)
    installation.declare(suite=[])
    _, outcome = requeue(first.delivery_id, installation.ledger)
    assert outcome.tables["persons"].n_accepted == 1


def forget_the_file(installation: Installation, delivery: Delivery) -> None:
    """Let retention take the original file away."""
    (installation.home / "drop_zone" / delivery.files[0].path).unlink()


def test_without_its_file_held_back_rows_come_in_and_accepted_ones_stay_as_they_were(
    installation: Installation,
):
    first = installation.hand_in(csv_of([{**LATE, "gps": "x"}, GOOD, {**GOOD, "uuid": "u3"}]))
    take_in(first.delivery_id, installation.ledger)
    before = installation.accepted(first)
    forget_the_file(installation, first)
    installation.declare(wave={"fieldwork": ["2021-01-11", "2021-03-01"]})
    again, outcome = requeue(first.delivery_id, installation.ledger)
    counts = outcome.tables["persons"]
    assert (counts.n_rows_in, counts.n_accepted, counts.n_quarantined) == (3, 3, 0)
    late, *others = installation.accepted(again)
    assert others == before
    assert (late["_row_number"], late["day"], late["age"]) == (1, "2021-03-01", "30")
    assert again.undeclared_columns == {"persons": ["gps"]}
    assert [d.delivery_id for d in installation.ledger.current("zzz_persons", "2021")] == [
        again.delivery_id
    ]


def test_judging_the_stored_rows_gives_what_judging_the_file_gives(installation: Installation):
    private = {**GOOD, "phone": "5550199", "born": "1990-05-17", "place": "10.1 20.0"}
    rows = [private, {**GOOD, "uuid": "u4", "w": "1,234.50"}, LATE, {**GOOD, "uuid": ""}]
    doubled = [{**GOOD, "uuid": "twice"}, {**GOOD, "uuid": "twice"}]
    first = installation.hand_in(csv_of([*rows, *doubled, {**GOOD, "uuid": "u5", "w": "0"}]))
    take_in(first.delivery_id, installation.ledger)
    from_file, _ = requeue(first.delivery_id, installation.ledger)
    forget_the_file(installation, first)
    from_store, _ = requeue(from_file.delivery_id, installation.ledger)
    assert from_store.tables == from_file.tables
    assert installation.accepted(from_store) == installation.accepted(from_file)
    assert installation.held_back(from_store) == installation.held_back(from_file)


def test_a_row_whose_answer_was_not_kept_stays_held_back_without_its_file(
    installation: Installation,
):
    first = installation.hand_in(csv_of([GOOD, {**GOOD, "uuid": "u2", "age": "about 30"}]))
    take_in(first.delivery_id, installation.ledger)
    forget_the_file(installation, first)
    again, _ = requeue(first.delivery_id, installation.ledger)
    (row,) = installation.held_back(again)
    assert row["_rules"] == "wrong_type"
    assert "only the original export" in row["_reasons"]


def test_a_stored_date_is_coarsened_when_the_declaration_says_so_from_now_on(
    installation: Installation,
):
    installation.declare(privacy={**PRIVACY, "coarsen": {"place": "adm2"}})
    first = installation.hand_in(csv_of([{**GOOD, "born": "1990-05-17", "place": "10.1 20.0"}]))
    take_in(first.delivery_id, installation.ledger)
    forget_the_file(installation, first)
    installation.declare(privacy={**PRIVACY, "coarsen": {"place": "adm2", "born": "year"}})
    again, _ = requeue(first.delivery_id, installation.ledger)
    (row,) = installation.accepted(again)
    assert (row["born"], row["place"]) == ("1990", "ZZ-N")


def test_a_column_that_did_not_pass_then_needs_the_original_file(installation: Installation):
    first = installation.hand_in(csv_of([GOOD, LATE]))
    take_in(first.delivery_id, installation.ledger)
    forget_the_file(installation, first)
    installation.declare(privacy={**PRIVACY, "drop": []})
    with pytest.raises(FileChangedError, match="column 'note' of persons did not pass then"):
        requeue(first.delivery_id, installation.ledger)
    assert len(installation.accepted(first)) == 1


def test_stored_keys_of_another_secret_or_another_making_are_not_used(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
):
    first = installation.hand_in(csv_of([GOOD, LATE]))
    take_in(first.delivery_id, installation.ledger)
    forget_the_file(installation, first)
    installation.declare(privacy={**PRIVACY, "keys": {"person_id": ["uuid", "phone"]}})
    with pytest.raises(FileChangedError, match="the keys of persons are made otherwise"):
        requeue(first.delivery_id, installation.ledger)
    installation.declare()
    monkeypatch.setenv("MIGSTAT_HMAC_KEY", "another key for tests, 32 characters")
    with pytest.raises(FileChangedError, match="made with another key"):
        requeue(first.delivery_id, installation.ledger)


def test_a_refused_delivery_left_nothing_to_judge_without_its_file(installation: Installation):
    first = installation.hand_in("uuid\nx\n")
    with pytest.raises(RefusedDelivery):
        take_in(first.delivery_id, installation.ledger)
    forget_the_file(installation, first)
    with pytest.raises(FileChangedError, match="no longer in the drop zone"):
        requeue(first.delivery_id, installation.ledger)
