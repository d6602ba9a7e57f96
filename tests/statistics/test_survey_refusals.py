"""What would give a wrong figure in silence is refused, without repeating a value of the file."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from migstat.warehouse.estimate import estimate
from migstat.warehouse.macros import MacroError, render
from migstat.warehouse.sample_design import Design, Indicator
from migstat.warehouse.survey_source import Source, SurveyFileError
from pydantic import ValidationError
from survey_tables import CLUSTERED, CLUSTERS, MEAN, SHARE, TOTAL, one, write

N_DESIGN = CLUSTERED.model_copy(update={"fpc": "N"})


def with_populations(first: str, second: str) -> str:
    return (
        CLUSTERS.replace("h,", "N,h,")
        .replace("\n2,", f"\n{second},2,")
        .replace("\n1,", f"\n{first},1,")
    )


@pytest.mark.parametrize(
    ("text", "design", "message"),
    [
        (CLUSTERS, Design(weight="wt"), "no column 'wt'; nearest: 'w'"),
        (CLUSTERS.replace("h,", "W,"), Design(weight="w"), "'W' and 'w' differ at most in case"),
        (CLUSTERS.replace("h,", "w,"), Design(weight="w"), "'w' and 'w' differ at most in case"),
        (CLUSTERS.replace(",20,", ",0,"), CLUSTERED, r"1 row\(s\) have no weight above 0"),
        (CLUSTERS.replace(",20,", ",,"), CLUSTERED, r"1 row\(s\) have no weight above 0"),
        (CLUSTERS.replace(",20,", ",inf,"), CLUSTERED, r"1 row\(s\) have no weight above 0"),
        (CLUSTERS.replace("\n2,d", "\n,d"), CLUSTERED, r"2 row\(s\) have no stratum"),
        (CLUSTERS.replace("1,b", "1,"), CLUSTERED, r"1 row\(s\) have no PSU"),
        (CLUSTERS.replace("2,e", "2,a"), CLUSTERED, r"1 PSU code\(s\) occur in more than one"),
        (CLUSTERS.replace("F,0", "F,2"), CLUSTERED, r"2 row\(s\) are neither 0 nor 1 .* share"),
        (CLUSTERS.replace("F,0", "F,maybe"), CLUSTERED, r"2 row\(s\) are neither 0 nor 1"),
        (CLUSTERS.replace("F,0", "F,inf"), CLUSTERED, r"2 row\(s\) hold no finite number in share"),
        (CLUSTERS.replace("1,b,20,F,1", "1,b,20,F,1,7"), CLUSTERED, "the file cannot be read"),
        (with_populations("2", "4"), N_DESIGN, r"1 stratum\(s\) have fewer units in the pop"),
        (with_populations("", "4"), N_DESIGN, r"4 row\(s\) have no population count"),
        (
            with_populations("6", "4").replace("6,1,c", "7,1,c"),
            N_DESIGN,
            r"1 stratum\(s\) have more than one population count",
        ),
    ],
)
def test_a_file_that_contradicts_its_design_is_refused(
    tmp_path: Path, text: str, design: Design, message: str
):
    with pytest.raises(SurveyFileError, match=message):
        one(write(tmp_path, text), design, SHARE)


def test_every_kind_of_defect_is_named_at_once(tmp_path: Path):
    text = CLUSTERS.replace(",20,", ",0,").replace("\n2,d", "\n,d")
    with pytest.raises(SurveyFileError, match=r"no weight above 0.*no stratum"):
        one(write(tmp_path, text), CLUSTERED, SHARE)


def test_a_refusal_repeats_no_value_of_the_file(tmp_path: Path):
    with pytest.raises(SurveyFileError) as refusal:
        one(write(tmp_path, CLUSTERS.replace("F,0", "F,Maria")), CLUSTERED, SHARE)
    assert "Maria" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_psu_codes_may_start_again_in_each_stratum_when_said_so(tmp_path: Path):
    nested = CLUSTERED.model_copy(update={"nest": True})
    source = write(tmp_path, CLUSTERS)
    again = write(tmp_path, CLUSTERS.replace(",d,", ",a,").replace(",e,", ",b,"), "again.csv")
    assert one(again, nested, MEAN)["std_error"] == one(source, CLUSTERED, MEAN)["std_error"]


def test_a_dim_that_varies_inside_a_psu_is_no_area(tmp_path: Path):
    with pytest.raises(SurveyFileError, match=r"2 PSU\(s\) have more than one \"sex\""):
        estimate(write(tmp_path, CLUSTERS), CLUSTERED, [MEAN], [["sex"]], area=["sex"])


def test_the_code_of_the_total_is_taken(tmp_path: Path):
    source = write(tmp_path, CLUSTERS.replace("F", "_T"))
    with pytest.raises(SurveyFileError, match="have the code _T in"):
        estimate(source, CLUSTERED, [MEAN], [["sex"]])


def test_a_dim_may_not_be_called_like_an_answer(tmp_path: Path):
    source = write(tmp_path, CLUSTERS.replace("sex", "DF"))
    with pytest.raises(SurveyFileError, match="use the name 'DF' themselves"):
        estimate(source, CLUSTERED, [MEAN], [["DF"]])


def test_what_separates_surveys_breaks_nothing_down(tmp_path: Path):
    design = CLUSTERED.model_copy(update={"groups": ("sex",)})
    with pytest.raises(SurveyFileError, match="separates surveys"):
        estimate(write(tmp_path, CLUSTERS), design, [MEAN], [["sex"]])


def test_a_file_in_another_encoding_is_refused(tmp_path: Path):
    path = tmp_path / "survey.csv"
    path.write_bytes("año,y\n1,1\n".encode("latin-1"))
    with pytest.raises(SurveyFileError, match="not UTF-8"):
        one(Source(path), Design(), MEAN)


def test_an_expression_over_unknown_columns_is_refused(tmp_path: Path):
    wrong = Indicator(name="wrong", kind="mean", y="y + z")
    with pytest.raises(SurveyFileError, match="an expression does not fit"):
        one(write(tmp_path, CLUSTERS), CLUSTERED, wrong)


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (Design, {"wieght": "w"}),
        (Design, {"ssu": "household"}),
        (Design, {"psu": "psu", "fpc2": "M"}),
        (Design, {"lonely": "ignore"}),
        (Indicator, {"name": "r", "kind": "ratio", "y": "a"}),
        (Indicator, {"name": "m", "kind": "mean", "y": "a", "x": "b"}),
        (Indicator, {"name": "m", "kind": "mean", "y": "a", "ci": "beta"}),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused(
    model: type[Design] | type[Indicator], given: dict[str, str]
):
    with pytest.raises(ValidationError):
        model.model_validate(given)


def test_an_unknown_kind_of_indicator_is_refused_by_the_macro():
    with pytest.raises(MacroError, match="kind 'median' is not"):
        render("survey_estimates", "t", {}, [{"name": "m", "kind": "median", "y": "a"}], [[]])


def test_a_file_is_read_alike_in_every_format(tmp_path: Path):
    csv = write(tmp_path, CLUSTERS)
    frame = pd.read_csv(csv.path)
    frame.to_parquet(tmp_path / "survey.parquet")
    with duckdb.connect(str(tmp_path / "survey.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.people as from read_csv('{csv.path}')")
    stored = Source(tmp_path / "survey.duckdb", "marts.people")
    answers = [
        estimate(source, CLUSTERED, [MEAN, SHARE, TOTAL], [[], ["sex"]])
        for source in (csv, Source(tmp_path / "survey.parquet"), stored)
    ]
    assert answers[0].equals(answers[1])
    assert answers[0].equals(answers[2])


def test_yes_and_no_stay_text(tmp_path: Path):
    text = "answer\nYes\nNo\nYes\nYes\n"
    share = Indicator(name="share", kind="prop", y="answer = 'Yes'")
    assert one(write(tmp_path, text), Design(), share)["obs_value"] == 75
