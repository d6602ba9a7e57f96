"""What a build reads from the ledger: which waves there are, what changed, which files count.

dbt never opens the ledger; it reads these as Parquet, and the code lists, which as SQL would be the
longest text of a build.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from migstat.declarations import Catalogue, Survey, load_catalogue
from migstat.intake.raw_store import raw_folder
from migstat.ledger import Delivery, Ledger, State
from migstat.sql import literal
from migstat.warehouse.blame import unreadable
from migstat.warehouse.project import (
    DeclaredSurveys,
    common_fingerprint,
    declared_surveys,
    survey_fingerprint,
)


@dataclass(frozen=True)
class SurveyWave:
    """A wave that has accepted deliveries.

    Attributes:
        declared: None where the survey's declaration is not sane.
        deliveries: Accepted and superseded ones, in their order; the accepted ones are current.
        fingerprint: Changes when the wave must be computed again.
    """

    survey_code: str
    wave: str
    declared: Survey | None
    deliveries: tuple[Delivery, ...]
    fingerprint: str

    @property
    def label(self) -> str:
        """``survey/wave``."""
        return f"{self.survey_code}/{self.wave}"

    @property
    def raw_files(self) -> list[tuple[Delivery, str, Path]]:
        """Delivery, table and Parquet file of all that was taken in."""
        tables = self.declared.export.tables if self.declared else {}
        return [
            (delivery, table.value, raw_folder(delivery) / f"{table.value}.parquet")
            for delivery in self.deliveries
            for table in tables
        ]

    @cached_property
    def damage(self) -> str | None:
        """Why its raw files can't be read, in words, from reading them to the end as a build does.

        None where they can.
        """
        with duckdb.connect() as connection:
            for delivery, _, file in self.raw_files:
                try:
                    connection.execute(
                        f"select sum(hash(rows)) from read_parquet({literal(file)}) as rows"
                    )
                except duckdb.Error:
                    return unreadable(self.wave, delivery.delivery_id)
        return None


def load_waves(ledger: Ledger, declared: DeclaredSurveys | None = None) -> list[SurveyWave]:
    """List the waves of declared surveys that have an accepted delivery, by survey and wave.

    A survey whose declaration is not sane is there with all its waves. A wave changes with the
    wave before it that it is compared with: when another takes that place, not when it changes.
    """
    declared = declared or declared_surveys()
    taken_in = [d for d in ledger.deliveries() if d.state in {State.ACCEPTED, State.SUPERSEDED}]
    common = common_fingerprint()
    own = {code: survey_fingerprint(code) for code in (*declared.sane, *declared.problems)}
    ordered = sorted(taken_in, key=lambda d: (d.survey_code, d.wave, d.order))
    found: dict[tuple[str, str], tuple[Delivery, ...]] = {}
    for (code, wave), group in groupby(ordered, key=lambda d: (d.survey_code, d.wave)):
        survey = declared.sane.get(code)
        if code in declared.problems or (survey and wave in survey.waves):
            found[code, wave] = tuple(group)
    before = _waves_before(found, declared)
    return [
        SurveyWave(
            code,
            wave,
            declared.sane.get(code),
            deliveries,
            _fingerprint(common, own[code], deliveries, before[code, wave]),
        )
        for (code, wave), deliveries in found.items()
    ]


def _waves_before(
    waves: Iterable[tuple[str, str]], declared: DeclaredSurveys
) -> dict[tuple[str, str], str]:
    """The wave that each is compared with, by reference period; empty for the first."""

    def place(label: tuple[str, str]) -> tuple[str, str, str]:
        code, wave = label
        survey = declared.sane.get(code)
        return code, survey.waves[wave].time_period if survey else wave, wave

    ordered = sorted(waves, key=place)
    pairs = zip([("", ""), *ordered], ordered, strict=False)
    return {this: last[1] if last[0] == this[0] else "" for last, this in pairs}


def _fingerprint(common: str, own: str, deliveries: Iterable[Delivery], before: str) -> str:
    parts = [common, own, f"after {before}", *(f"{d.delivery_id} {d.state}" for d in deliveries)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def write_inputs(
    folder: Path, ledger: Ledger, waves: Iterable[SurveyWave], under_build: Collection[str]
) -> None:
    """Write a build's inputs as Parquet: waves, raw_files, deliveries, quality_results, code_lists.

    Args:
        folder: Where; made if need be.
        ledger: The ledger.
        waves: All waves that the marts hold.
        under_build: Labels of those to compute; the others keep their rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    waves = list(waves)
    tables: dict[str, tuple[dict[str, str], Iterable[dict[str, Any]]]] = {
        "waves": (WAVES, [_wave_row(wave, under_build) for wave in waves]),
        "raw_files": (RAW_FILES, [r for wave in waves for r in _raw_file_rows(wave, under_build)]),
        "deliveries": (DELIVERIES, map(_delivery_row, ledger.deliveries())),
        "quality_results": (QUALITY_RESULTS, map(_quality_row, ledger.quality_results())),
        "code_lists": (CODE_LISTS, _code_rows(load_catalogue())),
    }
    with duckdb.connect() as connection:
        for name, (columns, rows) in tables.items():
            _write(connection, folder / f"{name}.parquet", columns, rows)


WAVES = {
    "survey_code": "varchar",
    "wave": "varchar",
    "delivery_ids": "varchar",
    "fingerprint": "varchar",
    "is_under_build": "boolean",
}
RAW_FILES = {
    "survey_code": "varchar",
    "wave": "varchar",
    "table_name": "varchar",
    "delivery_id": "varchar",
    "sequence": "bigint",
    "round": "bigint",
    "path": "varchar",
    "is_current": "boolean",
    "is_under_build": "boolean",
}
DELIVERIES = {
    "delivery_id": "varchar",
    "survey_code": "varchar",
    "wave": "varchar",
    "country_code": "varchar",
    "state": "varchar",
    "delivery_sequence": "bigint",
    "delivery_round": "bigint",
    "superseded_by": "varchar",
    "n_rows_in": "bigint",
    "n_accepted": "bigint",
    "n_quarantined": "bigint",
    "undeclared_columns": "varchar",
    "reason": "varchar",
    "registered_at": "varchar",
    "decided_at": "varchar",
}
QUALITY_RESULTS = {
    "delivery_id": "varchar",
    "position": "bigint",
    "table_name": "varchar",
    "rule": "varchar",
    "severity": "varchar",
    "n_failed": "bigint",
    "n_rows": "bigint",
    "reason": "varchar",
}
CODE_LISTS = {
    "code_list": "varchar",
    "code": "varchar",
    "parent_code": "varchar",
    "language_code": "varchar",
    "code_label": "varchar",
}


def _write(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    columns: dict[str, str],
    rows: Iterable[dict[str, Any]],
) -> None:
    """Write rows as Parquet; by the engine, since pyarrow loads pandas to convert them."""
    connection.execute(
        "copy (select row.* from (select unnest(from_json(?::json, ?)) as row)) "
        f"to {literal(file)} (format parquet)",
        [json.dumps(list(rows)), json.dumps([columns])],
    )


def _wave_row(wave: SurveyWave, under_build: Collection[str]) -> dict[str, Any]:
    current = [d.delivery_id for d in wave.deliveries if d.state == State.ACCEPTED]
    return {
        "survey_code": wave.survey_code,
        "wave": wave.wave,
        "delivery_ids": " ".join(current),
        "fingerprint": wave.fingerprint,
        "is_under_build": wave.label in under_build,
    }


def _raw_file_rows(wave: SurveyWave, under_build: Collection[str]) -> list[dict[str, Any]]:
    return [
        {
            "survey_code": wave.survey_code,
            "wave": wave.wave,
            "table_name": table,
            "delivery_id": delivery.delivery_id,
            "sequence": delivery.sequence,
            "round": delivery.round,
            "path": str(file),
            "is_current": delivery.state == State.ACCEPTED,
            "is_under_build": wave.label in under_build,
        }
        for delivery, table, file in wave.raw_files
    ]


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    columns = delivery.undeclared_columns
    named = [f"{table}: {', '.join(names)}" for table, names in columns.items() if names]
    decided = delivery.decided_at
    same = {name: getattr(delivery, name) for name in DELIVERIES if hasattr(delivery, name)}
    return {
        **same,
        "delivery_sequence": delivery.sequence,
        "delivery_round": delivery.round,
        "undeclared_columns": "; ".join(named) or None,
        "registered_at": delivery.registered_at.isoformat(timespec="seconds"),
        "decided_at": decided.isoformat(timespec="seconds") if decided else None,
    }


def _quality_row(result: object) -> dict[str, Any]:
    return {name: getattr(result, name) for name in QUALITY_RESULTS}


def _code_rows(catalogue: Catalogue) -> Iterable[dict[str, Any]]:
    for name, codes in catalogue.code_lists.items():
        for code, entry in codes.items():
            for language, label in entry.labels.items():
                yield {
                    "code_list": name,
                    "code": code,
                    "parent_code": entry.parent,
                    "language_code": language,
                    "code_label": label,
                }
