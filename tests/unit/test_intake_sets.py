"""A delivery of several files: one table in each, joined on the parent's key."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from intake_fixtures import FAMILY, FAMILY_SET, Installation
from migstat.intake import drop_zone
from migstat.intake.errors import RefusedDelivery
from migstat.intake.take_in import take_in
from migstat.ledger import Delivery, State

pytest_plugins = ["intake_fixtures"]

HOUSEHOLDS = "uuid,w\nh1,1.5\nh2,2\n"
PERSONS = "hh,line,age\nh1,1,30\nh1,2,5\nh2,1,40\nnobody,1,50\n"

Place = Callable[[Mapping[str, str]], list[Delivery]]


@pytest.fixture
def place(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Put files into one batch folder of the drop zone and look there twice."""
    monkeypatch.setenv("MIGSTAT_SETTLE_SECONDS", "0")
    installation.write_survey(FAMILY, FAMILY_SET, [])
    folder = installation.home / "drop_zone" / FAMILY / "2021" / "batch"

    def put(files: Mapping[str, str]) -> list[Delivery]:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_text(content)
        return [d for _ in range(2) for d in drop_zone.register(installation.ledger)][-1:]

    return put


def test_two_files_make_one_delivery_whose_members_join_their_households(
    installation: Installation, place: Place
):
    (delivery,) = place({"persons_1.csv": PERSONS, "households_1.csv": HOUSEHOLDS})
    outcome = take_in(delivery.delivery_id, installation.ledger)
    counts = {name: (c.n_accepted, c.n_quarantined) for name, c in outcome.tables.items()}
    assert counts == {"persons": (3, 1), "households": (2, 0)}
    first, second = (row["_record_key"] for row in installation.accepted(delivery, "households"))
    persons = installation.accepted(delivery)
    assert [row["_parent_key"] for row in persons] == [first, first, second]
    assert [row["age"] for row in persons] == ["30", "5", "40"]


def test_an_incomplete_set_waits_and_is_taken_in_with_its_last_file(
    installation: Installation, place: Place
):
    assert place({"persons_1.csv": PERSONS}) == []
    (waits,) = drop_zone.scan(installation.ledger).incomplete
    assert (waits.survey_code, waits.missing) == (FAMILY, ("households*.csv",))
    assert installation.ledger.deliveries() == []
    (delivery,) = place({"households_1.csv": HOUSEHOLDS})
    assert take_in(delivery.delivery_id, installation.ledger).tables["persons"].n_accepted == 3


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"households_1.csv": "uuid,w\nh1\n"}, r"line 2 of households_1\.csv has another number"),
        ({"persons_1.csv": "hh,lin,age\nh1,1,30\n"}, r"'line' is not in persons_1\.csv.*'lin'"),
        ({"persons_1.csv": "PK\x03\x04"}, r"persons_1\.csv should be a CSV file"),
    ],
)
def test_one_bad_file_refuses_the_whole_set(
    installation: Installation, place: Place, bad: dict[str, str], says: str
):
    (delivery,) = place({"persons_1.csv": PERSONS, "households_1.csv": HOUSEHOLDS, **bad})
    with pytest.raises(RefusedDelivery, match=says):
        take_in(delivery.delivery_id, installation.ledger)
    assert installation.ledger.delivery(delivery.delivery_id).state == State.REFUSED
    assert not installation.raw_folder(delivery).exists()


def test_a_set_is_handed_in_by_hand_together(
    installation: Installation, place: Place, tmp_path: Path
):
    files = [tmp_path / "households_a.csv", tmp_path / "persons_a.csv"]
    for file, content in zip(files, (HOUSEHOLDS, PERSONS), strict=True):
        file.write_text(content)
    drop_zone.hand_in(files, FAMILY, "2021")
    (delivery,) = place({})
    assert take_in(delivery.delivery_id, installation.ledger).tables["households"].n_accepted == 2


def test_files_of_a_form_that_is_declared_no_more_are_refused(
    installation: Installation, place: Place
):
    (delivery,) = place({"persons_1.csv": PERSONS, "households_1.csv": HOUSEHOLDS})
    tables = {
        name: {**table, "file": table["file"].replace("persons", "members")}
        for name, table in FAMILY_SET["export"]["tables"].items()
    }
    files = ["members*.csv", "households*.csv"]
    export = {**FAMILY_SET["export"], "files": files, "tables": tables}
    installation.write_survey(FAMILY, {**FAMILY_SET, "export": export}, [])
    with pytest.raises(RefusedDelivery, match=r"none of its 2 files stands for 'members\*\.csv'"):
        take_in(delivery.delivery_id, installation.ledger)
