"""Items on one scale become a score from 0 to 100; what makes no sense is told with its line."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from declared import Declared
from jinja2 import Environment
from migstat.paths import paths

TRUST = {"from": ["a", "b", "c"], "scale": [1, 5]}
WORDS = {"agree": 3, "neither": 2, "disagree": 1}
WITH_ITEMS = """\
      - name: attitude_score
        config:
          meta:
            items:
              from: [place, sex]
              codes: {agree: 3, disagree: 1}
              reversed: [sex]
              scale: [1, 3]
            not_stated: [dk]
      - name: ref_area
"""


def macros() -> Any:  # noqa: ANN401 - jinja2's module has any attribute
    """The macros that turn answers into values, rendered as text without dbt."""
    folder = paths().dbt_project / "macros"
    files = ["catalogue/catalogue.sql", "inputs/build_input.sql", "harmonise/harmonised_value.sql"]
    files += ["harmonise/item_score.sql", "harmonise/unmapped_answers.sql"]
    environment = Environment(extensions=["jinja2.ext.do"])  # noqa: S701 - SQL, not HTML
    return environment.from_string("\n".join((folder / f).read_text() for f in files)).module


def score(items: dict[str, Any], *answers: str | None, missing: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - what the engine gives
    """What one respondent's answers to the items a, b, c … make."""
    names = items["from"]
    meta = {"items": items, "not_stated": list(missing)}
    sql = macros().harmonised_value(_Column(meta), {"type": "double"})
    with duckdb.connect() as connection:
        connection.execute(f"create table raw ({', '.join(f'{n} varchar' for n in names)})")
        connection.execute(f"insert into raw values ({', '.join('?' * len(names))})", answers)
        row = connection.execute(f"select {sql} from raw").fetchone()
    assert row is not None
    return row[0]


class _Column:
    """A column as dbt hands it to a macro."""

    def __init__(self, meta: dict[str, Any]) -> None:
        self.config = {"meta": meta}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (("1", "1", "1"), 0),
        (("5", "5", "5"), 100),
        (("3", "3", "3"), 50),
        (("5", "4", "3"), 75),
        ((" 5 ", "4.0", "3"), 75),
        (("2", "3", None), 37.5),
        (("2", "3", ""), 37.5),
        (("2", None, None), None),
        ((None, None, None), None),
        (("2", "3", "9"), 37.5),
        (("2", "3", "perhaps"), 37.5),
        (("2", "0", "6"), None),
    ],
)
def test_a_score_is_the_mean_place_on_the_scale_of_two_thirds_answered(
    answers: tuple[str | None, ...], expected: float | None
):
    assert score(TRUST, *answers) == (None if expected is None else pytest.approx(expected))


def test_a_reversed_item_counts_from_the_other_end():
    assert score(TRUST | {"reversed": ["b"]}, "5", "1", "5") == 100
    assert score(TRUST | {"reversed": ["a", "c"]}, "5", "5", "5") == pytest.approx(100 / 3)


def test_words_have_the_place_that_their_code_says():
    items = {"from": ["a", "b"], "codes": WORDS, "scale": [1, 3], "reversed": ["b"]}
    assert score(items, "agree", "disagree") == 100
    assert score(items, "neither", "agree") == 25
    assert score(items, "Agree", "agree") is None  # one of two is too few


def test_a_number_that_stands_for_no_answer_is_no_place_on_a_scale_that_holds_it():
    items = {"from": ["a", "b", "c"], "scale": [0, 100]}
    assert score(items, "50", "50", "99") == pytest.approx(199 / 3)
    assert score(items, "50", "50", "99", missing=("99",)) == 50


@pytest.mark.parametrize(
    ("meta", "unmapped"),
    [
        ({"items": TRUST, "not_stated": ["8"], "not_asked": ["9"]}, ["0", "agree", "nan"]),
        ({"items": TRUST}, ["0", "8", "9", "agree", "nan"]),
        (
            {"items": {"from": ["a"], "scale": [1, 3], "codes": WORDS}, "not_asked": ["9"]},
            ["0", "5", "8", "nan"],
        ),
        ({"from": "a", "codes": {"agree": "YES"}, "not_asked": ["0", "5", "8"]}, ["9", "nan"]),
    ],
)
def test_only_answers_that_mean_nothing_are_unmapped(meta: dict[str, Any], unmapped: list[str]):
    sql = macros().is_unmapped(meta)
    with duckdb.connect() as connection:
        answers = "(values ('0'), ('5'), ('8'), ('9'), ('agree'), ('nan')) as t (answer)"
        found = connection.execute(f"select answer from {answers} where {sql}").fetchall()
    assert [answer for (answer,) in found] == unmapped


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declared:
    """A survey with two items, on one scale."""
    monkeypatch.setenv("MIGSTAT_PROJECT", str(tmp_path))
    survey = Declared(tmp_path)
    survey.replace(survey.staging, "      - name: ref_area\n", WITH_ITEMS)
    return survey


def test_sound_items_have_no_problem(declared: Declared):
    assert declared.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("[place, sex]", "[place, sexo]", 15, "'sexo' is not declared in delivery.yml; nearest"),
        ("[place, sex]", "[place, tel]", 15, "it is dropped there (privacy.drop)"),
        ("[place, sex]", "[place, sex, place]", 15, "item 'place' stands twice"),
        ("[place, sex]", "[]", 15, "at least 1 item"),
        ("[1, 3]", "[3, 1]", 18, "begins at 3 and ends at 1"),
        ("[1, 3]", "[1, 2]", 16, "code 3 lies outside the scale 1 to 2"),
        ("agree: 3, disagree", "no: 3, disagree", 16, "reads the answer no as a boolean"),
        ("agree: 3, disagree", "agree: often, disagree", 16, "code 'often' is no number"),
        ("reversed: [sex]", "reversed: [sexe]", 17, "none of the items; nearest: 'sex'"),
        ("[dk]", "[agree]", 19, "'agree' stands twice in codes, not_stated and not_asked"),
        ("[dk]", "[dk]\n            sql: age", 13, "needs either from, sql or items"),
        ("[dk]", "[dk]\n            codes: {a: 1}", 20, "codes of items stand inside items"),
        ("name: attitude_score", "name: is_stateless", 14, "is_stateless is of type boolean"),
    ],
)
def test_items_that_can_not_be_right_are_told_with_their_line(
    declared: Declared, old: str, new: str, line: int, says: str
):
    declared.replace(declared.staging, old, new)
    found = declared.problems()
    assert {file for file, *_ in found} == {declared.staging}
    assert says in "\n".join(message for _, at, message in found if at == line), found
