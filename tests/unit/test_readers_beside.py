"""Repeats that go on in another sheet: rows are matched by parent and number."""

from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers import xlsx
from migstat.intake.readers.request import Request, TableRequest

ROSTER = [("_uuid", "sex"), ("h1", "f"), ("h1", "m"), ("h2", "f")]
COLUMNS = ("_uuid", "sex", "born")


def read(folder: Path, beside: list[tuple[str, ...]], link: str = "_uuid") -> list[dict[str, str]]:
    book = openpyxl.Workbook()
    for name, rows in (("roster", ROSTER), ("origin", beside)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "export.xlsx")
    wanted = {name: name for name in COLUMNS}
    table = TableRequest(
        "persons", str(folder / "export.xlsx"), "roster", COLUMNS, wanted, ("origin",), link
    )
    xlsx.read(Request("zzz 2021", "kobo_xlsx", str(folder), (table,)))
    found: list[dict[str, str]] = pq.read_table(folder / "persons.parquet").to_pylist()
    return found


def test_the_nth_row_of_a_parent_goes_on_in_its_nth_row_of_the_other_sheet(tmp_path: Path):
    rows = read(tmp_path, [("_uuid", "born"), ("h2", "PER"), ("h1", "SLV"), ("h1", "VEN")])
    assert [(row["_uuid"], row["sex"], row["born"]) for row in rows] == [
        ("h1", "f", "SLV"),
        ("h1", "m", "VEN"),
        ("h2", "f", "PER"),
    ]


def test_a_row_that_the_other_sheet_does_not_continue_is_empty_there(tmp_path: Path):
    rows = read(tmp_path, [("_uuid", "born"), ("h1", "SLV")])
    assert [row["born"] for row in rows] == ["SLV", None, None]


def test_a_row_that_continues_none_refuses_the_delivery(tmp_path: Path):
    with pytest.raises(RefusedDelivery, match="1 rows of sheet 'origin' continue no row"):
        read(tmp_path, [("_uuid", "born"), ("h2", "PER"), ("h2", "SLV")])


def test_a_sheet_beside_without_the_link_is_refused_with_the_columns_name(tmp_path: Path):
    with pytest.raises(RefusedDelivery, match="sheet 'origin' has no column '_uuid'"):
        read(tmp_path, [("born",), ("PER",)])
