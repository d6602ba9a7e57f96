"""Those who sign may reject: what they reject never leaves, and nobody reads of it."""

from pathlib import Path

import pytest
from delivery_office import connect_folder
from migstat.release import approval, auditing
from migstat.release.approval import approve
from migstat.release.delivery import deliver
from migstat.release.errors import ApprovalError, RejectedError, ReleaseError
from migstat.release.extracts import put_out
from migstat.release.hashes import hash_files
from migstat.release.making import plan
from published_office import make
from release_office import COUNTRY, DIRECTOR, OFFICER, Office, by_sex

REMEDY = r"`migstat release build ZZZ --correction WHY`, or corrected data"


def reject(office: Office, number: int, why: str = "The weights are old.") -> None:
    approval.reject(COUNTRY, number, "A. Director", why, office.ledger)


@pytest.fixture
def signed(office: Office) -> Office:
    """An office where a director and an officer sign."""
    office.declare(approval=[DIRECTOR, OFFICER])
    return office


def test_what_one_rejects_never_leaves_though_all_had_signed(
    signed: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    connect_folder(monkeypatch, "zzz_ministry", tmp_path / "ministry")
    (tmp_path / "ministry").mkdir()
    signed.declare(recipients=[{"name": "Ministry", "connection": "zzz_ministry"}])
    vintage = make(signed)
    for name in ("A. Director", "B. Officer"):
        approve(COUNTRY, 1, name, signed.ledger)
    reject(signed, 1)

    told = rf'ZZZ v1 was rejected by A\. Director on .*\("The weights are old\."\).*{REMEDY}'
    with pytest.raises(RejectedError, match=told):
        put_out(vintage, signed.ledger)
    with pytest.raises(RejectedError, match=told):
        deliver(vintage, signed.ledger)
    with pytest.raises(RejectedError, match=told):
        approve(COUNTRY, 1, "B. Officer", signed.ledger)
    assert not signed.extract().exists()
    assert hash_files(tmp_path / "ministry") == {}


def test_what_is_out_reaches_its_recipients_though_signatures_are_asked_for_since(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    connect_folder(monkeypatch, "zzz_ministry", tmp_path / "ministry")
    (tmp_path / "ministry").mkdir()
    vintage = make(office)
    put_out(vintage, office.ledger)
    office.declare(
        recipients=[{"name": "Ministry", "connection": "zzz_ministry"}], approval=[DIRECTOR]
    )
    assert [one.error for one in deliver(vintage, office.ledger)] == [None]

    corrected = make(office, correction="New weights.")
    with pytest.raises(ApprovalError, match=r"v2 waits for the approval of A\. Director"):
        deliver(corrected, office.ledger)


def test_it_never_leaves_either_when_nobody_has_to_sign_any_more(signed: Office):
    vintage = make(signed)
    reject(signed, 1)
    signed.declare(approval=[])
    with pytest.raises(RejectedError, match="never leaves"):
        put_out(vintage, signed.ledger)


def test_only_those_named_can_reject(signed: Office):
    make(signed)
    with pytest.raises(ApprovalError, match=r"'C\. Clerk' does not sign releases"):
        approval.reject(COUNTRY, 1, "C. Clerk", "No.", signed.ledger)
    with pytest.raises(ReleaseError, match="there is no v2"):
        reject(signed, 2)
    assert signed.ledger.releases(COUNTRY)[0].rejection is None


@pytest.mark.parametrize("is_recorded", [True, False])
def test_what_is_out_can_only_be_corrected(
    office: Office, monkeypatch: pytest.MonkeyPatch, is_recorded: bool
):
    vintage = make(office)
    if not is_recorded:  # killed right after the folder was put in its place
        monkeypatch.setattr(type(office.ledger), "record_extract", lambda *_: None)
    put_out(vintage, office.ledger)
    office.declare(approval=[DIRECTOR])
    with pytest.raises(ApprovalError, match=r"ZZZ v1 is out .*--correction"):
        reject(office, 1)
    assert office.ledger.releases(COUNTRY)[0].rejection is None


def test_a_correction_leaves_and_tells_of_what_was_let_out_before_alone(office: Office):
    put_out(make(office), office.ledger)
    office.declare(approval=[DIRECTOR])
    office.publish(by_sex(obs_value=77.7))
    make(office)
    reject(office, 2)
    office.publish(by_sex(obs_value=20.0))
    third = make(office, "The weights of the South were wrong.")
    approve(COUNTRY, 3, "A. Director", office.ledger)
    extract = put_out(third, office.ledger)

    (told,) = third.changes().to_dict("records")
    assert (told["old_obs_value"], told["new_obs_value"]) == (12.3, 20.0)
    assert all(b"77.7" not in f.read_bytes() for f in extract.rglob("*") if f.is_file())
    assert auditing.audit(COUNTRY, office.ledger, 3)[1] == []


def test_after_a_rejected_first_vintage_corrected_data_make_the_first_one(signed: Office):
    signed.declare(revisions="announced")
    make(signed)
    reject(signed, 1)
    signed.publish(by_sex(obs_value=20.0))
    assert plan(COUNTRY, signed.ledger, clock=signed.clock).release.stamp.kind == "first"
    second = make(signed)
    assert (second.stamp.number, second.stamp.kind) == (2, "first")
    assert second.changes().empty
    assert auditing.audit(COUNTRY, signed.ledger, 2)[1] == []


def test_the_same_data_make_no_vintage_beside_the_rejected_one(signed: Office):
    make(signed)
    reject(signed, 1)
    assert make(signed).stamp.number == 1
