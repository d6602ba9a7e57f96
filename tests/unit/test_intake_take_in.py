"""From a registered delivery to an accepted or refused one, with nothing lost on the way."""

import pytest
from intake_fixtures import Installation, csv_of
from migstat.intake import raw_store
from migstat.intake.answers import Answers
from migstat.intake.errors import RefusedDelivery
from migstat.intake.take_in import take_in
from migstat.ledger import State

pytest_plugins = ["intake_fixtures"]

GOOD = {
    "uuid": "u1",
    "phone": "5550199",
    "sex": "f",
    "age": "30",
    "born": "1990-05-17",
    "day": "2021-01-15",
    "w": "1.5",
}


def test_a_sound_delivery_is_accepted(installation: Installation):
    delivery = installation.hand_in(csv_of([GOOD, {**GOOD, "uuid": "u2"}]))
    outcome = take_in(delivery.delivery_id, installation.ledger)
    counts = outcome.tables["persons"]
    assert (counts.n_rows_in, counts.n_accepted, counts.n_quarantined) == (2, 2, 0)
    assert installation.ledger.delivery(delivery.delivery_id).state == State.ACCEPTED
    assert [row["age"] for row in installation.accepted(delivery)] == ["30", "30"]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        pytest.param([{**GOOD, "uuid": ""}], "key_missing", id="no key"),
        pytest.param(
            [{**GOOD, "uuid": "d"}, {**GOOD, "uuid": "d"}], "key_duplicated", id="key twice"
        ),
        pytest.param([{**GOOD, "uuid": "x", "age": "12 or so"}], "wrong_type", id="no number"),
        pytest.param([{**GOOD, "uuid": "x", "age": "3.5"}], "wrong_type", id="no whole number"),
        pytest.param([{**GOOD, "uuid": "x", "day": "04/03/2021"}], "wrong_type", id="no iso date"),
        pytest.param([{**GOOD, "uuid": "x", "born": "2021-02-30"}], "wrong_type", id="no such day"),
        pytest.param(
            [{**GOOD, "uuid": "x", "day": "2021-03-01"}], "date_outside_fieldwork", id="late"
        ),
        pytest.param(
            [{**GOOD, "uuid": "x", "day": "2021-01-10"}], "date_outside_fieldwork", id="early"
        ),
        pytest.param([{**GOOD, "uuid": "x", "day": ""}], "date_outside_fieldwork", id="no date"),
        pytest.param([{**GOOD, "uuid": "x", "w": "0"}], "weight_not_positive", id="zero weight"),
        pytest.param(
            [{**GOOD, "uuid": "x", "w": "-1"}], "weight_not_positive", id="negative weight"
        ),
        pytest.param([{**GOOD, "uuid": "x", "w": ""}], "weight_not_positive", id="no weight"),
        pytest.param([{**GOOD, "uuid": "x", "w": "1e12"}], "weight_not_positive", id="too big"),
        pytest.param([{**GOOD, "uuid": "x", "w": "9e-7"}], "weight_not_positive", id="too small"),
        pytest.param([{**GOOD, "uuid": "x", "age": "130"}], "between:age", id="impossible age"),
    ],
)
def test_a_bad_row_is_held_back_with_its_rule(
    installation: Installation, rows: list[dict[str, str]], rule: str
):
    delivery = installation.hand_in(csv_of([GOOD, *rows]))
    outcome = take_in(delivery.delivery_id, installation.ledger)
    held = installation.held_back(delivery)
    assert len(held) == len(rows) == outcome.tables["persons"].n_quarantined
    assert all(rule in row["_rules"] and row["_reasons"] for row in held)
    assert len(installation.accepted(delivery)) == 1
    failed = [
        finding for finding in outcome.quality if finding.n_failed and finding.severity == "warning"
    ]
    assert any(rule in finding.rule and finding.n_failed == len(rows) for finding in failed)


def test_all_reasons_of_a_row_are_given(installation: Installation):
    delivery = installation.hand_in(csv_of([GOOD, {**GOOD, "uuid": "x", "age": "?", "w": "0"}]))
    take_in(delivery.delivery_id, installation.ledger)
    (row,) = installation.held_back(delivery)
    assert row["_rules"] == "weight_not_positive; wrong_type"
    assert "column 'age' is not a valid whole number" in row["_reasons"]


def test_what_is_no_number_stays_out_of_the_quarantine(installation: Installation):
    delivery = installation.hand_in(csv_of([GOOD, {**GOOD, "uuid": "x", "age": "ask 5550177"}]))
    take_in(delivery.delivery_id, installation.ledger)
    assert installation.held_back(delivery)[0]["age"] is None


def test_a_critical_expectation_refuses_the_delivery(installation: Installation):
    delivery = installation.hand_in(csv_of([GOOD, {**GOOD, "uuid": "x", "sex": "CANARY"}]))
    with pytest.raises(
        RefusedDelivery, match=r"sex is one of the codes \(1 of 2 rows\)"
    ) as refused:
        take_in(delivery.delivery_id, installation.ledger)
    known = installation.ledger.delivery(delivery.delivery_id)
    assert known.state == State.REFUSED
    assert known.reason == refused.value.reason
    assert "CANARY" not in known.reason
    assert not installation.raw_folder(delivery).exists()


def test_an_info_expectation_is_counted(installation: Installation):
    delivery = installation.hand_in(csv_of([GOOD, {**GOOD, "uuid": "x", "age": ""}]))
    outcome = take_in(delivery.delivery_id, installation.ledger)
    (finding,) = [f for f in outcome.quality if "null:age" in f.rule]
    assert (finding.severity, finding.n_failed, finding.n_rows) == ("info", 1, 2)
    assert outcome.tables["persons"].n_quarantined == 0


def test_a_refused_delivery_stays_refused(installation: Installation):
    delivery = installation.hand_in("uuid\nx\n")
    reasons = set()
    for _ in range(2):
        with pytest.raises(RefusedDelivery) as refused:
            take_in(delivery.delivery_id, installation.ledger)
        reasons.add(refused.value.reason)
    assert len(reasons) == 1


@pytest.mark.parametrize("table", ["accepted_persons", "quarantined_persons"])
def test_a_row_lost_on_the_way_to_the_raw_store_is_our_fault_and_stores_nothing(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, table: str
):
    delivery = installation.hand_in(csv_of([GOOD, {**GOOD, "uuid": "x", "w": "0"}]))
    copy = raw_store._copy

    def copy_none(answers: Answers, query: str, *rest: object) -> int:
        return copy(answers, f"{query} limit 0" if table in query else query, *rest)

    monkeypatch.setattr(raw_store, "_copy", copy_none)
    with pytest.raises(RuntimeError, match=r"persons has 2 rows, but .* this is a defect"):
        take_in(delivery.delivery_id, installation.ledger)
    assert installation.ledger.delivery(delivery.delivery_id).state == State.REGISTERED
    assert not installation.raw_folder(delivery).exists()


def test_a_count_that_disagrees_refuses_the_delivery(installation: Installation):
    delivery = installation.hand_in(
        csv_of([{**GOOD, "note": '5" pipe'}, {**GOOD, "uuid": "u2"}], quoted=False)
    )
    with pytest.raises(RefusedDelivery, match="ends inside a quoted answer"):
        take_in(delivery.delivery_id, installation.ledger)


def test_a_delivery_without_rows_is_refused(installation: Installation):
    delivery = installation.hand_in(csv_of([]))
    with pytest.raises(RefusedDelivery, match="holds no rows"):
        take_in(delivery.delivery_id, installation.ledger)


def test_a_delivery_without_one_good_row_is_refused(installation: Installation):
    delivery = installation.hand_in(csv_of([{**GOOD, "w": "0"}]))
    with pytest.raises(
        RefusedDelivery, match="none of the 1 rows of persons is acceptable: the weight"
    ):
        take_in(delivery.delivery_id, installation.ledger)


def test_undeclared_columns_are_listed_and_do_not_pass(installation: Installation):
    delivery = installation.hand_in(csv_of([{**GOOD, "gps": "CANARY"}]))
    outcome = take_in(delivery.delivery_id, installation.ledger)
    assert outcome.undeclared_columns == {"persons": ("gps",)}
    assert installation.ledger.delivery(delivery.delivery_id).undeclared_columns == {
        "persons": ["gps"]
    }
    assert "gps" not in installation.accepted(delivery)[0]


def test_a_decimal_comma_becomes_a_point(installation: Installation):
    installation.declare(delimiter=";", decimal=",")
    rows = [
        {**GOOD, "uuid": str(at), "w": weight}
        for at, weight in enumerate(["1,5", "1.234,5", "1\u00a0234,5", "12", "3.5", "1,2,3"])
    ]
    delivery = installation.hand_in(csv_of(rows, delimiter=";"))
    take_in(delivery.delivery_id, installation.ledger)
    assert [row["w"] for row in installation.accepted(delivery)] == [
        "1.5",
        "1234.5",
        "1234.5",
        "12",
    ]
    assert len(installation.held_back(delivery)) == 2


def test_a_point_decimal_keeps_its_digits(installation: Installation):
    rows = [
        {**GOOD, "uuid": str(at), "w": weight, "age": age}
        for at, (weight, age) in enumerate(
            [("1.50", "007"), ("1,234.5", "30.0"), ("1e3", "1 234"[:2]), ("nan", "1"), ("inf", "1")]
        )
    ]
    delivery = installation.hand_in(csv_of(rows))
    take_in(delivery.delivery_id, installation.ledger)
    assert [(row["w"], row["age"]) for row in installation.accepted(delivery)] == [
        ("1.50", "007"),
        ("1234.5", "30"),
        ("1e3", "1"),
    ]
    assert len(installation.held_back(delivery)) == 2


def test_renamed_columns_are_declared_per_wave(installation: Installation):
    installation.declare(renames={"age": "edad"})
    row = {("edad" if name == "age" else name): answer for name, answer in GOOD.items()}
    delivery = installation.hand_in(csv_of([row]))
    take_in(delivery.delivery_id, installation.ledger)
    assert installation.accepted(delivery)[0]["age"] == "30"


def test_progress_tells_the_stages_in_order(installation: Installation):
    delivery = installation.hand_in(csv_of([GOOD]))
    stages: list[str] = []
    take_in(delivery.delivery_id, installation.ledger, lambda stage, *_: stages.append(stage))
    assert list(dict.fromkeys(stages)) == ["fetch", "read", "judge", "store"]


def test_nothing_is_left_in_the_scratch_folder(installation: Installation):
    delivery = installation.hand_in(csv_of([GOOD]))
    take_in(delivery.delivery_id, installation.ledger)
    left = [file for file in (installation.home / "scratch").rglob("*") if file.suffix != ".lock"]
    assert left == []
