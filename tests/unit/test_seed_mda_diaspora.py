"""The made-up answers of Moldova's diaspora, by pandas over the raw file."""

import pandas as pd
import pytest
import yaml
from seed_files import CHECKOUT, seed

STAGING = CHECKOUT / "dbt_project/models/staging/mda/stg_mda_diaspora__persons.yml"
YES = {"Da", "Да", "Yes"}
LANGUAGES = {"ro", "ru", "en"}


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return pd.read_csv(
        seed("mda_diaspora", "2021"),
        sep="\t",
        decimal=",",
        encoding="utf-16",
        keep_default_na=False,
    )


@pytest.fixture(scope="module")
def codes() -> dict[str, dict[str, object]]:
    """The answers that the staging model has codes for, by raw column."""
    (model,) = yaml.safe_load(STAGING.read_text(encoding="utf-8"))["models"]
    metas = [column["config"]["meta"] for column in model["columns"]]
    return {meta["from"]: meta["codes"] for meta in metas if "codes" in meta}


def test_the_file_is_utf_16_with_a_byte_order_mark_and_tabs():
    content = seed("mda_diaspora", "2021").read_bytes()
    assert content.startswith(b"\xff\xfe")
    assert content.decode("utf-16").startswith("id_raspuns\tdata_trimiterii\tlimba\t")


def test_the_form_was_filled_in_in_three_languages(answers: pd.DataFrame):
    assert set(answers["limba"]) == LANGUAGES
    assert answers["limba"].value_counts().min() >= 30


@pytest.mark.parametrize("column", ["q01_gen", "q12_ocupare", "q20_investitii"])
def test_the_answers_of_every_language_end_in_the_same_codes(
    answers: pd.DataFrame, codes: dict[str, dict[str, object]], column: str
):
    coded = answers.assign(code=answers[column].map(codes[column]))
    found = coded.dropna(subset="code").groupby("limba")["code"].agg(set)
    assert set(found.index) == LANGUAGES
    assert found["ro"] == found["ru"] == found["en"] == set(codes[column].values())


def test_many_lost_their_work_in_the_pandemic(answers: pd.DataFrame):
    # report, line 370: "rising unemployment and wage loss among some migrant populations"
    worked = answers[answers["q10_lucra_2020"].isin(YES)]
    assert worked["q11_pierdut_lucrul"].isin(YES).mean() > 0.2


def test_only_employees_are_asked_what_their_recruitment_cost(answers: pd.DataFrame):
    others = answers[~answers["q09_angajat"].isin(YES)]
    assert len(others) > 0
    assert others[["q14_cost_recrutare", "q15_venit_prima_luna"]].eq("").all(axis=None)


def test_an_answer_was_sent_twice_and_one_comes_from_moldova(answers: pd.DataFrame):
    assert answers["id_raspuns"].duplicated().sum() == 1
    assert answers["q05_tara_resedinta"].eq("Republica Moldova").sum() == 1


def test_every_row_says_that_it_is_made_up(answers: pd.DataFrame):
    assert answers["nota"].eq("SYNTHETIC").all()
