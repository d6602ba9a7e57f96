"""What the tasks decide: whom to announce, what a refusal and a failed survey become."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from migstat.intake import drop_zone, take_in
from migstat.intake.errors import RefusedDelivery
from migstat.orchestration import tasks
from migstat.orchestration.assets import marts_of
from migstat.warehouse import build


@dataclass
class FakeDelivery:
    delivery_id: str
    survey_code: str = "zzz_survey"
    wave: str = "2021"
    country_code: str | None = "ZZZ"
    state: str = "registered"
    n_accepted: int = 7
    n_quarantined: int = 1


@dataclass
class FakeLedger:
    deliveries: list[FakeDelivery] = field(default_factory=list)

    def waiting(self, country: str | None = None) -> list[FakeDelivery]:
        wanted = {country, None} if country is None else {country}
        return [item for item in self.deliveries if country is None or item.country_code in wanted]

    def delivery(self, prefix: str) -> FakeDelivery:
        return next(item for item in self.deliveries if item.delivery_id.startswith(prefix))


@dataclass
class FakeOutlet:
    keys: list[str] = field(default_factory=list)

    def add_partitions(self, keys: list[str]) -> None:
        self.keys.extend(keys)


class FakeOutlets(dict[str, FakeOutlet]):
    """Outlets by the name of the asset."""

    def __getitem__(self, asset: SimpleNamespace) -> FakeOutlet:  # noqa: D105
        return self.setdefault(asset.name, FakeOutlet())


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The context of a run without a partition in an Airflow where nothing else runs."""
    made = {
        "ti": SimpleNamespace(
            task=SimpleNamespace(outlets=[marts_of("yyy"), marts_of("zzz")]),
            get_dr_count=lambda **_: 0,
        ),
        "outlet_events": FakeOutlets(),
        "dag_run": SimpleNamespace(partition_key=None),
        "params": {},
    }
    monkeypatch.setattr(tasks, "get_current_context", lambda: made)
    return made


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> FakeLedger:
    made = FakeLedger()
    monkeypatch.setattr(tasks, "open_ledger", lambda: made)
    return made


def never(_: str) -> bool:
    return False


def test_fresh_deliveries_are_announced_under_readable_keys():
    assert tasks.to_announce([FakeDelivery("ab" * 32)], [], never) == {
        "ZZZ": ["zzz_survey|2021|abababababab"]
    }


def test_a_delivery_refused_at_registration_is_not_announced():
    assert tasks.to_announce([FakeDelivery("ab" * 32, state="refused")], [], never) == {}


def test_a_waiting_delivery_whose_event_was_lost_is_announced_again():
    assert list(tasks.to_announce([], [FakeDelivery("ab" * 32)], never)) == ["ZZZ"]


def test_a_waiting_delivery_is_left_alone_while_its_country_has_runs_under_way():
    assert tasks.to_announce([], [FakeDelivery("ab" * 32)], lambda iso3: iso3 == "ZZZ") == {}


@pytest.mark.usefixtures("ledger")
def test_only_countries_with_deliveries_get_events(
    context: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(drop_zone, "register", lambda _: [FakeDelivery("ab" * 32)])

    assert tasks.register_deliveries() == {"ZZZ": 1}
    assert context["outlet_events"].keys() == {"deliveries_zzz"}
    assert [asset.name for asset in context["ti"].task.outlets] == ["deliveries_zzz"]


@pytest.mark.usefixtures("context", "ledger")
def test_with_nothing_new_the_watch_is_skipped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(drop_zone, "register", lambda _: [])

    with pytest.raises(AirflowSkipException):
        tasks.register_deliveries()


def test_a_run_takes_in_the_delivery_of_its_partition(
    context: dict[str, Any], ledger: FakeLedger, monkeypatch: pytest.MonkeyPatch
):
    taken: list[str] = []
    ledger.deliveries = [FakeDelivery("ab" * 32), FakeDelivery("cd" * 32)]
    context["dag_run"].partition_key = "zzz_survey|2021|cdcdcdcdcdcd"
    monkeypatch.setattr(take_in, "take_in", lambda key, _: taken.append(key))

    outcome = tasks.take_in_delivery("ZZZ")

    assert taken == ["cd" * 32]
    assert outcome == {"zzz_survey|2021|cdcdcdcdcdcd": {"n_accepted": 7, "n_quarantined": 1}}


@pytest.mark.usefixtures("context")
def test_a_run_by_hand_takes_in_all_of_the_country_that_waits(
    ledger: FakeLedger, monkeypatch: pytest.MonkeyPatch
):
    taken: list[str] = []
    ledger.deliveries = [FakeDelivery("ab" * 32), FakeDelivery("cd" * 32, country_code="YYY")]
    monkeypatch.setattr(take_in, "take_in", lambda key, _: taken.append(key))

    tasks.take_in_delivery("ZZZ")

    assert taken == ["ab" * 32]


def test_a_refused_delivery_ends_skipped_with_its_reason_and_is_not_a_fault(
    context: dict[str, Any], ledger: FakeLedger, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise RefusedDelivery("column 'sexo' is missing; nearest: 'sex'")

    ledger.deliveries = [FakeDelivery("ab" * 32)]
    context["params"]["delivery"] = "abab"
    monkeypatch.setattr(take_in, "take_in", refuse)

    with pytest.raises(AirflowSkipException, match="column 'sexo' is missing"):
        tasks.take_in_delivery("ZZZ")


@pytest.mark.usefixtures("ledger")
def test_a_survey_that_failed_fails_the_build_by_name_and_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
):
    result = build.BuildResult("b1", (), {"zzz_survey": "unique_person_id failed"})
    monkeypatch.setattr(build, "build", lambda *_, **__: result)

    with pytest.raises(AirflowFailException, match="zzz_survey: unique_person_id failed"):
        tasks.build_marts()


@pytest.mark.usefixtures("ledger", "context")
def test_beside_a_survey_that_failed_the_others_are_announced_and_the_run_fails_by_name(
    monkeypatch: pytest.MonkeyPatch,
):
    result = build.BuildResult("b1", ("zzz_other/2021",), {"zzz_survey": "no unique key"})
    monkeypatch.setattr(build, "build", lambda *_, **__: result)

    built = tasks.build_marts()  # ends well: only so does Airflow tell that the marts changed

    assert built["waves"] == ["zzz_other/2021"]
    with pytest.raises(AirflowFailException, match="zzz_survey: no unique key"):
        tasks.tell_failures(built)


@pytest.mark.usefixtures("ledger", "context")
def test_where_no_survey_failed_there_is_nothing_to_tell(monkeypatch: pytest.MonkeyPatch):
    result = build.BuildResult("b1", ("zzz_other/2021",), {})
    monkeypatch.setattr(build, "build", lambda *_, **__: result)

    built = tasks.build_marts()
    tasks.tell_failures(built)

    assert built == {"build_id": "b1", "waves": ["zzz_other/2021"], "failures": {}}


@pytest.mark.usefixtures("ledger")
def test_a_build_with_nothing_changed_is_skipped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(build, "build", lambda *_: build.BuildResult())

    with pytest.raises(AirflowSkipException):
        tasks.build_marts()


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("waves", "told"),
    [
        (("zzz_survey/2020", "zzz_survey/2021"), ["marts_zzz"]),
        (("xxx_survey/2021",), []),  # which releases nothing
        ((), ["marts_yyy", "marts_zzz"]),  # what is gone is no wave any more
    ],
)
def test_the_countries_whose_marts_changed_are_told_and_no_others(
    context: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    waves: tuple[str, ...],
    told: list[str],
):
    result = build.BuildResult("b1", waves, {})
    monkeypatch.setattr(build, "build", lambda *_, **__: result)

    tasks.build_marts()

    assert [asset.name for asset in context["ti"].task.outlets] == told
