"""Briefs among the files of a release, and the brief across countries from what is out."""

import subprocess

import pytest
from migstat.release import across, making
from migstat.release.errors import ReleaseError
from migstat.release.extracts import put_out
from migstat.release.hashes import hash_files
from migstat.release.making import build
from migstat.release.signing import NAMESPACE
from migstat.release.vintages import Vintage
from migstat.release.writers import WRITERS, brief
from release_office import COUNTRY, Office


def vintage_of(office: Office) -> Vintage:
    return build(COUNTRY, office.ledger, clock=office.clock)[0]


def test_a_release_holds_the_brief_in_each_of_the_countrys_languages(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    assert brief.write in WRITERS
    monkeypatch.setattr(making, "WRITERS", (brief.write,))
    files = {file.name for file in vintage_of(office).files.iterdir()}
    briefs = {name.partition("_brief_")[2] for name in files if "_brief_" in name}
    assert briefs == {"es.html", "es.pdf", "en.html", "en.pdf"}


def test_only_what_is_out_stands_beside_other_countries(office: Office):
    vintage = vintage_of(office)
    assert across.newest_out(COUNTRY) is None
    put_out(vintage, office.ledger)
    assert across.newest_out(COUNTRY) == vintage


def test_one_country_cannot_be_set_beside_others(office: Office):
    put_out(vintage_of(office), office.ledger)
    with pytest.raises(ReleaseError, match="fewer than two have put out a release"):
        across.put_out_across()


def test_the_same_vintages_make_the_same_folder(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(across, "FEWEST", 1)
    put_out(vintage_of(office), office.ledger)
    folder = across.put_out_across()
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
    assert across.put_out_across() == folder
    assert hash_files(folder) == made
    assert [one.name for one in folder.parent.iterdir()] == [folder.name]
