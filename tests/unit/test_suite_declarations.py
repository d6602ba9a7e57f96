"""What a suite of expectations says is checked with file and line, before any delivery comes."""

from pathlib import Path

import pytest
from declared import Declared, write


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declared:
    monkeypatch.setenv("MIGSTAT_PROJECT", str(tmp_path))
    return Declared(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        pytest.param(
            "expect_column_values_to_be_between",
            "expect_column_value_to_be_between",
            6,
            "is no expectation; nearest: 'expect_column_values_to_be_between'",
            id="no expectation",
        ),
        pytest.param("max_value", "maximum", 6, "unknown argument 'maximum'", id="no argument"),
        pytest.param(
            '"max_value', '"max_valu', 6, "'max_valu' — did you mean 'max_value'?", id="misspelt"
        ),
        pytest.param('"age"', '"agge"', 6, "'agge' is no column of persons; nearest: 'age'"),
        pytest.param('"age"', '"tel"', 6, "'tel' does not pass the border: it is dropped there"),
        pytest.param("critical", "fatal", 5, "'critical', 'warning' or 'info'", id="no severity"),
        pytest.param(
            '"severity": "warning", "meta": {"table": "persons"',
            '"severity": "warning", "meta": {"table": "households"',
            7,
            "households is no table of zzz_one; there are persons",
            id="table not declared",
        ),
        pytest.param('"severity": "w', '"severty": "w', 7, "did you mean 'severity'?", id="typo"),
        pytest.param('"name": "zzz_one"', '"name": "zzz_two"', 2, "call it 'zzz_one'", id="name"),
        pytest.param('"zzz_one",', '"zzz_one"', 3, "is no JSON: Expecting ',' del", id="no JSON"),
    ],
)
def test_an_expectation_that_can_not_be_computed_is_told_with_its_line(
    declared: Declared, old: str, new: str, line: int, says: str
):
    declared.replace(declared.suite, old, new)
    found = declared.problems()
    assert {file for file, *_ in found} == {declared.suite}
    assert says in "\n".join(message for _, at, message in found if at == line)


def test_every_problem_of_a_suite_is_told_at_once(declared: Declared):
    declared.replace(declared.suite, '"age"', '"agge"')
    declared.replace(declared.suite, "table_row_count_to_be", "tables_row_count_to_be")
    declared.replace(declared.suite, '"name": "zzz_one"', '"name": "zzz_two"')
    assert [line for _, line, _ in declared.problems()] == [2, 4, 6]


def test_a_survey_without_a_suite_is_told(declared: Declared):
    declared.suite.unlink()
    problem = declared.problem()
    assert (problem.file, problem.line) == (declared.delivery, 1)
    assert "survey zzz_one has no suite; write expectations/zzz_one.json" in problem.message


def test_a_suite_of_no_survey_is_told_with_the_nearest_survey(declared: Declared):
    file = write(declared.suite.with_name("zzz_won.json"), "{}")
    problem = declared.problem()
    assert (problem.file, problem.line) == (file, 1)
    assert "survey 'zzz_won' is not declared; nearest: 'zzz_one'" in problem.message
