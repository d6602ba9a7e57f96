"""The made-up vulnerability ranking of Chilmari, by pandas over the raw export alone."""

import re

import pandas as pd
import pytest
from seed_files import seed, share

MOMENT = re.compile(r"[A-Z][a-z]{2} [0-9]{1,2}, 202[01] [0-9]{1,2}:[0-9]{2}:[0-9]{2} [AP]M")
FOODS = {
    "cereals": 2,
    "pulses": 3,
    "dairy": 4,
    "meat_fish": 4,
    "vegetables": 1,
    "fruit": 1,
    "oil": 0.5,
    "sugar": 0.5,
}


@pytest.fixture(scope="module")
def households() -> pd.DataFrame:
    return pd.read_csv(seed("bgd_dbt", "2020"), dtype={"formdef_version": str})


def test_moments_are_written_as_surveycto_writes_them(households: pd.DataFrame):
    for column in ("SubmissionDate", "CompletionDate", "starttime", "endtime"):
        assert households[column].map(lambda text: bool(MOMENT.fullmatch(text))).all()


def test_interviews_lie_in_the_months_of_the_project(households: pd.DataFrame):
    # report, line 126: "from November 2020-January 2021"
    days = pd.to_datetime(households["starttime"], format="%b %d, %Y %I:%M:%S %p")
    assert days.between("2020-11-01", "2021-01-31").all()


def test_every_household_widens_as_many_members_as_it_counts(households: pd.DataFrame):
    sexes = households.filter(regex=r"^mem_sex_\d+$")
    assert sexes.shape[1] == 10
    assert (sexes.notna().sum(axis=1) == households["mem_count"]).all()


def test_households_ranked_as_more_vulnerable_eat_worse(households: pd.DataFrame):
    # report, line 128: "ranking households based on their socio-economic vulnerability"
    parts = [households[f"fcs_{food}"] * weight for food, weight in FOODS.items()]
    consumption = sum(parts[1:], parts[0])
    answered = consumption.notna()
    is_poor = consumption.le(35)[answered]
    is_vulnerable = households["vulnerability_score"].ge(60)[answered]
    weight = households["hh_weight"][answered]
    theirs = share(is_poor[is_vulnerable], weight[is_vulnerable])
    assert theirs > share(is_poor[~is_vulnerable], weight[~is_vulnerable]) + 10


def test_the_first_form_stored_bengali_labels_and_the_second_did_not(households: pd.DataFrame):
    is_bengali = households["electricity"].isin(["হ্যাঁ", "না"])
    assert set(households.loc[is_bengali, "formdef_version"]) == {"2011051"}
    assert set(households.loc[~is_bengali, "formdef_version"]) == {"2011082"}


def test_some_interviews_were_rejected_in_the_review(households: pd.DataFrame):
    assert 0 < (households["review_status"] == "REJECTED").sum() < 0.05 * len(households)


def test_every_union_has_villages_to_compare(households: pd.DataFrame):
    assert (households.groupby("union_label")["village_code"].nunique() >= 2).all()
    assert (households.groupby("village_code")["union_label"].nunique() == 1).all()
