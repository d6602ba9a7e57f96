"""What a staging model says is checked with file and line, before any build."""

from pathlib import Path

import pytest
from declared import Declared, write


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declared:
    monkeypatch.setenv("MIGSTAT_PROJECT", str(tmp_path))
    return Declared(tmp_path)


def test_a_sound_staging_model_has_no_problem(declared: Declared):
    assert declared.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        pytest.param(
            "name: sex", "name: sexe", 5, "variables.yml; nearest: 'sex'", id="no variable"
        ),
        pytest.param("name: age", "name: sex", 7, "column sex stands twice", id="variable twice"),
        pytest.param(
            "from: sex,", "form: sex,", 6, "unknown key 'form' — did you mean 'from'?", id="typo"
        ),
        pytest.param("    columns:", "    colunms:", 4, "did you mean 'columns'?", id="no columns"),
        pytest.param(
            "from: sex,", "from: sexo,", 6, "'sexo' is not declared in delivery.yml; nearest: 'sex'"
        ),
        pytest.param(
            "{sql: try_cast(age as int)}",
            "{from: place}",
            8,
            "'place' is text in delivery.yml, but age is int: declare the type there",
            id="number from text",
        ),
        pytest.param("from: sex,", "from: tel,", 6, "it is dropped there (privacy.drop)"),
        pytest.param("from: sex,", "from: uuid,", 6, "it becomes the key 'person_id'"),
        pytest.param("from: sex, ", "", 6, "needs either from, sql or items", id="neither"),
        pytest.param("{sql: t", "{from: age, sql: t", 8, "needs either from, sql or", id="both"),
        pytest.param(
            "{sql: t", "{codes: {a: 1}, sql: t", 8, "of no use beside sql", id="codes beside sql"
        ),
        pytest.param("{m: M, f: F}", "{}", 6, "codes is empty", id="no code"),
        pytest.param(
            "f: F}", "f: f}", 6, "code 'f' is not in CL_SEX; nearest: 'F'", id="unknown code"
        ),
        pytest.param(
            "f: F}",
            "f: NO}",
            6,
            'reads the code NO as a boolean, not as text; put it in quotes: "NO',
        ),
        pytest.param("east: true", 'east: "si"', 10, "code 'si' is neither true nor false"),
        pytest.param("east: ZZ-A", "east: ZZ-C", 16, "'ZZ-C' is no area of include/countries/zzz"),
        pytest.param(
            "m: M", "no: M", 6, "reads the answer no as a boolean, not as text; put it in"
        ),
        pytest.param("m: M", "01: M", 6, "answer 01 as a number, not as text; put it in quotes as"),
        pytest.param("m: M", "2020-01-01: M", 6, "answer 2020-01-01 as a date", id="a date"),
        pytest.param('["9"]', "[9]", 6, 'the export spells it: "9"', id="not stated, unquoted"),
        pytest.param('["9"]', "[f]", 6, "'f' stands twice in codes, not_stated and", id="twice"),
        pytest.param(
            '["9"]', '["9"], not_asked: [f]', 6, "'f' stands twice", id="twice, not asked"
        ),
        pytest.param('["9"]', '["9"], not_asked: [8]', 6, 'it: "8"', id="not asked, unquoted"),
        pytest.param("m: M", '"f ": M', 6, "'f' stands twice", id="twice after trimming"),
        pytest.param("m: M", "f: M", 6, "key 'f' stands twice", id="key twice"),
        pytest.param(
            "try_cast(age as", "try_cast(agge as", 8, "sql: raw column 'agge' is not declared in"
        ),
        pytest.param(
            "try_cast(age as", "try_cast(tel as", 8, "sql: raw column 'tel' does not pass"
        ),
        pytest.param("age as int)", "age as int", 8, "sql: is not one expression: syntax error"),
        pytest.param("try_cast(age as int)", "years(age)", 8, "with name years does not exist"),
        pytest.param("name: stg_zzz_one__persons", "name: stg_zzz", 3, "call it 'stg_zzz_one__p"),
        pytest.param(
            "name: age", "name: age\n        data_tests: [unique]", 8, "unknown key 'data_tests'"
        ),
        pytest.param(
            "name: age",
            "name: age\n        description: 'In {% years'",
            8,
            "dbt reads {% as the beginning of a template",
            id="template",
        ),
        pytest.param("version: 2", "version: [", 3, "did not find expected", id="not YAML"),
    ],
)
def test_a_mapping_that_can_not_be_right_is_told_with_its_line(
    declared: Declared, old: str, new: str, line: int, says: str
):
    declared.replace(declared.staging, old, new)
    found = [(at, message) for file, at, message in declared.problems() if file == declared.staging]
    assert line in [at for at, _ in found]
    assert says in "\n".join(message for at, message in found if at == line)


def test_a_column_of_another_table_is_told_by_its_table(declared: Declared):
    declared.replace(
        declared.delivery,
        "privacy:",
        "    institutions: {unit: institution, file: i.csv, key: person_id, columns: {uuid: text,"
        " rooms: integer}}\nprivacy:",
    )
    declared.replace(declared.staging, "from: sex,", "from: rooms,")
    messages = "\n".join(message for *_, message in declared.problems())
    assert "column sex: raw column 'rooms' is a column of institutions, not of persons" in messages


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("case when sex = 'm' then 1 else length(place) end", "of columns"),
        ("try_cast(AGE as int)", "in another case"),
        ("list_sum(list_transform([age], lambda x: try_cast(x as int)))", "with a parameter"),
        ("latest.age", "by its table"),
        ("length(person_id)", "of a key"),
    ],
)
def test_an_expression_that_runs_has_no_problem(declared: Declared, sql: str, kind: str):
    declared.replace(declared.staging, "{sql: try_cast(age as int)}", f'{{sql: "{sql}"}}')
    assert declared.problems() == [], kind


def test_every_problem_of_a_staging_model_is_told_at_once(declared: Declared):
    declared.replace(declared.staging, "m: M", "no: X")
    declared.replace(declared.staging, "from: sex", "unti: years, from: sexo")
    declared.replace(declared.staging, "age as int", "agge as int")
    declared.replace(declared.staging, "west: ZZ-B", "west: ZZ-Z")
    found = declared.problems()
    assert {file for file, *_ in found} == {declared.staging}
    assert [line for _, line, _ in found] == [6, 6, 6, 6, 8, 17]


def test_a_table_without_a_staging_model_is_told_at_the_table(declared: Declared):
    declared.staging.unlink()
    declared.staging.with_suffix(".sql").unlink()
    problem = declared.problem()
    assert (problem.file, problem.line) == (declared.delivery, 9)
    assert "write dbt_project/models/staging/zzz/stg_zzz_one__persons.yml" in problem.message


@pytest.mark.parametrize("text", [None, "{{ harmonize() }}\n"])
def test_the_sql_of_a_staging_model_is_one_line(declared: Declared, text: str | None):
    sql = declared.staging.with_suffix(".sql")
    sql.unlink()
    if text:
        write(sql, text)
    problem = declared.problem()
    assert problem.file == sql
    assert "it must hold the one line {{ harmonise() }}" in problem.message


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("zzz/stg_zzz_won__persons.yml", "survey 'zzz_won' is not declared; nearest: 'zzz_one'"),
        ("zzz/stg_zzz_one__person.yml", "'person' is no table of zzz_one; nearest: 'persons'"),
        ("zzz/persons.yml", "is not named stg_<survey>__<table>"),
        ("yyy/stg_zzz_one__persons.sql", "move it to models/staging/zzz"),
    ],
)
def test_a_staging_model_of_nothing_declared_is_told(declared: Declared, name: str, says: str):
    file = write(declared.staging.parents[1] / name, "{{ harmonise() }}\n")
    problem = declared.problem()
    assert problem.file == file
    assert says in problem.message


def test_a_status_that_the_screening_gives_is_one_of_the_code_list(declared: Declared):
    declared.replace(declared.delivery, "design: {}\n", "design: {}\nstatus: {forced: NM_NTA}\n")
    problem = declared.problem()
    assert (problem.file, problem.line) == (declared.delivery, 17)
    assert "'NM_NTA' is not in CL_MIG_STATUS; nearest: 'NM_NAT'" in problem.message
