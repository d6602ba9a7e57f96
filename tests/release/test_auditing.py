"""The audit: a vintage is what was made, or it is told what is not."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from migstat.release import auditing, making, release
from migstat.release.auditing import audit, diff
from migstat.release.errors import (
    ReleaseError,
    TamperedError,
)
from migstat.release.signing import Signer, load_signer
from published_office import make
from release_office import (
    COUNTRY,
    Office,
    by_sex,
)


def findings(office: Office, number: int | None = None) -> list[str]:
    return audit(COUNTRY, office.ledger, number)[1]


def test_an_untouched_vintage_passes_the_audit_however_far_the_marts_have_moved(office: Office):
    make(office)
    office.publish(by_sex(obs_value=20.0))
    make(office)
    office.publish([])
    assert findings(office, 1) == []
    assert findings(office, 2) == []


@pytest.mark.parametrize(
    "name", ["files/zzz_migdis_2020_v1.csv", "inputs/estimates.parquet", "cells.parquet"]
)
def test_a_vintage_edited_by_hand_is_refused(office: Office, name: str):
    file = make(office).folder / name
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    for act in (make, findings):
        with pytest.raises(TamperedError, match=f"{name} has other bytes"):
            act(office)


def test_a_file_added_to_or_taken_from_a_vintage_is_told(office: Office):
    folder = make(office).folder
    (folder / "files" / "note.txt").write_text("x")
    (folder / "cells.parquet").unlink()
    with pytest.raises(TamperedError, match=r"cells.parquet is missing; files/note.txt was not"):
        findings(office)


def test_a_vintage_edited_together_with_its_manifest_is_not_the_one_recorded(office: Office):
    vintage = make(office)
    file = vintage.files / "zzz_migdis_2020_v1.csv"
    old = hashlib.sha256(file.read_bytes()).hexdigest()
    file.write_bytes(file.read_bytes().replace(b"12.3", b"12.4"))
    new = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest = vintage.folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace(old, new))
    with pytest.raises(TamperedError, match="not the vintage that the ledger recorded"):
        findings(office)


def test_a_vintage_moved_into_the_place_of_another_is_refused(office: Office):
    make(office)
    office.publish(by_sex(obs_value=20.0))
    folder = make(office).folder
    (folder.parent / "v1").rename(folder.parent / "aside")
    folder.rename(folder.parent / "v1")
    with pytest.raises(TamperedError, match="does not hold the vintage that belongs there"):
        findings(office)


def test_a_vintage_that_is_gone_is_missed(office: Office):
    make(office).folder.rename(office.root / "gone")
    with pytest.raises(TamperedError, match="v1 was released and is not on disk"):
        make(office)


def test_a_vintage_made_by_other_code_is_told_as_such(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    make(office)
    monkeypatch.setattr(release, "FLOW", "other")
    monkeypatch.setattr(auditing, "producer", lambda: "9.9.9")
    told = findings(office)
    assert any("checked by 9.9.9" in finding for finding in told)


def test_a_signature_of_another_key_than_the_manifest_names_fails_the_audit(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    class Forger(Signer):
        def sign(self, message: bytes) -> str:
            return Signer(Ed25519PrivateKey.generate(), is_development=False).sign(message)

    signer = load_signer()
    monkeypatch.setattr(making, "load_signer", lambda: Forger(signer.key, signer.is_development))
    make(office)
    assert findings(office) == ["files/SHA256SUMS.sig is not of the key that the manifest names"]


def test_the_difference_of_two_vintages_can_be_asked_for(office: Office):
    make(office)
    office.publish(by_sex(obs_value=20.0))
    make(office)
    (change,) = diff(COUNTRY, office.ledger, 1, 2).to_dict("records")
    assert (change["old_obs_value"], change["new_obs_value"]) == (12.3, 20.0)
    with pytest.raises(ReleaseError, match="there is no v3"):
        diff(COUNTRY, office.ledger, 1, 3)
