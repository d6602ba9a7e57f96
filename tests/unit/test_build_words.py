"""What a build and its commands say: no failure reads as success, every error names a way on."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from migstat.cli import app, console
from migstat.ledger import DeliveredFile, FoundDelivery, Ledger, open_ledger
from migstat.warehouse.blame import HOLDS_ANSWERS, NOBODY, OF_THE_MACHINE, blame, engine_message
from migstat.warehouse.build import BuildResult
from migstat.warehouse.published import marts_file
from typer.testing import CliRunner

SURVEY, WAVE = "zzz_people", "zzz_people/2021"
DAY = datetime(2021, 3, 1, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    monkeypatch.setenv("MIGSTAT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(console.out, "_width", 1000)
    ledger = open_ledger()
    file = DeliveredFile("p.csv", 1, DAY.isoformat(), sha256="ab" * 32)
    ledger.register(FoundDelivery(SURVEY, "2021", "ZZZ", (file,)))
    return ledger


def record(ledger: Ledger, number: int, *waves: str, state: str = "published", **failures: str):
    ledger.record_build(
        f"build {number}",
        started_at=DAY.replace(hour=number),
        finished_at=DAY.replace(hour=number),
        state=state,
        waves=dict.fromkeys(waves, "fingerprint"),
        failures=failures,
    )


def marts(ledger: Ledger) -> str:
    (survey,) = ledger.overview()
    return survey.marts


def test_a_survey_that_never_had_a_good_build_is_not_published_yet(ledger: Ledger):
    record(ledger, 1, WAVE, zzz_people="torn")
    assert marts(ledger) == "not published yet: torn"


def test_a_survey_that_was_published_once_kept_its_state_through_two_failures(ledger: Ledger):
    record(ledger, 1, WAVE)
    record(ledger, 2, WAVE, zzz_people="torn")
    record(ledger, 3, WAVE, zzz_people="torn again")
    assert marts(ledger) == "kept the last good state: torn again"


def test_a_survey_that_was_gone_meanwhile_is_not_published_yet(ledger: Ledger):
    record(ledger, 1, WAVE)
    record(ledger, 2, "zzz_other/2021")
    record(ledger, 3, WAVE, zzz_people="torn")
    assert marts(ledger) == "not published yet: torn"


def test_a_build_that_failed_as_a_whole_publishes_no_survey(ledger: Ledger):
    record(ledger, 1, WAVE, state="failed", **{"*": "disk full"})
    assert marts(ledger) == "failed: disk full"
    record(ledger, 2, WAVE, zzz_people="torn")
    assert marts(ledger) == "not published yet: torn"


def test_a_build_of_failures_alone_does_not_read_as_published():
    result = BuildResult("1", (), {"a": "torn", "b": "lost"}, kept=frozenset({"b"}))
    assert result.summary == "Nothing new is published; left out: a, b."
    assert result.left_out == [
        "a is not published yet: torn",
        "b kept its last good state: lost",
    ]


def said(*command: str) -> str:
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1
    return result.output.strip()


@pytest.mark.parametrize("query", ["select nothing from figures", "selekt 1", "from nowhere"])
def test_a_query_that_does_not_run_is_said_in_one_line(ledger: Ledger, query: str):
    assert ledger.builds() == []
    marts_file().parent.mkdir(parents=True)
    with duckdb.connect(marts_file()) as connection:
        connection.execute("create table figures (n int)")
    text = said("sql", query)
    assert text.startswith("The query does not run. ")
    assert "\n" not in text
    assert "Traceback" not in text


def test_a_query_before_the_first_build_says_what_to_do(ledger: Ledger):
    assert ledger.builds() == []
    assert "`migstat build` does it" in said("sql", "select 1")


def test_the_status_of_a_misspelt_survey_names_the_nearest(ledger: Ledger):
    assert ledger.builds() == []
    assert "nearest: 'zzz_people'" in said("status", "zzz_peopel")


def test_the_status_of_one_survey_is_shown_by_its_name(ledger: Ledger):
    assert ledger.builds() == []
    result = CliRunner().invoke(app, ["status", SURVEY])
    assert result.exit_code == 0
    assert SURVEY in result.output
    assert "not built" in result.output


@pytest.mark.parametrize(
    "message",
    [
        "IO Error: Could not write file",
        "[Errno 28] No space left on device",
        "File too large",
        "Out of Memory Error: failed to allocate data",
        "Cannot allocate memory",
        "Disk quota exceeded",
        "FATAL Error: the database has been invalidated",
    ],
)
def test_a_fault_of_the_machine_is_known_as_one(message: str):
    assert OF_THE_MACHINE.search(message)


@pytest.mark.parametrize(
    "message", ["Binder Error: no such column", "Conversion Error: 'Ana'", "No magic bytes found"]
)
def test_a_fault_of_a_survey_is_not_taken_for_the_machines(message: str):
    assert not OF_THE_MACHINE.search(message)


@pytest.mark.parametrize(
    "message",
    [
        "Conversion Error: Could not convert string 'Ana' to INT32",
        "Invalid Input Error: 'Ana' is no date",
        "Out of Range Error: value 'Ana'",
        "Out of Range Error: Overflow in multiplication of INT32 (5550199 * 1000)!",
        "Conversion Error: Type DOUBLE with value 5550199.5e3 can't be cast because the value is "
        "out of range for the destination type INT32",
        'Constraint Error: Duplicate key "person_id: Ana" violates primary key constraint.',
    ],
)
def test_messages_that_may_quote_an_answer_are_known_and_shown_without_it(message: str):
    assert HOLDS_ANSWERS.search(message)
    shown = engine_message(f"Runtime Error in model stg_zzz\n  {message}\n  LINE 1: 'Ana' 5550199")
    assert "Ana" not in shown
    assert "5550199" not in shown
    assert ("INT32" in shown) == ("INT32" in message)
    assert shown.startswith(message.split(":", maxsplit=1)[0])


@pytest.mark.parametrize(
    ("column", "shown"), [("table_name", "of persons break"), ("sex", "of the tables break")]
)
def test_a_rule_over_estimates_is_blamed_on_the_surveys_of_its_failing_rows(
    tmp_path: Path, column: str, shown: str
):
    with duckdb.connect(tmp_path / "attempt.duckdb") as connection:
        connection.execute("create schema failures")
        connection.execute(
            "create table failures.shares as "
            f"select 'zzz_people' as survey_code, '2021' as wave, 'persons' as {column}"
        )
    test = SimpleNamespace(
        name="shares",
        resource_type="test",
        compiled_code="select * from failures.shares",
        description="Shares add up to 100",
    )
    failing = SimpleNamespace(node=test, status="fail", message="Got 1 result")

    blamed = blame(SimpleNamespace(result=[failing]), tmp_path / "attempt.duckdb")

    assert list(blamed) == [SURVEY]
    assert shown in blamed[SURVEY]


def test_a_fault_of_the_machine_is_no_surveys_though_its_model_met_it(tmp_path: Path):
    """Whatever else failed, failed for want of the same."""
    models = [
        SimpleNamespace(
            name=f"stg_{survey}__persons",
            resource_type="model",
            original_file_path=f"models/staging/zzz/stg_{survey}__persons.sql",
        )
        for survey in ("zzz_other", SURVEY)
    ]
    messages = ("Runtime Error\n  no such column", "Runtime Error\n  No space left on device")
    failed = [
        SimpleNamespace(node=node, status="error", message=message)
        for node, message in zip(models, messages, strict=True)
    ]
    assert blame(SimpleNamespace(result=failed), tmp_path / "attempt.duckdb") == {
        NOBODY: "No space left on device"
    }
