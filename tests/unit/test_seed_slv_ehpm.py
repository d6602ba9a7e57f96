"""The made-up national survey of El Salvador meets the report, by pandas over the raw files."""

import pandas as pd
import pyreadstat
import pytest
from seed_files import SEEDS, TOLERANCE, share

LA_UNION = 14
YES, NO, NO_ANSWER = 1, 2, 9
BORN_HERE = 1


def read(stem: str) -> pd.DataFrame:
    """Read one of the two files, user-missing codes as they are."""
    (file,) = (SEEDS / "slv_ehpm" / "2019").glob(f"{stem}*.sav")
    return pyreadstat.read_sav(file, user_missing=True)[0]


@pytest.fixture(scope="module")
def households() -> pd.DataFrame:
    return read("hogares")


@pytest.fixture(scope="module")
def members(households: pd.DataFrame) -> pd.DataFrame:
    """Members with department and weight of their household."""
    return read("personas").merge(households[["IDBOLETA", "DEPTO", "FAC00"]], on="IDBOLETA")


def said_yes(households: pd.DataFrame, question: str) -> float:
    """Weighted share of yes among yes and no, percent."""
    answered = households[households[question].isin([YES, NO])]
    return share(answered[question].eq(YES), answered["FAC00"])


def illiterate(members: pd.DataFrame) -> float:
    """Of 10 years and over, who can't read and write, percent."""
    answered = members[members["R106"].ge(10) & members["R202"].isin([YES, NO])]
    return share(answered["R202"].eq(NO), answered["FAC00"])


def poor(members: pd.DataFrame) -> float:
    """Whose household has less a head than the line, percent."""
    return share(members["INGPE"].lt(members["LINEA"]), members["FAC00"])


def test_twice_as_many_households_of_la_union_have_a_member_abroad(households: pd.DataFrame):
    # report, line 214: "30% of its households ... (compared to 15% for El Salvador as a whole)"
    own = households[households["DEPTO"].eq(LA_UNION)]
    assert said_yes(own, "MIEMEXT") == pytest.approx(30, abs=TOLERANCE)
    assert said_yes(households, "MIEMEXT") == pytest.approx(15, abs=TOLERANCE)


def test_half_of_the_households_of_la_union_receive_remittances(households: pd.DataFrame):
    # report, line 214: "half of their households receive remittances"
    own = households[households["DEPTO"].eq(LA_UNION)]
    assert said_yes(own, "REMESAS") == pytest.approx(50, abs=TOLERANCE)


def test_illiteracy_of_la_union_is_the_highest_of_the_country(members: pd.DataFrame):
    # report, line 214: "with the highest illiteracy rate nationwide (19.9%)"; line 224: 10 and over
    rates = {department: illiterate(rows) for department, rows in members.groupby("DEPTO")}
    assert len(rates) == 14
    assert rates.pop(LA_UNION) == pytest.approx(19.9, abs=TOLERANCE)
    assert max(rates.values()) < 19


def test_households_with_immigrants_are_worse_off_in_education_and_income(members: pd.DataFrame):
    # report, line 218: "mainly in the dimensions of income and education"
    immigrant = set(members.loc[~members["R108"].isin([BORN_HERE, NO_ANSWER]), "IDBOLETA"])
    own, others = (
        members[members["IDBOLETA"].isin(immigrant).eq(is_so)] for is_so in (True, False)
    )
    assert illiterate(own) > illiterate(others) + 5
    assert poor(own) > poor(others) + 5


def test_the_files_are_one_sample(households: pd.DataFrame):
    listed = read("personas").groupby("IDBOLETA").size()
    counted = households.set_index("IDBOLETA")["MIEMBROS"].astype(int)
    pd.testing.assert_series_equal(listed, counted, check_names=False)


def test_every_stratum_has_segments_to_compare(households: pd.DataFrame):
    assert (households.groupby("ESTRATO")["LOTE"].nunique() >= 4).all()
    assert (households.groupby("LOTE")["ESTRATO"].nunique() == 1).all()


def test_remittances_are_part_of_the_income(households: pd.DataFrame):
    receives = households["REMESAS"].eq(YES)
    assert households["MONTOREM"].notna().equals(receives)
    assert households.loc[receives, "MONTOREM"].lt(households.loc[receives, "INGFA"]).all()


def test_some_are_poor_and_most_are_not(members: pd.DataFrame):
    assert 15 < poor(members) < 40
