"""The made-up register of consultations in Moldova, by pandas over the raw file."""

import pandas as pd
import pytest
from seed_files import seed

NAMED = {"Asociație a diasporei", "Asociație de băștinași", "ONG", "Instituție academică"}


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    return pd.read_csv(seed("mda_roadmap", "2021"), sep=";", keep_default_na=False)


def test_whom_the_report_names_is_in_the_register(register: pd.DataFrame):
    # report, line 372: "diaspora and hometown associations and migrants, civil society migration
    # experts and academia"
    assert set(register["tip"]) == NAMED


def test_the_register_is_complete(register: pd.DataFrame):
    assert register["total_registru"].eq(len(register)).all()
    assert register["nr"].is_unique


def test_every_organisation_is_asked_what_the_indicator_needs(register: pd.DataFrame):
    asked = register[["inregistrata", "instruita", "in_plan_local"]]
    assert asked.isin(["da", "nu", "nu se știe"]).all(axis=None)


def test_associations_of_the_diaspora_sit_abroad(register: pd.DataFrame):
    of_diaspora = register["tip"].eq("Asociație a diasporei")
    assert register["regiune"].eq("în afara țării").equals(of_diaspora)


def test_every_row_says_that_it_is_made_up(register: pd.DataFrame):
    assert register["observatii"].eq("SYNTHETIC").all()
