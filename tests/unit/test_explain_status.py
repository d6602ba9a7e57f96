"""A statistician is told why a record has its status, from the declaration it was derived by."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from migstat.cli import app
from migstat.declarations import load_catalogue
from migstat.paths import paths
from migstat.warehouse.explain import UnknownRecordError, explain_record, rules_page
from typer.testing import CliRunner

Publish = Callable[..., None]
CHECKOUT = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue()
NAMES = [rule.name for rule in CATALOGUE.migratory_status.rules]


def trace(**verdicts: str) -> str:
    """Letters of all rules: not asked, but for those named."""
    return "".join(verdicts.get(name, "-") for name in NAMES)


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Publish one person, a settled foreigner unless said otherwise."""

    def write(**changes: Any) -> None:  # noqa: ANN401 - any column
        record = {
            "survey_code": "zzz_persons",
            "wave": "2021",
            "record_key": "abc123",
            "mig_status": "IM_FBF",
            "ms_rule": 6,
            "ms_quality": "B",
            "ms_version": CATALOGUE.migratory_status.version,
            "ms_contradiction": None,
            "ms_trace": trace(foreign_born_foreigner="T", internal_migrant="U"),
            "birth_country": "HND",
            "citizenship_country": "HND",
            **changes,
        }
        (tmp_path / "published").mkdir(exist_ok=True)
        with duckdb.connect(tmp_path / "published" / "marts.duckdb") as connection:
            connection.execute("drop table if exists persons")
            columns = ", ".join(f"? as {name}" for name in record)
            connection.execute(f"create table persons as select {columns}", list(record.values()))

    monkeypatch.setenv("MIGSTAT_HOME", str(tmp_path))
    return write


def test_the_deciding_rule_is_named_with_the_answers_it_looked_at(publish: Publish):
    publish()
    (explanation,) = explain_record("abc", CATALOGUE)
    assert explanation.reason.startswith("Foreign-born and settled here, without the citizenship.")
    deciding = [outcome for outcome in explanation.rules if outcome.decided]
    assert [outcome.rule.name for outcome in deciding] == ["foreign_born_foreigner"]
    assert deciding[0].answers == {"birth_country": "HND", "citizenship_country": "HND"}


def test_every_rule_says_how_it_came_out(publish: Publish):
    publish()
    (explanation,) = explain_record("abc123", CATALOGUE)
    verdicts = {outcome.rule.name: outcome.verdict for outcome in explanation.rules}
    assert list(verdicts) == NAMES
    assert verdicts.pop("foreign_born_foreigner") == "true"
    assert verdicts.pop("internal_migrant") == "open"
    assert set(verdicts.values()) == {"not asked"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ms_rule": 11}, "A collected rule is open"),
        ({"ms_rule": 10, "ms_trace": trace()}, "No rule is true or open"),
        ({"ms_rule": 12}, "interviews one status only"),
        ({"ms_rule": 11, "ms_contradiction": "abroad_longer_than_life"}, "Longer abroad than"),
    ],
)
def test_where_no_rule_decides_it_is_said_why(
    publish: Publish, changes: dict[str, Any], reason: str
):
    publish(**changes)
    (explanation,) = explain_record("abc123", CATALOGUE)
    assert reason in explanation.reason
    assert not any(outcome.decided for outcome in explanation.rules)


def test_an_unknown_key_is_an_error_that_says_where_keys_are(publish: Publish):
    publish()
    with pytest.raises(UnknownRecordError, match=r"no published person.*marts\.persons"):
        explain_record("zzz", CATALOGUE)


def test_a_beginning_that_several_keys_have_is_an_error(publish: Publish):
    publish()
    with duckdb.connect(paths().published / "marts.duckdb") as connection:
        connection.execute(
            "insert into persons select * replace ('abc999' as record_key) from persons"
        )
    with pytest.raises(UnknownRecordError, match="several persons' keys begin so"):
        explain_record("abc", CATALOGUE)
    assert len(explain_record("abc9", CATALOGUE)) == 1


def test_a_record_of_other_rules_is_not_explained_by_these(publish: Publish):
    publish(ms_version="0.9")
    with pytest.raises(UnknownRecordError, match="migstat build"):
        explain_record("abc123", CATALOGUE)


def test_the_command_shows_status_reason_and_rules(publish: Publish):
    publish()
    result = CliRunner().invoke(app, ["explain-status", "abc123"])
    assert result.exit_code == 0
    for words in ("IM_FBF", "decides", "Foreign-born and settled", "not asked"):
        assert words in result.output


def test_the_page_of_rules_is_the_one_the_declaration_gives():
    page = (CHECKOUT / "docs" / "migratory-status.md").read_text(encoding="utf-8")
    assert page == rules_page(CATALOGUE)


def test_the_page_names_every_rule_contradiction_and_threshold():
    page = rules_page(CATALOGUE)
    status = CATALOGUE.migratory_status
    for name in [*NAMES, *status.thresholds, *(c.flag for c in status.contradictions)]:
        assert f"| {name} |" in page
