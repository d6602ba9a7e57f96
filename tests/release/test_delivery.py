"""Delivery to many: who fails holds nobody back, and nothing leaves that may not."""

import sys
from pathlib import Path

import pytest
from click.testing import Result
from delivery_office import (
    FORK,
    connect,
    connect_folder,
    extract_files,
    size_of,
)
from migstat.cli import app
from migstat.release.approval import approve
from migstat.release.delivery import DeliveryError, deliver
from migstat.release.delivery.connections import load_connection
from migstat.release.errors import ApprovalError, ReleaseError, TamperedError
from migstat.release.hashes import hash_files
from published_office import make
from release_office import COUNTRY, DIRECTOR, Office
from typer.testing import CliRunner

RECIPIENTS = [
    {"name": "Archive", "connection": "zzz_archive"},
    {"name": "Ministry", "connection": "zzz_ministry"},
]


@pytest.fixture
def shares(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two recipients, each with a folder of that name here."""
    for name in ("archive", "ministry"):
        (tmp_path / "shares" / name).mkdir(parents=True)
        connect_folder(monkeypatch, f"zzz_{name}", tmp_path / "shares" / name)
    office.declare(recipients=RECIPIENTS)
    return tmp_path / "shares"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["release", *arguments], catch_exceptions=False)


def test_one_that_fails_holds_nobody_back_and_is_named_with_the_way_on(
    office: Office, shares: Path
):
    (shares / "archive").rmdir()
    with pytest.raises(DeliveryError) as failed:
        deliver(make(office), office.ledger)
    assert hash_files(shares / "ministry") == extract_files(office)
    told = str(failed.value)
    assert "ZZZ v1 did not reach 1 of 2 recipients" in told
    assert "Archive: there is no folder" in told
    assert "`migstat release deliver ZZZ 1`" in told
    assert [one.error is None for one in failed.value.outcomes] == [False, True]


def test_who_failed_is_tried_again_and_who_has_it_is_not(office: Office, shares: Path):
    vintage = make(office)
    (shares / "archive").rmdir()
    with pytest.raises(DeliveryError):
        deliver(vintage, office.ledger)
    (shares / "archive").mkdir()
    archive, ministry = deliver(vintage, office.ledger)
    assert (archive.is_new, ministry.is_new) == (True, False)
    rows = {row.recipient: row for row in office.ledger.extract_deliveries(COUNTRY, 1)}
    assert {k: (row.state, row.attempts) for k, row in rows.items()} == {
        "Archive": ("delivered", 2),
        "Ministry": ("delivered", 1),
    }


def test_a_second_delivery_sends_nothing_and_asks_nobody(office: Office, shares: Path):
    vintage = make(office)
    deliver(vintage, office.ledger)
    for name in ("archive", "ministry"):
        (shares / name).rename(shares / f"{name}_away")
    assert [one.is_new for one in deliver(vintage, office.ledger)] == [False, False]


def test_one_recipient_can_be_served_alone(office: Office, shares: Path):
    (only,) = deliver(make(office), office.ledger, only="Ministry")
    assert only.recipient == "Ministry"
    assert hash_files(shares / "archive") == {}
    with pytest.raises(ReleaseError, match="'Nobody'; there is Archive, Ministry"):
        deliver(make(office), office.ledger, only="Nobody")


def test_two_who_deliver_at_the_same_time_take_turns(office: Office, shares: Path):
    vintage = make(office)
    arguments = (vintage, office.ledger)
    processes = [FORK.Process(target=deliver, args=arguments) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert {row.attempts for row in office.ledger.extract_deliveries(COUNTRY)} == {1}
    for name in ("archive", "ministry"):
        assert hash_files(shares / name) == extract_files(office)


@pytest.mark.parametrize("what", ["vintage", "extract"])
def test_what_was_edited_by_hand_does_not_leave(office: Office, shares: Path, what: str):
    vintage = make(office)
    deliver(vintage, office.ledger, only="Archive")
    folder = vintage.files if what == "vintage" else office.extract()
    (folder / "zzz_migdis_2020_v1.csv").write_text("better figures")
    with pytest.raises(TamperedError, match=r"zzz_migdis_2020_v1\.csv has other bytes"):
        deliver(vintage, office.ledger)
    assert hash_files(shares / "ministry") == {}


def test_what_was_edited_together_with_its_manifest_does_not_leave(office: Office, shares: Path):
    vintage = make(office)
    manifest = vintage.folder / "manifest.json"
    manifest.write_text(manifest.read_text() + "\n")
    with pytest.raises(TamperedError, match="not the vintage that the ledger recorded"):
        deliver(vintage, office.ledger)
    assert hash_files(shares / "ministry") == {}


def test_nothing_leaves_before_everybody_has_signed(office: Office, shares: Path):
    office.declare(approval=[DIRECTOR])
    vintage = make(office)
    with pytest.raises(ApprovalError, match=r"A\. Director"):
        deliver(vintage, office.ledger)
    assert hash_files(shares) == {}
    approve(COUNTRY, 1, "A. Director", office.ledger)
    deliver(vintage, office.ledger)
    assert hash_files(shares / "ministry") == extract_files(office)


@pytest.mark.usefixtures("shares")
def test_no_secret_gets_into_a_message_or_the_ledger(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    secrets = ["pass-of-the-ministry", "token-of-the-ministry", "deep-in-the-ministry"]
    connection = {
        "conn_type": "fs",
        "password": secrets[0],
        "extra": {
            "path": f"/{secrets[0]}/{secrets[1]}",
            "token": secrets[1],
            "more": {"deep": [secrets[2]]},
        },
    }
    connect(monkeypatch, "zzz_ministry", connection)
    vintage = make(office)
    with pytest.raises(
        DeliveryError, match=r"Ministry: there is no folder /\*\*\*/\*\*\*;"
    ) as told:
        deliver(vintage, office.ledger)
    (row,) = (r for r in office.ledger.extract_deliveries(COUNTRY) if r.recipient == "Ministry")
    assert row.state == "failed"
    for secret in secrets:
        assert secret not in str(told.value) + str(row.last_error)
        assert secret not in repr(load_connection("zzz_ministry"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ('{"conn_type": "ftp", "host": "x"}', "is of type 'ftp'; extracts are delivered by fs"),
        ('{"conn_type": "fs", "port": "pw-7"}', "no readable connection zzz_ministry"),
        ('{"conn_type": "fs", "pw-7', "no readable connection zzz_ministry"),
        (None, "or as the variable AIRFLOW_CONN_ZZZ_MINISTRY"),
    ],
)
def test_a_connection_that_leads_nowhere_is_told(
    office: Office, shares: Path, monkeypatch: pytest.MonkeyPatch, value: str | None, message: str
):
    if value is None:
        monkeypatch.delenv("AIRFLOW_CONN_ZZZ_MINISTRY")
    else:
        monkeypatch.setenv("AIRFLOW_CONN_ZZZ_MINISTRY", value)
    with pytest.raises(DeliveryError, match=message) as told:
        deliver(make(office), office.ledger)
    assert "pw-7" not in str(told.value)
    assert hash_files(shares / "archive") == extract_files(office)


@pytest.mark.usefixtures("shares")
def test_s3_without_its_extra_says_what_to_install(office: Office, monkeypatch: pytest.MonkeyPatch):
    recipient = {"name": "Bucket", "connection": "zzz_ministry", "bucket": "zzz-office"}
    office.declare(recipients=[recipient])
    connect(monkeypatch, "zzz_ministry", {"conn_type": "aws"})
    monkeypatch.setitem(sys.modules, "airflow.providers.amazon.aws.hooks.s3", None)
    with pytest.raises(DeliveryError, match=r"pip install 'migstat\[amazon\]'"):
        deliver(make(office), office.ledger)


def test_the_command_shows_who_has_it(office: Office, shares: Path):
    office.declare(calendar=[{"date": "2021-06-30", "period": "2020"}])
    run("build", "zzz")
    (shares / "archive").rmdir()
    failed = run("deliver", "zzz")
    assert failed.exit_code == 1
    assert "Archive: there is no folder" in failed.output.replace("\n", " ")
    rows = [[part.strip() for part in line.split("│")[1:-1]] for line in failed.output.splitlines()]
    assert ["Archive", "failed", "0"] in rows
    size = str(size_of(office))
    assert ["Ministry", "delivered", size] in rows
    assert run("deliver", "zzz", "1", "--to", "Ministry").exit_code == 0
    assert run("deliver", "zzz", "2").exit_code == 1


def test_a_country_without_recipients_delivers_to_nobody(office: Office):
    vintage = make(office)
    assert deliver(vintage, office.ledger) == []
    assert "nobody is declared under release.recipients" in run("deliver", "zzz").output
