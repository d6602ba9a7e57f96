"""Vintages: made once, never changed, made again byte for byte."""

import errno
import hashlib
import os
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from migstat.release import auditing, due, making, release
from migstat.release.approval import approve
from migstat.release.auditing import audit, diff
from migstat.release.errors import (
    ApprovalError,
    CalendarError,
    EmbargoError,
    ReleaseError,
    TamperedError,
)
from migstat.release.extracts import put_out
from migstat.release.hashes import hash_files
from migstat.release.inputs import Inputs
from migstat.release.making import build, plan
from migstat.release.signing import NAMESPACE, Signer, load_signer
from migstat.release.vintages import Vintage, vintages
from release_office import (
    COUNTRY,
    DELIVERY,
    DIRECTOR,
    OFFICER,
    SURVEY,
    Office,
    by_sex,
    estimate,
)


def make(office: Office, correction: str | None = None) -> Vintage:
    return build(COUNTRY, office.ledger, correction=correction, clock=office.clock)[0]


def findings(office: Office, number: int | None = None) -> list[str]:
    return audit(COUNTRY, office.ledger, number)[1]


def test_the_same_marts_make_no_second_vintage(office: Office):
    first, made = build(COUNTRY, office.ledger, clock=office.clock)
    again, made_again = build(COUNTRY, office.ledger, clock=office.clock)
    assert (made, made_again) == (True, False)
    assert again.content_id == first.content_id


def test_another_installation_makes_the_same_bytes_on_another_day(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = hash_files(make(office).folder)
    other = Office(tmp_path / "other", now=datetime(2021, 11, 5, tzinfo=UTC))
    for name, value in other.environment.items():
        monkeypatch.setenv(name, value)
    other.declare()
    other.publish(reversed(by_sex()))
    assert hash_files(make(other).folder) == first


def test_changed_figures_make_the_next_vintage_with_its_change_log(office: Office):
    make(office)
    office.publish(by_sex(obs_value=20.0, survey_delivery="d2"))
    second = make(office)
    assert (second.stamp.number, second.stamp.kind) == (2, "routine")
    (told,) = second.changes().to_dict("records")
    assert (told["change"], told["old_obs_value"], told["new_obs_value"]) == ("revised", 12.3, 20.0)
    log = (second.files / "zzz_migdis_2020_v2_changes.csv").read_text()
    assert "revised,new data,zzz_people,2020,LB01" in log


def test_the_first_vintage_has_changed_nothing(office: Office):
    assert make(office).changes().empty


def test_a_date_announced_for_later_makes_no_vintage(office: Office):
    make(office)
    calendar = [*office.declared["release"]["calendar"], {"date": "2023-06-30", "period": "2022"}]
    office.declare(calendar=calendar)
    assert make(office).stamp.number == 1


def test_a_correction_is_a_vintage_with_a_reason(office: Office):
    make(office)
    second = make(office, "The weights of the South were wrong.")
    assert (second.stamp.kind, second.stamp.reason) == (
        "correction",
        "The weights of the South were wrong.",
    )
    assert second.stamp.issued == date(2021, 7, 1)


def test_a_correction_leaves_at_once_where_revisions_wait(office: Office):
    office.declare(revisions="announced")
    make(office)
    office.publish(by_sex(obs_value=20.0))
    with pytest.raises(EmbargoError, match="next announced date"):
        make(office)
    assert make(office, "An error.").stamp.number == 2


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_correction_without_a_reason_is_refused(office: Office, reason: str):
    make(office)
    with pytest.raises(ReleaseError, match="needs a reason"):
        make(office, reason)


def test_there_is_nothing_to_correct_before_the_first(office: Office):
    with pytest.raises(ReleaseError, match="nothing was released"):
        make(office, "An error.")


def test_what_is_under_embargo_makes_no_vintage(office: Office):
    office.now = datetime(2021, 6, 30, 7, 59, tzinfo=UTC)
    with pytest.raises(EmbargoError):
        make(office)
    assert vintages(COUNTRY) == []


def test_a_wave_under_embargo_is_in_no_file_of_the_vintage(office: Office):
    secret = estimate(wave="2021", time_period="2021", obs_value=77.7)
    office.publish([*by_sex(), secret], surveys=[SURVEY, SURVEY | {"wave": "2021"}])
    made = make(office)
    assert set(made.cells()["wave"]) == {"2020"}
    assert all(b"77.7" not in f.read_bytes() for f in made.folder.rglob("*") if f.is_file())
    assert list(plan(COUNTRY, office.ledger, clock=office.clock).held) == [("zzz_people", "2021")]


def test_a_period_without_a_date_is_refused(office: Office):
    office.publish([estimate(time_period="2018")])
    with pytest.raises(CalendarError, match="2018"):
        make(office)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"definition_version": "0"}, r"LB01 0, not 1\)"),
        ({"indicator_code": "ZZ99"}, "ZZ99, which is not declared"),
    ],
)
def test_figures_of_another_definition_than_the_declared_one_do_not_leave(
    office: Office, change: dict[str, str], message: str
):
    office.publish([estimate(**change)])
    with pytest.raises(ReleaseError, match=message):
        make(office)


def test_a_country_without_a_release_section_releases_nothing(office: Office):
    del office.declared["release"]
    office.declared["release"] = None
    file = office.root / "project" / "include" / "countries" / "zzz.yml"
    file.write_text("iso3: ZZZ\nname: Zedland\nm49: '998'\n")
    with pytest.raises(ReleaseError, match="has no section release"):
        make(office)


def test_a_plan_says_what_would_leave_and_writes_nothing(office: Office):
    before = sorted(office.home.rglob("*"))
    planned = plan(COUNTRY, office.ledger, clock=office.clock)
    assert (planned.is_new, planned.release.stamp.number, len(planned.release.cells)) == (
        True,
        1,
        3,
    )
    assert [f for f in office.home.rglob("*") if f not in before and "ledger" not in f.name] == []


def test_a_plan_after_the_release_says_that_it_is_out(office: Office):
    make(office)
    planned = plan(COUNTRY, office.ledger, clock=office.clock)
    assert (planned.is_new, planned.release.stamp.number) == (False, 1)


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


def test_marts_that_are_replaced_meanwhile_do_not_mix_into_a_vintage(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    aside = Office(tmp_path / "aside")
    aside.publish(by_sex(obs_value=20.0))
    gather = due.gather

    def gather_from_replaced(*given: Any) -> Inputs:  # noqa: ANN401 - handed on
        marts = "published/marts.duckdb"
        (aside.home / marts).replace(office.home / marts)  # which are open by now
        return gather(*given)

    monkeypatch.setattr(due, "gather", gather_from_replaced)
    first = make(office).cells().set_index("sex").loc["_T"]
    monkeypatch.setattr(due, "gather", gather)
    second = make(office).cells().set_index("sex").loc["_T"]

    assert (first["obs_value"], second["obs_value"]) == (12.3, 20.0)


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


def test_others_on_the_machine_cannot_read_what_vintages_are_made_from(office: Office):
    home = make(office).folder.parent
    assert home.stat().st_mode & 0o077 == 0


def test_answers_that_no_code_covers_are_kept_as_counts_only(office: Office):
    answer = {
        "survey_code": "zzz_people",
        "wave": "2020",
        "table_name": "persons",
        "variable": "sex",
        "raw_column": "sex",
        "answer": "neighbour Anaximandra",
        "n_records": 1,
        "n_answers": 9,
    }
    office.publish(by_sex(), unmapped_answers=[answer])
    folder = make(office).folder
    assert all(b"Anaximandra" not in f.read_bytes() for f in folder.rglob("*") if f.is_file())


def test_when_a_delivery_was_registered_does_not_matter(office: Office):
    first = make(office)
    later = DELIVERY | {"registered_at": "2021-05-05T00:00:00+00:00"}
    office.publish(by_sex(), deliveries=[later])
    assert make(office).content_id == first.content_id


@pytest.mark.parametrize("number", [errno.EDQUOT, errno.EFBIG], ids=["quota", "file size"])
def test_a_quota_or_a_largest_file_is_a_full_disk_too(
    office: Office, monkeypatch: pytest.MonkeyPatch, number: int
):
    def fill(*_: object) -> list[Path]:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(making, "WRITERS", (fill,))
    with pytest.raises(ReleaseError, match="ZZZ: the disk is full; nothing was released"):
        make(office)


def test_another_fault_of_the_machine_is_not_called_a_full_disk(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object) -> list[Path]:
        raise PermissionError(errno.EACCES, "not allowed")

    monkeypatch.setattr(making, "WRITERS", (fail,))
    with pytest.raises(PermissionError, match="not allowed"):
        make(office)


def test_a_disk_that_is_full_leaves_nothing_behind(office: Office, monkeypatch: pytest.MonkeyPatch):
    def fill(_: object, folder: Path) -> list[Path]:
        (folder / "half.csv").write_bytes(b"half")
        with Path("/dev/full").open("wb") as full:
            full.write(b"x" * 100_000)
            os.fsync(full.fileno())
        return []

    monkeypatch.setattr(making, "WRITERS", (*making.WRITERS, fill))
    with pytest.raises(ReleaseError, match="the disk is full; nothing was released"):
        make(office)
    assert vintages(COUNTRY) == []
    assert [f.name for f in (office.home / "releases" / "zzz").iterdir()] == [".lock"]
    assert office.ledger.releases() == []
