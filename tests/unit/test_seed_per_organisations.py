"""The made-up register of organisations meets the report, read from the workbook by its names."""

import openpyxl
import pandas as pd
import pytest
from seed_files import seed

WORKBOOK = seed("per_organisations", "2021")


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    """Rows of organisations; the total and the note below the table left out."""
    sheet = pd.read_excel(WORKBOOK, sheet_name="Registro", header=[3, 4], dtype=object)
    sheet.columns = ["Código", *(name for _, name in sheet.columns[1:])]
    return sheet[sheet["Código"].astype(str).str.match("ORG-[0-9]{3}$")]


def test_twelve_organisations_are_registered_and_trained_and_eight_await_approval(
    register: pd.DataFrame,
):
    # report, line 400: "twelve community organizations were registered, georeferenced and trained
    # ... with eight more awaiting approval"
    registered = register["Estado"] == "Registrada"
    assert len(register) == 20
    assert (registered & (register["Capacitada"] == "Sí")).sum() == 12
    assert (register["Estado"] == "En espera de aprobación").sum() == 8


def test_every_organisation_is_georeferenced(register: pd.DataFrame):
    points = register["Coordenadas"].str.extract(r"^(-12\.[0-9]+|-11\.[0-9]+), (-7[67]\.[0-9]+)$")
    assert points.notna().all(axis=None)


def test_the_count_of_the_frame_is_the_number_of_rows(register: pd.DataFrame):
    assert set(register["Organizaciones identificadas"]) == {20}


def test_the_sheet_is_kept_as_people_keep_one():
    sheet = openpyxl.load_workbook(WORKBOOK)["Registro"]
    assert "SYNTHETIC" in sheet["A1"].value
    groups = {str(cells) for cells in sheet.merged_cells.ranges}
    assert {"A4:A5", "B4:C4", "D4:F4"} <= groups
    first = [sheet.cell(row, 1).value for row in range(6, sheet.max_row + 1)]
    assert first.count(None) == 1  # an empty row amid the table
    assert first[-2:] == ["Total", "Nota: las coordenadas son aproximadas."]
    days = [sheet.cell(row, 10).value for row in range(6, 18)]
    assert [type(day).__name__ for day in days].count("str") == 1  # typed as text


def test_no_name_or_address_could_be_real(register: pd.DataFrame):
    assert register["Organización"].str.startswith("Organización Ficticia").all()
    assert register["Responsable"].str.startswith("Persona Ficticia").all()
    assert register["Correo"].str.endswith("@example.org").all()
