"""Parents and children: orphans are held back, and keys join across tables of a workbook."""

from pathlib import Path

import pytest
import xlsxwriter
from intake_fixtures import FAMILY, FAMILY_BOOK, Installation
from migstat.intake.take_in import take_in

pytest_plugins = ["intake_fixtures"]


@pytest.fixture
def book(installation: Installation, tmp_path: Path) -> bytes:
    """Two good households, one of weight zero, and members of these and of none."""
    installation.write_survey(FAMILY, FAMILY_BOOK, [])
    file = tmp_path / "family.xlsx"
    with xlsxwriter.Workbook(file) as workbook:
        main, members = workbook.add_worksheet("main"), workbook.add_worksheet("members")
        for at, row in enumerate([["_uuid", "w"], ["h1", 1], ["h2", 2], ["zero", 0]]):
            main.write_row(at, 0, row)
        rows = [["h1", 1, 30], ["h1", 2, 5], ["h2", 1, 40], ["zero", 1, 50], ["nobody", 1, 60]]
        for at, row in enumerate([["_submission__uuid", "line", "age"], *rows, [None, 1, 70]]):
            members.write_row(at, 0, row)
    return file.read_bytes()


def test_members_without_an_accepted_household_are_held_back(
    installation: Installation, book: bytes
):
    delivery = installation.hand_in(book, FAMILY, "family.xlsx")
    outcome = take_in(delivery.delivery_id, installation.ledger)
    held = installation.held_back(delivery)
    assert [row["age"] for row in held] == ["50", "60", "70"]
    assert all("parent_missing" in row["_rules"] for row in held)
    assert {name: c.n_accepted for name, c in outcome.tables.items()} == {
        "households": 2,
        "persons": 3,
    }


def test_members_join_their_household_on_its_key(installation: Installation, book: bytes):
    delivery = installation.hand_in(book, FAMILY, "family.xlsx")
    take_in(delivery.delivery_id, installation.ledger)
    households = [row["_record_key"] for row in installation.accepted(delivery, "households")]
    persons = installation.accepted(delivery)
    assert [row["_parent_key"] for row in persons] == [*households[:1] * 2, households[1]]
    assert all(row["household_id"] == row["_parent_key"] for row in persons)
    assert len({row["_record_key"] for row in persons}) == 3
