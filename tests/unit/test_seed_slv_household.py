"""The made-up households of La Unión meet the report, by pandas over the raw workbook alone."""

import pandas as pd
import pytest
from seed_files import TOLERANCE, seed, share

OLDEST = 120
IMMIGRANT_BIRTH = ["honduras", "nicaragua", "guatemala"]


@pytest.fixture(scope="module")
def households() -> pd.DataFrame:
    return pd.read_excel(seed("slv_household", "2021"), sheet_name="hogar", dtype={"factor": float})


@pytest.fixture(scope="module")
def members(households: pd.DataFrame) -> pd.DataFrame:
    """Members with the weight of their household, the two impossible ages left out."""
    roster = pd.read_excel(seed("slv_household", "2021"), sheet_name="miembros")
    roster = roster[roster["miembros/p05_edad"] <= OLDEST]
    joined = roster.merge(
        households[["_uuid", "factor"]], left_on="_submission__uuid", right_on="_uuid"
    )
    assert len(joined) == len(roster)
    return joined


def illiterate(members: pd.DataFrame) -> float:
    """Residents of 10 and over who say that they can't read and write, percent."""
    answered = members[
        members["miembros/p07_residencia"].eq("este_hogar")
        & members["miembros/p05_edad"].ge(10)
        & members["miembros/p40_leer_escribir"].isin(["si", "no"])
    ]
    return share(answered["miembros/p40_leer_escribir"].eq("no"), answered["factor"])


def income_fell(households: pd.DataFrame) -> float:
    """Of those with an income before March 2020, those who have less now, percent."""
    answered = households[
        households["economia/p30_tenia_ingresos"].eq("si")
        & households["economia/p32_ingreso_covid"].isin(["menor", "igual", "mayor"])
    ]
    return share(answered["economia/p32_ingreso_covid"].eq("menor"), answered["factor"])


def test_three_in_ten_households_have_a_member_abroad(households: pd.DataFrame):
    # report, line 214: "30% of its households have at least one member living abroad"
    abroad = share(households["migracion/p10_miembro_exterior"].eq("si"), households["factor"])
    assert abroad == pytest.approx(30, abs=TOLERANCE)


def test_half_of_the_households_receive_remittances(households: pd.DataFrame):
    # report, line 214: "half of their households receive remittances"
    answered = households[households["migracion/p12_remesas"].isin(["si", "no"])]
    received = share(answered["migracion/p12_remesas"].eq("si"), answered["factor"])
    assert received == pytest.approx(50, abs=TOLERANCE)


def test_one_in_five_of_ten_years_and_over_is_illiterate(members: pd.DataFrame):
    # report, line 214 "(19.9%)", line 224 "Within its population aged 10 years and over"
    assert illiterate(members) == pytest.approx(19.9, abs=TOLERANCE)


def test_immigrant_households_are_worse_off_in_income_and_education(
    households: pd.DataFrame, members: pd.DataFrame
):
    # report, line 218: "mainly in the dimensions of income and education"
    born_abroad = members["miembros/p08_nacimiento"].isin(IMMIGRANT_BIRTH)
    immigrant = set(members.loc[born_abroad, "_submission__uuid"])
    theirs = households["_uuid"].isin(immigrant)
    assert income_fell(households[theirs]) > income_fell(households[~theirs]) + 5
    own = members["_submission__uuid"].isin(immigrant)
    assert illiterate(members[own]) > illiterate(members[~own]) + 5


def test_income_before_fits_what_a_household_says_of_its_change(households: pd.DataFrame):
    now, before = households["economia/p31_ingreso"], households["economia/p34_ingreso_antes"]
    said = households["economia/p32_ingreso_covid"]
    assert (before[said.eq("menor")] > now[said.eq("menor")]).all()
    assert (before[said.eq("mayor")] < now[said.eq("mayor")]).all()
    assert before[households["economia/p30_tenia_ingresos"].eq("no")].eq(0).all()


def test_few_returnees_were_supported(members: pd.DataFrame):
    # report, line 218: "less support was provided"
    returned = members["miembros/p25_retorno"].notna()
    answered = members[returned & members["miembros/p30_apoyo_retorno"].isin(["si", "no"])]
    assert len(answered) >= 50
    assert share(answered["miembros/p30_apoyo_retorno"].eq("si"), answered["factor"]) < 35


def test_a_household_says_it_has_a_member_abroad_when_its_roster_lists_one(
    households: pd.DataFrame, members: pd.DataFrame
):
    away = members.loc[members["miembros/p07_residencia"].ne("este_hogar"), "_submission__uuid"]
    says = households.loc[households["migracion/p10_miembro_exterior"].eq("si"), "_uuid"]
    assert set(says) == set(away)


def test_everything_the_statuses_are_made_of_is_there(members: pd.DataFrame):
    assert (members["miembros/p21_vivio_exterior"] == "si").sum() >= 25  # returnees
    assert members["miembros/p08_nacimiento"].isin(["honduras", "nicaragua"]).sum() >= 25
    assert (members["miembros/p27_hace_5_anios"] == "otro_municipio").sum() >= 25


def test_ticked_options_agree_with_the_one_column_of_answers(households: pd.DataFrame):
    path = "economia/p33_medidas"
    for option in ("gastar_ahorros", "pedir_prestado", "vender_bienes", "comer_menos", "ninguna"):
        listed = households[path].str.split(" ").map(lambda ticked, o=option: o in ticked)
        assert (listed == households[f"{path}/{option}"].eq(1)).all()


def test_every_interview_lists_as_many_members_as_it_counts(households: pd.DataFrame):
    roster = pd.read_excel(seed("slv_household", "2021"), sheet_name="miembros")
    listed = roster.groupby("_submission__uuid").size()
    counted = households.set_index("_uuid")["entrevista/p02_miembros"]
    pd.testing.assert_series_equal(listed, counted, check_names=False, check_like=True)
