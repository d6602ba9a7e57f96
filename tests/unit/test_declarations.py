"""Every problem of all declarations comes at once, with its file and line."""

from pathlib import Path

import pytest
from declared import COUNTRY, SOUND, STAGING, Declared, write
from migstat.cli import app
from migstat.declarations import check_all
from typer.testing import CliRunner

SECOND_TABLE = """\
    households: {unit: household, key: person_id, columns: {uuid: text}}
privacy:
"""
LITTLE_STAGING = (
    STAGING.split("      - name: sex")[0]
    + """\
      - name: can_read_write
        config: {meta: {sql: "true"}}
"""
)
LITTLE_SUITE = '{"name": "zzz_one", "expectations": []}'


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declared:
    """The sound survey, whose staging model and suite name no raw column."""
    monkeypatch.setenv("MIGSTAT_PROJECT", str(tmp_path))
    made = Declared(tmp_path)
    write(made.delivery, SOUND)
    write(made.staging, LITTLE_STAGING)
    write(made.suite, LITTLE_SUITE)
    return made


@pytest.mark.usefixtures("declared")
def test_a_sound_declaration_has_no_problem():
    assert check_all() == []


WITHHELD = "privacy:\n  drop: [age]\n"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        pytest.param(
            "unit: person\ne",
            "unit: person\ncolour: red\ne",
            6,
            "unknown key 'colour'; known keys: acceptance, country, design,",
            id="unknown key",
        ),
        pytest.param(
            "columns: {", "colunms: {", 12, "unknown key 'colunms' — did you mean 'columns'?"
        ),
        pytest.param("  format: csv", "  fromat: csv", 7, "did you mean 'format'?", id="in export"),
        pytest.param('time_period: "', 'time_piriod: "', 17, "did you mean 'time_period'?"),
        pytest.param(
            "unit: person\ne", "title: B\nunit: person\ne", 5, "'title' stands twice", id="doubled"
        ),
        pytest.param(
            "age: integer", "uuid: text", 12, "key 'uuid' stands twice", id="column twice"
        ),
        pytest.param(
            "age: integer", "UUID: text", 12, "differs from the column 'uuid' in nothing but case"
        ),
        pytest.param(
            "age: integer", "age: number", 12, "columns.age: Input should be", id="no type"
        ),
        pytest.param("title: A survey of nowhere\n", "", 1, "title: Field required", id="missing"),
        pytest.param("zzz_one", "zzz_two", 1, "'zzz_two' lies in the folder of 'zzz_one'"),
        pytest.param("zzz_one", "One", 1, "survey: String should match", id="survey code"),
        pytest.param("country: ZZZ", "country: ZZY", 2, "not a survey of ZZY", id="other country"),
        pytest.param("unit: person\ne", "unit: household\ne", 5, "no table holds households"),
        pytest.param(
            "[uuid]", "[uid]", 14, "column 'uid' is in no table's columns; nearest: 'uuid'"
        ),
        pytest.param("[uuid]", "[]", 14, "is made of no column", id="key of nothing"),
        pytest.param(
            "{person_id: [", "{persons_id: [", 11, "not in privacy.keys; nearest: 'persons_id'"
        ),
        pytest.param("age: integer", "person_id: text", 14, "is also a column of persons"),
        pytest.param(
            "privacy:", "privacy:\n  drop: [ege]", 14, "column 'ege' is in no table's columns; n"
        ),
        pytest.param(
            "privacy:", "privacy:\n  drop: [age, age]", 14, "'age' stands twice", id="drop"
        ),
        pytest.param(
            "privacy:\n", WITHHELD + "  coarsen: {age: year}\n", 15, "under privacy.drop too"
        ),
        pytest.param(
            "privacy:",
            "privacy:\n  coarsen: {uuid: year}",
            14,
            "raw material of the key 'person_id'",
        ),
        pytest.param(
            "design: {}",
            "design: {weight: agge}",
            15,
            "design.weight: column 'agge' is not declared",
        ),
        pytest.param(
            "design: {}",
            "design: {psu: uuid}",
            15,
            "not pass the border: it becomes the key 'person",
        ),
        pytest.param(
            "privacy:\n  keys: {person_id: [uuid]}\ndesign: {}",
            WITHHELD + "  keys: {person_id: [uuid]}\ndesign: {stratum: age}",
            16,
            "design.stratum: column 'age' does not pass the border: it is dropped there",
            id="design column dropped",
        ),
        pytest.param("age: integer", "nombre_jefe: text", 12, "'nombre_jefe' looks like a direct"),
        pytest.param("age: integer", "Telefono_2: text", 12, "'Telefono_2' looks like a direct"),
        pytest.param(
            "      key:",
            "      parent: {table: households, key: uuid}\n      key:",
            11,
            "table persons: parent households is not declared",
            id="child without parent",
        ),
        pytest.param(
            "      key:",
            "      parent: {table: persons, key: uid}\n      key:",
            11,
            "parent.key: column 'uid' is no column of persons; nearest: 'uuid'",
            id="parent key",
        ),
        pytest.param(
            "      key:",
            "      parent: {table: persons, key: uuid}\n      key:",
            11,
            "persons would be its own ancestor",
            id="circle",
        ),
        pytest.param("unit: person\n      k", "unit: household\n      k", 10, "holds persons, not"),
        pytest.param("format: csv", "format: kobo_xlsx", 9, "table persons names no sheet"),
        pytest.param("format: csv", "format: pdf", 7, "export.format: Input should be"),
        pytest.param(
            "  tables", "  dialect: {encoding: utf8x}\n  tables", 8, "'utf8x' is no encoding"
        ),
        pytest.param(
            "  tables", "  dialect: {quote: ','}\n  tables", 8, "is the delimiter too", id="quote"
        ),
        pytest.param("privacy:\n", SECOND_TABLE, 8, "holds one table, 2 are declared"),
        pytest.param(
            "  tables",
            "  files: ['a*.csv', 'b*.csv']\n  tables",
            10,
            "table persons does not say which of the 2 files",
            id="which file",
        ),
        pytest.param(
            "      key:",
            "      file: c*.csv\n      key:",
            11,
            "'c*.csv' is not in export.files",
            id="file nobody hands in",
        ),
        pytest.param(
            "  tables:\n    persons:\n",
            "  files: ['a*.csv', 'b*.csv']\n  tables:\n    persons:\n      file: a*.csv\n",
            8,
            "no table lies in 'b*.csv'",
            id="file nobody reads",
        ),
        pytest.param("2021-02-26]", "2021-01-10]", 17, "fieldwork ends before it begins"),
        pytest.param('"2021": {', '"21": {', 17, "String should match", id="wave code"),
        pytest.param('period: "2021"', 'period: "2021-Q5"', 17, "time_period: String", id="period"),
        pytest.param(
            '"2021": {',
            '"2021": {renames: {agge: alter}, ',
            17,
            "column 'agge' is in no table's columns; nearest: 'age'",
            id="renamed",
        ),
        pytest.param(
            '"2021": {',
            '"2021": {renames: {age: uuid}, ',
            17,
            "'uuid' is the name of another column in this wave too",
            id="renamed to another",
        ),
        pytest.param(
            '"2021": {',
            '"2021": {renames: {age: alter, uuid: alter}, ',
            17,
            "'alter' is the name of another column in this wave too",
            id="two renamed to one",
        ),
        pytest.param(
            '"2021": {',
            '"2021": {interview_date: day, ',
            17,
            "interview_date: column 'day' is in no",
        ),
    ],
)
def test_a_problem_is_told_with_its_file_and_line(
    declared: Declared, old: str, new: str, line: int, says: str
):
    declared.replace(declared.delivery, old, new)
    found = [(file, at) for file, at, message in declared.problems() if says in message]
    assert found == [(declared.delivery, line)]


def test_one_column_can_not_refer_to_a_parent_whose_key_is_made_of_two(declared: Declared):
    declared.replace(
        declared.delivery,
        "privacy:\n  keys: {person_id: [uuid]}",
        "    households: {unit: household, key: home_id, columns: {a: text, b: text}}\n"
        "privacy:\n  keys: {person_id: [uuid], home_id: [a, b]}",
    )
    declared.replace(
        declared.delivery,
        "      key: person_id",
        "      parent: {table: households, key: age}\n      key: person_id",
    )
    says = "one column refers to households, whose key 'home_id' privacy.keys makes of 2"
    assert [line for _, line, message in declared.problems() if says in message] == [11]


def test_a_key_is_made_of_columns_of_its_own_table(declared: Declared):
    declared.replace(declared.delivery, "privacy:\n", SECOND_TABLE.replace("uuid", "home"))
    says = "'person_id' is made of 'uuid', which is no column of households"
    assert [line for _, line, message in declared.problems() if says in message] == [13]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("ZZ-B", "ZZ-A", 6, "area 'ZZ-A' stands twice"),
        ("{code: ZZ-B, name: The west, level: 1", "{code: ZY-B, name: B, level: 2", 6, "'ZY-B' of"),
        ("The west, level: 1", "The west, level: 1, lat: 4.5", 6, "has only one of lat and lon"),
        ("The west, level: 1", "The west, level: 1, lon: 4.5", 6, "has only one of lat and lon"),
        ("level: 1}\n  - {code: ZZ-B", "levle: 1}\n  - {code: ZZ-B", 5, "did you mean 'level'?"),
        ("areas:", "names: {en: A, en: B}\nareas:", 4, "key 'en' stands twice"),
        ("iso3: ZZZ", "iso3: ZZY", 1, "iso3: ZZY lies in zzz.yml"),
    ],
)
def test_a_problem_of_a_country_is_told_with_its_file_and_line(
    declared: Declared, old: str, new: str, line: int, says: str
):
    declared.replace(declared.country, old, new)
    found = [(file, at) for file, at, message in declared.problems() if says in message]
    assert found == [(declared.country, line)]


def test_a_country_without_a_file_is_told_at_the_line_that_names_it(declared: Declared):
    declared.country.unlink()
    problem = declared.problem()
    assert (problem.file, problem.line) == (declared.delivery, 2)
    assert "ZZZ has no file in include/countries; write zzz.yml there" in problem.message


def test_a_misspelt_key_of_the_catalogue_is_told_with_the_nearest(declared: Declared):
    file = declared.include / "catalogue" / "variables.yml"
    text = file.read_text(encoding="utf-8")
    write(file, text.replace("  sex: {type: string, codes:", "  sex: {type: string, kodes:", 1))
    problem = declared.problem()
    assert problem.file == file
    assert "persons.sex.kodes: unknown key 'kodes' — did you mean 'codes'?" in problem.message


def test_a_misspelt_key_does_not_hide_what_else_is_wrong_in_its_file(declared: Declared):
    declared.replace(
        declared.delivery, "design: {}", "design: {wieght: age, psu: nobody, fpc: no1}"
    )
    declared.replace(declared.delivery, "age: integer", "age: integer, e_mail: text, e_mail: text")
    declared.replace(declared.delivery, "[uuid]", "[uid]")
    found = declared.problems()
    assert {file for file, *_ in found} == {declared.delivery}
    assert [line for _, line, _ in found] == [12, 12, 14, 15, 15, 15]


def break_three_files(declared: Declared) -> list[Path]:
    """Two problems in a survey, one in another, one in a country."""
    declared.replace(declared.delivery, "title:", "titel:")
    two = declared.include / "surveys" / "zzz_two" / "delivery.yml"
    write(two, SOUND.replace("zzz_one", "zzz_two").replace("age: integer", "age: number"))
    write(declared.suite.with_name("zzz_two.json"), '{"name": "zzz_two", "expectations": []}')
    write(declared.country, COUNTRY.replace("999", "99"))
    return [declared.country, declared.delivery, declared.delivery, two]


def test_the_problems_of_all_files_come_at_once(declared: Declared):
    files = break_three_files(declared)
    places = [(file, line) for file, line, _ in declared.problems()]
    assert places == list(zip(files, (3, 1, 3, 12), strict=True))


def test_the_command_prints_every_problem_and_fails(declared: Declared):
    files = break_three_files(declared)
    result = CliRunner().invoke(app, ["survey", "check"])
    assert result.exit_code == 1
    for file, line in zip(files, (3, 1, 3, 12), strict=True):
        assert f"{file}:{line}: " in result.output
    assert "4 problems" in result.output


@pytest.mark.usefixtures("declared")
def test_the_command_says_so_when_all_is_well():
    result = CliRunner().invoke(app, ["survey", "check"])
    assert result.exit_code == 0
    assert "1 surveys of 1 countries and the catalogue: no problems" in " ".join(
        result.output.split()
    )
