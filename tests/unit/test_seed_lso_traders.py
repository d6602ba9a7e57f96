"""The made-up traders of Lesotho meet the report's directions, by pandas over the raw file."""

import pandas as pd
import pytest
from migstat.declarations import TableName, load_survey
from seed_files import seed, share

ACTS = ["pr_insult", "pr_bribe", "pr_assault", "pr_sexual"]
WHO_WHERE_WHAT = {"pr_post", "pr_by", "pr_story"}


@pytest.fixture(scope="module")
def traders() -> pd.DataFrame:
    """The interviews that count: neither rejected nor spoilt on purpose."""
    rows = pd.read_csv(seed("lso_traders", "2021"))
    kept = rows["review_status"].ne("REJECTED") & rows["weight"].gt(0) & rows["age"].ge(15)
    return rows[kept]


def suffered(traders: pd.DataFrame, sex: str) -> float:
    """Of those of a sex who crossed and answered in private, those who report an act, percent."""
    asked = traders[traders["sex"].eq(sex) & traders["pr_private"].eq(1)]
    return share(asked[ACTS].eq(1).any(axis=1), asked["weight"])


def test_women_suffer_violence_at_crossings_more_often_than_men(traders: pd.DataFrame):
    # report, line 347: "women ICBT face increased vulnerability to gender-based violence and other
    # harassment at border crossings"
    assert suffered(traders, "female") > suffered(traders, "male") + 10


def test_few_traders_are_registered_or_were_reached_by_the_stimulus(traders: pd.DataFrame):
    # report, line 346: "largely been overlooked", "barriers that traders face in formalising"
    assert 2 < share(traders["registered"].eq(1), traders["weight"]) < 20
    assert 2 < share(traders["stimulus"].eq(1), traders["weight"]) < 20


def test_traders_were_not_affected_equally(traders: pd.DataFrame):
    # report, line 347: "Not all ICBT have been affected equally by the pandemic"
    much_lower = traders["income_change"].eq("much_lower")
    women, men = (traders["sex"].eq(sex) for sex in ("female", "male"))
    assert much_lower[women].mean() > much_lower[men].mean() + 0.05


def test_only_those_who_crossed_are_asked_about_crossings(traders: pd.DataFrame):
    stayed = traders[traders["crossed_12m"].eq(0)]
    assert len(stayed) > 0
    assert stayed[["pr_private", *ACTS]].isna().all(axis=None)


def test_where_and_by_whom_is_asked_only_after_an_act(traders: pd.DataFrame):
    none = traders[~traders[ACTS].eq(1).any(axis=1)]
    assert none[sorted(WHO_WHERE_WHAT)].isna().all(axis=None)


def test_where_by_whom_and_what_happened_never_pass_the_border():
    survey = load_survey("lso_traders")
    passing = set(survey.passing_columns(TableName.PERSONS))
    assert set(survey.export.tables[TableName.PERSONS].columns) >= WHO_WHERE_WHAT
    assert not passing & {*WHO_WHERE_WHAT, "post_code", "gpslocation", "SubmissionDate"}
    assert passing >= set(ACTS)


def test_every_area_has_shifts_to_compare(traders: pd.DataFrame):
    assert (traders.groupby("area")["shift_id"].nunique() >= 2).all()
    assert (traders.groupby("shift_id")["area"].nunique() == 1).all()


def test_every_row_says_that_it_is_made_up(traders: pd.DataFrame):
    assert traders["data_notice"].str.contains("SYNTHETIC").all()
