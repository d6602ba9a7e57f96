"""What tools and spreadsheets do to answers, a test a defect: mended as declared or held back."""

import pytest
from intake_fixtures import Installation
from trap_fixtures import taken_in

pytest_plugins = ["intake_fixtures"]

SEXES = {
    "type": "expect_column_values_to_be_in_set",
    "kwargs": {"column": "sex", "value_set": ["m", "f", "с"]},  # noqa: RUF001 - Cyrillic is meant
    "severity": "warning",
    "meta": {"table": "persons", "reason": "sex is one of the codes"},
}
APPROVED = {
    "type": "expect_column_values_to_not_match_regex",
    "kwargs": {"column": "sex", "regex": "(?i)^test"},
    "severity": "warning",
    "meta": {"table": "persons", "reason": "it is no test submission"},
}


@pytest.mark.parametrize(
    ("decimal", "numbers"),
    [
        pytest.param(
            ",",
            {
                "1.234,5": "1234.5",
                "1\u00a0234,5": "1234.5",  # no-break space
                "1\u202f234,5": "1234.5",  # narrow no-break space
                "١٢٣,٤": "123.4",  # Arabic digits
            },
            id="decimal comma",
        ),
        pytest.param(
            ".",
            {
                "1,234.5": "1234.5",
                "1\u00a0234.5": "1234.5",
                "১২৩.৫": "123.5",  # Bengali digits
                "۱۲۳": "123",  # Persian digits
                "+3": "+3",
            },
            id="decimal point",
        ),
    ],
)
def test_numbers_are_read_as_their_country_writes_them(
    installation: Installation, decimal: str, numbers: dict[str, str]
):
    dialect = {"decimal": decimal, "delimiter": ";"}
    accepted, _ = taken_in(installation, *({"w": text} for text in numbers), dialect=dialect)
    assert [row["w"] for row in accepted] == list(numbers.values())


@pytest.mark.parametrize(
    ("decimal", "numbers"), [(".", ["1,5", "8.8E+", "12 34"]), (",", ["1.5", "1.23,5"])]
)
def test_numbers_in_the_other_notation_are_held_back_and_not_guessed(
    installation: Installation, decimal: str, numbers: list[str]
):
    dialect = {"decimal": decimal, "delimiter": ";"}
    accepted, held = taken_in(installation, *({"w": text} for text in numbers), dialect=dialect)
    assert accepted == []
    assert all("wrong_type" in str(row["_rules"]) for row in held)
    assert len(held) == len(numbers)


@pytest.mark.parametrize(
    ("formats", "written", "iso"),
    [
        (["%d/%m/%Y"], "04/02/2021", "2021-02-04"),
        (["%m/%d/%Y"], "02/04/2021", "2021-02-04"),
        (["%m/%d/%Y"], "2/4/2021", "2021-02-04"),
        (
            ["%b %d, %Y %I:%M:%S %p", "%b %d, %Y"],
            "Feb 4, 2021 6:26:24 PM",
            "2021-02-04T18:26:24",
        ),
        (["%b %d, %Y %I:%M:%S %p", "%b %d, %Y"], "Feb 4, 2021", "2021-02-04"),
        (["%d/%m/%Y"], "2021-02-04", "2021-02-04"),
        (["excel"], "44231", "2021-02-04"),
        (["excel-1904"], "42769", "2021-02-04"),
        (["excel"], "44231.75", "2021-02-04T18:00:00"),
    ],
)
def test_a_date_in_a_declared_format_becomes_an_iso_date(
    installation: Installation, formats: list[str], written: str, iso: str
):
    accepted, _ = taken_in(installation, {"day": written}, dialect={"date_formats": formats})
    assert [row["day"] for row in accepted] == [iso]


@pytest.mark.parametrize(
    ("formats", "written"),
    [([], "04/02/2021"), (["%d/%m/%Y"], "02/24/2021"), ([], "44231"), (["%d/%m/%Y"], "4 Feb 2021")],
)
def test_a_date_in_no_declared_format_is_held_back_and_not_guessed(
    installation: Installation, formats: list[str], written: str
):
    accepted, held = taken_in(installation, {"day": written}, dialect={"date_formats": formats})
    assert accepted == []
    assert "wrong_type" in held[0]["_rules"]


def test_the_day_of_an_interview_is_that_of_its_own_time_zone(installation: Installation):
    accepted, held = taken_in(
        installation,
        {"day": "2021-01-11T01:00:00.000+06:00"},  # still the 10th in UTC, before fieldwork
        {"day": "2021-02-27T01:00:00.000+06:00"},  # still the 26th in UTC, the last day
    )
    assert [row["day"] for row in accepted] == ["2021-01-11T01:00:00.000+06:00"]
    assert held[0]["_rules"] == "date_outside_fieldwork"


def test_answers_pass_as_they_were_written(installation: Installation):
    texts = ["Sí", "Oui", "হ্যাঁ", "Да", "true", "0105", "=1+1", "-99", "N/A"]
    accepted, _ = taken_in(installation, *({"note": text} for text in texts))
    assert [row["note"] for row in accepted] == texts


def test_a_cyrillic_look_alike_in_a_code_is_another_code(installation: Installation):
    accepted, held = taken_in(
        installation,
        {"sex": "с"},  # noqa: RUF001 - Cyrillic is meant
        {"sex": "c"},
        suite=[SEXES],
    )
    assert len(accepted) == 1
    assert "sex is one of the codes" in held[0]["_reasons"]


def test_a_code_turned_into_a_date_is_held_back_by_its_suite(installation: Installation):
    _, held = taken_in(installation, {"sex": "2021-03-04"}, {"sex": "4-Mar"}, suite=[SEXES])
    assert len(held) == 2


def test_a_test_submission_is_held_back_with_the_reason(installation: Installation):
    accepted, held = taken_in(installation, {"sex": "TEST please ignore"}, suite=[APPROVED])
    assert accepted == []
    assert "it is no test submission" in held[0]["_reasons"]


def test_codes_for_no_answer_pass_in_columns_of_any_type_when_declared(installation: Installation):
    missing = {"missing": ["##N/A##", ".a", "dnk"]}
    accepted, _ = taken_in(
        installation, {"age": "##N/A##"}, {"age": ".a"}, {"born": "dnk"}, dialect=missing
    )
    assert [(row["age"], row["born"]) for row in accepted] == [
        ("##N/A##", None),
        (".a", None),
        ("30", "dnk"),
    ]


def test_an_undeclared_code_for_no_answer_in_a_column_of_numbers_is_held_back(
    installation: Installation,
):
    accepted, held = taken_in(installation, {"age": "##N/A##"})
    assert accepted == []
    assert held[0]["_rules"] == "wrong_type"


def test_every_record_of_a_doubled_id_is_held_back(installation: Installation):
    accepted, held = taken_in(installation, {"uuid": "twice"}, {"uuid": "twice"})
    assert accepted == []
    assert [row["_rules"] for row in held] == ["key_duplicated", "key_duplicated"]


def test_an_interview_outside_fieldwork_is_held_back(installation: Installation):
    accepted, held = taken_in(installation, {"day": "2021-02-27"}, {"day": "2020-12-31"})
    assert accepted == []
    assert {row["_rules"] for row in held} == {"date_outside_fieldwork"}


def test_a_weight_that_is_missing_zero_or_negative_is_held_back(installation: Installation):
    weights = ["", "0", "-1", "0.0", ".a"]
    dialect = {"missing": [".a"]}
    accepted, held = taken_in(installation, *({"w": w} for w in weights), dialect=dialect)
    assert accepted == []
    assert [row["_rules"] for row in held] == ["weight_not_positive"] * len(weights)


def test_an_id_cut_by_a_spreadsheet_is_no_key(installation: Installation):
    accepted, held = taken_in(installation, {"uuid": "8.8E+12"})
    assert accepted == []
    assert held[0]["_rules"] == "key_missing"
