"""What the suites of the four surveys hold back, through the whole intake, on altered seeds."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from migstat.intake import drop_zone
from migstat.intake.errors import RefusedDelivery
from migstat.intake.take_in import take_in
from migstat.ledger import Outcome, open_ledger
from seed_files import CHECKOUT, seed


@pytest.fixture
def hand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Hand in a file and take it in, in an installation of its own."""
    monkeypatch.setenv("MIGSTAT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MIGSTAT_PROJECT", str(CHECKOUT))
    monkeypatch.setenv("MIGSTAT_SETTLE_SECONDS", "0")
    for name in ("MIGSTAT_DROP_ZONE", "MIGSTAT_LEDGER_URL"):
        monkeypatch.delenv(name, raising=False)

    def take(file: Path, survey: str, wave: str) -> Outcome:
        drop_zone.hand_in([file], survey, wave)
        ledger = open_ledger()
        for _ in range(2):  # a file is registered once two looks agree
            drop_zone.register(ledger)
        (delivery,) = ledger.waiting()
        return take_in(delivery.delivery_id, ledger)

    return take


def altered_needs(folder: Path, **answers: float) -> Path:
    """The made-up SPSS file with other answers in its first row."""
    frame, meta = pyreadstat.read_sav(seed("per_needs", "2020"), user_missing=True)
    for column, answer in answers.items():
        frame.loc[0, column] = answer
    file = folder / "altered.sav"
    pyreadstat.write_sav(frame, file, missing_ranges=meta.missing_ranges)
    return file


def test_an_impossible_age_is_held_back_and_the_code_for_no_answer_is_not(
    tmp_path: Path, hand_in: Callable[..., Outcome]
):
    frame, _ = pyreadstat.read_sav(seed("per_needs", "2020"), user_missing=True)
    assert (frame["EDAD"] == 999).any()
    outcome = hand_in(altered_needs(tmp_path, EDAD=150), "per_needs", "2020")
    assert outcome.tables["persons"].n_quarantined == 1


def test_remittances_no_household_receives_hold_it_back_with_its_members(
    tmp_path: Path, hand_in: Callable[..., Outcome]
):
    book = openpyxl.load_workbook(seed("slv_household", "2021"))
    sheet = book["hogar"]
    header = [cell.value for cell in sheet[1]]
    sheet.cell(2, header.index("migracion/p13_monto_remesas") + 1).value = 5_000_000
    members = sheet.cell(2, header.index("entrevista/p02_miembros") + 1).value
    file = tmp_path / "altered.xlsx"
    book.save(file)
    outcome = hand_in(file, "slv_household", "2021")
    assert outcome.tables["households"].n_quarantined == 1
    # beside the two impossible ages that the seed holds on purpose
    assert outcome.tables["persons"].n_quarantined == 2 + members


def test_lost_leading_zeros_refuse_the_villages(tmp_path: Path, hand_in: Callable[..., Outcome]):
    villages = pd.read_csv(seed("idn_village", "2021"), sep=";", dtype=str)
    villages["kode_provinsi"] = villages["kode_provinsi"].str.lstrip("0")
    file = tmp_path / "altered.csv"
    villages.to_csv(file, sep=";", index=False, encoding="utf-8-sig")
    with pytest.raises(RefusedDelivery, match="leading zeros"):
        hand_in(file, "idn_village", "2021")


def test_a_file_without_birthplaces_refuses_the_quarter(
    tmp_path: Path, hand_in: Callable[..., Outcome]
):
    people = pd.read_csv(seed("arg_eph", "2016Q2"), dtype=str)
    people["CH15"] = None
    file = tmp_path / "altered.csv"
    people.to_csv(file, index=False)
    with pytest.raises(RefusedDelivery, match="place of birth"):
        hand_in(file, "arg_eph", "2016Q2")
