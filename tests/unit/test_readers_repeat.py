"""Repeats in numbered columns become rows; none is lost, and none is made up."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from intake_fixtures import FAMILY, Installation, csv_request, family
from migstat.intake import take_in as intake
from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers import csv_file, repeat
from migstat.intake.readers.request import RepeatRequest

pytest_plugins = ["intake_fixtures"]

HEADER = "KEY,w,line_1,age_1,name_1,line_2,age_2,name_2,line_3,age_3,name_3\n"
ROWS = "uuid:a,1.5,1,40,CANARY,2,9,,,,\nuuid:b,2,1,33,,,,,,,\nuuid:c,1,,,,,,CANARY,,,\n"
Deliver = Callable[[str], intake.Outcome]


def wide(**repeat: object) -> dict[str, object]:
    declaration = family(
        {"format": "csv"},
        households={"key": "KEY"},
        persons={
            "key": "KEY",
            "columns": {"KEY": "text", "line": "integer", "age": "integer", "name": "text"},
            "repeat": {"of": "households", "names": "{column}_{n}", "up_to": 3, **repeat},
        },
    )
    declaration["privacy"] = {
        "keys": {"household_id": ["KEY"], "person_id": ["KEY", "_repeat"]},
        "drop": ["name"],
    }
    return declaration


def take_in(installation: Installation, content: str, **repeat: object) -> list[list[str | None]]:
    installation.write_survey(FAMILY, wide(**repeat), [])
    delivery = installation.hand_in(content, FAMILY)
    intake.take_in(delivery.delivery_id, installation.ledger)
    households = {
        row["_record_key"]: row["w"] for row in installation.accepted(delivery, "households")
    }
    return [
        [households[row["_parent_key"]], row["age"]]
        for row in installation.accepted(delivery, "persons")
    ]


def refusal(installation: Installation, content: str, **repeat: object) -> str:
    with pytest.raises(RefusedDelivery) as refused:
        take_in(installation, content, **repeat)
    return refused.value.reason


def test_each_answered_repeat_is_a_row_that_knows_its_parent(installation: Installation):
    assert take_in(installation, HEADER + ROWS) == [
        ["1.5", "40"],
        ["1.5", "9"],
        ["2", "33"],
        ["1", None],  # only the dropped name was answered: a member all the same
    ]


def test_a_file_with_fewer_repeats_than_declared_is_read(installation: Installation):
    assert take_in(installation, "KEY,w,line_1,age_1,name_1\nuuid:a,1,1,40,\n") == [["1", "40"]]


def test_numbered_columns_are_no_undeclared_columns(installation: Installation):
    installation.write_survey(FAMILY, wide(), [])
    delivery = installation.hand_in(HEADER + ROWS, FAMILY)
    outcome = intake.take_in(delivery.delivery_id, installation.ledger)
    assert not any(outcome.undeclared_columns.values())


def test_more_repeats_than_declared_are_refused_with_the_number_to_declare(
    installation: Installation,
):
    reason = refusal(installation, HEADER + ROWS, up_to=2)
    assert "column 'line_3' is in the file, but its repeat is declared up to 2" in reason
    assert "up_to: 3" in reason


def test_a_repeat_without_its_first_columns_is_refused(installation: Installation):
    reason = refusal(installation, HEADER.replace("age_1", "age1") + ROWS)
    assert "column 'age_1' is not in p.csv; nearest: 'age1'" in reason


def test_a_doubled_numbered_column_is_refused(installation: Installation):
    reason = refusal(installation, HEADER.replace("age_3", "age_2") + ROWS)
    assert "column 'age_2' stands 2 times" in reason


def test_a_lost_row_of_the_wide_table_makes_the_counts_disagree(installation: Installation):
    stray = 'KEY,w,line_1,age_1,name_1\na,1,1,2,5" x\nb,1,1,2,y\nc,1,1,2,6" x\n'
    assert "were counted" in refusal(installation, stray)


def test_a_repeat_whose_columns_are_all_empty_gives_no_rows(installation: Installation):
    assert take_in(installation, HEADER + "uuid:a,1,,,,,,,,,\n") == []


@pytest.mark.parametrize(("unrolled", "n_rows"), [(2, 2), (1, 1)])
def test_a_repeat_lost_on_the_way_makes_the_counts_disagree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unrolled: int, n_rows: int
):
    unroll = repeat._unroll
    monkeypatch.setattr(
        repeat,
        "_unroll",
        lambda request, table, of, *rest: unroll(
            request, table, replace(of, up_to=unrolled), *rest
        ),
    )
    file = tmp_path / "p.csv"
    file.write_text("KEY,age_1,age_2\na,40,9\n")
    request = csv_request(tmp_path, file, ["KEY", "age"])
    (table,) = request.tables
    table = replace(table, repeat=RepeatRequest("{column}_{n}", 2, {"age": "age"}))
    request = replace(request, tables=(table,))
    (found,) = repeat.narrowed(request, csv_file.read(repeat.widened(request)))
    assert (found.n_rows, found.n_counted) == (n_rows, 2)
