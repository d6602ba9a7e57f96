"""Every problem of all declarations comes at once, with its file and line."""

import shutil
from pathlib import Path

import pytest
from migstat.cli import app
from migstat.declarations import check_all
from seed_files import CHECKOUT
from typer.testing import CliRunner

SOUND = """\
survey: zzz_one
country: ZZZ
title: A survey of nowhere
steward: nobody@example.org
unit: person
export:
  format: csv
  tables:
    persons:
      unit: person
      key: person_id
      columns: {uuid: text, age: integer}
privacy:
  keys: {person_id: [uuid]}
design: {}
waves:
  "2021": {fieldwork: [2021-01-11, 2021-02-26], time_period: "2021"}
"""
COUNTRY = "iso3: ZZZ\nname: Nowhere\nm49: '999'\n"
SECOND_TABLE = """\
    households: {unit: household, key: person_id, columns: {uuid: text}}
privacy:
"""


@pytest.fixture
def include(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One sound survey of one country, beside the catalogue as it is."""
    monkeypatch.setenv("MIGSTAT_PROJECT", str(tmp_path))
    shutil.copytree(CHECKOUT / "include" / "catalogue", tmp_path / "include" / "catalogue")
    write(tmp_path / "include" / "countries" / "zzz.yml", COUNTRY)
    write(tmp_path / "include" / "surveys" / "zzz_one" / "delivery.yml", SOUND)
    return tmp_path / "include"


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.usefixtures("include")
def test_a_sound_declaration_has_no_problem():
    assert check_all() == []


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        pytest.param("unit: person\ne", "unit: person\ncolour: red\ne", 6, "colour", id="unknown"),
        pytest.param(
            "unit: person\ne", "title: B\nunit: person\ne", 5, "'title' stands twice", id="doubled"
        ),
        pytest.param(
            "age: integer", "age: number", 12, "columns.age: Input should be", id="no type"
        ),
        pytest.param("title: A survey of nowhere\n", "", 1, "title: Field required", id="missing"),
        pytest.param(
            "zzz_one", "zzz_two", 1, "'zzz_two' lies in the folder of 'zzz_one'", id="folder"
        ),
        pytest.param("zzz_one", "One", 1, "survey: String should match", id="survey code"),
        pytest.param("country: ZZZ", "country: ZZY", 1, "not a survey of ZZY", id="other country"),
        pytest.param("[uuid]", "[uid]", 1, "privacy.keys: column 'uid' is in no", id="key column"),
        pytest.param("{person_id: [", "{id: [", 1, "'person_id' is not in privacy.keys", id="key"),
        pytest.param(
            "design: {}", "design: {weight: w}", 1, "design: column 'w' is not", id="weight"
        ),
        pytest.param(
            "age: integer", "nombre_jefe: text", 1, "'nombre_jefe' looks like a direct", id="name"
        ),
        pytest.param(
            "age: integer", "Telefono_2: text", 1, "'Telefono_2' looks like a direct", id="phone"
        ),
        pytest.param(
            "      key:",
            "      parent: {table: households, key: uuid}\n      key:",
            6,
            "table persons: parent households is not declared",
            id="child without parent",
        ),
        pytest.param(
            "unit: person\n      k", "unit: household\n      k", 6, "holds persons, not", id="unit"
        ),
        pytest.param(
            "format: csv", "format: kobo_xlsx", 6, "table persons names no sheet", id="sheet"
        ),
        pytest.param(
            "format: csv", "format: pdf", 7, "export.format: Input should be", id="format"
        ),
        pytest.param(
            "privacy:\n", SECOND_TABLE, 6, "holds one table, 2 are declared", id="two tables"
        ),
        pytest.param(
            "  tables",
            "  files: ['a*.csv', 'b*.csv']\n  tables",
            6,
            "table persons does not say which of the 2 files",
            id="which file",
        ),
        pytest.param(
            "      key:",
            "      file: c*.csv\n      key:",
            6,
            "file 'c*.csv' is not in export.files",
            id="file nobody hands in",
        ),
        pytest.param(
            "  tables:\n    persons:\n",
            "  files: ['a*.csv', 'b*.csv']\n  tables:\n    persons:\n      file: a*.csv\n",
            6,
            "no table lies in 'b*.csv'",
            id="file nobody reads",
        ),
        pytest.param(
            "2021-02-26]", "2021-01-10]", 17, "fieldwork ends before it begins", id="dates"
        ),
        pytest.param('"2021": {', '"21": {', 17, "String should match", id="wave code"),
        pytest.param('period: "2021"', 'period: "2021-Q5"', 17, "time_period: String", id="period"),
    ],
)
def test_a_problem_is_told_with_its_file_and_line(
    include: Path, old: str, new: str, line: int, says: str
):
    file = include / "surveys" / "zzz_one" / "delivery.yml"
    assert SOUND.count(old) == 1
    write(file, SOUND.replace(old, new))
    (problem,) = check_all()
    assert (problem.file, problem.line) == (file, line)
    assert says in problem.message


def test_a_country_without_a_file_is_told_at_the_line_that_names_it(include: Path):
    (include / "countries" / "zzz.yml").unlink()
    (problem,) = check_all()
    assert (problem.file.parent.name, problem.line) == ("zzz_one", 2)
    assert "ZZZ has no file in include/countries" in problem.message


def break_three_files(include: Path) -> list[Path]:
    """Two problems in a survey, one in another, one in a country."""
    one = include / "surveys" / "zzz_one" / "delivery.yml"
    write(one, SOUND.replace("title:", "titel:"))
    two = include / "surveys" / "zzz_two" / "delivery.yml"
    write(two, SOUND.replace("zzz_one", "zzz_two").replace("age: integer", "age: number"))
    country = write(include / "countries" / "zzz.yml", COUNTRY.replace("999", "99"))
    return [country, one, one, two]


def test_the_problems_of_all_files_come_at_once(include: Path):
    files = break_three_files(include)
    problems = [problem for problem in check_all() if "no file in" not in problem.message]
    assert [(problem.file, problem.line) for problem in problems] == list(
        zip(files, (3, 1, 3, 12), strict=True)
    )


def test_the_command_prints_every_problem_and_fails(include: Path):
    files = break_three_files(include)
    result = CliRunner().invoke(app, ["survey", "check"])
    assert result.exit_code == 1
    for file, line in zip(files, (3, 1, 3, 12), strict=True):
        assert f"{file}:{line}: " in result.output
    assert "4 problems" in result.output


@pytest.mark.usefixtures("include")
def test_the_command_says_so_when_all_is_well():
    result = CliRunner().invoke(app, ["survey", "check"])
    assert result.exit_code == 0
    assert "1 surveys of 1 countries and the catalogue: no problems" in " ".join(
        result.output.split()
    )
