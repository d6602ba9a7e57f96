"""The made-up quarter has the layout of the real one; the real quarters hold what we promise."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from migstat.declarations import TableName, load_survey
from seed_files import real_quarter, seed, share


def header(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


def read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype={"CODUSU": str})


def test_the_made_up_quarter_has_the_declared_columns_in_order():
    declared = list(load_survey("arg_eph").export.tables[TableName.PERSONS].columns)
    assert header(seed("arg_eph", "2016Q2")) == declared
    assert len(declared) == 177


def test_no_two_persons_of_the_made_up_quarter_share_a_key():
    assert (
        not read(seed("arg_eph", "2016Q2")).duplicated(["CODUSU", "NRO_HOGAR", "COMPONENTE"]).any()
    )


@pytest.mark.parametrize("quarter", [3, 4])
def test_the_real_files_have_the_declared_columns_in_order(quarter: int):
    declared = list(load_survey("arg_eph").export.tables[TableName.PERSONS].columns)
    assert header(real_quarter(quarter)) == declared


def test_real_foreign_born_are_five_in_a_hundred_with_the_not_stated_in_the_denominator():
    people = read(real_quarter(4))
    foreign_born = people["CH15"].isin([4, 5])
    assert foreign_born.sum() == 72
    assert share(foreign_born, people["PONDERA"]) == pytest.approx(5.42, abs=0.005)


def test_real_unemployment_of_the_native_born_is_six_and_a_half_in_a_hundred():
    people = read(real_quarter(4))
    labour_force = people[people["CH06"].ge(15) & people["ESTADO"].isin([1, 2])]
    natives = labour_force[labour_force["CH15"].isin([1, 2, 3])]
    assert len(natives) == 843
    assert share(natives["ESTADO"].eq(2), natives["PONDERA"]) == pytest.approx(6.49, abs=0.005)
    assert labour_force["CH15"].isin([4, 5]).sum() == 27
