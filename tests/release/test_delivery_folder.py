"""Delivery to folders: the whole extract and only it, once, whoever is killed meanwhile."""

from pathlib import Path

import pytest
from delivery_office import connect_folder, extract_files, make
from migstat.release.delivery import deliver
from migstat.release.hashes import hash_files
from release_office import Office


@pytest.fixture
def share(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the one recipient."""
    folder = tmp_path / "share"
    folder.mkdir()
    connect_folder(monkeypatch, "zzz_share", folder)
    office.declare(
        recipients=[{"name": "Ministry", "connection": "zzz_share", "folder": "in/tables"}]
    )
    return folder


def test_the_recipient_finds_the_extract_and_nothing_else(office: Office, share: Path):
    (outcome,) = deliver(make(office), office.ledger)
    wanted = extract_files(office)
    assert hash_files(share) == {f"in/tables/zzz/v1/{k}": v for k, v in wanted.items()}
    assert (outcome.recipient, outcome.is_new, outcome.error) == ("Ministry", True, None)
