"""Delivery by mail over a real mail server: one mail, in the words of the country, or a refusal."""

import io
import zipfile
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from delivery_office import (
    at_the_moment,
    connect,
    deliver_and_die,
    extract_files,
    make_large,
    serving,
)
from delivery_servers import MailServer
from migstat.ledger import Ledger
from migstat.release.delivery import DeliveryError, deliver
from migstat.release.hashes import hash_files
from published_office import make
from release_office import COUNTRY, Office

LARGE = 16  # megabytes
RECIPIENT = {"name": "Desk", "connection": "zzz_mail", "mail": "desk@ministry.example"}


@pytest.fixture
def server(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """The mail server of the office."""
    with serving(MailServer(tmp_path / "mail"), office, monkeypatch, RECIPIENT) as server:
        yield server


def only_mail(server: MailServer) -> EmailMessage:
    (raw,) = server.mails()
    message = BytesParser(policy=policy.default).parsebytes(raw.as_bytes())
    assert isinstance(message, EmailMessage)
    return message


def attached(message: EmailMessage, folder: Path) -> dict[str, str]:
    """Unpack the one attachment and hash what it holds."""
    (attachment,) = message.iter_attachments()
    with zipfile.ZipFile(io.BytesIO(attachment.get_content())) as archive:
        archive.extractall(folder)
    return hash_files(folder)


def test_the_mail_holds_the_extract_and_nothing_else(
    office: Office, server: MailServer, tmp_path: Path
):
    deliver(make(office), office.ledger)
    message = only_mail(server)
    assert attached(message, tmp_path / "unpacked") == extract_files(office, "zzz_v1")
    assert (message["To"], message["From"]) == ("desk@ministry.example", "releases@zedland.example")


def test_the_mail_speaks_the_language_of_the_country_and_english_below(
    office: Office, server: MailServer
):
    office.declared["names"]["es"] = "Zedlandia"
    office.declare()
    deliver(make(office), office.ledger)
    message = only_mail(server)
    wanted = "Zedlandia: cifras según la condición migratoria, v1 del 2021-06-30"
    assert message["Subject"] == wanted
    body = message.get_body(("plain",))
    assert body is not None
    own, english = body.get_content().split("\n-- \n")
    assert "publicados el 2021-06-30 por Office of Zedland" in own
    assert "released on 2021-06-30 by Office of Zedland" in english
    assert "Questions: office@example.org" in english


def test_a_mail_is_sent_once(office: Office, server: MailServer):
    vintage = make(office)
    deliver(vintage, office.ledger)
    (again,) = deliver(vintage, office.ledger)
    assert (again.is_new, again.n_bytes, again.error) == (False, 0, None)
    assert len(server.mails()) == 1


def test_a_mail_sent_before_the_ledger_could_hear_of_it_is_known_by_its_name(
    office: Office, server: MailServer, monkeypatch: pytest.MonkeyPatch
):
    vintage = make(office)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "end_sending", lambda *_: None)  # killed right after
        deliver(vintage, office.ledger)
    deliver(vintage, office.ledger)
    first, second = server.mails()
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_payload()[1].as_bytes() == second.get_payload()[1].as_bytes()


def test_a_server_killed_half_way_has_one_mail_after_the_next_delivery(
    office: Office, server: MailServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    office.declare(recipients=[RECIPIENT | {"mail_limit_mb": 40}])
    vintage = make_large(office, monkeypatch, LARGE)
    with (
        at_the_moment(server.is_serving, server.kill),
        pytest.raises(DeliveryError, match="Desk: smtp zzz_mail"),
    ):
        deliver(vintage, office.ledger)
    server.start()
    deliver(vintage, office.ledger)
    unpacked = attached(only_mail(server), tmp_path / "unpacked")
    assert unpacked == extract_files(office, "zzz_v1")


def test_a_delivering_process_killed_half_way_is_made_up_for_by_the_next(
    office: Office, server: MailServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    office.declare(recipients=[RECIPIENT | {"mail_limit_mb": 40}])
    vintage = make_large(office, monkeypatch, LARGE)
    deliver_and_die(office, server.is_serving)
    assert office.ledger.extract_deliveries(COUNTRY, 1)[0].state == "sending"
    deliver(vintage, office.ledger)
    unpacked = attached(only_mail(server), tmp_path / "unpacked")
    assert unpacked == extract_files(office, "zzz_v1")


def test_an_extract_too_large_for_the_mailbox_is_refused_with_a_way_out(
    office: Office, server: MailServer, monkeypatch: pytest.MonkeyPatch
):
    office.declare(recipients=[RECIPIENT | {"mail_limit_mb": 2}])
    vintage = make_large(office, monkeypatch, 2)
    with pytest.raises(DeliveryError, match=r"has 2\.9 MB and .* takes 2; raise mail_limit_mb"):
        deliver(vintage, office.ledger)
    assert server.mails() == []


@pytest.mark.parametrize("login", ["", "migstat"], ids=["nobody", "no address"])
def test_a_connection_without_a_sender_is_told(
    office: Office, server: MailServer, monkeypatch: pytest.MonkeyPatch, login: str
):
    told = server.connection(extra={"disable_ssl": True}, login=login)
    connect(monkeypatch, "zzz_mail", told)
    with pytest.raises(DeliveryError, match="names no sender; give it the extra from_email"):
        deliver(make(office), office.ledger)


def test_a_server_that_is_not_there_is_told(office: Office, server: MailServer):
    server.kill()
    with pytest.raises(DeliveryError, match="Connection refused"):
        deliver(make(office), office.ledger)
