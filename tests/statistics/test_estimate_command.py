"""`migstat estimate` as somebody at a statistics office uses it, on good files and on bad ones."""

import random
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from migstat.cli import app
from migstat.declarations import load_catalogue
from migstat.warehouse.survey_source import MISSING
from survey_tables import CLUSTERS
from typer.testing import CliRunner

SURVEY = Path(__file__).parent / "r_answers" / "survey.csv"
DESIGN = ["--weight", "w", "--strata", "h", "--psu", "psu"]
COLUMNS = [
    *("estimator", "variable", "denominator", "obs_value", "std_error", "ci_lower", "ci_upper"),
    *("cv", "deff", "n_obs", "n_psu", "df", "population", "obs_status", "reliability"),
    "variance_method",
]


def run(file: Path, *options: str) -> pd.DataFrame:
    """The answer, with text as text."""
    out = file.parent / "figures.csv"
    done = CliRunner().invoke(app, ["estimate", str(file), *options, "--out", str(out)])
    assert done.exit_code == 0, done.output
    return pd.read_csv(out, dtype={"sex": str, "y": str}, keep_default_na=False, na_values=[""])


def refusal(file: Path, *options: str) -> str:
    """What it says instead of an answer; nothing is written."""
    out = file.parent / "none.csv"
    done = CliRunner().invoke(app, ["estimate", str(file), *options, "--out", str(out)])
    assert done.exit_code == 1
    assert not out.exists()
    return " ".join(done.output.split())


def survey(folder: Path, text: str = CLUSTERS) -> Path:
    path = folder / "survey.csv"
    path.write_text(text, encoding="utf-8")
    return path


def cell(found: pd.DataFrame, **codes: str) -> pd.Series:
    for name, code in codes.items():
        found = found[found[name] == code]
    assert len(found) == 1
    return found.iloc[0]


def test_the_answer_has_the_columns_it_promises(tmp_path: Path):
    found = run(survey(tmp_path), *DESIGN, "--mean", "y", "--by", "sex", "--by", "h,sex")
    assert list(found.columns)[: 2 + len(COLUMNS)] == ["sex", "h", *COLUMNS]
    assert "reliability_rule" in found.columns
    assert set(found["reliability_version"].astype(str)) == {load_catalogue().reliability.version}


def test_the_total_comes_first_and_then_the_margins_as_asked(tmp_path: Path):
    options = ["--mean", "y", "--total", "y", "--by", "sex", "--by", "h", "--by", "sex"]
    found = run(survey(tmp_path), *DESIGN, *options)
    cells = list(zip(found["sex"], found["h"].astype(str), strict=True))
    assert cells[::2] == [("_T", "_T"), ("F", "_T"), ("M", "_T"), ("_T", "1"), ("_T", "2")]
    assert list(found["estimator"][:2]) == ["mean", "total"]


def test_every_estimator_is_named_with_what_it_is_of(tmp_path: Path):
    asked = ["--mean", "y", "--prop", "y", "--total", "w", "--ratio", "y/w"]
    found = run(survey(tmp_path), *DESIGN, *asked, "--median", "w", "--quantile", "w:0.25")
    named = found[["estimator", "variable", "denominator"]].fillna("").agg(" ".join, axis=1)
    assert [name.rstrip() for name in named] == [
        *("mean y", "prop y", "total w", "ratio y w", "median w", "quantile w"),
    ]
    assert list(found["probability"][4:]) == [0.5, 0.25]


def test_the_figures_are_those_of_the_engine(tmp_path: Path):
    found = run(survey(tmp_path), *DESIGN, "--prop", "y", "--by", "sex")
    women = cell(found, sex="F")
    assert women["obs_value"] == pytest.approx(200 / 3)
    assert women["std_error"] == pytest.approx(100 * 20 / 3 / 45)
    assert (women["n_obs"], women["n_psu"], women["df"], women["population"]) == (4, 4, 2, 45)


def test_without_a_weight_every_row_counts_once_and_the_answer_says_so(tmp_path: Path):
    out = tmp_path / "figures.csv"
    options = ["--mean", "y", "--out", str(out)]
    done = CliRunner().invoke(app, ["estimate", str(survey(tmp_path)), *options])
    assert "every row counts 1" in done.output
    row = pd.read_csv(out).iloc[0]
    assert (row["obs_value"], row["obs_status"], row["population"]) == (4 / 7, "E", 7)


@pytest.mark.parametrize(
    ("n", "status", "reliability"),
    [(24, "U", "withhold"), (49, "U", "caution"), (50, "A", "reliable")],
)
def test_whatever_is_not_reliable_is_to_be_used_with_caution(
    tmp_path: Path, n: int, status: str, reliability: str
):
    rows = "".join(f"2,{100 + i % 7}\n" for i in range(n))
    row = run(survey(tmp_path, f"w,y\n{rows}"), "--weight", "w", "--mean", "y").iloc[0]
    assert (row["n_obs"], row["obs_status"], row["reliability"]) == (n, status, reliability)


def test_columns_of_parquet_that_differ_in_case_alone_are_refused(tmp_path: Path):
    file = tmp_path / "survey.parquet"
    pq.write_table(pa.table([[1.0, 2.0], [3.0, 4.0]], names=["y", "Y"]), file)
    assert "the columns 'y' and 'Y' differ at most in case" in refusal(file, "--mean", "y")


@pytest.mark.parametrize("estimator", ["mean", "prop", "total", "median"])
def test_nobody_in_a_domain_is_a_flagged_row_and_no_figure(tmp_path: Path, estimator: str):
    text = CLUSTERS.replace("F,1", "F,").replace("F,0", "F,")
    found = run(survey(tmp_path, text), *DESIGN, f"--{estimator}", "y", "--by", "sex")
    women = cell(found, sex="F")
    assert (women["n_obs"], women["population"], women["obs_status"]) == (0, 0, "O")
    assert (women["reliability"], women["variance_method"]) == ("withhold", "NONE")
    assert women[["obs_value", "std_error", "ci_lower", "ci_upper", "cv", "df"]].isna().all()


def test_a_variable_without_an_answer_is_shown_empty(tmp_path: Path):
    text = CLUSTERS.replace(",y\n", ",y,z\n").replace("0\n", "0,\n").replace("1\n", "1,NA\n")
    asked = ["--mean", "z", "--prop", "z", "--total", "z", "--ratio", "z/y", "--median", "z"]
    found = run(survey(tmp_path, text), *DESIGN, *asked, "--by", "sex")
    assert len(found) == 15
    assert set(found["obs_status"]) == {"O"}
    assert found["obs_value"].isna().all()


@pytest.mark.parametrize(
    ("yes", "no"), [("1", "0"), ("true", "FALSE"), ("Yes", "no"), ("T", "F"), ("1.0", "0.0")]
)
def test_a_proportion_is_of_one_true_or_yes(tmp_path: Path, yes: str, no: str):
    text = CLUSTERS.replace(",1\n", f",{yes}\n").replace(",0\n", f",{no}\n")
    found = run(survey(tmp_path, text), *DESIGN, "--prop", "y")
    assert found["obs_value"][0] == pytest.approx(100 * 45 / 70)


def test_a_proportion_may_be_of_a_condition_and_a_mean_of_a_score(tmp_path: Path):
    asked = ["--prop", "sex = 'F'", "--prop", "w >= 10", "--mean", "(y + w) / 2"]
    found = run(survey(tmp_path), *DESIGN, *asked)
    assert list(found["obs_value"]) == pytest.approx([895 / 140, 100 * 45 / 70, 100 * 60 / 70])


def test_a_code_of_digits_stays_as_it_is_beside_an_expression(tmp_path: Path):
    found = run(
        survey(tmp_path, CLUSTERS.replace("F", "01").replace("M", "02")),
        *[*DESIGN, "--prop", "sex = 1", "--by", "sex"],
    )
    assert list(found["sex"]) == ["_T", "01", "02"]
    assert list(found["obs_value"]) == pytest.approx([100 * 45 / 70, 100, 0])


def test_missing_codes_are_missing_in_every_part(tmp_path: Path):
    for text in ("", *MISSING):
        rows = CLUSTERS.replace("1,b,20,F,1", f"1,b,20,{text},{text}")
        found = run(survey(tmp_path, rows), *DESIGN, "--mean", "y", "--by", "sex")
        assert list(found["sex"]) == ["_T", "F", "M", "_U"]
        assert list(found["n_obs"]) == [6, 3, 3, 0]


def test_a_code_that_says_missing_is_the_missing_code(tmp_path: Path):
    rows = CLUSTERS.replace("1,b,20,F,1", "1,b,20,,1").replace("1,c,10,M,1", "1,c,10,_U,1")
    found = run(survey(tmp_path, rows), *DESIGN, "--mean", "y", "--by", "sex")
    assert cell(found, sex="_U")["n_obs"] == 2


def test_other_missing_codes_can_be_named(tmp_path: Path):
    rows = CLUSTERS.replace("1,b,20,F,1", "1,b,20,NA,-9")
    found = run(survey(tmp_path, rows), *DESIGN, "--mean", "y", "--by", "sex", "--missing", "-9")
    assert list(found["sex"]) == ["_T", "F", "M", "NA"]


def test_numbers_break_down_as_codes(tmp_path: Path):
    frame = pd.read_csv(survey(tmp_path))
    frame["code"] = [1.0, 2.0, None, 1.0, 2.0, 1.0, 1.0]
    frame.to_parquet(tmp_path / "survey.parquet")
    found = run(tmp_path / "survey.parquet", *DESIGN, "--mean", "y", "--by", "code")
    assert list(found["code"]) == ["_T", "1", "2", "_U"]


@pytest.mark.parametrize(
    ("header", "options"),
    [
        ('h,psu,w,"the sex",y', ["--mean", "y", "--by", "the sex"]),
        ('h,psu,w,"a,b",y', ["--mean", "y", "--by", '"a,b"']),
        ('h,psu,w,sex,"in""come"', ["--mean", 'in"come']),
        ("h,psu,w/1,sex,y/2", ["--weight", "w/1", "--ratio", "y/2/w/1"]),
        ("h,psu,w, sex ,y", ["--mean", "y", "--by", "sex"]),
    ],
)
def test_names_may_hold_spaces_commas_quotes_and_slashes(
    tmp_path: Path, header: str, options: list[str]
):
    path = survey(tmp_path, CLUSTERS.replace("h,psu,w,sex,y", header))
    assert len(run(path, *DESIGN, *options)) > 0


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_columns(tmp_path: Path, delimiter: str):
    found = run(survey(tmp_path, CLUSTERS.replace(",", delimiter)), *DESIGN, "--mean", "y")
    assert found["obs_value"][0] == pytest.approx(45 / 70)


def test_a_file_as_r_and_pandas_write_it_is_read(tmp_path: Path):
    rows = "\r\n".join(f'"{n}",{line}' for n, line in enumerate(CLUSTERS.splitlines(), start=0))
    path = survey(tmp_path, "\ufeff" + rows.replace('"0"', '""', 1) + "\r\n")
    found = run(path, *DESIGN, "--mean", "y")
    assert found["obs_value"][0] == pytest.approx(45 / 70)


def test_a_table_of_a_duckdb_file_is_found_as_its_users_call_it(tmp_path: Path):
    path = tmp_path / "marts.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table people as from read_csv('{survey(tmp_path)}')")
    for options in ([], ["--table", "people"], ["--table", "marts.people"]):
        found = run(path, *DESIGN, "--mean", "y", *options)
        assert found["obs_value"][0] == pytest.approx(45 / 70)
    assert "there is no table 'men'; it holds people" in refusal(
        path, "--mean", "y", "--table", "men"
    )


def test_shares_of_the_population_mean_what_counts_mean(tmp_path: Path):
    rows = CLUSTERS.replace("h,", "N,f,h,").replace("\n1,", "\n6,0.5,1,")
    path = survey(tmp_path, rows.replace("\n2,", "\n8,0.25,2,"))
    counts, shares = (run(path, *DESIGN, "--fpc", fpc, "--mean", "y") for fpc in ("N", "f"))
    assert counts.equals(shares)
    # 14^2 V of the textbook design: 3/2 (14100 - 110^2/3) = 15100, 2 (8500 - 110^2/2) = 4900
    error = (15100 / 2 + 4900 * 3 / 4) ** 0.5 / 14 / 70
    assert counts["std_error"][0] == pytest.approx(error)


@pytest.mark.parametrize("ci", ["t", "logit", "xlogit", "beta"])
def test_the_interval_of_proportions_can_be_chosen(ci: str, tmp_path: Path):
    options = ["--weight", "weight", "--strata", "stratum", "--psu", "psu", "--prop", "employed"]
    path = tmp_path / "survey.csv"
    path.write_bytes(SURVEY.read_bytes())
    usual = run(path, *options)
    chosen = run(path, *options, "--ci", ci)
    assert (chosen["ci_lower"][0] == usual["ci_lower"][0]) == (ci == "beta")


REPLICATED = ["--weight", "weight", "--mean", "income", "--prop", "employed", "--by", "status"]


def test_replicate_weights_give_the_variance(tmp_path: Path):
    path = tmp_path / "survey.csv"
    path.write_bytes(SURVEY.read_bytes())
    fay = ["--rep-weights", "fay_", "--rep-method", "fay", "--fay-rho", "0.3"]
    found = run(path, *REPLICATED, *fay)
    assert set(found["variance_method"]) == {"FAY"}
    jkn = ["--rep-weights", "jkn_", "--rep-method", "jkn", "--rep-rscales", "0.5"]
    assert set(run(path, *REPLICATED, *jkn)["variance_method"]) == {"JKN"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rep-weights", "jkn_", "--rep-method", "jkn"], "jkn needs rscales"),
        (["--rep-weights", "fay_", "--rep-method", "fay"], "rho belongs to the method fay"),
        (["--rep-weights", "nope", "--rep-method", "brr"], "0 column(s) begin with 'nope'"),
        (["--rep-weights", "brr_"], "--rep-weights and --rep-method go together"),
        (
            ["--rep-weights", "brr_", "--rep-method", "brr", "--fpc", "n_psus"],
            "hold the finite population correction",
        ),
        (["--rep-weights", "inc", "--rep-method", "brr"], "1 column(s) begin with 'inc'"),
        (["--rep-weights", "s", "--rep-method", "jk1"], "hold no number"),
        (
            ["--rep-weights", "jkn_", "--rep-method", "jkn", "--rep-rscales", "0.5,1"],
            "2 rscales for 12 replicates",
        ),
    ],
)
def test_replicate_weights_that_make_no_sense_are_refused(
    tmp_path: Path, options: list[str], message: str
):
    path = tmp_path / "survey.csv"
    path.write_bytes(SURVEY.read_bytes())
    assert message in refusal(path, *REPLICATED, *options)


HEAVY = "w,y\n" + "10,1\n" * 30


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (CLUSTERS, ["--weight", "W", "--mean", "y"], "no column 'W'; nearest: 'w'"),
        (CLUSTERS, [*DESIGN, "--mean", "income"], "no column 'income'"),
        (CLUSTERS, [*DESIGN, "--ratio", "y/z"], "no column 'z'"),
        (CLUSTERS, [*DESIGN, "--mean", "y", "--by", "sax"], "no column 'sax'; nearest: 'sex'"),
        (CLUSTERS, [*DESIGN, "--mean", "sex"], "7 row(s) hold no number in 'sex'"),
        (CLUSTERS, [*DESIGN, "--prop", "w"], "neither 0 nor 1"),
        (CLUSTERS, [*DESIGN, "--mean", "y + nope"], "an expression does not fit"),
        (CLUSTERS, DESIGN, "nothing to estimate"),
        (CLUSTERS, [*DESIGN, "--quantile", "w"], "such as income:0.25"),
        (CLUSTERS, [*DESIGN, "--quantile", "w:1.5"], "such as income:0.25"),
        (CLUSTERS, [*DESIGN, "--ratio", "y"], "such as a/b"),
        (CLUSTERS, ["--psu", "psu,h,sex", "--mean", "y"], "3 stages of PSU"),
        (CLUSTERS, ["--fpc", "w,w", "--mean", "y"], "the first stage comes first"),
        (CLUSTERS.replace("y\n", "W\n"), [*DESIGN, "--mean", "W"], "differ at most in case"),
        (CLUSTERS.replace(",10,", ",NA,"), [*DESIGN, "--mean", "y"], "4 row(s) have no weight"),
        (CLUSTERS.replace(",20,", ",-2,"), [*DESIGN, "--mean", "y"], "1 row(s) have no weight"),
        (CLUSTERS.replace(",20,", ",1e30,"), [*DESIGN, "--mean", "y"], "an absurd weight, above"),
        (CLUSTERS.replace(",20,", ",x,"), [*DESIGN, "--mean", "y"], "hold no number in 'w'"),
        (HEAVY + "999999,0\n", ["--weight", "w", "--mean", "y"], "that of all others together"),
        (CLUSTERS.replace("\n2,d", "\n,d"), [*DESIGN, "--mean", "y"], "have no stratum"),
        (
            CLUSTERS.replace("2,d", "2,a"),
            [*DESIGN, "--mean", "y", "--not-nested"],
            "leave out --not-nested",
        ),
        (CLUSTERS + "3,f,10,M,1\n", [*DESIGN, "--mean", "y"], "--lonely-psu certainty"),
        (CLUSTERS.replace("F", "_T"), [*DESIGN, "--mean", "y", "--by", "sex"], "the code _T in"),
        (
            CLUSTERS.replace("sex", "estimator"),
            [*DESIGN, "--mean", "y", "--by", "estimator"],
            "is a column of the answer",
        ),
        (CLUSTERS + "1,b\n", [*DESIGN, "--mean", "y"], "a row has other cells"),
        ("h,psu,w,sex,y\n", [*DESIGN, "--mean", "y"], "the file holds no rows"),
        ("", [*DESIGN, "--mean", "y"], "the file is empty"),
    ],
)
def test_bad_input_is_refused_with_the_remedy(
    tmp_path: Path, text: str, options: list[str], message: str
):
    assert message in refusal(survey(tmp_path, text), *options)


@pytest.mark.parametrize("counts", [("2", "4"), ("0.5", "4"), ("6", "0"), ("6", "")])
def test_population_counts_that_can_not_be_are_refused(tmp_path: Path, counts: tuple[str, str]):
    rows = CLUSTERS.replace("h,", "N,h,").replace("\n2,", f"\n{counts[1]},2,")
    path = survey(tmp_path, rows.replace("\n1,", f"\n{counts[0]},1,"))
    assert "population" in refusal(path, *DESIGN, "--fpc", "N", "--mean", "y")


def test_a_psu_code_that_starts_again_is_another_psu_unless_said_otherwise(tmp_path: Path):
    again = CLUSTERS.replace(",d,", ",a,").replace(",e,", ",b,")
    plain = run(survey(tmp_path), *DESIGN, "--mean", "y", "--not-nested")
    assert run(survey(tmp_path, again), *DESIGN, "--mean", "y").equals(plain)


def test_a_missing_folder_is_a_clear_error(tmp_path: Path):
    path = survey(tmp_path)
    out = str(tmp_path / "nowhere" / "figures.csv")
    done = CliRunner().invoke(app, ["estimate", str(path), "--mean", "y", "--out", out])
    assert done.exit_code == 1
    assert f"there is no folder {tmp_path / 'nowhere'}" in done.output


def test_the_same_survey_in_another_order_gives_the_same_bytes(tmp_path: Path):
    draw = random.Random(3)  # noqa: S311 - a made-up survey, no secret
    rows = [
        f"{i % 7},{i % 210},{draw.uniform(50, 900)!r},{draw.choice('abc')},{draw.randint(0, 1)},"
        f"{draw.lognormvariate(6, 1)!r},{draw.randint(1, 9)}"
        for i in range(3000)
    ]
    asked = ["--mean", "income", "--total", "income", "--ratio", "income/members"]
    asked += ["--prop", "yes", "--median", "income", "--by", "region", "--by", "region,yes"]
    found = set()
    for seed in range(3):
        random.Random(seed).shuffle(rows)  # noqa: S311
        text = "h,psu,w,region,yes,income,members\n" + "\n".join(rows) + "\n"
        run(survey(tmp_path, text), *DESIGN, *asked)
        found.add((tmp_path / "figures.csv").read_bytes())
    assert len(found) == 1


def test_help_teaches_with_an_example():
    shown = " ".join(
        CliRunner().invoke(app, ["estimate", "--help"], terminal_width=200).output.split()
    )
    assert "svydesign(ids = ~psu" in shown
    assert "migstat estimate s.csv --weight w --strata stratum --psu psu" in shown
