"""Recipients of the fictional office, and what lies at the far end of each."""

import json
from pathlib import Path

import pytest
from migstat.release.extracts import put_out
from migstat.release.hashes import hash_files
from migstat.release.making import build
from migstat.release.vintages import Vintage
from release_office import COUNTRY, Office

PASSWORD = "pa$$word/of the far end"  # noqa: S105 - of servers that live for a test


def make(office: Office) -> Vintage:
    """Make the newest vintage and put its extract out."""
    vintage, _ = build(COUNTRY, office.ledger, clock=office.clock)
    put_out(vintage, office.ledger)
    return vintage


def connect(patch: pytest.MonkeyPatch, name: str, **parts: object) -> None:
    """Give Airflow a connection."""
    patch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(parts))


def connect_folder(patch: pytest.MonkeyPatch, name: str, folder: Path) -> None:
    """Give Airflow a connection to a folder."""
    connect(patch, name, conn_type="fs", extra={"path": str(folder)})


def extract_files(office: Office, number: int = 1) -> dict[str, str]:
    """What a recipient must find: path and SHA-256 of each file."""
    files = hash_files(office.extract(number))
    assert {"SHA256SUMS", "SHA256SUMS.sig"} < files.keys()
    return files
