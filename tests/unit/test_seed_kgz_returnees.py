"""The made-up returnees of ten communities meet the report, by pandas over the raw archive."""

import zipfile

import pandas as pd
import pytest
from seed_files import TOLERANCE, seed, share

WAVES = ["2020", "2021"]
APPROVED = [120, 130]
UNANSWERED = -999_999_999
OTHER_ACTORS = ["trust_elders", "trust_religious", "trust_ngo", "trust_school"]


def interviews(wave: str) -> pd.DataFrame:
    with (
        zipfile.ZipFile(seed("kgz_returnees", wave)) as archive,
        archive.open("kgz_returnees.tab") as member,
    ):
        frame = pd.read_csv(member, sep="\t", encoding="utf-8-sig", keep_default_na=False)
    return frame.rename(columns={"invest_local": "invest_interest"})


@pytest.fixture(scope="module", params=WAVES)
def approved(request: pytest.FixtureRequest) -> pd.DataFrame:
    frame = interviews(str(request.param))
    return frame[frame["interview__status"].isin(APPROVED)]


def said(frame: pd.DataFrame, column: str, yes: list[int], answers: list[int]) -> float:
    """Weighted share of some answers among the valid ones, percent."""
    answered = frame[frame[column].isin(answers)]
    return share(answered[column].isin(yes), answered["weight"])


def test_eight_in_ten_would_invest_at_home(approved: pd.DataFrame):
    # report, line 324: "80% of migrants showed a strong interest to engage in local development"
    willing = said(approved, "invest_interest", [1, 2], [1, 2, 3, 4])
    assert willing == pytest.approx(80, abs=TOLERANCE)


def test_the_local_government_is_trusted_less_than_any_other_local_actor(approved: pd.DataFrame):
    # report, line 322: "a low level of trust towards local governments, as compared to their trust
    # towards other local actors"
    scale = [1, 2, 3, 4]
    own = said(approved, "trust_local_gov", [3, 4], scale)
    assert all(own < said(approved, actor, [3, 4], scale) - 15 for actor in OTHER_ACTORS)


def test_few_got_support_and_hardly_any_from_the_local_government(approved: pd.DataFrame):
    # report, line 322: "a very low level of reintegration support from local governments"
    assert said(approved, "support_any", [1], [1, 2]) < 25
    by_local = approved["support__1"].astype(str).eq("1")
    assert share(by_local, approved["weight"]) < 6


def test_there_are_ten_communities_in_four_areas(approved: pd.DataFrame):
    # report, line 316: "ten local communities from four areas"
    assert approved["community"].nunique() == 10
    latin = approved["area"].replace({"\u0410": "A", "\u0412": "B", "\u0421": "C"})
    assert sorted(latin.unique()) == ["A", "B", "C", "D"]


def test_some_areas_were_typed_with_a_cyrillic_letter(approved: pd.DataFrame):
    assert 0 < approved["area"].isin(["\u0410", "\u0412", "\u0421"]).mean() < 0.1


def test_the_weights_of_a_community_add_up_to_its_list(approved: pd.DataFrame):
    by_community = approved.groupby("community")
    listed = by_community["listed_returnees"].first()
    assert by_community["weight"].sum().to_numpy() == pytest.approx(listed.to_numpy(), abs=0.01)


def test_open_answers_are_written_as_the_tool_writes_them(approved: pd.DataFrame):
    assert (approved["months_abroad"] == UNANSWERED).any()
    assert (approved["return_date"] == "##N/A##").any()
    assert approved.loc[approved["worked_before"] == 2, "lost_work"].astype(str).eq("").all()


@pytest.mark.parametrize("wave", WAVES)
def test_interviews_that_nobody_approved_are_in_the_export(wave: str):
    assert {65, 100} <= set(interviews(wave)["interview__status"])


def test_the_second_wave_spells_one_question_otherwise():
    headers = []
    for wave in WAVES:
        with zipfile.ZipFile(seed("kgz_returnees", wave)) as archive:
            headers.append(archive.read("kgz_returnees.tab").splitlines()[0].decode("utf-8-sig"))
    assert "invest_interest" in headers[0]
    assert headers[1] == headers[0].replace("invest_interest", "invest_local")


@pytest.mark.parametrize("wave", WAVES)
def test_the_archive_says_that_it_is_synthetic(wave: str):
    with zipfile.ZipFile(seed("kgz_returnees", wave)) as archive:
        assert b"SYNTHETIC" in archive.read("export__readme.txt")
