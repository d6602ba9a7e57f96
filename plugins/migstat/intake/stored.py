"""Judging a delivery again from what its last round stored, when its original files are gone.

Accepted and held-back rows together are the whole delivery, as it passed the border. What did not
pass is gone: a row held back for an answer that was not kept stays held back, and a declaration
that asks for more than was stored needs the original files.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migstat.declarations import Country, Survey, TableName
from migstat.intake.answers import Answers, connect, create_border, typed
from migstat.intake.privacy import Secret, coarsened, keys_of
from migstat.intake.raw_store import quarantine_folder, raw_folder
from migstat.intake.zone_files import FileChangedError
from migstat.ledger import Delivery, Ledger, QualityFinding, State
from migstat.sql import identifier, literal


@dataclass(frozen=True)
class Stored:
    """What an earlier round of a delivery left.

    Attributes:
        delivery: That round.
        description: Its ``delivery.json``.
    """

    delivery: Delivery
    description: Mapping[str, Any]

    @property
    def undeclared(self) -> dict[str, tuple[str, ...]]:
        """Columns that did not pass, by table."""
        tables = self.description["tables"].items()
        return {
            name: tuple(table["undeclared_columns"])
            for name, table in tables
            if table["undeclared_columns"]
        }

    @property
    def labels(self) -> dict[str, Mapping[str, Any]]:
        """What the file said of its columns, by table."""
        return {name: table["labels"] for name, table in self.description["tables"].items()}

    def notes(self, ledger: Ledger) -> list[QualityFinding]:
        """Give the counts that only the original answers allow, as they were found then."""
        return [
            QualityFinding(
                found.table_name,
                found.rule,
                found.severity,
                found.n_failed,
                found.n_rows,
                found.reason,
            )
            for found in ledger.quality_results(self.delivery.delivery_id)
            if found.rule == "position_unplaced"
        ]


def find_stored(delivery: Delivery, ledger: Ledger) -> Stored | None:
    """Find the last round of a delivery that was accepted; None when nothing was ever stored."""
    rounds = [
        earlier
        for earlier in ledger.deliveries(delivery.survey_code, delivery.wave)
        if earlier.sequence == delivery.sequence
        and earlier.state in {State.ACCEPTED, State.SUPERSEDED}
        and (raw_folder(earlier) / "delivery.json").is_file()
    ]
    if not rounds:
        return None
    last = max(rounds, key=lambda earlier: earlier.round)
    text = (raw_folder(last) / "delivery.json").read_text(encoding="utf-8")
    return Stored(last, json.loads(text))


def open_stored(
    stored: Stored, *, survey: Survey, country: Country, secret: Secret, scratch: Path, place: str
) -> Answers:
    """Open stored rows as the answers of a delivery.

    Args:
        stored: What was stored.
        survey: The survey's declaration as it is now.
        country: Its country, for the areas.
        secret: Key of the pseudonyms.
        scratch: Folder for what DuckDB must spill.
        place: Survey and wave, for messages.

    Raises:
        FileChangedError: The declaration or the key asks for what was not stored.
    """
    missing = _missing(stored, survey, secret)
    if missing:
        raise FileChangedError(
            f"{place}: the original files are gone, and what was stored can't stand in for them: "
            f"{'; '.join(missing)}. Put the registered files back in their place and run "
            "`migstat ingest`."
        )
    connection = connect(scratch, secret, country)
    wave = survey.waves[stored.delivery.wave]
    answers = Answers(connection, survey, wave, country, place, is_stored=True)
    for table in survey.export.tables:
        _create_raw(answers, stored.delivery, table)
        names = [*keys_of(survey, table)]
        keys = {name: identifier(name) for name in names}
        create_border(answers, table, _passed(answers, table), keys)
    return answers


def _missing(stored: Stored, survey: Survey, secret: Secret) -> list[str]:
    """Say what the declarations ask for that was not stored."""
    if stored.description["key_fingerprint"] != secret.fingerprint:
        return ["its pseudonyms were made with another key"]
    problems = []
    for table in survey.export.tables:
        then = stored.description["tables"].get(table.value)
        if then is None:
            problems.append(f"table {table} is new")
            continue
        keys = {name: list(sources) for name, sources in keys_of(survey, table).items()}
        if then["keys"] != keys:
            problems.append(f"the keys of {table} are made otherwise")
        problems += [
            f"column {name!r} of {table} did not pass then"
            for name in survey.passing_columns(table)
            if name not in then["columns"]
        ]
    return problems


def _create_raw(answers: Answers, delivery: Delivery, table: TableName) -> None:
    """Bring accepted and held-back rows together, in the order of the export."""
    accepted, held = (
        f"read_parquet({literal(folder / f'{table}.parquet')})"
        for folder in (raw_folder(delivery), quarantine_folder(delivery))
    )
    answers.connection.execute(
        f"create temp table raw_{table} as select * exclude (_reasons) from "
        f"(from {accepted} union all by name from {held}) order by _row_number"
    )


def _passed(answers: Answers, table: TableName) -> dict[str, str]:
    """Give the SQL of every column that passes now, over what passed then."""
    survey = answers.survey
    kinds = survey.export.tables[table].columns
    return {
        name: _coarsened_again(answers, name)
        if name in survey.privacy.coarsen
        else typed(name, kinds[name], answers.decimal, survey.export.dialect.missing)
        for name in survey.passing_columns(table)
    }


def _coarsened_again(answers: Answers, column: str) -> str:
    """Write the SQL of a column that is coarse already, or is to be from now on."""
    to, name = answers.survey.privacy.coarsen[column], identifier(column)
    if to in {"year", "month"}:
        return f"left({name}, {4 if to == 'year' else 7})"
    level = int(to.removeprefix("adm"))
    codes = [literal(area.code) for area in answers.country.areas if area.level == level]
    known = f"{name} in ({', '.join(codes)})" if codes else "false"
    area = coarsened(answers.survey, answers.country, column)
    return f"case when {known} then {name} else {area} end"
