"""Vintages: made once, never changed, made again byte for byte."""

import errno
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from migstat.release import due, making
from migstat.release.errors import (
    CalendarError,
    EmbargoError,
    ReleaseError,
)
from migstat.release.hashes import hash_files
from migstat.release.inputs import Inputs
from migstat.release.making import build, plan
from migstat.release.vintages import vintages
from published_office import make
from release_office import (
    COUNTRY,
    DELIVERY,
    SURVEY,
    Office,
    by_sex,
    estimate,
)


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
