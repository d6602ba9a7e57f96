"""An export with rows to spoil, taken in by a fictional installation."""

from collections.abc import Mapping, Sequence

from intake_fixtures import COLUMNS, SURVEY, Installation, csv_of
from migstat.intake import take_in as intake

GOOD = {"uuid": "u0", "sex": "f", "age": "30", "day": "2021-01-15", "w": "1"}
Rows = list[dict[str, str | None]]


def taken_in(
    installation: Installation,
    *changes: Mapping[str, str],
    dialect: Mapping[str, object] | None = None,
    suite: Sequence[Mapping[str, object]] = (),
) -> tuple[Rows, Rows]:
    """Take in a sound row, then one per change; gives the accepted and the held-back changes."""
    dialect = dict(dialect or {})
    persons = {"unit": "person", "key": "person_id", "columns": COLUMNS}
    installation.declare(
        suite=suite,
        export={"format": "csv", "dialect": dialect, "tables": {"persons": persons}},
        privacy={"keys": {"person_id": ["uuid"]}, "drop": ["phone"]},
    )
    rows = [GOOD, *({**GOOD, "uuid": f"u{i}", **c} for i, c in enumerate(changes, start=1))]
    content = csv_of(rows, str(dialect.get("delimiter", ",")))
    delivery = installation.hand_in(content.encode(str(dialect.get("encoding", "utf-8"))), SURVEY)
    intake.take_in(delivery.delivery_id, installation.ledger)
    accepted = [row for row in installation.accepted(delivery) if row["_row_number"] > 1]
    return accepted, installation.held_back(delivery)
