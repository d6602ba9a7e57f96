"""The made-up refugees and migrants in Lima meet the report, by pandas over the raw SPSS file."""

from typing import Any

import pandas as pd
import pyreadstat
import pytest
from seed_files import TOLERANCE, seed, share

PERU, VENEZUELA = 10, 1
YES, NO, NOT_ASKED = 1, 2, 97


@pytest.fixture(scope="module")
def export() -> tuple[pd.DataFrame, Any]:
    return pyreadstat.read_sav(seed("per_needs", "2020"), user_missing=True)


@pytest.fixture(scope="module")
def people(export: tuple[pd.DataFrame, Any]) -> pd.DataFrame:
    return export[0]


@pytest.fixture(scope="module")
def second_year() -> pd.DataFrame:
    return pyreadstat.read_sav(seed("per_needs", "2021"), user_missing=True)[0]


def unmet(people: pd.DataFrame) -> float:
    """Of those who answered, those whose basic needs are not met, percent."""
    answered = people[people["NECBAS"].isin([YES, NO])]
    return share(answered["NECBAS"].eq(NO), answered["FACTOR"])


def test_needs_of_refugees_and_migrants_are_unmet_as_the_report_says(people: pd.DataFrame):
    # report, line 396: "87.6% of refugees and migrants have reported that their basic needs are
    # not met"
    foreign_born = people["PAISNAC"].between(1, 5)
    settled = (people["MESES"].between(12, 900)) | (people["QUEDARSE"] == YES)
    assert unmet(people[foreign_born & settled]) == pytest.approx(87.6, abs=TOLERANCE)


def test_the_few_relatives_leave_the_total_at_the_same_figure(people: pd.DataFrame):
    asked = people[people["NECBAS"] != NOT_ASKED]
    assert 0 < share(asked["PAISNAC"].eq(PERU), asked["FACTOR"]) < 3
    assert unmet(people) == pytest.approx(87.6, abs=TOLERANCE)


def test_most_are_venezuelans_and_every_protection_status_is_there(people: pd.DataFrame):
    migrants = people[people["PAISNAC"] != PERU]
    assert share(migrants["NACION"].eq(VENEZUELA), migrants["FACTOR"]) > 80
    assert people["DOCUM"].eq(1).sum() >= 25  # recognised refugees
    assert people["ASILO"].eq(YES).sum() >= 100  # asylum seekers
    fled = people["MOTIVO"].eq(2) & people["DOCUM"].eq(7) & people["ASILO"].eq(NO)
    assert fled.sum() >= 50  # others in need of protection


def test_user_missing_codes_are_declared_where_they_are_no_answers(
    export: tuple[pd.DataFrame, Any],
):
    ranges = export[1].missing_ranges
    declared = {name: {int(r["lo"]) for r in found} for name, found in ranges.items()}
    assert declared["NECBAS"] == declared["DOCUM"] == {97, 98, 99}
    assert declared["MESES"] == {997, 998, 999}
    assert declared["EDAD"] == {999}


def test_every_code_but_the_one_put_in_on_purpose_has_a_label(export: tuple[pd.DataFrame, Any]):
    people, meta = export
    unlabelled = {
        name: set(people[name].unique()) - set(labels)
        for name, labels in meta.variable_value_labels.items()
        if name not in {"EDAD", "MESES"}
    }
    assert {name: codes for name, codes in unlabelled.items() if codes} == {"DOCUM": {12.0}}


def test_every_stratum_has_clusters_to_compare(people: pd.DataFrame):
    assert (people.groupby("ESTRATO")["CONGLOM"].nunique() >= 2).all()
    assert (people.groupby("CONGLOM")["ESTRATO"].nunique() == 1).all()


def test_neighbours_born_in_peru_are_asked_of_people_from_abroad_and_not_of_needs(
    people: pd.DataFrame,
):
    hosts = people[people["PAISNAC"].eq(PERU) & people["NECBAS"].eq(NOT_ASKED)]
    assert len(hosts) == 256  # four in each of 64 clusters
    assert (people["ACT_1"].between(1, 5)).mean() > 0.95


def test_migrants_feel_discriminated_against_more_often_and_more_so_a_year_later(
    people: pd.DataFrame, second_year: pd.DataFrame
):
    # report, line 396: "xenophobic discourse and openly anti-immigration proposals are on the rise"
    first, then = (
        share(migrants["DISC_1"].eq(YES), migrants["FACTOR"])
        for migrants in (wave[wave["PAISNAC"] != PERU] for wave in (people, second_year))
    )
    hosts = people[people["PAISNAC"] == PERU]
    assert share(hosts["DISC_1"].eq(YES), hosts["FACTOR"]) < first / 2
    assert then > first + 3


def test_the_second_wave_calls_one_column_otherwise_and_weighs_on_the_same_scale(
    people: pd.DataFrame, second_year: pd.DataFrame
):
    assert set(people) ^ set(second_year) == {"MOTIVO", "MOTIVO_SALIDA"}
    assert second_year["FACTOR"].sum() == pytest.approx(people["FACTOR"].sum(), rel=0.05)
    assert not set(people["CUEST"]) & set(second_year["CUEST"])
