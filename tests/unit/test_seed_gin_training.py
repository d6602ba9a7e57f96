"""The made-up training register of Guinea meets the report, by pandas over the raw workbook."""

import pandas as pd
import pytest
from seed_files import seed

IDEAS = [
    "Femmes entrepreneures et coopératives",
    "Jeunes",
    "Leaders et membres de la communauté",
    "Autres porteurs d'idées",
]


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    """The list by the second row of its header, the line of totals at its end left out."""
    return pd.read_excel(seed("gin_training", "2021"), sheet_name="Registre", header=5).iloc[:-1]


@pytest.mark.parametrize(
    ("groups", "people"),
    [
        # report, lines 252 and 254: "433 people, including 200 women ... and 105 youth"
        (IDEAS, 433),
        (IDEAS[:1], 200),
        (IDEAS[1:2], 105),
        (["Conducteurs de taxi-moto"], 100),  # line 256: "100 moto taxi drivers were trained"
        (["Autorités locales"], 142),  # line 257: "trained 142 local authorities"
    ],
)
def test_the_register_lists_as_many_as_the_report_says(
    register: pd.DataFrame, groups: list[str], people: int
):
    assert register["Catégorie"].isin(groups).sum() == people


def test_everybody_on_the_list_was_trained_once(register: pd.DataFrame):
    assert register["Attestation"].eq("Oui").all()
    assert register["N°"].is_unique


def test_a_session_says_how_many_it_lists(register: pd.DataFrame):
    sessions = register.groupby("Code")
    assert (sessions["Inscrits"].nunique() == 1).all()
    assert (sessions.size() == sessions["Inscrits"].first()).all()


def test_the_register_has_titles_above_a_header_of_groups_and_a_total_below():
    sheet = pd.read_excel(seed("gin_training", "2021"), sheet_name="Registre", header=None)
    assert "SYNTHÉTIQUES" in sheet.iloc[0, 0]
    assert sheet.iloc[4].dropna().tolist() == ["Participant", "Lieu", "Session", "Résultat"]
    assert sheet.iloc[-1, 1] == "TOTAL"
