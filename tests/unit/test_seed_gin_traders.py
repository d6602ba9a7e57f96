"""The made-up traders of Guinea meet the report, by pandas over the raw CSV alone."""

import pandas as pd
import pytest
from seed_files import TOLERANCE, seed

INCOME = "Revenu actuel par rapport à avant mars 2020"
LACKING = "Introuvable depuis mars 2020"
REMOVED = f"{LACKING}/Matériel agricole"


@pytest.fixture(scope="module")
def export() -> pd.DataFrame:
    return pd.read_csv(seed("gin_traders", "2021"), sep=";", encoding="utf-8-sig")


@pytest.fixture(scope="module")
def traders(export: pd.DataFrame) -> pd.DataFrame:
    """Without the trial interviews that the supervisor did not approve."""
    return export[export["_validation_status"].isna()]


def income_fell_much(traders: pd.DataFrame, sex: str) -> float:
    """Of those with an income before March 2020 who answered, percent."""
    answered = traders[
        traders["Sexe"].eq(sex)
        & traders["Avait un revenu avant mars 2020"].eq("Oui")
        & traders[INCOME].ne("Ne sait pas")
    ]
    return 100 * answered[INCOME].eq("Fortement diminué").mean()


def test_the_income_of_nine_women_in_ten_fell_much(traders: pd.DataFrame):
    # report, line 259: "90% of women interviewed ... their income was significantly reduced"
    assert income_fell_much(traders, "Femme") == pytest.approx(90, abs=TOLERANCE)


def test_women_were_affected_more_than_men(traders: pd.DataFrame):
    # report, line 259: "women traders were disproportionately affected"
    assert income_fell_much(traders, "Femme") > income_fell_much(traders, "Homme") + 10


def test_most_traders_can_not_get_what_they_need(traders: pd.DataFrame):
    # report, line 259: "the unavailability of agricultural inputs"
    assert traders[f"{LACKING}/Rien ne manque"].eq(0).mean() > 0.6


def test_the_removed_option_is_empty_in_every_interview_of_the_second_form(traders: pd.DataFrame):
    is_second = traders["__version__"].eq("vSynthetiqueB")
    assert 100 < is_second.sum() < len(traders) - 100
    assert traders.loc[is_second, REMOVED].isna().all()
    assert traders.loc[~is_second, REMOVED].isin([0, 1]).all()
    assert traders.loc[~is_second, REMOVED].sum() > 10


def test_both_prefectures_at_the_border_are_there(traders: pd.DataFrame):
    # report, line 246: "Mandiana and Siguiri Prefectures"
    assert traders["Préfecture"].value_counts().gt(150).to_dict() == {
        "Siguiri": True,
        "Mandiana": True,
    }


def test_trials_and_a_week_of_nine_days_wait_to_be_held_back(export: pd.DataFrame):
    assert export["_validation_status"].eq("Not approved").sum() == 2
    assert export["Jours - sucre"].gt(7).sum() == 1
    assert export["_uuid"].is_unique
