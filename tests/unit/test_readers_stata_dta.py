"""A Stata file gives codes as text and tagged missing values by name; a damaged one is refused."""

import datetime as dt
import struct
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
from intake_fixtures import table_request
from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers import stata_dta
from migstat.intake.readers.dta_count import count_observations
from migstat.intake.readers.jail import read_in_jail
from migstat.intake.readers.request import Request, TableRead

COLUMNS = ["id", "sex", "day", "w", "ratio", "code"]


def write_dta(file: Path, version: int = 15) -> Path:
    frame = pd.DataFrame(
        {
            "id": ["A1", "a", ""],
            "sex": [1, "a", 2],
            "day": [dt.date(2020, 10, 5), None, dt.date(1959, 1, 1)],
            "w": [1.5, 2.0, 0.25],
            "ratio": [0.1, 0.2, 0.3],
            "code": ["007", "0x", "Ya"],
            "extra": [1.0, 2.0, 3.0],
        }
    )
    pyreadstat.write_dta(
        frame,
        str(file),
        version=version,
        column_labels={"sex": "Sex of the person"},
        variable_value_labels={"sex": {1: "man", 2: "woman", "a": "refused"}},
        missing_user_values={"sex": ["a"]},
    )
    return file


def request_for(folder: Path, file: Path, encoding: str = "utf-8") -> Request:
    return Request(
        place="zzz_test 2020",
        format="stata_dta",
        scratch=str(folder),
        tables=(table_request(COLUMNS, file),),
        encoding=encoding,
    )


def read(folder: Path, file: Path, **options: str) -> tuple[TableRead, list[list[str | None]]]:
    request = request_for(folder, file, **options)
    (table,) = stata_dta.read(request)
    answers = pq.read_table(request.parquet(request.tables[0]))
    return table, [list(row.values()) for row in answers.to_pylist()]


@pytest.mark.parametrize("version", [13, 14, 15])
def test_codes_are_text_and_tagged_missing_values_have_their_names(tmp_path: Path, version: int):
    table, answers = read(tmp_path, write_dta(tmp_path / "n.dta", version))
    assert answers == [
        ["A1", "1", "2020-10-05", "1.5", "0.1", "007"],
        ["a", ".a", None, "2", "0.2", "0x"],
        [None, "2", "1959-01-01", "0.25", "0.3", "Ya"],
    ]
    assert (table.n_rows, table.n_counted, table.undeclared) == (3, 3, ("extra",))


def test_labels_are_kept_beside(tmp_path: Path):
    table, _ = read(tmp_path, write_dta(tmp_path / "n.dta"))
    assert table.labels["sex"]["label"] == "Sex of the person"
    assert table.labels["sex"]["values"] == {"1": "man", "2": "woman", "a": "refused"}


def test_a_float_has_its_seven_digits_and_not_those_of_a_double(tmp_path: Path):
    frame = pd.DataFrame({name: ["1"] for name in COLUMNS} | {"w": [0.1], "sex": [2.0]})
    frame["w"] = frame["w"].astype("float32")
    frame.to_stata(tmp_path / "n.dta", write_index=False, version=118)
    _, answers = read(tmp_path, tmp_path / "n.dta")
    assert answers[0][3] == "0.1"


@pytest.mark.parametrize("version", [117, 118, 119])
@pytest.mark.parametrize("order", ["little", "big"])
def test_observations_are_counted_without_the_reader(tmp_path: Path, version: int, order: str):
    frame = pd.DataFrame({"a": range(500), "b": ["answer"] * 500, "c": ["long " * 500] * 500})
    strings = ["c"]
    frame.to_stata(tmp_path / "n.dta", version=version, byteorder=order, convert_strl=strings)
    assert count_observations("zzz_test 2020", tmp_path / "n.dta") == 500


@pytest.mark.parametrize("promised", [0, 2, 4, 2**40])
def test_a_header_that_promises_another_number_is_refused(tmp_path: Path, promised: int):
    file = write_dta(tmp_path / "n.dta")
    raw = bytearray(file.read_bytes())
    at = raw.index(b"<N>") + 3
    raw[at : at + 8] = struct.pack("<Q", promised)
    file.write_bytes(raw)
    with pytest.raises(RefusedDelivery, match="damaged or truncated Stata file"):
        read(tmp_path, file)


def test_a_row_that_the_reader_loses_makes_the_counts_disagree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    read_dta = pyreadstat.read_dta
    monkeypatch.setattr(pyreadstat, "read_dta", lambda *a, **o: read_dta(*a, row_limit=2, **o))
    table, _ = read(tmp_path, write_dta(tmp_path / "n.dta"))
    assert (table.n_rows, table.n_counted) == (2, 3)


@pytest.mark.parametrize("keep", [60, 300, 900, -1])
def test_a_truncated_file_is_refused(tmp_path: Path, keep: int):
    file = write_dta(tmp_path / "n.dta")
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(RefusedDelivery, match="truncated"):
        read(tmp_path, file)


@pytest.mark.parametrize(
    ("first", "says"),
    [(b"id,sex\n1,2\n", "is no such file"), (b"\x73\x02\x01\x00", "an old Stata file")],
)
def test_what_is_no_stata_file_is_refused(tmp_path: Path, first: bytes, says: str):
    file = tmp_path / "n.dta"
    file.write_bytes(first)
    with pytest.raises(RefusedDelivery, match=says):
        read(tmp_path, file)


def test_texts_of_an_old_file_are_read_in_the_declared_encoding(tmp_path: Path):
    file = write_dta(tmp_path / "n.dta", 13)
    file.write_bytes(file.read_bytes().replace(b"Ya", "Да".encode("cp1251")))
    _, answers = read(tmp_path, file, encoding="windows-1251")
    assert answers[2][5] == "Да"


@pytest.mark.parametrize(
    ("version", "encoding", "unknown"),
    [(15, "utf-8", "Да".encode("cp1251")), (13, "windows-1251", b"\x98\x98")],
)
def test_texts_in_another_encoding_than_declared_are_refused(
    tmp_path: Path, version: int, encoding: str, unknown: bytes
):
    file = write_dta(tmp_path / "n.dta", version)
    file.write_bytes(file.read_bytes().replace(b"Ya", unknown))
    with pytest.raises(RefusedDelivery, match="texts are in another encoding than declared"):
        read(tmp_path, file, encoding=encoding)


@pytest.mark.parametrize("tag", [b"<variable_types>", b"<varnames>", b"<formats>", b"<data>"])
def test_a_file_crafted_in_any_part_is_refused_in_the_jail(tmp_path: Path, tag: bytes):
    file = write_dta(tmp_path / "n.dta")
    raw = bytearray(file.read_bytes())
    at = raw.index(tag) + (0 if tag == b"<data>" else len(tag))
    raw[at : at + 40] = b"\xff" * 40
    file.write_bytes(raw)
    with pytest.raises(RefusedDelivery):
        read_in_jail(request_for(tmp_path, file), lambda *_: None)
