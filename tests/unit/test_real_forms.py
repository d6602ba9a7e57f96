"""Exports of real forms are read by declarations alone: every row, column and answer of them.

What must come out is read here a second time, by pandas.
"""

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from intake_fixtures import FAMILY, Installation
from migstat.declarations.survey_check import IDENTIFIER_NAME
from migstat.intake import take_in as intake

pytest_plugins = ["intake_fixtures"]

CHECKOUT = Path(__file__).resolve().parents[2]
Rows = list[dict[str, str | None]]

# file, and per table the sheet and the columns that make its key
CSV_FORMS = [
    pytest.param("cleaningtools-iraq/raw_data.csv", ["X_uuid"], id="Iraq, Tal Afar, raw"),
    pytest.param("cleaningtools-iraq/clean_data.csv", ["X_uuid"], id="Iraq, Tal Afar, cleaned"),
    pytest.param("koboloader-demo/MainDataFrame.csv", ["instanceID"], id="Kobo, refugee homes"),
    pytest.param(
        "koboloader-demo/ListCaseNos.csv",
        ["instanceID", "Profile.HHDemo.ListCaseNos.RegOtherCaseList"],
        id="Kobo, a repeat",
    ),
]
BOOKS = [
    pytest.param(
        "unhcr-rms-kobo/dummy_RMS_CAPI_v3.xlsx",
        {"main": ["_index"], "S1": ["_parent_index", "Part1.S1.personId"]},
        id="UNHCR results monitoring",
    ),
    pytest.param(
        "unhcr-rms-kobo/demo_data.xlsx",
        {"main": ["_index"], "S2_repeat": ["_parent_index", "S2_repeat.ind_age_year"]},
        id="UNHCR demonstration",
    ),
    pytest.param(
        "reach-msna-template/dummy_raw_data.xlsx",
        {"main": ["row_id"], "roster": ["row_id", "person_id"]},
        id="REACH needs assessment",
    ),
]


def real(name: str) -> Path:
    """Find a file of the shared folder; skips the test, loudly, where it is not."""
    shared = Path(os.environ.get("MIGSTAT_SHARED", CHECKOUT.parent / "shared"))
    file = shared / "data" / name
    if not file.is_file():
        pytest.skip(
            f"NOT CHECKED AGAINST REAL FORMS: {file} is missing; set MIGSTAT_SHARED to the folder "
            f"that holds data/{Path(name).parent}."
        )
    return file


def take_in(
    installation: Installation,
    file: Path,
    frames: Mapping[str, Rows],
    keys: Mapping[str, list[str]],
    export: Mapping[str, str],
) -> dict[str, Rows]:
    """Declare what a file holds, take it in, and give every row, accepted or held back."""
    units = {"households": "household", "persons": "person"}
    columns = {table: list(rows[0]) for table, rows in frames.items()}
    sheets = dict(zip(frames, keys, strict=True)) if export["format"] != "csv" else {}
    tables = {
        table: {
            "unit": units[table],
            "key": f"the_{table}_id",
            "columns": dict.fromkeys(names, "text"),
            **({"sheet": sheets[table]} if sheets else {}),
        }
        for table, names in columns.items()
    }
    made_of = dict(zip([f"the_{table}_id" for table in frames], keys.values(), strict=True))
    sources = {name for names in keys.values() for name in names}
    everything = dict.fromkeys(name for names in columns.values() for name in names)
    declaration = {
        "survey": FAMILY,
        "country": "ZZZ",
        "title": "A real form",
        "steward": "nobody@example.org",
        "unit": units[list(frames)[-1]],
        "export": {**export, "tables": tables},
        "privacy": {
            "keys": made_of,
            "drop": [n for n in everything if IDENTIFIER_NAME.search(n) and n not in sources],
        },
        "design": {},
        "waves": {"2021": {"fieldwork": ["2021-01-11", "2021-02-26"], "time_period": "2021"}},
    }
    installation.write_survey(FAMILY, declaration, [])
    delivery = installation.hand_in(file.read_bytes(), FAMILY, file.name)
    outcome = intake.take_in(delivery.delivery_id, installation.ledger)
    assert not any(outcome.undeclared_columns.values())
    return {
        table: sorted(
            installation.accepted(delivery, table) + installation.held_back(delivery, table),
            key=lambda row: row["_row_number"],
        )
        for table in frames
    }


def assert_same(found: Rows, expected: Rows, at_least: int) -> None:
    """Every row, and every column that passes the border, as the second reading has it."""
    assert [row["_row_number"] for row in found] == list(range(1, len(expected) + 1))
    passed = [name for name in expected[0] if name in found[0]]
    assert len(passed) >= at_least
    for name in passed:
        assert [row[name] for row in found] == [row[name] for row in expected], name


@pytest.mark.parametrize(("name", "key"), CSV_FORMS)
def test_a_real_csv_export_is_read_whole(installation: Installation, name: str, key: list[str]):
    file = real(name)
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    rows = [
        {n: v if v.strip() else None for n, v in row.items()} for row in frame.to_dict("records")
    ]
    found = take_in(installation, file, {"persons": rows}, {"": key}, {"format": "csv"})
    assert_same(found["persons"], rows, at_least=len(frame.columns) * 9 // 10 - len(key))


@pytest.mark.parametrize(("name", "keys"), BOOKS)
def test_a_real_workbook_is_read_whole(
    installation: Installation, name: str, keys: dict[str, list[str]]
):
    file = real(name)
    book = pd.read_excel(
        file, sheet_name=list(keys), dtype=object, keep_default_na=False, na_values=[]
    )
    frames = dict(
        zip(("households", "persons"), (sheet_rows(book[sheet]) for sheet in keys), strict=True)
    )
    found = take_in(installation, file, frames, keys, {"format": "xlsx"})
    for table, rows in frames.items():
        assert_same(found[table], rows, at_least=len(rows[0]) * 3 // 4)


def sheet_rows(sheet: pd.DataFrame) -> Rows:
    rows = [{str(n): text(v) for n, v in row.items()} for row in sheet.to_dict("records")]
    return [row for row in rows if any(row.values())]


def text(value: object) -> str | None:
    if value is None or not str(value).strip():
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value)
