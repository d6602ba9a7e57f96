"""Delivery by SFTP to a real OpenSSH server: whole and only the whole, and to nobody else."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from delivery_office import (
    at_the_moment,
    connect,
    deliver_and_die,
    extract_files,
    make_large,
    serving,
    size_of,
)
from delivery_servers import SshServer, public_key
from migstat.release.delivery import DeliveryError, deliver
from migstat.release.hashes import hash_files
from published_office import make
from release_office import COUNTRY, Office

LARGE = 48  # megabytes
RECIPIENT = {"name": "Ministry", "connection": "zzz_ministry", "folder": "in"}


@pytest.fixture
def server(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    """The server of the one recipient."""
    with serving(SshServer(tmp_path / "sshd"), office, monkeypatch, RECIPIENT) as server:
        yield server


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Lay a disk of a megabyte over a folder."""
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
    mounted = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    if mounted.returncode:
        pytest.skip(f"needs the right to mount a small disk: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True, timeout=60)


def is_half_there(server: SshServer) -> bool:
    return any(f.stat().st_size > 0 for f in server.home.rglob("padding.bin.part"))


def test_the_recipient_finds_the_extract_and_nothing_else(office: Office, server: SshServer):
    (outcome,) = deliver(make(office), office.ledger)
    assert hash_files(server.home) == extract_files(office, "in/zzz/v1")
    assert (outcome.is_new, outcome.error) == (True, None)
    (row,) = office.ledger.extract_deliveries(COUNTRY, 1)
    assert (row.state, row.attempts, row.last_error) == ("delivered", 1, None)


def test_a_server_with_another_key_than_the_pinned_one_gets_nothing(
    office: Office, server: SshServer, monkeypatch: pytest.MonkeyPatch
):
    wrong = " ".join(public_key(server.folder / "other").split()[:2])
    connect(monkeypatch, "zzz_ministry", server.connection(host_key=wrong))
    with pytest.raises(DeliveryError, match="shows another key than the pinned one"):
        deliver(make(office), office.ledger)
    assert hash_files(server.home) == {}


def test_a_key_that_this_machine_knows_does_not_stand_in_for_the_pinned_one(
    office: Office, server: SshServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    known = tmp_path / "user" / ".ssh" / "known_hosts"
    known.parent.mkdir(parents=True)
    known.write_text(f"[127.0.0.1]:{server.port} {public_key(server.folder / 'host')}")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    wrong = " ".join(public_key(server.folder / "other").split()[:2])
    connect(monkeypatch, "zzz_ministry", server.connection(host_key=wrong))
    with pytest.raises(DeliveryError, match="shows another key"):
        deliver(make(office), office.ledger)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"host_key": None}, "pins no host key"),
        ({"host_key": ""}, "pins no host key"),
        ({"no_host_key_check": "true"}, "anybody could pose"),
        ({"no_host_key_check": True}, "anybody could pose"),
        ({"allow_host_key_change": True}, "anybody could pose"),
    ],
)
def test_nothing_is_sent_without_a_pinned_key(
    office: Office,
    server: SshServer,
    monkeypatch: pytest.MonkeyPatch,
    extra: dict[str, object],
    message: str,
):
    connect(monkeypatch, "zzz_ministry", server.connection(**extra))
    with pytest.raises(DeliveryError, match=message):
        deliver(make(office), office.ledger)
    assert hash_files(server.home) == {}


def test_a_server_killed_half_way_has_all_after_the_next_delivery(
    office: Office, server: SshServer, monkeypatch: pytest.MonkeyPatch
):
    vintage = make_large(office, monkeypatch, LARGE)
    with (
        at_the_moment(lambda: is_half_there(server), server.kill),
        pytest.raises(DeliveryError, match="Ministry: sftp zzz_ministry"),
    ):
        deliver(vintage, office.ledger)
    assert not (server.home / "in" / "zzz" / "v1").exists()
    server.start()
    (outcome,) = deliver(vintage, office.ledger)
    assert hash_files(server.home) == extract_files(office, "in/zzz/v1")
    sent_before = size_of(office) - outcome.n_bytes
    assert sent_before > 0
    (row,) = office.ledger.extract_deliveries(COUNTRY, 1)
    assert (row.state, row.attempts, row.last_error) == ("delivered", 2, None)


def test_a_delivering_process_killed_half_way_is_made_up_for_by_the_next(
    office: Office, server: SshServer, monkeypatch: pytest.MonkeyPatch
):
    vintage = make_large(office, monkeypatch, LARGE)
    deliver_and_die(office, lambda: is_half_there(server))
    assert office.ledger.extract_deliveries(COUNTRY, 1)[0].state == "sending"
    assert not (server.home / "in" / "zzz" / "v1").exists()
    deliver(vintage, office.ledger)
    assert hash_files(server.home) == extract_files(office, "in/zzz/v1")


def test_a_server_that_only_reads_is_told_as_such(
    office: Office, server: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    reading = SshServer(tmp_path / "reading", "-R")
    reading.start()
    connect(monkeypatch, "zzz_reading", reading.connection())
    office.declare(recipients=[{"name": "Archive", "connection": "zzz_reading"}, RECIPIENT])
    try:
        with pytest.raises(DeliveryError, match=r"Archive: .*[Pp]ermission denied"):
            deliver(make(office), office.ledger)
    finally:
        reading.kill()
    assert hash_files(server.home) == extract_files(office, "in/zzz/v1")


def test_a_server_whose_disk_is_full_is_told_and_has_all_once_there_is_room(
    office: Office, server: SshServer, monkeypatch: pytest.MonkeyPatch
):
    vintage = make_large(office, monkeypatch, 2)
    with small_disk(server.home):
        with pytest.raises(DeliveryError, match=r"of 2097152 bytes of .* may be full"):
            deliver(vintage, office.ledger)
        assert not list(server.home.rglob("padding.bin*"))
        assert not (server.home / "in" / "zzz" / "v1").exists()
    deliver(vintage, office.ledger)
    assert hash_files(server.home) == extract_files(office, "in/zzz/v1")


def test_a_key_the_server_does_not_take_is_told_without_it(
    office: Office, server: SshServer, monkeypatch: pytest.MonkeyPatch
):
    key = (server.folder / "other").read_text()
    connect(monkeypatch, "zzz_ministry", server.connection(private_key=key))
    with pytest.raises(DeliveryError, match="AuthenticationException") as refused:
        deliver(make(office), office.ledger)
    assert "PRIVATE KEY" not in str(refused.value)
    assert hash_files(server.home) == {}


@contextmanager
def agent_with(key: Path) -> Iterator[Path]:
    """An agent of OpenSSH that holds a key."""
    socket = key.parent / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL) as agent:
        try:
            for _ in range(100):
                if socket.exists():
                    break
                time.sleep(0.05)
            environment = os.environ | {"SSH_AUTH_SOCK": str(socket)}
            subprocess.run(["ssh-add", "-q", key], env=environment, check=True, timeout=60)
            yield socket
        finally:
            agent.terminate()


def test_a_key_of_whoever_runs_it_does_not_stand_in_for_that_of_the_connection(
    office: Office, server: SshServer, monkeypatch: pytest.MonkeyPatch
):
    """The server would take the key that the agent holds."""
    other = (server.folder / "other").read_text()
    connect(monkeypatch, "zzz_ministry", server.connection(private_key=other))
    with agent_with(server.folder / "user") as socket:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        with pytest.raises(DeliveryError, match="AuthenticationException"):
            deliver(make(office), office.ledger)
    assert hash_files(server.home) == {}
