"""``migstat release``: what a person types and reads."""

from pathlib import Path

import pytest
from click.testing import Result
from migstat.cli import app
from migstat.cli import release as commands
from migstat.release import across
from migstat.release.signing import KEY_FILE_VARIABLE
from record_tables import allow, people, publish_records
from release_office import DIRECTOR, Office, by_sex
from typer.testing import CliRunner


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["release", *arguments], catch_exceptions=False)


def status(*arguments: str) -> str:
    return CliRunner().invoke(app, ["status", *arguments], catch_exceptions=False).output


def lines_of(table: str) -> list[list[str]]:
    """The cells of each line of a table that tells of a vintage."""
    rows = [[part.strip() for part in line.split("│")[1:-1]] for line in table.splitlines()]
    return [row for row in rows if row and row[0].startswith("ZZZ v")]


def test_the_usual_way_from_plan_to_audit(office: Office):
    office.declare(calendar=[{"date": "2021-06-30", "period": "2020"}])
    planned = run("plan", "zzz")
    assert "ZZZ v1 (first, issued 2021-06-30) would be released" in planned.output
    assert "zzz_people 2020 (2020)" in planned.output
    built = run("build", "zzz")
    assert built.exit_code == 0
    assert str(office.extract()) in built.output.replace("\n", "")
    assert "nothing new" in run("build", "ZZZ").output
    assert "made again byte for byte" in run("audit", "ZZZ").output
    office.publish(by_sex(obs_value=20.0))
    assert "against the vintage before: 1 revised" in run("plan", "ZZZ").output
    run("build", "ZZZ")
    compared = run("diff", "ZZZ", "1", "2")
    assert "12.3" in compared.output
    assert "20.0" in compared.output
    assert "v2 against v1: 1 revised" in compared.output
    assert "v1 against v1: no figure changed" in run("diff", "ZZZ", "1", "1").output


def test_a_plan_names_no_option_that_it_has_not(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "SHOWN_CHANGES", 0)
    run("build", "ZZZ")
    office.publish(by_sex(obs_value=20.0))
    assert "0 of 1 revised figures; its change log has all" in run("plan", "ZZZ").output
    run("build", "ZZZ")
    assert "0 of 1 revised figures; --csv has all" in run("diff", "ZZZ", "1", "2").output


def test_all_differences_can_be_written_to_a_file(office: Office, tmp_path: Path):
    run("build", "ZZZ")
    office.publish(by_sex(obs_value=20.0))
    run("build", "ZZZ")
    run("diff", "ZZZ", "1", "2", "--csv", str(tmp_path / "all.csv"))
    _, row = (tmp_path / "all.csv").read_text().splitlines()
    assert row.startswith("revised,new computation,zzz_people,2020,LB01,")


def test_a_refusal_is_one_sentence_and_an_exit_code(office: Office):
    office.declare(calendar=[{"date": "9999-06-30", "period": "2020"}])
    refused = run("build", "ZZZ")
    assert refused.exit_code == 1
    assert "under embargo until 9999-06-30T10:00" in refused.output.replace("\n", " ")
    assert not office.extract().exists()


@pytest.mark.parametrize("command", ["plan", "build", "audit"])
@pytest.mark.parametrize("country", ["YYY", "../zzz", "../countries/zzz"])
def test_a_country_nobody_declared_is_refused_and_leaves_no_trace(
    office: Office, command: str, country: str
):
    refused = run(command, country)
    assert refused.exit_code == 1
    assert country.upper() in refused.output.upper()
    assert "Errno" not in refused.output
    assert not (office.home / "releases").exists()


def test_an_edited_vintage_is_refused_by_every_command(office: Office):
    run("build", "ZZZ")
    (office.files() / "zzz_migdis_2020_v1.csv").write_text("x")
    for command in (("audit", "ZZZ"), ("build", "ZZZ"), ("plan", "ZZZ"), ("diff", "ZZZ", "1", "1")):
        refused = run(*command)
        assert refused.exit_code == 1
        assert "changed by hand" in refused.output


def test_a_vintage_waits_for_its_signature(office: Office):
    office.declare(approval=[DIRECTOR])
    waiting = run("build", "ZZZ")
    assert waiting.exit_code == 1
    assert "waits for the approval of A. Director" in waiting.output
    assert not office.extract().exists()
    assert run("approve", "ZZZ", "1", "--by", "A. Director").exit_code == 0
    assert run("build", "ZZZ").exit_code == 0
    assert office.extract().is_dir()


def test_a_rejected_vintage_never_leaves_and_a_correction_does(office: Office):
    office.declare(approval=[DIRECTOR])
    run("build", "ZZZ")
    assert "waits for A. Director; nothing is new" in run("plan", "ZZZ").output
    assert run("reject", "ZZZ", "1", "--by", "A. Director").exit_code == 2
    assert run("reject", "ZZZ", "1", "--by", "A. Director", "--why", " ").exit_code == 1
    rejected = run("reject", "zzz", "1", "--by", "A. Director", "--why", "Old [weights].")
    assert rejected.exit_code == 0
    for command in (
        ("build", "ZZZ"),
        ("deliver", "ZZZ"),
        ("approve", "ZZZ", "1", "--by", "A. Director"),
    ):
        refused = run(*command)
        assert refused.exit_code == 1
        assert "Old [weights]." in refused.output
        assert "migstat release build ZZZ --correction WHY" in refused.output
    assert "rejected by A. Director" in run("plan", "ZZZ").output

    run("build", "ZZZ", "--correction", "New weights.")
    run("approve", "ZZZ", "2", "--by", "A. Director")
    assert run("build", "ZZZ").exit_code == 0
    assert office.extract(2).is_dir()
    assert not office.extract(1).exists()
    newest, *_ = lines_of(status())
    assert newest[0] == "ZZZ v2"
    first, second = lines_of(status("zzz"))
    assert first[0] == "ZZZ v1"
    assert first[4].startswith("rejected by A. Director on")
    assert first[4].endswith('("Old [weights].")')
    assert second[3].startswith("A. Director (")
    assert second[4].startswith("out since ")


@pytest.mark.usefixtures("office")
def test_the_status_says_from_what_the_brief_across_countries_was_made(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(across, "FEWEST", 1)
    run("build", "ZZZ")
    (told,) = [line for line in run("across").output.splitlines() if " from ZZZ v1" in line]
    assert told in status()


def test_records_are_released_with_a_table_of_what_is_withheld(office: Office, tmp_path: Path):
    allow(office)
    publish_records(office, people())
    made = run("microdata", "zzz", "--out", str(tmp_path / "records"))
    assert made.exit_code == 0
    assert "zzz_people_2020_persons" in made.output
    assert str(tmp_path / "records") in made.output.replace("\n", "")
    assert {file.suffix for file in (tmp_path / "records").iterdir()} == {
        ".sav",
        ".dta",
        ".xml",
        ".md",
    }


def test_a_profile_without_microdata_refuses_in_one_sentence(office: Office):
    allow(office, profile="strict")
    refused = run("microdata", "zzz")
    assert refused.exit_code == 1
    assert "its disclosure profile 'strict' allows no microdata" in refused.output


@pytest.mark.parametrize("content", [None, "no key"])
def test_a_signing_key_that_is_gone_or_none_lets_nothing_leave(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
):
    file = tmp_path / "release_key"
    if content:
        file.write_text(content)
        file.chmod(0o600)
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(file))
    refused = run("build", "zzz")
    assert refused.exit_code == 1
    assert "release_key" in refused.output.replace("\n", "")
    assert not office.extract().exists()
    assert not (office.home / "releases").exists()
