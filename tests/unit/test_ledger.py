"""The ledger's promises, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from migstat.ledger import (
    DeliveredFile,
    FoundDelivery,
    IllegalMoveError,
    Ledger,
    Outcome,
    QualityFinding,
    State,
    TableCounts,
    UnknownDeliveryError,
)
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

START = datetime(2021, 3, 1, 12, tzinfo=UTC)
SUITE = QualityFinding("persons", "age_between_0_and_120", "warning", 2, 10, "age out of range")


class Clock:
    """Tells one second more each time it is asked."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    made = Ledger(ledger_url, clock=Clock())
    made.migrate()
    return made


def export(content: str, name: str = "export.csv", **changes: str) -> FoundDelivery:
    """A delivery of one file; the content stands for its hash."""
    where = {"survey_code": "slv_household", "wave": "2021", "country_code": "SLV"} | changes
    path = f"{where['survey_code']}/{where['wave']}/{name}"
    file = DeliveredFile(path, 10, "2021-03-01T00:00:00+00:00", sha256=content.ljust(64, "0"))
    return FoundDelivery(files=(file,), **where)


def outcome(accepted: int = 8, quarantined: int = 2) -> Outcome:
    counts = TableCounts(accepted + quarantined, accepted, quarantined)
    return Outcome({"persons": counts}, {"persons": ["tablet_id"]}, (SUITE,))


def accept_new(ledger: Ledger, content: str, **changes: str) -> str:
    return ledger.accept(
        ledger.register(export(content, **changes)).delivery_id, outcome()
    ).delivery_id


def states(ledger: Ledger) -> list[str]:
    return [str(delivery.state) for delivery in ledger.deliveries()]


def test_a_delivery_is_known_by_the_hash_of_its_bytes(ledger: Ledger):
    delivery = ledger.register(export("aa"))
    assert (delivery.delivery_id, delivery.state) == ("aa".ljust(64, "0"), State.REGISTERED)


def test_a_set_of_files_is_known_by_roles_and_bytes_and_not_by_names(ledger: Ledger):
    def of(*names: str) -> FoundDelivery:
        files = tuple(
            DeliveredFile(f"s/1/b/{name}", 1, "t", sha256=digit * 64, role=f"{digit}*.csv")
            for name, digit in zip(names, "12", strict=True)
        )
        return FoundDelivery("slv_household", "2021", "SLV", files)

    assert of("1a.csv", "2a.csv").content_sha256 == of("1b.csv", "2b.csv").content_sha256
    assert ledger.register(of("1a.csv", "2a.csv")) == ledger.register(of("1b.csv", "2b.csv"))


def test_a_file_that_is_not_hashed_yet_is_no_delivery(ledger: Ledger):
    found = export("aa")
    unread = replace(found, files=(replace(found.files[0], sha256=None),))
    with pytest.raises(ValueError, match=r"slv_household/2021/export\.csv: not hashed yet"):
        ledger.register(unread)


def test_the_same_bytes_twice_change_nothing(ledger: Ledger):
    first = ledger.register(export("aa"))
    assert ledger.register(export("aa")) == first
    assert ledger.deliveries() == [first]


def test_a_second_sighting_under_another_name_is_remembered_as_the_same_delivery(ledger: Ledger):
    first = ledger.register(export("aa"))
    copy = export("aa", name="copy.csv")
    ledger.register(copy)
    seen = ledger.look(copy.files)
    assert seen[copy.files[0].path].delivery_id == first.delivery_id
    assert ledger.deliveries() == [first]


def test_the_same_bytes_for_another_wave_are_refused_and_name_the_first(ledger: Ledger):
    ledger.register(export("aa"))
    second = ledger.register(export("aa", wave="2022"))
    assert second.state == State.REFUSED
    assert "slv_household 2022: these bytes were handed in before" in (second.reason or "")
    assert "slv_household 2021 (delivery aa0000000000" in (second.reason or "")
    assert second.delivery_id != ledger.deliveries()[0].delivery_id


def test_the_same_bytes_for_another_wave_twice_are_refused_once(ledger: Ledger):
    ledger.register(export("aa"))
    second = ledger.register(export("aa", wave="2022"))
    assert ledger.register(export("aa", wave="2022", name="again.csv")) == second
    assert len(ledger.deliveries()) == 2


def test_bytes_refused_in_the_wrong_wave_can_be_handed_in_for_the_right_one(ledger: Ledger):
    ledger.refuse(ledger.register(export("aa", wave="2022")).delivery_id, "column 'x' is missing")
    assert ledger.register(export("aa", wave="2021")).state == State.REGISTERED


def test_an_accepted_delivery_keeps_counts_undeclared_columns_and_quality(ledger: Ledger):
    delivery = ledger.delivery(accept_new(ledger, "aa"))
    assert delivery.state == State.ACCEPTED
    assert (delivery.n_rows_in, delivery.n_accepted, delivery.n_quarantined) == (10, 8, 2)
    assert delivery.tables == {"persons": TableCounts(10, 8, 2)}
    assert delivery.undeclared_columns == {"persons": ["tablet_id"]}
    results = ledger.quality_results(delivery.delivery_id)
    assert [
        (r.table_name, r.rule, r.severity, r.n_failed, r.n_rows, r.reason) for r in results
    ] == [("persons", "age_between_0_and_120", "warning", 2, 10, "age out of range")]


def test_accepting_twice_with_the_same_outcome_changes_nothing(ledger: Ledger):
    first = ledger.delivery(accept_new(ledger, "aa"))
    assert ledger.accept(first.delivery_id, outcome()) == first
    assert len(ledger.quality_results()) == 1


def test_accepting_again_with_other_counts_is_an_illegal_move(ledger: Ledger):
    delivery_id = accept_new(ledger, "aa")
    with pytest.raises(IllegalMoveError, match="accepted already, with another n_accepted"):
        ledger.accept(delivery_id, outcome(accepted=9, quarantined=1))


def test_a_refused_delivery_keeps_its_first_reason_and_what_the_suite_said(ledger: Ledger):
    delivery_id = ledger.register(export("aa")).delivery_id
    ledger.refuse(delivery_id, "no rows", (SUITE,))
    ledger.refuse(delivery_id, "another reason")
    assert ledger.delivery(delivery_id).reason == "no rows"
    assert len(ledger.quality_results(delivery_id)) == 1


def test_a_refused_delivery_is_never_accepted(ledger: Ledger):
    delivery_id = ledger.register(export("aa")).delivery_id
    ledger.refuse(delivery_id, "no rows")
    with pytest.raises(IllegalMoveError, match="is refused; it can't be accepted"):
        ledger.accept(delivery_id, outcome())
    assert states(ledger) == ["refused"]


@pytest.mark.parametrize("later", [[], ["bb"]], ids=["accepted", "superseded"])
def test_an_accepted_or_superseded_delivery_is_never_refused(ledger: Ledger, later: list[str]):
    delivery_id = accept_new(ledger, "aa")
    for content in later:
        accept_new(ledger, content)
    with pytest.raises(IllegalMoveError, match="it can't be refused"):
        ledger.refuse(delivery_id, "too late")


def test_an_unknown_delivery_is_neither_accepted_nor_refused(ledger: Ledger):
    with pytest.raises(UnknownDeliveryError):
        ledger.accept("ff", outcome())
    with pytest.raises(UnknownDeliveryError):
        ledger.refuse("ff", "reason")


def test_a_corrected_snapshot_supersedes_the_one_before(ledger: Ledger):
    first, second = accept_new(ledger, "aa"), accept_new(ledger, "bb")
    assert ledger.delivery(first).superseded_by == second
    assert [d.delivery_id for d in ledger.current("slv_household", "2021")] == [second]


def test_a_delivery_that_waits_or_is_refused_supersedes_nothing(ledger: Ledger):
    first, later = (ledger.register(export(c)).delivery_id for c in ("aa", "bb"))
    for decide in (lambda: None, lambda: ledger.refuse(later, "reason")):
        decide()
        ledger.accept(first, outcome())
        again = ledger.requeue(first)
        ledger.accept(again.delivery_id, outcome())
        first = again.delivery_id
        assert [d.delivery_id for d in ledger.current("slv_household", "2021")] == [first]


def test_a_snapshot_supersedes_nothing_of_another_wave_or_survey(ledger: Ledger):
    accept_new(ledger, "aa")
    accept_new(ledger, "bb", wave="2022")
    accept_new(ledger, "cc", survey_code="slv_other")
    assert states(ledger) == ["accepted", "accepted", "accepted"]


def test_appended_deliveries_are_all_current_in_order_of_registration(ledger: Ledger):
    ids = [ledger.register(export(c, mode="append")).delivery_id for c in ("aa", "bb", "cc")]
    for delivery_id in reversed(ids):
        ledger.accept(delivery_id, outcome())
    assert [d.delivery_id for d in ledger.current("slv_household", "2021")] == ids


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_what_is_current_follows_registration_and_not_the_order_of_handling(
    ledger: Ledger, order: tuple[int, ...]
):
    ids = [ledger.register(export(content)).delivery_id for content in ("aa", "bb", "cc")]
    for place in order:
        ledger.accept(ids[place], outcome())
    followers = [ledger.delivery(delivery_id).superseded_by for delivery_id in ids]
    assert states(ledger) == ["superseded", "superseded", "accepted"]
    assert followers == [ids[1], ids[2], None]


def test_waiting_lists_registered_deliveries_of_a_country_oldest_first(ledger: Ledger):
    for content in ("cc", "aa"):
        ledger.register(export(content))
    ledger.register(export("bb", survey_code="per_needs", country_code="PER"))
    accept_new(ledger, "dd", wave="2022")
    assert [d.delivery_id[:2] for d in ledger.waiting()] == ["cc", "aa", "bb"]
    assert [d.delivery_id[:2] for d in ledger.waiting("slv")] == ["cc", "aa"]


def test_a_delivery_is_found_by_the_beginning_of_its_id(ledger: Ledger):
    ledger.register(export("ab12"))
    assert ledger.delivery("AB1").delivery_id.startswith("ab12")


@pytest.mark.parametrize(
    ("prefix", "message"), [("ab", "several"), ("cd", "no delivery"), ("%", "no delivery")]
)
def test_a_prefix_of_none_or_several_is_an_error(ledger: Ledger, prefix: str, message: str):
    ledger.register(export("ab1"))
    ledger.register(export("ab2"))
    with pytest.raises(UnknownDeliveryError, match=message):
        ledger.delivery(prefix)


def test_files_refused_unread_are_recorded_once_per_state_of_the_file(ledger: Ledger):
    file = DeliveredFile("slv/2021/x.csv", 5, "2021-03-01T00:00:00+00:00")
    found = FoundDelivery("slv", "2021", None, (file,))
    first = ledger.refuse_unread(found, "survey 'slv' is not declared; nearest: 'slv_household'")
    assert ledger.refuse_unread(found, "other words") == first
    assert (first.state, first.content_sha256, first.files) == (State.REFUSED, None, (file,))
    assert ledger.unread() == {first.delivery_id}


def test_a_requeued_delivery_is_a_new_round_at_the_same_place(ledger: Ledger):
    first = ledger.register(export("aa"))
    ledger.refuse(first.delivery_id, "column 'p04' is missing")
    again = ledger.requeue("aa")
    assert (again.state, again.sequence, again.round) == (State.REGISTERED, first.sequence, 1)
    assert (again.requeue_of, again.files) == (first.delivery_id, first.files)
    assert ledger.requeue("aa") == again


def test_a_requeued_delivery_replaces_its_first_round_in_append_mode_too(ledger: Ledger):
    first = accept_new(ledger, "aa", mode="append")
    accept_new(ledger, "bb", mode="append")
    again = ledger.requeue(first)
    ledger.accept(again.delivery_id, outcome(10, 0))
    assert ledger.delivery(first).superseded_by == again.delivery_id
    current = ledger.current("slv_household", "2021")
    assert [d.order for d in current] == [(1, 1), (2, 0)]


def test_a_requeued_snapshot_never_outranks_the_one_handed_in_after_it(ledger: Ledger):
    first = ledger.register(export("aa"))
    ledger.refuse(first.delivery_id, "column 'p04' is missing")
    again = ledger.requeue(first.delivery_id)
    later = accept_new(ledger, "bb")
    ledger.accept(again.delivery_id, outcome())
    assert [d.delivery_id for d in ledger.current("slv_household", "2021")] == [later]


def test_the_same_bytes_after_a_requeue_are_still_the_same_delivery(ledger: Ledger):
    ledger.refuse(ledger.register(export("aa")).delivery_id, "reason")
    again = ledger.requeue("aa")
    assert ledger.register(export("aa", name="copy.csv")) == again


def test_superseded_and_unread_deliveries_are_not_requeued(ledger: Ledger):
    first = accept_new(ledger, "aa")
    accept_new(ledger, "bb")
    with pytest.raises(IllegalMoveError, match="superseded"):
        ledger.requeue(first)
    file = DeliveredFile("x", 5, "2021-03-01T00:00:00+00:00")
    unread = ledger.refuse_unread(FoundDelivery("x", "", None, (file,)), "misplaced")
    with pytest.raises(IllegalMoveError, match="next scan"):
        ledger.requeue(unread.delivery_id)


def test_the_first_look_at_a_file_is_kept(ledger: Ledger):
    file = DeliveredFile("s/1/x.csv", 5, "2021-03-01T00:00:00+00:00")
    first = ledger.look([file])[file.path].first_seen_at
    assert ledger.look([file])[file.path].first_seen_at == first


def test_a_changed_file_is_looked_at_anew_and_its_older_state_forgotten(ledger: Ledger):
    small = DeliveredFile("s/1/x.csv", 5, "2021-03-01T00:00:00+00:00")
    grown = DeliveredFile("s/1/x.csv", 6, "2021-03-01T00:00:01+00:00")
    before = ledger.look([small])[small.path].first_seen_at
    assert ledger.look([grown])[grown.path].first_seen_at > before
    assert ledger.look([small])[small.path].first_seen_at > before


def test_many_files_are_looked_at_at_once(ledger: Ledger):
    files = [DeliveredFile(f"s/1/{n}.csv", n, "2021-03-01T00:00:00+00:00") for n in range(501)]
    ledger.look(files)
    assert len(ledger.look(files)) == 501


def test_a_build_is_written_down_and_its_last_word_stands(ledger: Ledger):
    waves = {"slv_household/2021": "f1"}
    ledger.record_build(
        "b1", started_at=START, finished_at=None, state="running", waves={}, failures={}
    )
    ledger.record_build(
        "b1", started_at=START, finished_at=START, state="published", waves=waves, failures={}
    )
    (build,) = ledger.builds()
    assert (build.state, build.waves, build.finished_at) == ("published", waves, START)
    assert ledger.builds("running") == []


def test_the_overview_tells_good_bad_waiting_and_built_of_a_survey(ledger: Ledger):
    ledger.refuse(ledger.register(export("00")).delivery_id, "before the good one")
    good = accept_new(ledger, "aa")
    bad = ledger.register(export("bb")).delivery_id
    ledger.refuse(bad, "column 'p04' is missing")
    waits = ledger.register(export("cc")).delivery_id
    ledger.record_build(
        "b1",
        started_at=START,
        finished_at=START,
        state="published",
        waves={},
        failures={"slv_household": "unmapped answers"},
    )
    (survey,) = ledger.overview()
    assert survey.latest is not None
    assert survey.latest.delivery_id == good
    assert [(d.delivery_id, d.reason) for d in survey.refused] == [(bad, "column 'p04' is missing")]
    assert [d.delivery_id for d in survey.waiting] == [waits]
    assert (survey.n_quarantined, survey.build_failure) == (2, "unmapped answers")


def test_the_overview_forgets_a_failure_of_a_build_once_the_survey_is_built_well(ledger: Ledger):
    accept_new(ledger, "aa")
    for number, failures in enumerate([{"slv_household": "unmapped"}, {}], start=1):
        ledger.record_build(
            f"b{number}",
            started_at=START + timedelta(hours=number),
            finished_at=None,
            state="published",
            waves={"slv_household/2021": "f"},
            failures=failures,
        )
    (survey,) = ledger.overview()
    assert (survey.build_failure, survey.last_build and survey.last_build.build_id) == (None, "b2")


def test_marts_are_behind_until_a_build_begins_after_the_newest_delivery(ledger: Ledger):
    def build(name: str) -> str:
        now = ledger.clock()
        waves = {"slv_household/2021": name}
        ledger.record_build(
            name, started_at=now, finished_at=now, state="published", waves=waves, failures={}
        )
        return ledger.overview()[0].marts

    accept_new(ledger, "aa")
    assert build("b1") == "published"
    accept_new(ledger, "bb")
    assert ledger.overview()[0].marts.startswith("published, without what was accepted since")
    assert build("b2") == "published"


def test_times_are_utc_iso_text_in_the_database(ledger: Ledger):
    ledger.register(export("aa"))
    with ledger.read() as session:
        stored = session.execute(text("SELECT registered_at FROM deliveries")).scalar_one()
    assert stored == "2021-03-01T12:00:01.000000+00:00"


@pytest.mark.parametrize(
    "change",
    [
        "state = 'lost'",
        "mode = 'other'",
        "n_rows_in = 3, n_accepted = 1, n_quarantined = 1",
        "superseded_by = 'nobody'",
    ],
)
def test_the_database_itself_refuses_what_can_not_be(ledger: Ledger, change: str):
    ledger.register(export("aa"))
    with pytest.raises(IntegrityError), ledger.write() as session:
        session.execute(text(f"UPDATE deliveries SET {change}"))


def test_counts_that_do_not_add_up_are_no_counts():
    with pytest.raises(ValueError, match="10 rows in, but 8 accepted and 1 quarantined"):
        TableCounts(10, 8, 1)


def test_an_error_inside_a_transaction_leaves_nothing_behind(ledger: Ledger):
    accept_new(ledger, "aa")
    later = ledger.register(export("bb")).delivery_id
    nameless = replace(SUITE, rule=None)
    with pytest.raises(IntegrityError):
        ledger.accept(later, Outcome({}, {}, (SUITE, nameless)))
    assert (states(ledger), len(ledger.quality_results())) == (["accepted", "registered"], 1)


def test_a_delivery_has_a_readable_label(ledger: Ledger):
    assert ledger.register(export("aa")).label == "slv_household 2021 aa0000000000"
