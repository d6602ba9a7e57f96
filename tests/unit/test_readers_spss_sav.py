"""An SPSS file gives codes as text and keeps its labels; a damaged one is refused."""

import struct
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
from intake_fixtures import table_request
from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers import spss_sav
from migstat.intake.readers.request import Request, TableRead
from migstat.intake.readers.sav_count import count_cases

COLUMNS = ["CUEST", "SEXO", "FECHA", "FACTOR"]


def write_sav(file: Path) -> Path:
    frame = pd.DataFrame(
        {
            "CUEST": ["A1", "A2", ""],
            "SEXO": [1.0, 99.0, None],
            "FECHA": pd.to_datetime(["2020-10-05", None, "2020-11-01"]).date,
            "FACTOR": [1.5, 2.0, 0.25],
            "EXTRA": [1.0, 2.0, 3.0],
        }
    )
    pyreadstat.write_sav(
        frame,
        str(file),
        column_labels={"SEXO": "Sexo del entrevistado"},
        variable_value_labels={"SEXO": {1: "Hombre", 2: "Mujer", 99: "No sabe"}},
        missing_ranges={"SEXO": [{"lo": 97, "hi": 99}]},
    )
    return file


def read(folder: Path, file: Path) -> tuple[TableRead, list[list[str | None]]]:
    request = Request(
        place="zzz_test 2020",
        format="spss_sav",
        scratch=str(folder),
        tables=(table_request(COLUMNS, file),),
    )
    (table,) = spss_sav.read(request)
    answers = pq.read_table(request.parquet(request.tables[0]))
    return table, [list(row.values()) for row in answers.to_pylist()]


def test_codes_are_text_and_user_missing_stays_its_code(tmp_path: Path):
    table, answers = read(tmp_path, write_sav(tmp_path / "n.sav"))
    assert answers == [
        ["A1", "1", "2020-10-05", "1.5"],
        ["A2", "99", None, "2"],
        [None, None, "2020-11-01", "0.25"],
    ]
    assert (table.n_rows, table.n_counted, table.undeclared) == (3, 3, ("EXTRA",))


def test_labels_are_kept_beside(tmp_path: Path):
    table, _ = read(tmp_path, write_sav(tmp_path / "n.sav"))
    assert table.labels["SEXO"] == {
        "label": "Sexo del entrevistado",
        "values": {"1": "Hombre", "2": "Mujer", "99": "No sabe"},
        "missing": [["97", "99"]],
    }


@pytest.mark.parametrize("promised", [2, 1])
def test_a_header_that_promises_fewer_cases_makes_the_counts_disagree(
    tmp_path: Path, promised: int
):
    table, _ = read(tmp_path, promising(write_sav(tmp_path / "n.sav"), promised))
    assert (table.n_rows, table.n_counted) == (promised, 3)


def test_a_header_that_promises_more_cases_is_refused(tmp_path: Path):
    with pytest.raises(RefusedDelivery, match="damaged or truncated"):
        read(tmp_path, promising(write_sav(tmp_path / "n.sav"), 4))


def test_a_header_without_a_number_of_cases_is_read_whole(tmp_path: Path):
    table, _ = read(tmp_path, promising(write_sav(tmp_path / "n.sav"), -1))
    assert (table.n_rows, table.n_counted) == (3, 3)


def promising(file: Path, cases: int) -> Path:
    raw = bytearray(file.read_bytes())
    raw[80:84] = struct.pack("<i", cases)
    file.write_bytes(raw)
    return file


@pytest.mark.parametrize("options", [{}, {"compress": True}, {"row_compress": True}])
def test_cases_are_counted_in_every_kind_of_file(tmp_path: Path, options: dict[str, bool]):
    frame = pd.DataFrame({"a": range(-500, 1_500), "b": ["long answer " * 30] * 2_000})
    pyreadstat.write_sav(frame, str(tmp_path / "n.sav"), note=["a document"], **options)
    assert count_cases("zzz_test 2020", tmp_path / "n.sav") == 2_000


@pytest.mark.parametrize("keep", [60, 300, 500])
def test_a_truncated_file_is_refused(tmp_path: Path, keep: int):
    file = write_sav(tmp_path / "n.sav")
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(RefusedDelivery, match="truncated"):
        read(tmp_path, file)


@pytest.mark.parametrize("options", [{}, {"row_compress": True}])
def test_values_that_fill_no_whole_cases_are_refused_by_the_count_alone(
    tmp_path: Path, options: dict[str, bool]
):
    file = tmp_path / "n.sav"
    frame = pd.DataFrame({"a": [0.5] * 10, "b": [0.25] * 10})
    pyreadstat.write_sav(frame, str(file), **options)
    whole = file.read_bytes()
    # without the last value: eight bytes, or in a compressed file the end of the data beside them
    file.write_bytes(whole[:-8] if not options else whole.replace(b"\xfc", b"\xfd"))
    with pytest.raises(RefusedDelivery, match="do not fill whole cases"):
        count_cases("zzz_test 2020", file)


def test_a_csv_named_sav_is_refused(tmp_path: Path):
    file = tmp_path / "n.sav"
    file.write_text("CUEST,SEXO\n1,2\n")
    with pytest.raises(RefusedDelivery, match="should be an SPSS file"):
        read(tmp_path, file)
