"""A household that two surveys of a country met has one link in both, and none where unknown."""

from intake_fixtures import COLUMNS, SURVEY, Installation, csv_of
from migstat.intake import take_in as intake

pytest_plugins = ["intake_fixtures"]

GOOD = {"uuid": "u1", "sex": "f", "age": "30", "day": "2021-01-15", "w": "1"}


def links(installation: Installation, survey: str, rows: list[dict[str, str]]) -> list[str | None]:
    declaration = {
        "survey": survey,
        "country": "ZZZ",
        "title": "Persons",
        "steward": "nobody@example.org",
        "unit": "person",
        "synthetic": True,
        "export": {
            "format": "csv",
            "tables": {"persons": {"unit": "person", "key": "person_id", "columns": COLUMNS}},
        },
        "privacy": {
            "keys": {"person_id": ["uuid"]},
            "links": {"household_link": ["phone"]},
            "drop": ["note"],
        },
        "design": {"weight": "w"},
        "waves": {"2021": {"fieldwork": ["2021-01-11", "2021-02-26"], "time_period": "2021"}},
    }
    installation.write_survey(survey, declaration, [])
    delivery = installation.hand_in(csv_of(rows), survey)
    intake.take_in(delivery.delivery_id, installation.ledger)
    accepted = installation.accepted(delivery)
    assert all("phone" not in row for row in accepted)
    return [row["household_link"] for row in accepted]


def test_the_link_is_the_same_in_every_survey_and_the_record_key_is_not(
    installation: Installation,
):
    rows = [{**GOOD, "phone": "HH-7"}, {**GOOD, "uuid": "u2", "phone": ""}]
    first = links(installation, SURVEY, rows)
    second = links(installation, "zzz_others", [{**GOOD, "phone": " HH-7 "}])
    assert first == [second[0], None]
    assert second[0] is not None


def test_telephones_cut_by_a_spreadsheet_link_nobody(installation: Installation):
    rows = [{**GOOD, "phone": "8.8E+12"}, {**GOOD, "uuid": "u2", "phone": "8,80171E+12"}]
    assert links(installation, SURVEY, rows) == [None, None]
