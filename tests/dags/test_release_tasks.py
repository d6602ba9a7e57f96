"""What the release tasks decide: what is due, who signed, who was reached."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from migstat.ledger import DELIVERED
from migstat.orchestration import progress, release_tasks
from migstat.release.delivery import DeliveryError
from release_office import COUNTRY, DIRECTOR, Office, by_sex

APPROVED = {
    "chosen_options": ["Approve"],
    "params_input": {},
    "responded_by_user": {"id": "director", "name": "Ana"},
}
REJECTED = APPROVED | {"chosen_options": ["Reject"]}


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The context of a running task."""
    made: dict[str, Any] = {}
    monkeypatch.setattr(release_tasks, "get_current_context", lambda: made)
    return made


@pytest.fixture
def shares(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the far ends of two recipients, of which that of the press is missing."""
    for name in ("ministry", "press"):
        connection = {"conn_type": "fs", "extra": {"path": str(tmp_path / "far" / name)}}
        monkeypatch.setenv(f"AIRFLOW_CONN_ZZZ_{name.upper()}", json.dumps(connection))
    (tmp_path / "far" / "ministry").mkdir(parents=True)
    office.declare(
        recipients=[
            {"name": "Ministry", "connection": "zzz_ministry"},
            {"name": "Press", "connection": "zzz_press"},
        ]
    )
    return tmp_path / "far"


def test_a_first_vintage_is_made_put_out_and_then_nothing_is_due(office: Office):
    made = release_tasks.make_vintage(COUNTRY)

    assert (made["vintage"], made["name"]) == (1, "ZZZ v1")
    assert release_tasks.put_out(made, COUNTRY) == str(office.extract())
    with pytest.raises(AirflowSkipException, match="ZZZ v1 is out and nothing is new"):
        release_tasks.make_vintage(COUNTRY)


def test_a_vintage_that_is_not_out_is_taken_up_again(office: Office):
    first = release_tasks.make_vintage(COUNTRY)

    assert release_tasks.make_vintage(COUNTRY) == first
    assert len(office.ledger.releases(COUNTRY)) == 1


def test_an_extract_that_somebody_removed_is_put_out_again(office: Office):
    release_tasks.put_out(release_tasks.make_vintage(COUNTRY), COUNTRY)
    for file in office.extract().iterdir():
        file.unlink()
    office.extract().rmdir()

    release_tasks.put_out(release_tasks.make_vintage(COUNTRY), COUNTRY)

    assert (office.extract() / "SHA256SUMS").is_file()


def test_under_embargo_a_run_is_skipped_and_says_until_when(office: Office):
    office.declare(calendar=[{"date": "9999-06-30", "period": "2020"}])

    with pytest.raises(AirflowSkipException, match="under embargo until 9999-06-30T10:00"):
        release_tasks.make_vintage(COUNTRY)


def test_before_marts_are_published_a_run_is_skipped(office: Office):
    (office.home / "published" / "marts.duckdb").unlink()

    with pytest.raises(AirflowSkipException, match="No marts are published"):
        release_tasks.make_vintage(COUNTRY)


@pytest.mark.usefixtures("office")
def test_half_arrived_data_make_no_vintage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(progress, "unbuilt_waves", lambda _: ["zzz_people/2020", "yyy_other/2020"])

    with pytest.raises(AirflowSkipException, match=r"its marts are: zzz_people/2020 is to be buil"):
        release_tasks.make_vintage(COUNTRY)


def test_a_delivery_that_waits_holds_its_country_back_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
):
    waiting = SimpleNamespace(survey_code="zzz_people", wave="2020", delivery_id="ab" * 32)
    ledger: Any = SimpleNamespace(waiting=lambda iso3: [waiting] if iso3 == "ZZZ" else [])
    monkeypatch.setattr(progress, "unbuilt_waves", lambda _: [])

    assert release_tasks.still_arriving("ZZZ", ledger) == [
        "zzz_people|2020|abababababab waits to be taken in"
    ]
    assert release_tasks.still_arriving("YYY", ledger) == []


def test_what_is_refused_fails_at_once_with_the_reason(office: Office):
    office.declare(calendar=[{"date": "2021-06-30", "period": "2019"}])

    with pytest.raises(AirflowFailException, match="no date is announced for 2020"):
        release_tasks.make_vintage(COUNTRY)


def test_those_who_sign_read_what_changed_and_what_was_proved(office: Office):
    first = release_tasks.make_vintage(COUNTRY)["summary"]
    office.publish(by_sex(obs_value=20.0))
    second = release_tasks.make_vintage(COUNTRY)["summary"]

    assert "Nothing was released before." in first
    assert "| zzz_people/2020/person |" in first
    assert "passed" in first
    assert "| zzz_people | 2020 | revised | new computation | 1 |" in second
    assert "proved in the vintage before: zzz_people/2020/person" in second


def test_an_approval_is_recorded_and_lets_the_extract_leave(office: Office):
    office.declare(approval=[DIRECTOR])
    made = release_tasks.make_vintage(COUNTRY)
    with pytest.raises(AirflowFailException, match=r"waits for the approval of A\. Director"):
        release_tasks.put_out(made, COUNTRY)

    missing = release_tasks.record_answer(APPROVED, made, COUNTRY, **named(DIRECTOR))

    assert missing == []
    assert list(office.ledger.releases(COUNTRY)[0].approvals) == ["A. Director"]
    assert release_tasks.put_out(made, COUNTRY) == str(office.extract())


def test_a_rejection_is_recorded_with_its_words_and_only_a_new_vintage_is_asked_about(
    office: Office,
):
    office.declare(approval=[DIRECTOR])
    made = release_tasks.make_vintage(COUNTRY)
    answer = REJECTED | {"params_input": {"why": "The weights are old."}}

    with pytest.raises(
        AirflowSkipException, match=r"A\. Director rejected ZZZ v1; it never leaves"
    ):
        release_tasks.record_answer(answer, made, COUNTRY, **named(DIRECTOR))

    rejection = office.ledger.releases(COUNTRY)[0].rejection
    assert rejection is not None
    assert (rejection.rejected_by, rejection.why) == ("A. Director", "The weights are old.")
    with pytest.raises(AirflowSkipException, match="never leaves; what mends it is a new vintage"):
        release_tasks.make_vintage(COUNTRY)
    with pytest.raises(AirflowSkipException, match="never leaves"):
        release_tasks.put_out(made, COUNTRY)
    assert not office.extract().exists()
    office.publish(by_sex(obs_value=20.0))
    assert release_tasks.make_vintage(COUNTRY)["name"] == "ZZZ v2"


@pytest.mark.parametrize("said", [{}, {"why": None}, {"why": "  "}])
def test_a_rejection_without_a_word_is_recorded_too(office: Office, said: dict[str, Any]):
    office.declare(approval=[DIRECTOR])
    made = release_tasks.make_vintage(COUNTRY)

    with pytest.raises(AirflowSkipException, match="rejected ZZZ v1"):
        release_tasks.record_answer(
            REJECTED | {"params_input": said}, made, COUNTRY, **named(DIRECTOR)
        )

    rejection = office.ledger.releases(COUNTRY)[0].rejection
    assert rejection is not None
    assert rejection.why is None


def test_a_question_that_lapsed_is_no_rejection_and_is_asked_again(office: Office):
    office.declare(approval=[DIRECTOR])
    made = release_tasks.make_vintage(COUNTRY)
    lapsed = REJECTED | {"responded_by_user": None}

    with pytest.raises(AirflowSkipException, match=r"A\. Director did not answer in time"):
        release_tasks.record_answer(lapsed, made, COUNTRY, **named(DIRECTOR))

    assert office.ledger.releases(COUNTRY)[0].rejection is None
    assert release_tasks.make_vintage(COUNTRY) == made


def test_a_rejection_by_somebody_else_is_none(office: Office):
    office.declare(approval=[DIRECTOR])
    made = release_tasks.make_vintage(COUNTRY)
    clerk = REJECTED | {"responded_by_user": {"id": "clerk", "name": "A. Director"}}

    with pytest.raises(AirflowFailException, match=r"not by A\. Director"):
        release_tasks.record_answer(clerk, made, COUNTRY, **named(DIRECTOR))

    assert office.ledger.releases(COUNTRY)[0].rejection is None


@pytest.mark.parametrize("by", [{"id": "clerk", "name": "A. Director"}, None])
def test_an_answer_of_somebody_else_is_no_approval(office: Office, by: dict[str, str] | None):
    office.declare(approval=[DIRECTOR])
    made = release_tasks.make_vintage(COUNTRY)

    with pytest.raises(AirflowFailException, match=r"not by A\. Director"):
        release_tasks.record_answer(
            {**APPROVED, "responded_by_user": by}, made, COUNTRY, **named(DIRECTOR)
        )

    assert office.ledger.releases(COUNTRY)[0].approvals == {}


def test_a_recipient_who_is_not_reached_holds_no_other_back_and_is_tried_again(
    office: Office, shares: Path, context: dict[str, Any]
):
    made = release_tasks.make_vintage(COUNTRY)
    release_tasks.put_out(made, COUNTRY)

    with pytest.raises(DeliveryError, match="Press"):  # which Airflow tries again
        release_tasks.deliver("Press", made, COUNTRY)
    assert release_tasks.deliver("Ministry", made, COUNTRY) > 0
    assert context["recipient"] == "Ministry"
    assert (shares / "ministry/zzz/v1/SHA256SUMS").is_file()

    (shares / "press").mkdir()
    again = release_tasks.make_vintage(COUNTRY)  # somebody was not reached: there is work to do
    assert release_tasks.deliver("Press", again, COUNTRY) > 0
    assert release_tasks.deliver("Ministry", again, COUNTRY) == 0
    assert {row.state for row in office.ledger.extract_deliveries(COUNTRY, 1)} == {DELIVERED}
    with pytest.raises(AirflowSkipException, match="nothing is new"):
        release_tasks.make_vintage(COUNTRY)


@pytest.mark.usefixtures("context")
def test_an_extract_edited_by_hand_is_delivered_to_nobody(office: Office, shares: Path):
    made = release_tasks.make_vintage(COUNTRY)
    release_tasks.put_out(made, COUNTRY)
    (office.extract() / "zzz_migdis_2020_v1.csv").write_text("x")

    with pytest.raises(AirflowFailException, match="is not what was made"):
        release_tasks.deliver("Ministry", made, COUNTRY)
    assert list((shares / "ministry").rglob("*.csv")) == []


@pytest.mark.usefixtures("office")
def test_one_country_alone_makes_no_brief_across_countries():
    release_tasks.put_out(release_tasks.make_vintage(COUNTRY), COUNTRY)

    with pytest.raises(AirflowSkipException, match="fewer than two"):
        release_tasks.put_out_across()


def named(approver: dict[str, str]) -> dict[str, str]:
    """Who is to sign, as the DAG hands it on."""
    return {"name": approver["name"], "user": approver["user"]}
