"""Members of an archive are read as declared; an archive no tool writes is refused unopened."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from intake_fixtures import table_request
from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers import archive, csv_zip
from migstat.intake.readers.request import Request, TableRead

HOUSEHOLDS = "interview__id\thh_size\na1\t2\nb2\t1\n"
PERSONS = "interview__id\tage\tnote\na1\t20\tx\na1\t##N/A##\t\nb2\t-999999999\ty\n"
MEMBERS = {"households.tab": HOUSEHOLDS, "persons.tab": PERSONS}


def zip_of(folder: Path, members: Mapping[str, str | bytes]) -> Path:
    file = folder / "export.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as to:
        for name, content in members.items():
            to.writestr(name, content)
    return file


def read(
    folder: Path, file: Path, member: str = "persons.tab", encoding: str = "utf-8"
) -> tuple[dict[str, TableRead], list[list[str | None]]]:
    """Read households and persons; gives what was read and the persons' answers."""
    households = table_request(["interview__id", "hh_size"], file, name="households")
    persons = table_request(["interview__id", "age"], file)
    request = Request(
        place="zzz_test 2021",
        format="csv_zip",
        scratch=str(folder),
        tables=(
            type(households)(**{**vars(households), "member": "households.tab"}),
            type(persons)(**{**vars(persons), "member": member}),
        ),
        delimiter="\t",
        encoding=encoding,
    )
    tables = {table.name: table for table in csv_zip.read(request)}
    answers = pq.read_table(request.parquet(request.tables[1])).to_pylist()
    return tables, [list(row.values()) for row in answers]


@pytest.mark.parametrize("within", ["", "survey_1_Tabular_All/"])
def test_each_member_becomes_a_table(tmp_path: Path, within: str):
    members = {f"{within}{name}": content for name, content in MEMBERS.items()}
    junk = {"readme.txt": "hello", f"__MACOSX/{within}persons.tab": b"\x00\x05\x16\x07"}
    tables, answers = read(tmp_path, zip_of(tmp_path, {**members, **junk}))
    assert answers == [["a1", "20"], ["a1", "##N/A##"], ["b2", "-999999999"]]
    counts = {name: (table.n_rows, table.n_counted) for name, table in tables.items()}
    assert counts == {"households": (2, 2), "persons": (3, 3)}
    assert tables["persons"].undeclared == ("note",)
    assert not list(tmp_path.glob("*.member"))


@pytest.mark.parametrize(
    ("glob", "says"), [("roster.tab", "0 members"), ("*.tab", "2 members of the archive")]
)
def test_a_glob_names_exactly_one_member(tmp_path: Path, glob: str, says: str):
    with pytest.raises(RefusedDelivery, match=says):
        read(tmp_path, zip_of(tmp_path, MEMBERS), glob)


def test_a_member_is_read_in_the_declared_encoding(tmp_path: Path):
    members = {name: content.encode("utf-16") for name, content in MEMBERS.items()}
    _, answers = read(tmp_path, zip_of(tmp_path, members), encoding="utf-16")
    assert len(answers) == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(PERSONS + "CANARY\n", "line 5 of persons.tab in export.zip", id="short row"),
        pytest.param(b"PK\x03\x04CANARY", "persons.tab in export.zip should be", id="a zip inside"),
        pytest.param("", "persons.tab in export.zip is empty", id="empty"),
        pytest.param(PERSONS.replace("age", "agee"), "nearest: 'agee'", id="renamed column"),
        pytest.param("\x00" * 300_000, "over 100 times", id="bomb"),
    ],
)
def test_a_broken_member_is_refused_without_its_content(
    tmp_path: Path, content: str | bytes, says: str
):
    with pytest.raises(RefusedDelivery, match=says) as refused:
        read(tmp_path, zip_of(tmp_path, {**MEMBERS, "persons.tab": content}))
    assert "CANARY" not in refused.value.reason


@pytest.mark.parametrize(
    ("name", "mode", "says"),
    [
        pytest.param("../persons.tab", 0, "leads out", id="a path that climbs"),
        pytest.param("/persons.tab", 0, "leads out", id="an absolute path"),
        pytest.param("C:\\persons.tab", 0, "leads out", id="a drive"),
        pytest.param("PERSONS.tab", 0, "two entries of one name", id="doubled member"),
        pytest.param("link.tab", 0o120777, "a link", id="a link"),
    ],
)
def test_an_archive_with_a_tricky_member_is_refused_whole(
    tmp_path: Path, name: str, mode: int, says: str
):
    file = zip_of(tmp_path, MEMBERS)
    with zipfile.ZipFile(file, "a") as to:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        to.writestr(entry, "x")
    with pytest.raises(RefusedDelivery, match=says):
        read(tmp_path, file)


def test_a_protected_archive_is_refused(tmp_path: Path):
    file = zip_of(tmp_path, MEMBERS)
    raw = bytearray(file.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(raw)
    with pytest.raises(RefusedDelivery, match="password"):
        read(tmp_path, file)


def test_a_truncated_archive_is_refused(tmp_path: Path):
    file = zip_of(tmp_path, MEMBERS)
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(RefusedDelivery, match="damaged or truncated"):
        read(tmp_path, file)


def test_an_archive_too_big_unpacked_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED", 50)
    with pytest.raises(RefusedDelivery, match="unpacks to more than 50 bytes"):
        read(tmp_path, zip_of(tmp_path, MEMBERS))


@pytest.mark.parametrize("first", [b"a,b\n1,2\n", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b"])
def test_what_is_no_zip_archive_is_refused(tmp_path: Path, first: bytes):
    file = tmp_path / "export.zip"
    file.write_bytes(first)
    with pytest.raises(RefusedDelivery, match="should be a zip archive of CSV files"):
        read(tmp_path, file)


def test_quotes_that_hide_rows_make_the_two_counts_disagree(tmp_path: Path):
    stray = 'interview__id\tage\na\t5" x\nb\t1\nc\t6" x\n'
    tables, answers = read(tmp_path, zip_of(tmp_path, {**MEMBERS, "persons.tab": stray}))
    assert (len(answers), tables["persons"].n_counted) == (3, 1)
