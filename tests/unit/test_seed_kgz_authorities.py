"""The made-up officials of ten communities meet the report, by pandas over the raw Stata file."""

from typing import Any

import pandas as pd
import pyreadstat
import pytest
from seed_files import seed


@pytest.fixture(scope="module")
def export() -> tuple[pd.DataFrame, Any]:
    return pyreadstat.read_dta(seed("kgz_authorities", "2020"), user_missing=True)


@pytest.fixture(scope="module")
def officials(export: tuple[pd.DataFrame, Any]) -> pd.DataFrame:
    return export[0]


def test_every_official_is_eager_to_work_with_migrants(officials: pd.DataFrame):
    # report, line 323: "100% of local authorities revealed strong eagerness to work with migrants"
    assert officials["ready"].isin([1, 2]).all()


def test_they_come_from_ten_communities_in_four_areas(officials: pd.DataFrame):
    # report, line 316: "ten local communities from four areas"
    assert officials["comm"].nunique() == 10
    assert sorted(officials["area"].unique()) == [1, 2, 3, 4]


def test_every_official_of_the_frame_answered(officials: pd.DataFrame):
    by_area = officials.groupby("area")["n_frame"]
    assert (by_area.min() == by_area.size()).all()
    assert (by_area.max() == by_area.size()).all()


def test_what_is_missing_is_told_apart_by_letters(export: tuple[pd.DataFrame, Any]):
    officials, meta = export
    assert {name: set(letters) for name, letters in meta.missing_user_values.items()} == {
        "trained": {"b"},
        "n_trained": {"a"},
        "register": {"a"},
        "reg_digital": {"c"},
        "reg_detail": {"a", "c"},
        "returnees": {"a"},
    }
    without_register = officials["register"] != 1
    assert (officials.loc[without_register, "reg_digital"] == "c").all()


def test_the_file_says_in_its_label_that_it_is_synthetic(export: tuple[pd.DataFrame, Any]):
    assert "SYNTHETIC" in export[1].file_label
