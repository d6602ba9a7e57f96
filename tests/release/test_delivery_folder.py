"""Delivery to folders: the whole extract and only it, whatever lies there or breaks off."""

import resource
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from delivery_office import (
    connect_folder,
    deliver_and_die,
    extract_files,
    make_large,
    size_of,
)
from migstat.release.delivery import DeliveryError, deliver, folder
from migstat.release.extracts import put_out
from migstat.release.hashes import hash_files
from published_office import make
from release_office import COUNTRY, Office

BELOW = "in/tables/zzz/v1"
RECIPIENT = {"name": "Ministry", "connection": "zzz_share", "folder": "in/tables"}


@pytest.fixture
def share(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the one recipient."""
    made = tmp_path / "share"
    made.mkdir()
    connect_folder(monkeypatch, "zzz_share", made)
    office.declare(recipients=[RECIPIENT])
    return made


def copy_half(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy the first bytes, and then stand still."""
    target.write(source.read(1000))
    target.flush()
    time.sleep(60)


@contextmanager
def no_file_over(n_bytes: int) -> Iterator[None]:
    """The disk of this process is full for files of more bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_recipient_finds_the_extract_and_nothing_else(office: Office, share: Path):
    (outcome,) = deliver(make(office), office.ledger)
    assert hash_files(share) == extract_files(office, BELOW)
    assert (outcome.recipient, outcome.is_new, outcome.error) == ("Ministry", True, None)
    assert outcome.n_bytes == size_of(office)


def test_a_delivering_process_killed_half_way_is_made_up_for_by_the_next(
    office: Office, share: Path, monkeypatch: pytest.MonkeyPatch
):
    vintage = make(office)
    half = "zzz_migdis_2020_v1.csv.part"

    def copy(source: IO[bytes], target: IO[bytes]) -> None:
        slow = str(target.name).endswith(half)
        copy_half(source, target) if slow else whole(source, target)

    with monkeypatch.context() as patch:
        whole = shutil.copyfileobj
        patch.setattr(folder.shutil, "copyfileobj", copy)
        put_out(vintage, office.ledger)
        aside = share / "in/tables/zzz/.v1.part"
        deliver_and_die(office, (aside / half).exists)
    assert not (share / BELOW).exists()
    sent = {f.name: f.stat().st_mtime_ns for f in aside.iterdir() if not f.name.endswith(".part")}
    assert sent
    deliver(vintage, office.ledger)
    assert hash_files(share) == extract_files(office, BELOW)
    again = {f.name: f.stat().st_mtime_ns for f in (share / BELOW).iterdir()}
    assert sent.items() < again.items()


def test_what_an_earlier_attempt_left_and_is_wrong_is_swept(office: Office, share: Path):
    vintage = make(office)
    aside = share / "in/tables/zzz/.v1.part"
    aside.mkdir(parents=True)
    for name in ("SHA256SUMS", "SHA256SUMS.part", "nobody.csv"):
        (aside / name).write_text("half")
    secret = share.parent / "secret"
    secret.write_text("of another")
    (aside / "zzz_migdis_2020_v1.csv").symlink_to(secret)
    deliver(vintage, office.ledger)
    assert hash_files(share) == extract_files(office, BELOW)
    assert not (share / BELOW / "zzz_migdis_2020_v1.csv").is_symlink()
    assert secret.read_text() == "of another"


def test_a_link_to_the_right_bytes_is_not_ours(office: Office, share: Path):
    """Whoever it belongs to could change them later."""
    vintage = make(office)
    extract = put_out(vintage, office.ledger)
    shutil.copytree(extract, share / BELOW)
    file = share / BELOW / "zzz_migdis_2020_v1.csv"
    file.unlink()
    file.symlink_to(extract / file.name)
    with pytest.raises(DeliveryError, match=f"{file.name} has other bytes"):
        deliver(vintage, office.ledger)
    assert file.is_symlink()


def test_a_file_is_never_written_through_a_link_or_over_another(tmp_path: Path):
    """Put there between the look and the copy."""
    (tmp_path / "new").write_text("new")
    (tmp_path / "secret").write_text("of another")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    for name in ("link", "secret"):
        with pytest.raises(FileExistsError):
            folder.FolderTree(tmp_path).put(tmp_path / "new", name)
    assert (tmp_path / "secret").read_text() == "of another"


@pytest.mark.parametrize("name", ["SHA256SUMS", "note.txt"])
def test_what_somebody_else_put_there_is_not_touched(office: Office, share: Path, name: str):
    vintage = make(office)
    shutil.copytree(put_out(vintage, office.ledger), share / BELOW)
    (share / BELOW / name).write_text("mine")
    before = hash_files(share)
    with pytest.raises(DeliveryError, match=rf"{name} .*ask the recipient to move it away"):
        deliver(vintage, office.ledger)
    assert hash_files(share) == before


def test_what_lies_there_right_is_not_sent_again(office: Office, share: Path):
    vintage = make(office)
    shutil.copytree(put_out(vintage, office.ledger), share / BELOW)
    (outcome,) = deliver(vintage, office.ledger)
    assert (outcome.is_new, outcome.n_bytes) == (True, 0)
    assert office.ledger.extract_deliveries(COUNTRY)[0].state == "delivered"


def test_a_file_that_arrives_with_other_bytes_is_no_delivery(
    office: Office, share: Path, monkeypatch: pytest.MonkeyPatch
):
    def copy(source: IO[bytes], target: IO[bytes]) -> None:
        target.write(source.read()[:-1] + b"?")

    vintage = make(office)
    put_out(vintage, office.ledger)
    with monkeypatch.context() as patch:
        patch.setattr(folder.shutil, "copyfileobj", copy)
        with pytest.raises(DeliveryError, match="arrived with other bytes than were sent"):
            deliver(vintage, office.ledger)
    assert not (share / BELOW).exists()
    deliver(vintage, office.ledger)
    assert hash_files(share) == extract_files(office, BELOW)


def test_a_full_disk_is_told_and_left_no_fuller(
    office: Office, share: Path, monkeypatch: pytest.MonkeyPatch
):
    vintage = make_large(office, monkeypatch, 2)
    put_out(vintage, office.ledger)
    with no_file_over(1_000_000), pytest.raises(DeliveryError, match="File too large"):
        deliver(vintage, office.ledger)
    assert not list(share.rglob("padding.bin*"))
    deliver(vintage, office.ledger)
    assert hash_files(share) == extract_files(office, BELOW)


@pytest.mark.parametrize(
    ("path", "message"),
    [("/nowhere/at/all", "there is no folder /nowhere"), ("", "absolute"), ("share", "absolute")],
)
def test_a_folder_that_is_not_mounted_is_not_made(
    office: Office, share: Path, monkeypatch: pytest.MonkeyPatch, path: str, message: str
):
    connect_folder(monkeypatch, "zzz_share", Path(path) if path else Path())
    with pytest.raises(DeliveryError, match=message):
        deliver(make(office), office.ledger)
    assert hash_files(share) == {}


def test_a_file_where_the_folder_belongs_is_told(office: Office, share: Path):
    (share / "in").write_text("x")
    with pytest.raises(DeliveryError, match=r"fs zzz_share: .*in/tables/zzz"):
        deliver(make(office), office.ledger)
