"""The made-up correction of La Unión against the first delivery, by pandas over the workbooks."""

import pandas as pd
import pytest
from seed_files import TOLERANCE, seed, share

FIRST, SECOND = "2021", "2021_correction"
OLDEST = 120


def sheet(delivery: str, name: str) -> pd.DataFrame:
    return pd.read_excel(seed("slv_household", delivery), sheet_name=name)


@pytest.fixture(scope="module")
def before() -> pd.DataFrame:
    return sheet(FIRST, "hogar").set_index("_uuid")


@pytest.fixture(scope="module")
def after() -> pd.DataFrame:
    return sheet(SECOND, "hogar").set_index("_uuid")


def test_three_households_withdrew_and_six_came_late(before: pd.DataFrame, after: pd.DataFrame):
    assert len(before.index.difference(after.index)) == 3
    assert len(after.index.difference(before.index)) == 6


def test_some_households_were_edited_and_most_stayed(before: pd.DataFrame, after: pd.DataFrame):
    both = before.index.intersection(after.index)
    old, new = (rows.loc[both].drop(columns="_index") for rows in (before, after))
    is_edited = (old.ne(new) & ~(old.isna() & new.isna())).any(axis=1)
    assert 10 <= is_edited.sum() <= 30
    assert (old["_submission_time"] == new["_submission_time"]).all()


def test_the_impossible_ages_were_corrected():
    ages = [sheet(delivery, "miembros")["miembros/p05_edad"] for delivery in (FIRST, SECOND)]
    assert [(each > OLDEST).sum() for each in ages] == [2, 0]


def test_members_went_and_came_with_their_households(after: pd.DataFrame):
    roster = sheet(SECOND, "miembros")
    listed = roster.groupby("_submission__uuid").size()
    pd.testing.assert_series_equal(
        listed, after["entrevista/p02_miembros"], check_names=False, check_like=True
    )
    assert roster["_index"].tolist() == list(range(1, len(roster) + 1))


def test_the_figures_of_the_report_still_come_out(after: pd.DataFrame):
    # report, line 214: 30 % with a member abroad, half with remittances
    assert share(after["migracion/p10_miembro_exterior"].eq("si"), after["factor"]) == (
        pytest.approx(30, abs=TOLERANCE)
    )
    answered = after[after["migracion/p12_remesas"].isin(["si", "no"])]
    assert share(answered["migracion/p12_remesas"].eq("si"), answered["factor"]) == (
        pytest.approx(50, abs=TOLERANCE)
    )


def test_one_in_five_is_still_illiterate(after: pd.DataFrame):
    # report, line 214 "(19.9%)", line 224 "aged 10 years and over"
    roster = sheet(SECOND, "miembros").merge(
        after["factor"], left_on="_submission__uuid", right_index=True
    )
    answered = roster[
        roster["miembros/p07_residencia"].eq("este_hogar")
        & roster["miembros/p05_edad"].ge(10)
        & roster["miembros/p40_leer_escribir"].isin(["si", "no"])
    ]
    illiterate = share(answered["miembros/p40_leer_escribir"].eq("no"), answered["factor"])
    assert illiterate == pytest.approx(19.9, abs=TOLERANCE)
