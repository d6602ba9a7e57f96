"""Quarantined rows come back after a fix, and accepted rows are never lost meanwhile."""

import pytest
from intake_fixtures import SUITE, Installation, csv_of
from migstat.intake.drop_zone import FileChangedError
from migstat.intake.errors import RefusedDelivery
from migstat.intake.take_in import requeue, take_in
from migstat.ledger import State

pytest_plugins = ["intake_fixtures"]

GOOD = {"uuid": "u1", "sex": "f", "age": "30", "day": "2021-01-15", "w": "1"}
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


def test_without_its_original_file_a_delivery_can_not_be_judged_again(installation: Installation):
    first = installation.hand_in(csv_of([GOOD, LATE]))
    take_in(first.delivery_id, installation.ledger)
    (installation.home / "drop_zone" / first.files[0].path).unlink()
    with pytest.raises(FileChangedError):
        requeue(first.delivery_id, installation.ledger)
    assert len(installation.accepted(first)) == 1
