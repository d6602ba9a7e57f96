"""The made-up returnees of Indonesia meet the report, by pandas over the raw archives alone."""

import zipfile

import pandas as pd
import pytest
from seed_files import TOLERANCE, seed

WAVES = ("2020", "2021")
FELL_20_AND_MORE = ["20_39", "40_59", "60_lebih"]


def member(wave: str, name: str) -> pd.DataFrame:
    """Read one member of an archive, everything as text."""
    with zipfile.ZipFile(seed("idn_returnees", wave)) as archive, archive.open(name) as text:
        return pd.read_csv(text, dtype=str, keep_default_na=False)


def households(wave: str) -> pd.DataFrame:
    """Submissions that the reviewers did not reject."""
    rows = member(wave, "survei_purna_pmi.csv")
    return rows[rows["ReviewState"].ne("rejected")]


def returnees(wave: str) -> pd.DataFrame:
    """Returnees of those submissions."""
    rows = member(wave, "survei_purna_pmi-purna.csv")
    return rows[rows["PARENT_KEY"].isin(households(wave)["KEY"])]


def loss_share(wave: str) -> float:
    """Of those with a band of loss, who lost 20 % or more, percent."""
    bands = returnees(wave)["dampak-pita"]
    return 100 * bands[~bands.isin(["", "tidak_tahu"])].isin(FELL_20_AND_MORE).mean()


def test_some_2100_returnees_were_interviewed_from_october_to_december():
    # report, line 283: "from October through December 2020 of some 2,100 returning ... workers"
    assert len(returnees("2020")) == pytest.approx(2100, abs=50)
    assert households("2020")["today"].between("2020-10-01", "2020-12-31").all()


def test_the_household_income_of_87_percent_fell_by_a_fifth_or_more():
    # report, line 283: "87% of the surveyed migrant workers experienced a drop of between 20% to
    # more than 60% in their household incomes"
    assert loss_share("2020") == pytest.approx(87, abs=TOLERANCE)


def test_households_depend_on_remittances():
    # report, line 283: "a dependence on remittance income by migrant-sending households"
    rows = households("2020")
    received = rows[rows["ekonomi-kiriman"].eq("ya") & rows["ekonomi-pendapatan_rp"].ne("-99")]
    sent = received["ekonomi-kiriman_rp"].astype(int).sum()
    assert sent / received["ekonomi-pendapatan_rp"].astype(int).sum() > 0.4


def test_the_bands_agree_with_the_direction_of_the_income():
    rows = returnees("2020")
    fell = rows[rows["dampak-pita"].isin(["kurang_20", *FELL_20_AND_MORE])]
    assert fell["dampak-pendapatan"].eq("turun").all()
    assert rows.loc[rows["dampak-punya_pendapatan"].eq("tidak"), "dampak-pita"].eq("").all()


@pytest.mark.parametrize("wave", WAVES)
def test_every_submission_lists_as_many_returnees_as_it_counts(wave: str):
    listed = member(wave, "survei_purna_pmi-purna.csv").groupby("PARENT_KEY").size()
    counted = member(wave, "survei_purna_pmi.csv").set_index("KEY")["jumlah_purna"].astype(int)
    pd.testing.assert_series_equal(listed, counted, check_names=False, check_like=True)


@pytest.mark.parametrize("wave", WAVES)
def test_six_rejected_submissions_wait_to_be_held_back(wave: str):
    assert member(wave, "survei_purna_pmi.csv")["ReviewState"].eq("rejected").sum() == 6


def test_the_second_form_calls_one_question_by_its_full_name():
    first, second = (set(member(wave, "survei_purna_pmi-purna.csv").columns) for wave in WAVES)
    assert first - second == {"sosial-bpjs_tk"}
    assert second - first == {"sosial-bpjs_ketenagakerjaan"}


@pytest.mark.parametrize("wave", WAVES)
def test_every_province_has_returnees_enough_for_its_own_figure(wave: str):
    provinces = households(wave)["lokasi-provinsi"].value_counts()
    assert len(provinces) == 8
    assert provinces.min() >= 30
