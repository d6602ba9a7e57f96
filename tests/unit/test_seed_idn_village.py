"""The made-up villages meet the report's design and directions, by pandas over the raw file."""

import pandas as pd
import pytest
from seed_files import seed


@pytest.fixture(scope="module")
def villages() -> pd.DataFrame:
    return pd.read_csv(
        seed("idn_village", "2021"),
        sep=";",
        decimal=",",
        dtype={"kode_desa": str, "kode_provinsi": str},
    )


def test_the_file_is_written_as_a_decimal_comma_spreadsheet_writes_it():
    content = seed("idn_village", "2021").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfkode_desa;nama_desa;")
    assert content.count(b"\r\n") == content.count(b"\n") == 1_083
    assert b";1,00\r\n" in content


def test_a_thousand_and_eighty_two_villages_lie_in_eight_provinces(villages: pd.DataFrame):
    # report, line 285: "1,082 villages across eight provinces"
    assert villages["kode_desa"].nunique() == len(villages) == 1_082
    assert villages["kode_provinsi"].nunique() == 8


def test_every_village_of_the_frame_answered(villages: pd.DataFrame):
    by_province = villages.groupby("kode_provinsi")["jumlah_desa_kerangka"]
    assert (by_province.min() == by_province.size()).all()
    assert (by_province.max() == by_province.size()).all()


def test_most_villages_do_not_fully_understand_the_law(villages: pd.DataFrame):
    # report, line 293: "the majority of villages surveyed do not fully comprehend the law"
    answered = villages[villages["b01_paham_uu"] != "Tidak tahu"]
    assert (answered["b01_paham_uu"] == "Memahami sepenuhnya").mean() < 0.4


def test_most_villages_keep_a_register_of_returnees(villages: pd.DataFrame):
    # report, line 296: "village-based measures to register and collect data on returnees"
    assert (villages["c01_register"] == "Ya").mean() > 0.6


def test_province_codes_keep_their_leading_zero(villages: pd.DataFrame):
    assert sorted(villages["kode_provinsi"].unique()) == [f"0{n}" for n in range(1, 9)]


def test_only_villages_with_a_register_count_returnees_never_more_than_migrants(
    villages: pd.DataFrame,
):
    keeps = villages["c01_register"] == "Ya"
    assert villages.loc[keeps, "c04_jumlah_purna"].notna().all()
    assert villages.loc[~keeps, "c04_jumlah_purna"].isna().all()
    assert (villages.loc[keeps, "c04_jumlah_purna"] < villages["a03_pekerja_migran"][keeps]).all()
