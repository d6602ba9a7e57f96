"""The drop zone on a local folder and on an object store: what is taken, refused, what waits."""

import hashlib
import multiprocessing
import os
import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from migstat.intake import drop_zone
from migstat.intake.drop_zone import (
    FileChangedError,
    MisplacedError,
    fetch,
    hand_in,
    register,
    scan,
)
from migstat.intake.zone_files import Zone
from migstat.ledger import DeliveredFile, Delivery, Ledger, Outcome, State, TableCounts

DELIVERY = """
survey: {survey}
country: ZZZ
title: A survey of nowhere
steward: data-office@example.org
unit: person
export:
  format: csv
  files: {files}
  tables: {{{tables}}}
privacy: {{keys: {{person_id: [number], household_id: [number]}}}}
design: {{}}
waves:
  "2021": {{fieldwork: [2021-01-01, 2021-02-01], time_period: "2021"}}
  "2022": {{fieldwork: [2022-01-01, 2022-02-01], time_period: "2022", mode: append}}
"""
PERSONS = "persons: {unit: person, key: person_id, columns: {number: text, sex: text}}"
SET_FILES = "['persons*.csv', 'codes*.csv']"
SET_TABLES = """
    persons: {unit: person, file: persons*.csv, key: person_id, columns: {number: text}},
    households: {unit: household, file: codes*.csv, key: household_id, columns: {number: text}}
"""


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2021, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class World:
    """A project with two surveys, its drop zone, its ledger and its clock."""

    url: str
    ledger: Ledger
    clock: Clock
    surveys: Path

    def put(self, path: str, content: bytes = b"no,sex\n1,f\n") -> None:
        fs, root = fsspec.url_to_fs(self.url)
        fs.makedirs(f"{root}/{path}".rsplit("/", 1)[0], exist_ok=True)
        fs.pipe_file(f"{root}/{path}", content)

    def remove(self, path: str) -> None:
        fs, root = fsspec.url_to_fs(self.url)
        fs.rm_file(f"{root}/{path}")

    def local(self, path: str) -> Path:
        target = Path(self.url.removeprefix("file://")) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def declare(self, survey: str, files: str = "[]", tables: str = PERSONS) -> None:
        (self.surveys / survey).mkdir(parents=True, exist_ok=True)
        text = DELIVERY.format(survey=survey, files=files, tables=tables)
        (self.surveys / survey / "delivery.yml").write_text(text, encoding="utf-8")

    def settle(self) -> None:
        scan(self.ledger)
        self.clock.pass_seconds(3)

    def register(self) -> list[Delivery]:
        self.settle()
        return register(self.ledger)

    def reasons(self) -> list[str]:
        return [d.reason or "" for d in self.register() if d.state == State.REFUSED]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], World]:
    def made(kind: str) -> World:
        where = {"file": f"file://{tmp_path}/zone", "memory": f"memory://{uuid.uuid4().hex}"}[kind]
        monkeypatch.setenv("MIGSTAT_PROJECT", str(tmp_path / "project"))
        monkeypatch.setenv("MIGSTAT_DROP_ZONE", where)
        for name in ("SETTLE_SECONDS", "MAX_DELIVERY_BYTES", "SET_WAIT_SECONDS"):
            monkeypatch.delenv(f"MIGSTAT_{name}", raising=False)
        clock = Clock()
        ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", clock)
        ledger.migrate()
        world = World(where, ledger, clock, tmp_path / "project" / "include" / "surveys")
        world.declare("zzz_one")
        world.declare("zzz_set", SET_FILES, SET_TABLES)
        return world

    return made


@pytest.fixture(params=["file", "memory"])
def world(request: pytest.FixtureRequest, make: Callable[[str], World]) -> World:
    return make(request.param)


@pytest.fixture
def local(make: Callable[[str], World]) -> World:
    return make("file")


def test_a_drop_zone_that_is_not_there_yet_is_empty(world: World):
    assert scan(world.ledger) == drop_zone.ScanResult()


def test_a_file_is_taken_when_two_looks_far_enough_apart_agree(world: World):
    world.put("zzz_one/2021/export.csv")
    assert scan(world.ledger).settling == ("zzz_one/2021/export.csv",)
    world.clock.pass_seconds(2.9)
    assert scan(world.ledger).ready == ()
    world.clock.pass_seconds(0.1)
    (found,) = scan(world.ledger).ready
    assert (found.survey_code, found.wave, found.country_code, found.mode) == (
        ("zzz_one", "2021", "ZZZ", "snapshot")
    )


def test_a_file_that_grows_is_left_until_it_stops(world: World):
    world.put("zzz_one/2021/export.csv", b"no,sex\n")
    world.settle()
    world.put("zzz_one/2021/export.csv", b"no,sex\n1,f\n")
    assert register(world.ledger) == []
    world.clock.pass_seconds(3)
    assert [d.state for d in register(world.ledger)] == ["registered"]


def test_the_time_a_file_must_settle_is_set_by_the_environment(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_SETTLE_SECONDS", "0")
    world.put("zzz_one/2021/export.csv")
    assert len(register(world.ledger)) == 1


def test_a_delivery_is_registered_under_the_hash_of_its_bytes(world: World):
    world.put("zzz_one/2022/export.csv", b"bytes")
    (delivery,) = world.register()
    assert delivery.delivery_id == hashlib.sha256(b"bytes").hexdigest()
    assert (delivery.survey_code, delivery.wave, delivery.mode) == ("zzz_one", "2022", "append")
    assert [(f.path, f.size) for f in delivery.files] == [("zzz_one/2022/export.csv", 5)]


def test_what_is_registered_is_not_looked_at_again(world: World):
    world.put("zzz_one/2021/export.csv")
    world.register()
    assert scan(world.ledger) == drop_zone.ScanResult()
    assert register(world.ledger) == []


def test_the_same_bytes_under_another_name_yield_one_delivery_and_peace(world: World):
    world.put("zzz_one/2021/export.csv")
    world.put("zzz_one/2021/copy.csv")
    assert len(world.register()) == 1
    assert len(world.ledger.deliveries()) == 1
    assert scan(world.ledger) == drop_zone.ScanResult()


def test_the_same_bytes_for_another_survey_are_refused(world: World):
    world.declare("zzz_two")
    world.put("zzz_one/2021/export.csv")
    world.register()
    world.put("zzz_two/2021/export.csv")
    (reason,) = world.reasons()
    assert "handed in before as zzz_one 2021" in reason


def test_a_file_replaced_by_a_correction_is_a_second_delivery(world: World):
    world.put("zzz_one/2021/export.csv", b"first")
    world.register()
    world.put("zzz_one/2021/export.csv", b"second")
    world.register()
    assert [d.sequence for d in world.ledger.waiting()] == [1, 2]


@pytest.mark.parametrize(
    "name",
    [".export.csv", "~$export.csv", "export.csv.part", "e.tmp", "e.csv.CRDOWNLOAD", "e.filepart"],
)
def test_hidden_and_unfinished_files_are_not_seen(world: World, name: str):
    world.put(f"zzz_one/2021/{name}")
    assert scan(world.ledger) == drop_zone.ScanResult()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("export.csv", "lies in no survey's folder"),
        ("zzz_on/2021/export.csv", "survey 'zzz_on' is not declared; nearest: 'zzz_one'"),
        ("ZZZ_ONE/2021/export.csv", "survey 'ZZZ_ONE' is not declared"),
        ("zzz_one/export.csv", "lies in no wave's folder"),
        ("zzz_one/2012/export.csv", "zzz_one: wave '2012' is not declared; nearest: '2021'"),
        ("zzz_one/2021/batch/export.csv", "lies at the wrong depth"),
        ("zzz_one/2021/a/b/export.csv", "lies too deep"),
        ("zzz_set/2021/persons.csv", "a folder of their own, zzz_set/2021/<batch>/"),
        ("zzz_one/2021/export.xlsx", "'export.xlsx' is not named like '*.csv'"),
        ("zzz_set/2021/b1/households.csv", "is not named like 'persons*.csv' or 'codes*.csv'"),
    ],
)
def test_what_is_misplaced_is_refused_with_the_nearest_name_and_a_remedy(
    world: World, path: str, says: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Zone, "pieces", _must_not_be_opened)
    world.put(path)
    (reason,) = world.reasons()
    assert says in reason
    assert "Nothing was read." in reason


def _must_not_be_opened(*_: object) -> None:
    raise AssertionError("opened")


def test_what_is_misplaced_is_refused_once(world: World):
    world.put("zzz_on/2021/export.csv")
    assert len(world.register()) == 1
    assert world.register() == []
    assert scan(world.ledger) == drop_zone.ScanResult()


def test_a_refused_file_is_taken_once_its_survey_is_declared(world: World):
    world.put("zzz_new/2021/export.csv")
    assert len(world.reasons()) == 1
    world.declare("zzz_new")
    assert [d.state for d in register(world.ledger)] == ["registered"]
    assert [d.state for d in world.ledger.deliveries()] == ["refused", "registered"]


def test_a_file_waits_while_the_declaration_of_its_survey_is_broken(world: World):
    file = world.surveys / "zzz_one" / "delivery.yml"
    sane = file.read_text(encoding="utf-8")
    file.write_text("survey: [", encoding="utf-8")
    world.declare("zzz_two")
    world.put("zzz_one/2021/export.csv", b"one")
    world.put("zzz_two/2021/export.csv", b"two")
    assert [d.survey_code for d in world.register()] == ["zzz_two"]
    assert "zzz_one/delivery.yml" in scan(world.ledger).blocked[0]
    file.write_text(sane, encoding="utf-8")
    assert [d.survey_code for d in register(world.ledger)] == ["zzz_one"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a\nb.csv", "a\\u000ab.csv"),
        ("a\x1b[31m.csv", "a\\u001b[31m.csv"),
        ("\u202evsc.csv", "\\u202evsc.csv"),
        ("a\\b.csv", "a\\u005cb.csv"),
        (os.fsdecode(b"a\xff.csv"), "a\\udcff.csv"),
    ],
)
def test_names_with_control_characters_and_path_tricks_are_refused_and_kept_readable(
    local: World, name: str, kept: str
):
    local.local(f"zzz_one/2021/{name}").write_bytes(b"x")
    (delivery,) = local.register()
    assert delivery.state == State.REFUSED
    assert delivery.files[0].path == f"zzz_one/2021/{kept}"


@pytest.mark.parametrize(
    ("name", "state"), [("a" * 196 + ".csv", "registered"), ("é" * 99 + ".csv", "refused")]
)
def test_a_name_longer_than_every_copy_of_the_file_can_have_is_refused(
    local: World, name: str, state: str
):
    local.local(f"zzz_one/2021/{name}").write_bytes(b"x")
    (delivery,) = local.register()
    assert delivery.state == state
    assert (delivery.reason is None) or "has a name of more than 200 bytes" in delivery.reason


def test_a_folder_that_may_not_be_listed_is_refused_and_the_others_are_taken(
    local: World, monkeypatch: pytest.MonkeyPatch
):
    local.put("zzz_one/2021/export.csv")
    local.put("zzz_locked/2021/export.csv")
    listed = LocalFileSystem.ls

    def refuses(fs: LocalFileSystem, path: str, **options: object) -> object:
        if "zzz_locked" in path:
            raise PermissionError(13, "Permission denied", path)
        return listed(fs, path, **options)

    monkeypatch.setattr(LocalFileSystem, "ls", refuses)
    locked, taken = sorted(local.register(), key=lambda d: d.survey_code)
    assert "zzz_locked: may not be read by migstat" in (locked.reason or "")
    assert (taken.survey_code, taken.state) == ("zzz_one", "registered")


def test_a_folder_with_a_hostile_name_is_refused_as_a_whole(local: World):
    local.local("zzz\n_one/2021/export.csv").write_bytes(b"x")
    (reason,) = local.reasons()
    assert "zzz\\u000a_one: has control characters in its name" in reason


def test_a_key_that_climbs_out_of_its_folder_is_refused(make: Callable[[str], World]):
    world = make("memory")
    fs, root = fsspec.url_to_fs(world.url)
    fs.store[f"{root}/zzz_one/2021/../../export.csv"] = fs.open("/other", "wb")
    (reason,) = world.reasons()
    assert "zzz_one/2021/..: has a path trick in its name" in reason


def test_names_in_any_script_are_taken(world: World):
    world.put("zzz_one/2021/нигде_می‌خواهم_出口.csv")
    assert [d.state for d in world.register()] == ["registered"]


@pytest.mark.parametrize("target", ["file", "folder"])
def test_a_link_that_leaves_the_zone_is_refused_and_not_followed(
    local: World, tmp_path: Path, target: str
):
    secret = tmp_path / "secret" / "export.csv"
    secret.parent.mkdir()
    secret.write_bytes(b"secret")
    aim = secret if target == "file" else secret.parent
    local.local("zzz_one/2021/export.csv").symlink_to(aim)
    (delivery,) = local.register()
    assert "a link that leads out of the drop zone" in (delivery.reason or "")
    assert delivery.content_sha256 is None


def test_a_link_inside_the_zone_is_read_through(local: World):
    local.local("zzz_one/2021/.real").write_bytes(b"bytes")
    local.local("zzz_one/2021/export.csv").symlink_to(local.local("zzz_one/2021/.real"))
    (delivery,) = local.register()
    assert delivery.delivery_id == hashlib.sha256(b"bytes").hexdigest()


def test_a_link_that_goes_round_in_circles_ends(local: World):
    local.local("zzz_one/2021/loop").symlink_to(local.local("zzz_one"))
    assert all("Nothing was read" in reason for reason in local.reasons())


def test_pipes_and_sockets_are_refused_and_not_opened(
    local: World, monkeypatch: pytest.MonkeyPatch
):
    os.mkfifo(local.local("zzz_one/2021/pipe.csv"))
    monkeypatch.chdir(local.local("zzz_one/2021"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.csv")
        assert [("is no regular file" in reason) for reason in local.reasons()] == [True, True]


def test_an_empty_file_is_refused_and_taken_once_it_has_bytes(world: World):
    world.put("zzz_one/2021/export.csv", b"")
    (reason,) = world.reasons()
    assert "zzz_one/2021/export.csv: is empty" in reason
    world.put("zzz_one/2021/export.csv", b"bytes")
    assert [d.state for d in world.register()] == ["registered"]


def test_a_file_past_the_size_limit_is_refused_before_it_is_hashed(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_MAX_DELIVERY_BYTES", "10")
    monkeypatch.setattr(Zone, "pieces", _must_not_be_opened)
    world.put("zzz_one/2021/export.csv", b"x" * 11)
    (reason,) = world.reasons()
    assert "11 bytes are more than the 10 that MIGSTAT_MAX_DELIVERY_BYTES allows" in reason


def test_a_set_past_the_size_limit_is_refused_as_a_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_MAX_DELIVERY_BYTES", "10")
    world.put("zzz_set/2021/b1/persons.csv", b"x" * 6)
    world.put("zzz_set/2021/b1/codes.csv", b"x" * 6)
    (delivery,) = world.register()
    assert (delivery.state, len(delivery.files)) == (State.REFUSED, 2)


def test_a_set_is_one_delivery_in_the_order_of_its_globs(world: World):
    world.put("zzz_set/2021/b1/codes_a.csv", b"codes")
    world.put("zzz_set/2021/b1/persons_a.csv", b"persons")
    (delivery,) = world.register()
    assert [(f.role, f.name) for f in delivery.files] == [
        ("persons*.csv", "persons_a.csv"),
        ("codes*.csv", "codes_a.csv"),
    ]
    assert scan(world.ledger) == drop_zone.ScanResult()


def test_an_incomplete_set_waits_and_is_overdue_after_the_declared_time(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_SET_WAIT_SECONDS", "60")
    world.put("zzz_set/2021/b1/persons.csv")
    first_look = world.clock()
    assert world.register() == []
    (waits,) = scan(world.ledger).incomplete
    assert (waits.folder, waits.missing, waits.waiting_since) == (
        ("zzz_set/2021/b1", ("codes*.csv",), first_look)
    )
    assert not waits.is_overdue
    world.clock.pass_seconds(60)
    assert scan(world.ledger).incomplete[0].is_overdue


def test_a_set_waits_until_its_last_file_has_settled(world: World):
    world.put("zzz_set/2021/b1/persons.csv", b"persons")
    world.settle()
    world.put("zzz_set/2021/b1/codes.csv", b"codes")
    assert register(world.ledger) == []
    world.clock.pass_seconds(3)
    assert len(register(world.ledger)) == 1


def test_two_files_for_one_part_of_a_set_are_refused_until_one_is_left(world: World):
    for name in ("persons_1", "persons_2", "codes"):
        world.put(f"zzz_set/2021/b1/{name}.csv", name.encode())
    (reason,) = world.reasons()
    assert "several files are named like 'persons*.csv'" in reason
    world.remove("zzz_set/2021/b1/persons_1.csv")
    assert [d.state for d in world.register()] == ["registered"]


def test_a_second_file_beside_a_registered_set_does_not_unsettle_it(world: World):
    world.put("zzz_set/2021/b1/persons.csv", b"persons")
    world.put("zzz_set/2021/b1/codes.csv", b"codes")
    (taken,) = world.register()
    world.put("zzz_set/2021/b1/persons_new.csv", b"new")
    assert len(world.reasons()) == 1
    (persons,) = (e.file for e in Zone().entries() if e.file.path.endswith("/persons.csv"))
    assert world.ledger.look([persons])[persons.path].delivery_id == taken.delivery_id


def test_a_corrected_part_of_a_set_makes_a_new_delivery_with_the_rest(world: World):
    world.put("zzz_set/2021/b1/persons.csv", b"persons")
    world.put("zzz_set/2021/b1/codes.csv", b"codes")
    world.register()
    world.put("zzz_set/2021/b1/persons.csv", b"corrected")
    (delivery,) = world.register()
    assert (delivery.sequence, len(delivery.files)) == (2, 2)


def test_a_file_that_goes_between_look_and_hash_is_skipped(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.put("zzz_one/2021/a.csv", b"a")
    world.put("zzz_one/2021/b.csv", b"b")
    pieces = Zone.pieces

    def gone(zone: Zone, file: DeliveredFile) -> Iterator[bytes]:
        if file.name == "a.csv":
            world.remove(file.path)
        return pieces(zone, file)

    world.settle()
    monkeypatch.setattr(Zone, "pieces", gone)
    assert [d.files[0].name for d in register(world.ledger)] == ["b.csv"]


def test_a_file_that_changes_while_it_is_hashed_is_left_for_the_next_look(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.put("zzz_one/2021/a.csv", b"before")
    pieces = Zone.pieces

    def changing(zone: Zone, file: DeliveredFile) -> Iterator[bytes]:
        yield from pieces(zone, file)
        world.put("zzz_one/2021/a.csv", b"after!")

    world.settle()
    monkeypatch.setattr(Zone, "pieces", changing)
    assert register(world.ledger) == []
    monkeypatch.undo()


def test_deliveries_are_registered_in_the_order_in_which_they_were_written(local: World):
    for name, second in (("b.csv", 1), ("a.csv", 2), ("c.csv", 3)):
        file = local.local(f"zzz_one/2022/{name}")
        file.write_bytes(name.encode())
        os.utime(file, (second, second))
    local.register()
    assert [d.files[0].name for d in local.ledger.waiting()] == ["b.csv", "a.csv", "c.csv"]


def test_a_file_handed_in_lies_whole_in_the_folder_of_its_wave(world: World, tmp_path: Path):
    export = tmp_path / "export.csv"
    export.write_bytes(b"bytes")
    (place,) = hand_in([export], "zzz_one", "2021")
    assert place.endswith("/zzz_one/2021/export.csv")
    assert [d.delivery_id for d in world.register()] == [hashlib.sha256(b"bytes").hexdigest()]


def test_handing_in_the_same_bytes_twice_changes_nothing(world: World, tmp_path: Path):
    export = tmp_path / "export.csv"
    export.write_bytes(b"bytes")
    places = [hand_in([export], "zzz_one", "2021") for _ in range(2)]
    assert places[0] == places[1]
    assert len(world.register()) == 1


def test_handing_in_a_correction_under_the_same_name_keeps_the_first(world: World, tmp_path: Path):
    export = tmp_path / "export.csv"
    for content in (b"first", b"second"):
        export.write_bytes(content)
        hand_in([export], "zzz_one", "2021")
    world.register()
    contents = [
        path.read_bytes() for d in world.ledger.waiting() for path in fetch(d, tmp_path / "f")
    ]
    assert sorted(contents) == [b"first", b"second"]


def test_a_set_is_handed_in_together_into_a_folder_of_its_own(world: World, tmp_path: Path):
    files = [tmp_path / "codes.csv", tmp_path / "persons.csv"]
    for file in files:
        file.write_bytes(file.name.encode())
    hand_in(files, "zzz_set", "2021")
    assert [len(d.files) for d in world.register()] == [2]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("zzz_oen/2021/export.csv", "nearest: 'zzz_one'"),
        ("../2021/export.csv", "survey '..' is not declared"),
        ("zzz_one/2012/export.csv", "nearest: '2021'"),
        ("zzz_one/2021/export.pdf", "not named like '*.csv'"),
        ("zzz_one/2021/.export.csv", "hidden or unfinished"),
        ("zzz_set/2021/persons.csv", "one file named like each of 'codes*.csv'"),
    ],
)
@pytest.mark.usefixtures("world")
def test_what_is_not_declared_is_not_handed_in(tmp_path: Path, path: str, says: str):
    survey, wave, name = path.split("/")
    (tmp_path / name).write_bytes(b"bytes")
    with pytest.raises(MisplacedError) as error:
        hand_in([tmp_path / name], survey, wave)
    assert says in str(error.value)
    assert Zone().entries() == []


@pytest.mark.parametrize(
    ("name", "says"),
    [("gone.csv", "gone.csv: there is no such file"), ("folder.csv", "folder.csv: it is a folder")],
)
@pytest.mark.usefixtures("world")
def test_what_is_no_file_is_not_handed_in(tmp_path: Path, name: str, says: str):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(MisplacedError, match=says):
        hand_in([tmp_path / name], "zzz_one", "2021")
    assert Zone().entries() == []


def test_fetched_files_are_the_registered_bytes(world: World, tmp_path: Path):
    world.put("zzz_one/2021/export.csv", b"bytes" * 500_000)
    (delivery,) = world.register()
    (copy,) = fetch(delivery, tmp_path / "local")
    assert copy == tmp_path / "local" / "export.csv"
    assert copy.read_bytes() == b"bytes" * 500_000


@pytest.mark.parametrize("content", [b"other", b"more than before", None])
def test_fetching_other_bytes_than_registered_is_a_fault_that_leaves_nothing(
    world: World, tmp_path: Path, content: bytes | None
):
    world.put("zzz_one/2021/export.csv", b"bytes")
    (delivery,) = world.register()
    if content is None:
        world.remove("zzz_one/2021/export.csv")
    else:
        world.put("zzz_one/2021/export.csv", content)
    with pytest.raises(FileChangedError, match=r"zzz_one/2021/export\.csv"):
        fetch(delivery, tmp_path / "local")
    assert list((tmp_path / "local").iterdir()) == []


def test_a_file_that_grows_without_end_is_not_copied_without_end(world: World, tmp_path: Path):
    world.put("zzz_one/2021/export.csv", b"bytes")
    (delivery,) = world.register()
    world.put("zzz_one/2021/export.csv", b"x" * (3 << 20))
    with pytest.raises(FileChangedError, match="grew after it was looked at"):
        fetch(delivery, tmp_path / "local")


def test_processes_that_find_the_same_file_at_once_register_one_delivery(
    local: World, ledger_url: str
):
    local.put("zzz_one/2021/export.csv", b"bytes" * 100_000)
    ledger = Ledger(ledger_url, local.clock)
    ledger.migrate()
    scan(ledger)
    local.clock.pass_seconds(3)
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=register, args=(ledger,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    assert [(d.sequence, d.state) for d in ledger.deliveries()] == [(1, "registered")]


def test_what_is_taken_in_stays_known_when_the_file_is_swept_away_and_comes_back(world: World):
    world.put("zzz_one/2021/export.csv", b"bytes")
    (delivery,) = world.register()
    world.ledger.accept(delivery.delivery_id, Outcome({"persons": TableCounts(1, 1, 0)}))
    world.remove("zzz_one/2021/export.csv")
    world.register()
    world.put("zzz_one/2021/export.csv", b"bytes")
    assert [d.state for d in world.register()] == ["accepted"]
