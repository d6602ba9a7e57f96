"""The made-up scorecard of governance holds the bodies and marks that it says it holds."""

import openpyxl
import pandas as pd
import pytest
from seed_files import seed

WORKBOOK = seed("per_mgi", "2021")


@pytest.fixture(scope="module")
def bodies() -> pd.DataFrame:
    """The bodies scored, by the names under the merged cells; the mean below them left out."""
    sheet = pd.read_excel(WORKBOOK, sheet_name="Resumen", header=[3, 4], dtype=object)
    sheet.columns = ["/".join(names) for names in sheet.columns]
    return sheet[sheet["Entidad/Ámbito"].notna()]


def test_the_government_and_lima_stand_beside_placeholders_only(bodies: pd.DataFrame):
    names = bodies["Entidad/Denominación"].tolist()
    assert names[:2] == ["Gobierno nacional", "Municipalidad Metropolitana de Lima"]
    assert len(names) == 6
    assert all("de ejemplo" in name for name in names[2:])
    assert set(bodies["Marco/Entidades evaluadas"]) == {6}


def test_the_kind_of_a_register_is_asked_only_where_there_is_one(bodies: pd.DataFrame):
    has_none = bodies["2 Enfoque de gobierno/Registro de migrantes"] == "No"
    kinds = bodies[
        [
            "2 Enfoque de gobierno/Registro digital",
            "2 Enfoque de gobierno/Registro por sexo y condición",
        ]
    ]
    assert (kinds[has_none] == "No aplica").all(axis=None)
    assert kinds[~has_none].isin(["Sí", "No"]).all(axis=None)


def test_scores_lie_between_0_and_10(bodies: pd.DataFrame):
    scores = bodies[[name for name in bodies.columns if name.endswith("/Puntaje")]]
    assert scores.shape == (6, 6)
    assert scores.astype(float).map(lambda score: 0 <= score <= 10).all(axis=None)


def test_codes_of_places_are_numbers_that_the_sheet_shows_with_zeros():
    book = openpyxl.load_workbook(WORKBOOK)
    cell = book["Resumen"]["D6"]
    assert (cell.value, cell.number_format) == (0, "000000")
    assert book["Resumen"].max_row == 12  # six bodies and the mean below them
    assert book["Resumen"]["A12"].value == "Promedio"
    assert "SYNTHETIC" in book["Resumen"]["A1"].value
    assert len(book.sheetnames) == 8
