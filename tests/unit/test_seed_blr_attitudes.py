"""The made-up residents of Belarus meet the report's directions, by pandas over the raw file."""

# ruff: noqa: RUF001 - the answers are in Russian

import pandas as pd
import pytest
from seed_files import seed, share

AGREEMENT = {
    "Совершенно не согласен": 1,
    "Скорее не согласен": 2,
    "И согласен, и не согласен": 3,
    "Скорее согласен": 4,
    "Полностью согласен": 5,
}
EUROPE, ASIA, AFRICA = "евр", "азия", "афр"
GROUPS = [EUROPE, "снг", ASIA, AFRICA, "др"]
MIDPOINT = 50
WORKING, SEEKING = "Работаю", "Ищу работу и готов(а) приступить"


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return pd.read_csv(seed("blr_attitudes", "2020"), sep=";", decimal=",", encoding="cp1251")


def score(people: pd.DataFrame, groups: list[str]) -> pd.Series:
    """Mean of the items on some groups, 0 to 100; none where over a third are not answered.

    The third and fourth item of a group are worded against it.
    """
    answers = pd.DataFrame(index=people.index)
    for group in groups:
        for item in (1, 2, 3, 4):
            name = f"отн_{group}_{item}"
            answer = people[name].map(AGREEMENT)
            answers[name] = answer if item < 3 else 6 - answer
    enough = answers.notna().sum(axis=1) >= 2 / 3 * answers.shape[1]
    return ((answers.mean(axis=1) - 1) * 25)[enough]


def positive(people: pd.DataFrame, groups: list[str]) -> float:
    """Of those with a score, those above the middle of the scale, percent."""
    scores = score(people, groups)
    return share(scores.gt(MIDPOINT), people.loc[scores.index, "вес"])


def test_the_file_is_written_in_windows_1251_with_decimal_commas():
    content = seed("blr_attitudes", "2020").read_bytes()
    assert content.startswith("номер_анкеты;дата_интервью;".encode("cp1251"))
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_attitudes_are_positive_overall(people: pd.DataFrame):
    # report, line 171: "there is an overall positive attitude towards migrants"
    assert score(people, GROUPS).mean() > MIDPOINT + 3
    assert positive(people, GROUPS) > 55


def test_people_from_asia_and_africa_are_liked_less_than_europeans(people: pd.DataFrame):
    # report, line 171: "(e.g. from Asia and Africa, rather than Europeans)"
    europe = positive(people, [EUROPE])
    assert europe > positive(people, [ASIA]) + 20
    assert europe > positive(people, [AFRICA]) + 20


def test_who_came_across_a_border_finds_work_less_often(people: pd.DataFrame):
    # report, line 171: "migrants' labour integration is not being supported"
    active = people[people["занятость"].isin([WORKING, SEEKING])]
    came = active["год_приезда"].gt(1991)
    seeking = active["занятость"].eq(SEEKING)
    assert seeking[came].mean() > seeking[~came].mean()


def test_many_were_born_in_another_soviet_republic_before_the_border(people: pd.DataFrame):
    republics = ["Россия", "Украина", "Казахстан", "Литва", "Латвия", "Узбекистан"]
    assert (people["страна_рождения"].isin(republics) & people["возраст"].ge(31)).sum() >= 50
    assert people["страна_рождения"].eq("СССР").any()


def test_an_answer_that_only_looks_cyrillic_is_there(people: pd.DataFrame):
    items = [name for name in people.columns if name.startswith("отн_")]
    given = set(people[items].stack().unique())
    assert {a for a in given if a.startswith("C")} == {"Cкорее согласен"}


def test_some_answer_too_few_items_for_a_score(people: pd.DataFrame):
    assert 0 < len(people) - len(score(people, GROUPS)) < 0.05 * len(people)


def test_every_stratum_has_clusters_to_compare(people: pd.DataFrame):
    assert (people.groupby("страта")["точка_опроса"].nunique() >= 2).all()
    assert (people.groupby("точка_опроса")["страта"].nunique() == 1).all()


def test_every_row_says_that_it_is_made_up(people: pd.DataFrame):
    assert people["источник"].eq("СИНТЕТИЧЕСКИЕ ДАННЫЕ").all()
