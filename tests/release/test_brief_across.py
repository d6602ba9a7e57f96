"""Briefs among the files of a release, and the brief across countries from what is out."""

import subprocess

import pytest
from migstat.ledger import Ledger
from migstat.release import across, making
from migstat.release.errors import ReleaseError, TamperedError
from migstat.release.extracts import put_out
from migstat.release.hashes import hash_files, sha256
from migstat.release.signing import NAMESPACE
from migstat.release.writers import WRITERS, brief
from published_office import make
from release_office import COUNTRY, Office, by_sex


def test_a_release_holds_the_brief_in_each_of_the_countrys_languages(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    assert brief.write in WRITERS
    monkeypatch.setattr(making, "WRITERS", (brief.write,))
    files = {file.name for file in make(office).files.iterdir()}
    briefs = {name.partition("_brief_")[2] for name in files if "_brief_" in name}
    assert briefs == {"es.html", "es.pdf", "en.html", "en.pdf"}


def test_only_what_is_out_stands_beside_other_countries(office: Office):
    vintage = make(office)
    assert across.newest_out(COUNTRY) is None
    put_out(vintage, office.ledger)
    assert across.newest_out(COUNTRY) == vintage


def test_one_country_cannot_be_set_beside_others(office: Office):
    put_out(make(office), office.ledger)
    with pytest.raises(ReleaseError, match="fewer than two have put out a release"):
        across.put_out_across(office.ledger)


def test_the_same_vintages_make_the_same_folder(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(across, "FEWEST", 1)
    put_out(make(office), office.ledger)
    folder = across.put_out_across(office.ledger)
    made = hash_files(folder)
    assert {"allowed_signers", "SHA256SUMS", "SHA256SUMS.sig"} < set(made)
    assert {name.rpartition("_")[2] for name in made if name.startswith("migdis")} == {
        "en.html",
        "en.pdf",
        "es.html",
        "es.pdf",
    }
    verify = f"ssh-keygen -Y verify -f allowed_signers -I office@example.org -n {NAMESPACE}"
    command = [*verify.split(), "-s", "SHA256SUMS.sig"]
    sums = (folder / "SHA256SUMS").read_bytes()
    subprocess.run(command, cwd=folder, input=sums, check=True, capture_output=True)
    assert across.put_out_across(office.ledger) == folder
    assert hash_files(folder) == made
    assert [one.name for one in folder.parent.iterdir()] == [folder.name]


def test_the_ledger_tells_from_which_vintages_the_brief_was_made(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(across, "FEWEST", 1)
    put_out(make(office), office.ledger)
    folder = across.put_out_across(office.ledger)
    across.put_out_across(office.ledger)
    (first,) = office.ledger.across_briefs()
    assert (first.folder, first.vintages) == (folder.name, {COUNTRY: 1})
    assert first.sums_sha256 == sha256(folder / "SHA256SUMS")

    office.publish(by_sex(obs_value=20.0))
    put_out(make(office), office.ledger)
    across.put_out_across(office.ledger)
    assert [row.vintages for row in office.ledger.across_briefs()] == [{COUNTRY: 1}, {COUNTRY: 2}]


def test_a_brief_that_a_killed_run_did_not_record_is_recorded_by_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(across, "FEWEST", 1)
    put_out(make(office), office.ledger)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "record_across", lambda *_: None)  # killed right before
        across.put_out_across(office.ledger)
    assert office.ledger.across_briefs() == []
    across.put_out_across(office.ledger)
    assert len(office.ledger.across_briefs()) == 1


@pytest.mark.parametrize("name", ["migdis_across_brief_en.html", "SHA256SUMS"])
def test_a_brief_edited_by_hand_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setattr(across, "FEWEST", 1)
    put_out(make(office), office.ledger)
    folder = across.put_out_across(office.ledger)
    edited = folder / "migdis_across_brief_en.html"
    before = sha256(edited)
    edited.write_text("better figures")
    if name == "SHA256SUMS":  # so that the folder agrees with itself
        sums = (folder / name).read_text().replace(before, sha256(edited))
        (folder / name).write_text(sums)
    with pytest.raises(TamperedError, match=f"{name} has other bytes"):
        across.put_out_across(office.ledger)


def test_no_brief_is_made_from_a_vintage_edited_by_hand(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(across, "FEWEST", 1)
    vintage = make(office)
    put_out(vintage, office.ledger)
    (vintage.folder / "cells.parquet").write_bytes(b"")
    with pytest.raises(TamperedError, match=r"cells\.parquet has other bytes"):
        across.put_out_across(office.ledger)
    assert office.ledger.across_briefs() == []
