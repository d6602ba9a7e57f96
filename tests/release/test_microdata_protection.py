"""Records made so alike that none stands alone: what is withheld, and what becomes a mean."""

import random
from collections import Counter

import pandas as pd
import pytest
from migstat.release.errors import MicrodataError
from migstat.release.microdata.model import WITHHELD
from migstat.release.microdata.protect import draw_together, withhold

KNOWN = ["sex", "area", "age"]


def table(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=KNOWN)


def combinations(frame: pd.DataFrame) -> Counter[tuple[str, ...]]:
    return Counter(frame[KNOWN].itertuples(index=False, name=None))


def test_frequent_combinations_keep_everything():
    frame = table(*[("M", "N", "30")] * 3, *[("F", "S", "20")] * 4)
    assert withhold(frame, KNOWN, 3).equals(frame)


def test_of_rare_combinations_that_differ_in_one_variable_only_that_one_is_withheld():
    frame = table(*[("M", "N", "30")] * 5, *[("F", "S", "20")] * 2, ("F", "S", "40"))
    kept = withhold(frame, KNOWN, 3)
    assert combinations(kept) == {("M", "N", "30"): 5, ("F", "S", WITHHELD): 3}


def test_the_last_variable_is_withheld_before_the_first():
    rows = [("M", "N", "20"), ("M", "N", "30"), ("F", "N", "20"), ("F", "N", "40")]
    kept = withhold(table(*rows), KNOWN, 2)
    assert combinations(kept) == {("M", "N", WITHHELD): 2, ("F", "N", WITHHELD): 2}


def test_a_single_odd_record_takes_others_along_rather_than_stand_alone():
    kept = withhold(table(*[("M", "N", "30")] * 9, ("F", "S", "70")), KNOWN, 3)
    assert combinations(kept) == {("M", "N", "30"): 7, (WITHHELD,) * 3: 3}


def test_who_would_be_left_too_few_joins_too():
    kept = withhold(table(*[("M", "N", "30")] * 4, ("F", "S", "70")), KNOWN, 3)
    assert combinations(kept) == {(WITHHELD,) * 3: 5}


def test_too_few_records_are_refused():
    with pytest.raises(MicrodataError, match="2 records are fewer than 3"):
        withhold(table(*[("M", "N", "30")] * 2), KNOWN, 3)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_records_each_combination_has_enough(seed: int):
    draw = random.Random(seed)  # noqa: S311 - the same tables each time
    rows = [
        (draw.choice("MF"), draw.choice("NSEW"), str(draw.choice([20, 30, 30, 30, 70])))
        for _ in range(draw.randint(4, 90))
    ]
    kept = withhold(table(*rows), KNOWN, 4)
    assert min(combinations(kept).values()) >= 4
    for before, after in zip(rows, kept.itertuples(index=False, name=None), strict=True):
        assert all(value in (told, WITHHELD) for value, told in zip(after, before, strict=True))


def test_numbers_become_the_mean_of_enough_neighbours_and_their_sum_stays():
    numbers = pd.Series([1.0, 2.0, 3.0, 10.0, 20.0, 900.0])
    means = draw_together(numbers, pd.Series(list("abcdef")), 3)
    assert list(means) == [2.0, 2.0, 2.0, 310.0, 310.0, 310.0]
    assert means.sum() == numbers.sum()


def test_numbers_that_enough_have_stay_as_they_are():
    numbers = pd.Series([5.0, 7.0, 5.0, 7.0, 5.0, 7.0])
    assert draw_together(numbers, pd.Series(list("abcdef")), 3).equals(numbers)


def test_equal_numbers_are_never_drawn_apart():
    numbers = pd.Series([1.0, 1.0, 1.0, 2.0, 2.0, 2.0])
    assert draw_together(numbers, pd.Series(list("abcdef")), 2).equals(numbers)


def test_numbers_of_one_household_have_no_mean_however_many_they_are():
    assert draw_together(pd.Series([5.0, 6.0, 7.0]), pd.Series(["a", "a", "a"]), 3).empty


def test_the_members_of_a_household_count_once():
    numbers = pd.Series([5.0, 5.0, 5.0, 8.0, 9.0])
    means = draw_together(numbers, pd.Series(["a", "a", "a", "b", "c"]), 3)
    assert means.nunique() == 1


def test_too_few_numbers_have_no_mean():
    assert draw_together(pd.Series([5.0, 6.0]), pd.Series(["a", "b"]), 3).empty
