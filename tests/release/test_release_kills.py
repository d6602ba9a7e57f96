"""A release killed at any moment: half of it is never seen, and the next one is whole."""

import multiprocessing
import random
import time
from pathlib import Path

import pytest
from migstat.release import making
from migstat.release.extracts import put_out
from migstat.release.hashes import hash_files
from migstat.release.making import build
from migstat.release.records import checked_vintages
from migstat.release.vintages import vintages
from release_office import COUNTRY, Office, by_sex

FORK = multiprocessing.get_context("fork")  # starts in milliseconds


def release(office: Office) -> None:
    vintage, _ = build(COUNTRY, office.ledger, clock=office.clock)
    put_out(vintage, office.ledger)


def kill_after(office: Office, seconds: float) -> None:
    process = FORK.Process(target=release, args=(office,))
    process.start()
    time.sleep(seconds)
    process.kill()
    process.join()


def seen(office: Office) -> list[dict[str, str]]:
    """What a reader of either folder finds: never a file of an unfinished one."""
    folders = [v.folder for v in vintages(COUNTRY)]
    folders += [office.extract(n) for n in (1, 2) if office.extract(n).is_dir()]
    return [hash_files(folder) for folder in folders]


def test_a_release_killed_at_any_moment_is_whole_or_not_there(office: Office):
    release(office)
    whole = seen(office)
    office.publish(by_sex(obs_value=20.0))
    moments = random.Random(2021)  # noqa: S311 - the same moments each time
    for _ in range(8):
        kill_after(office, moments.uniform(0.05, 1.5))
        checked_vintages(COUNTRY, office.ledger)
        for vintage in vintages(COUNTRY):
            assert vintage.findings() == []
        assert all(one in seen(office) for one in whole)
    release(office)
    assert [row.vintage for row in office.ledger.releases(COUNTRY)] == [1, 2]
    made, extract = vintages(COUNTRY)[1], hash_files(office.extract(2))
    assert extract == hash_files(made.files)
    assert not list(office.home.rglob(".making*"))
    assert not list(office.home.rglob(".v*"))


def test_a_vintage_in_its_place_and_not_recorded_is_recorded_by_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        patch.setattr(making, "record", lambda *_: None)  # the moment before the ledger hears
        first, _ = build(COUNTRY, office.ledger, clock=office.clock)
    assert office.ledger.releases() == []
    again, is_new = build(COUNTRY, office.ledger, clock=office.clock)
    assert (again.content_id, is_new) == (first.content_id, False)
    assert [row.content_id for row in office.ledger.releases()] == [first.content_id]


def test_two_releases_at_once_make_one_vintage(office: Office):
    processes = [FORK.Process(target=release, args=(office,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(vintages(COUNTRY)) == 1
    assert vintages(COUNTRY)[0].findings() == []


def test_what_a_killed_release_left_beside_is_swept(office: Office):
    left = office.home / "releases" / "zzz" / ".making"
    left.mkdir(parents=True)
    (left / "half.csv").write_text("half")
    aside = office.extract().with_name(".v1")
    aside.mkdir(parents=True)
    (aside / "half.csv").write_text("half")
    release(office)
    names = {f.name for f in [*left.parent.iterdir(), *Path(aside.parent).iterdir()]}
    assert names == {".lock", "v1"}
