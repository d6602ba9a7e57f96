"""What each tool does to its own exports (domain.md 5), a test a defect, in the fictional land."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from intake_fixtures import SURVEY, Installation
from migstat.intake import take_in as intake
from migstat.intake.errors import RefusedDelivery
from trap_fixtures import taken_in

pytest_plugins = ["intake_fixtures"]

ASKED = {"uuid": "text", "sex": "text", "age": "integer", "measures": "text"}


def declared(
    installation: Installation,
    columns: Mapping[str, str] = ASKED,
    *,
    export: Mapping[str, Any] | None = None,
    suite: Sequence[Mapping[str, Any]] = (),
    **wave: object,
) -> None:
    """Declare the fictional survey with these columns of persons."""
    persons = {"unit": "person", "key": "person_id", "columns": dict(columns)}
    installation.declare(
        suite=suite,
        export={"format": "csv", "tables": {"persons": persons}, **(export or {})},
        privacy={"keys": {"person_id": ["uuid"]}},
        design={},
        wave={"interview_date": None, **wave},
    )


def answers(
    installation: Installation, content: str | bytes, name: str = "p.csv"
) -> list[dict[str, Any]]:
    """Take in a file; gives the accepted rows without what the intake adds."""
    delivery = installation.hand_in(content, SURVEY, name)
    intake.take_in(delivery.delivery_id, installation.ledger)
    rows = installation.accepted(delivery)
    return [{k: v for k, v in row.items() if not k.startswith("_")} for row in rows]


def test_kobo_columns_of_options_that_nobody_ticked_may_be_missing_and_stand_in_any_order(
    installation: Installation,
):
    declared(installation)  # the one column of answers; formpack #60
    all_ticked = "uuid,sex,age,measures,measures/sell,measures/save\nu1,f,30,sell save,1,1\n"
    one_ticked = "uuid,sex,age,measures,measures/save\nu1,f,30,save,1\n"
    assert [row["measures"] for row in answers(installation, all_ticked)] == ["sell save"]
    assert [row["measures"] for row in answers(installation, one_ticked, "q.csv")] == ["save"]


def test_a_kobo_option_removed_from_the_form_that_shifts_the_columns_left_is_held_back(
    installation: Installation,
):
    declared(installation)  # kpi #2089: the answers of one version slide under the next header
    sound, shifted = "u1,f,30,save", "u2,41,save,"
    delivery = installation.hand_in(f"uuid,sex,age,measures\n{sound}\n{shifted}\n", SURVEY)
    intake.take_in(delivery.delivery_id, installation.ledger)
    assert len(installation.accepted(delivery)) == 1
    assert [row["_rules"] for row in installation.held_back(delivery)] == ["wrong_type"]


def test_kobo_choices_from_a_file_stay_one_column_of_their_values(installation: Installation):
    declared(installation)  # kpi #5940
    content = 'uuid,sex,age,measures\nu1,f,30,"v_103 v_7"\n'
    assert answers(installation, content)[0]["measures"] == "v_103 v_7"


@pytest.mark.parametrize(
    "spelt", ["economy/measures", "economy.measures", "economy_measures", "measures::English (en)"]
)
def test_another_spelling_of_groups_or_languages_in_the_header_is_refused_until_it_is_declared(
    installation: Installation, spelt: str
):
    declared(installation)  # formpack #285 and the setting of the group separator
    content = f"uuid,sex,age,{spelt}\nu1,f,30,save\n"
    with pytest.raises(RefusedDelivery, match=r"column 'measures' is not in p\.csv"):
        answers(installation, content)
    declared(installation, renames={"measures": spelt})
    assert answers(installation, content + "u2,m,31,sell\n", "q.csv")[0]["measures"] == "save"


def test_labels_in_place_of_the_values_that_are_declared_are_held_back(installation: Installation):
    of_values = {
        "type": "expect_column_values_to_be_in_set",
        "kwargs": {"column": "sex", "value_set": ["f", "m"]},
        "severity": "warning",
        "meta": {"table": "persons", "reason": "the export shows labels, not values"},
    }
    _, held = taken_in(installation, {"sex": "Femme"}, {"sex": "Mujer"}, suite=[of_values])
    assert {row["_reasons"] for row in held} == {"the export shows labels, not values"}


def test_odk_repeats_of_one_name_are_told_apart_by_their_number(installation: Installation):
    declared(
        installation,
        {"KEY": "text", "uuid": "text", "age": "integer"},
        export={
            "format": "csv_zip",
            "tables": {
                "persons": {
                    "unit": "person",
                    "key": "person_id",
                    "member": "form-member~2.csv",
                    "columns": {"KEY": "text", "uuid": "text", "age": "integer"},
                }
            },
        },
    )
    book = BytesIO()
    with zipfile.ZipFile(book, "w") as to:
        to.writestr("form.csv", "KEY\nk\n")
        to.writestr("form-member~1.csv", "KEY,uuid,age\nk,u1,30\n")
        to.writestr("form-member~2.csv", "KEY,uuid,age\nk,u2,41\n")
    assert [row["age"] for row in answers(installation, book.getvalue(), "p.zip")] == ["41"]


def test_odk_nulls_are_no_answer_whether_empty_or_an_empty_text(installation: Installation):
    declared(installation)
    rows = answers(installation, 'uuid,sex,age,measures\nu1,"",,save\nu2,,"",""\n')
    assert [[row["sex"], row["age"], row["measures"]] for row in rows] == [
        [None, None, "save"],
        [None, None, None],
    ]


@pytest.mark.parametrize(
    "code",
    ["##N/A##", "-999999999", "-2147483647", "-99", "-88", "98", "99", "999", "N/A", "dnk", "pnta"],
)
def test_a_declared_code_for_no_answer_passes_as_it_is_for_the_mapping_to_say_what_it_means(
    installation: Installation, code: str
):
    accepted, _ = taken_in(installation, {"age": code}, {"born": code}, dialect={"missing": [code]})
    assert [(row["age"], row["born"]) for row in accepted] == [(code, None), ("30", code)]


@pytest.mark.parametrize(("not_applicable", "missing"), [("NotAppl", "Missing"), ("8", "9")])
def test_cspro_blanks_are_no_zeros_and_its_special_values_no_numbers(
    installation: Installation, not_applicable: str, missing: str
):
    codes = [not_applicable, missing]
    changes = [{"age": age} for age in ("", "0", *codes)]
    accepted, _ = taken_in(installation, *changes, dialect={"missing": codes})
    assert [row["age"] for row in accepted] == [None, "0", *codes]


def test_choices_of_survey_solutions_pass_as_yes_and_no_or_as_their_order(
    installation: Installation,
):
    columns = {"uuid": "text", "support__1": "integer", "support__2": "integer"}
    declared(installation, columns)
    content = "uuid,support__1,support__2\nyes_no,1,0\nordered,2,1\nnone,,\n"
    rows = answers(installation, content)
    assert [(row["support__1"], row["support__2"]) for row in rows] == [
        ("1", "0"),
        ("2", "1"),
        (None, None),
    ]


@pytest.mark.parametrize("format_", ["spss_sav", "stata_dta"])
def test_days_counted_from_1582_or_1960_are_the_days_that_were_meant(
    installation: Installation, tmp_path: Path, format_: str
):
    columns = {"uuid": "text", "born": "date"}
    persons = {"unit": "person", "key": "person_id", "columns": columns}
    declared(installation, columns, export={"format": format_, "tables": {"persons": persons}})
    days = [date(1899, 12, 31), date(1959, 12, 31), date(1960, 1, 1), date(2021, 2, 4), None]
    frame = pd.DataFrame({"uuid": [f"u{n}" for n in range(5)], "born": days})
    file = tmp_path / f"p.{format_[-3:]}"
    writer = pyreadstat.write_sav if format_ == "spss_sav" else pyreadstat.write_dta
    writer(frame, str(file))
    rows = answers(installation, file.read_bytes(), file.name)
    assert [row["born"] for row in rows] == [day and day.isoformat() for day in days]


def test_columns_without_a_name_at_the_end_are_no_answers(installation: Installation):
    declared(installation)
    (row,) = answers(installation, "uuid,sex,age,measures,,\nu1,f,30,save,,\n")
    assert row == {**row, "sex": "f", "age": "30", "measures": "save"}
    assert set(row) == {"person_id", "sex", "age", "measures"}


def test_options_named_true_and_false_stay_the_words_they_are(installation: Installation):
    declared(installation)
    rows = answers(installation, "uuid,sex,age,measures\nu1,true,30,false\n")
    assert (rows[0]["sex"], rows[0]["measures"]) == ("true", "false")


def test_one_interview_sent_twice_under_two_ids_is_found_by_its_answers(
    installation: Installation,
):
    soft = {
        "type": "expect_compound_columns_to_be_unique",
        "kwargs": {"column_list": ["sex", "age", "day", "w"]},
        "severity": "warning",
        "meta": {"table": "persons", "reason": "all answers are those of another interview"},
    }
    accepted, held = taken_in(
        installation, {"age": "41"}, {"age": "52"}, {"age": "52"}, suite=[soft]
    )
    assert [row["age"] for row in accepted] == ["41"]
    assert {row["_reasons"] for row in held} == {"all answers are those of another interview"}
    assert len(held) == 2


@pytest.mark.parametrize("name", ["deviceid", "subscriberid", "simid", "devicephonenum"])
def test_what_surveycto_tells_of_the_device_does_not_pass(installation: Installation, name: str):
    declared(installation)
    (row,) = answers(installation, f"uuid,sex,age,measures,{name}\nu1,f,30,save,351756\n")
    assert name not in row
    assert "351756" not in str(row)
