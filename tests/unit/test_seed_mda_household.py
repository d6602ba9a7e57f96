"""The made-up households of Moldova meet the report, by pandas over the raw Stata files."""

from typing import Any

import pandas as pd
import pyreadstat
import pytest
from seed_files import SEEDS, share

HERE, ABROAD = 1, 2
MOLDOVAN = [1, 2]  # Moldovan alone, and with another
YES, NO, NOT_ASKED = 1, 2, "c"
FOLDER = SEEDS / "mda_household" / "2021"
ONE_IN_THREE = 2  # percentage points: the report's words, not a printed figure


def export(name: str) -> tuple[pd.DataFrame, Any]:
    return pyreadstat.read_dta(FOLDER / f"{name}_2021_synthetic.dta", user_missing=True)


@pytest.fixture(scope="module")
def households() -> pd.DataFrame:
    return export("gospodarii")[0]


@pytest.fixture(scope="module")
def members(households: pd.DataFrame) -> pd.DataFrame:
    """Members with the weight of their household."""
    roster = export("membri")[0]
    joined = roster.merge(households[["hhid", "pondere"]], on="hhid", validate="many_to_one")
    assert len(joined) == len(roster)
    return joined


def test_one_in_three_working_age_nationals_lives_abroad(members: pd.DataFrame):
    # report, line 370: "one in every three working age nationals live abroad"
    of_age = members[members["varsta"].between(15, 64) & members["cetatenie"].isin(MOLDOVAN)]
    abroad = share(of_age["loc_trai"].eq(ABROAD), of_age["pondere"])
    assert abroad == pytest.approx(100 / 3, abs=ONE_IN_THREE)


def test_returned_migrants_lost_their_work_more_often(members: pd.DataFrame):
    # report, line 370: "rising unemployment and wage loss among some migrant populations"
    worked = members[members["pierdut"].isin([YES, NO])]
    lost, returned = worked["pierdut"].eq(YES), worked["trait_str"].eq(YES)
    assert lost[returned].mean() > lost[~returned].mean() + 0.05


def test_a_household_says_it_has_a_member_abroad_when_its_roster_lists_one(
    households: pd.DataFrame, members: pd.DataFrame
):
    away = members.loc[members["loc_trai"].eq(ABROAD), "hhid"]
    assert set(households.loc[households["h_plecat"].eq(YES), "hhid"]) == set(away)


def test_every_interview_lists_as_many_members_as_it_counts(
    households: pd.DataFrame, members: pd.DataFrame
):
    counted = households.set_index("hhid")["h_nr_membri"]
    pd.testing.assert_series_equal(
        members.groupby("hhid").size(),
        counted,
        check_names=False,
        check_like=True,
        check_dtype=False,
    )


def test_somebody_of_every_household_is_here_to_answer(members: pd.DataFrame):
    assert members.groupby("hhid")["loc_trai"].min().eq(HERE).all()


def test_what_is_not_asked_of_absent_members_is_tagged_so(members: pd.DataFrame):
    away = members[members["loc_trai"].eq(ABROAD)]
    assert away[["activ", "cont", "intentie"]].eq(NOT_ASKED).all(axis=None)


def test_every_code_has_a_label_and_every_tag_too():
    roster, meta = export("membri")
    labels = meta.variable_value_labels
    for name in ("relatie", "tara_nast", "cetatenie", "activ", "furnizor"):
        assert set(roster[name]) <= set(labels[name]), name


def test_some_members_were_born_in_another_soviet_republic(members: pd.DataFrame):
    born_there = members["tara_nast"].isin([3, 4, 13])  # Ukraine, Russia, Kazakhstan
    assert (born_there & members["varsta"].ge(31)).sum() >= 50


def test_the_files_say_in_label_and_rows_that_they_are_synthetic(members: pd.DataFrame):
    assert "SYNTHETIC" in export("membri")[1].file_label
    assert members["nota"].str.contains("SYNTHETIC").all()
