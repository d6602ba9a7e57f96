"""Extracts: what leaves of a vintage, once all have signed, and nothing that was changed."""

import subprocess

import pytest
from migstat.release.approval import approve
from migstat.release.errors import (
    ApprovalError,
    TamperedError,
)
from migstat.release.extracts import put_out
from migstat.release.hashes import hash_files
from migstat.release.signing import NAMESPACE
from published_office import make
from release_office import (
    COUNTRY,
    DIRECTOR,
    OFFICER,
    Office,
)


def test_the_extract_is_the_files_of_the_vintage_and_nothing_else(office: Office):
    vintage = make(office)
    assert put_out(vintage, office.ledger) == office.extract()
    assert hash_files(office.extract()) == hash_files(vintage.files)
    put_out(vintage, office.ledger)
    (row,) = office.ledger.releases(COUNTRY)
    assert row.extracted_at is not None


def test_an_extract_edited_by_hand_is_refused(office: Office):
    vintage = make(office)
    put_out(vintage, office.ledger)
    (office.extract() / "zzz_migdis_2020_v1.csv").write_text("x")
    with pytest.raises(TamperedError, match=r"v1 is not what was made"):
        put_out(vintage, office.ledger)


def test_a_vintage_edited_by_hand_is_not_put_out(office: Office):
    vintage = make(office)
    (vintage.files / "zzz_migdis_2020_v1.csv").write_text("x")
    with pytest.raises(TamperedError, match="ZZZ v1 was changed by hand"):
        put_out(vintage, office.ledger)
    assert not office.extract().exists()


def test_nothing_is_put_out_before_everybody_has_signed(office: Office):
    office.declare(approval=[DIRECTOR, OFFICER])
    vintage = make(office)
    with pytest.raises(ApprovalError, match=r"waits for the approval of A\. Director, B\. Officer"):
        put_out(vintage, office.ledger)
    assert approve(COUNTRY, 1, "A. Director", office.ledger) == ["B. Officer"]
    with pytest.raises(ApprovalError, match=r"waits for the approval of B\. Officer"):
        put_out(vintage, office.ledger)
    assert approve(COUNTRY, 1, "B. Officer", office.ledger) == []
    assert put_out(vintage, office.ledger).is_dir()


def test_only_those_named_can_sign(office: Office):
    office.declare(approval=[DIRECTOR])
    make(office)
    with pytest.raises(ApprovalError, match=r"'C\. Clerk' does not sign releases"):
        approve(COUNTRY, 1, "C. Clerk", office.ledger)


def test_an_official_verifies_the_extract_with_plain_tools(office: Office):
    vintage = make(office)
    folder = put_out(vintage, office.ledger)
    allowed, sums = folder / "allowed_signers", folder / "SHA256SUMS"
    command = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", "office@example.org"]
    command += ["-n", NAMESPACE, "-s", folder / "SHA256SUMS.sig"]
    subprocess.run(command, input=sums.read_bytes(), check=True, capture_output=True)
    subprocess.run(["sha256sum", "--check", "--strict", sums], cwd=folder, check=True)
    named = {line.split("  ", 1)[1] for line in sums.read_text().splitlines()}
    assert named == {f.name for f in folder.iterdir()} - {"SHA256SUMS", "SHA256SUMS.sig"}
