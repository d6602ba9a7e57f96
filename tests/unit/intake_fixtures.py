"""Fictional exports, declarations and installations for the tests of the intake."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from migstat.intake.raw_store import quarantine_folder, raw_folder
from migstat.intake.readers.request import Request, TableRequest
from migstat.ledger import DeliveredFile, Delivery, FoundDelivery, Ledger, open_ledger

SURVEY = "zzz_persons"
COLUMNS = {
    "uuid": "text",
    "phone": "text",
    "sex": "text",
    "age": "integer",
    "born": "date",
    "day": "date",
    "w": "decimal",
    "place": "text",
    "note": "text",
}
AREAS = [
    {"code": "ZZ-N", "name": "North", "level": 2, "lat": 10.0, "lon": 20.0},
    {"code": "ZZ-S", "name": "South", "level": 2, "lat": 9.0, "lon": 20.0},
]
SUITE = [
    {
        "type": "expect_column_values_to_be_in_set",
        "kwargs": {"column": "sex", "value_set": ["m", "f"]},
        "severity": "critical",
        "meta": {"table": "persons", "reason": "sex is one of the codes"},
    },
    {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "age", "min_value": 0, "max_value": 120},
        "severity": "warning",
        "meta": {"table": "persons", "reason": "age is possible"},
    },
    {
        "type": "expect_column_values_to_not_be_null",
        "kwargs": {"column": "age"},
        "severity": "info",
        "meta": {"table": "persons", "reason": "age is given"},
    },
]

FAMILY = "zzz_family"


def family(
    export: Mapping[str, Any],
    *,
    households: Mapping[str, Any],
    persons: Mapping[str, Any],
) -> dict[str, Any]:
    """Declare ``zzz_family``: households with a weight, and persons that refer to them.

    Args:
        export: Form of the export.
        households: Where they lie (``sheet`` or ``file``) and their ``key`` column.
        persons: The same, with the column that refers to the household as ``key``.
    """
    households, persons = dict(households), dict(persons)
    key, link = households.pop("key"), persons.pop("key")
    tables = {
        "persons": {
            "unit": "person",
            "parent": {"table": "households", "key": link},
            "key": "person_id",
            "columns": {link: "text", "line": "integer", "age": "integer"},
            **persons,
        },
        "households": {
            "unit": "household",
            "key": "household_id",
            "columns": {key: "text", "w": "decimal"},
            **households,
        },
    }
    return {
        "survey": FAMILY,
        "country": "ZZZ",
        "title": "Families",
        "steward": "nobody@example.org",
        "unit": "person",
        "synthetic": True,
        "export": {**export, "tables": tables},
        "privacy": {"keys": {"household_id": [key], "person_id": [link, "line"]}},
        "design": {"weight": "w"},
        "waves": {"2021": {"fieldwork": ["2021-01-11", "2021-02-26"], "time_period": "2021"}},
    }


FAMILY_BOOK = family(
    {"format": "kobo_xlsx"},
    households={"sheet": "main", "key": "_uuid"},
    persons={"sheet": "members", "key": "_submission__uuid"},
)
FAMILY_SET = family(
    {"format": "csv", "files": ["persons*.csv", "households*.csv"]},
    households={"file": "households*.csv", "key": "uuid"},
    persons={"file": "persons*.csv", "key": "hh"},
)


def table_request(
    columns: Sequence[str],
    file: Path,
    *,
    name: str = "persons",
    sheet: str | None = None,
    dropped: Sequence[str] = (),
    renames: Mapping[str, str] | None = None,
) -> TableRequest:
    """Build the request of one table of text columns."""
    renames = renames or {}
    return TableRequest(
        name=name,
        file=str(file),
        sheet=sheet,
        expected=tuple(renames.get(column, column) for column in columns),
        wanted={c: renames.get(c, c) for c in columns if c not in dropped},
    )


def csv_request(
    scratch: Path,
    file: Path,
    columns: Sequence[str],
    *,
    dropped: Sequence[str] = (),
    renames: Mapping[str, str] | None = None,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Request:
    """Build the request of a delimited file."""
    return Request(
        place="zzz_test 2021",
        format="csv",
        scratch=str(scratch),
        tables=(table_request(columns, file, dropped=dropped, renames=renames),),
        delimiter=delimiter,
        encoding=encoding,
    )


def csv_of(rows: Sequence[Mapping[str, str]], delimiter: str = ",", *, quoted: bool = True) -> str:
    """Write rows as the export of ``zzz_persons``; columns nobody declared come last."""
    names = list(COLUMNS)
    if rows and "edad" in rows[0]:
        names[names.index("age")] = "edad"
    names += [name for name in (rows[0] if rows else {}) if name not in names]
    text = io.StringIO()
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    writer = csv.writer(
        text,
        delimiter=delimiter,
        lineterminator="\n",
        quoting=quoting,
        quotechar='"' if quoted else None,
    )
    writer.writerows([names, *([row.get(name, "") for name in names] for row in rows)])
    return text.getvalue()


@dataclass
class Installation:
    """A fictional installation with one survey of persons."""

    project: Path
    home: Path
    ledger: Ledger

    def declare(self, *, suite: Sequence[Mapping[str, Any]] = SUITE, **changes: Any) -> None:  # noqa: ANN401 - any field of a declaration
        """Write the declarations of ``zzz_persons``, changed as said."""
        dialect = {name: changes.pop(name) for name in ("delimiter", "decimal") if name in changes}
        wave = {
            "fieldwork": ["2021-01-11", "2021-02-26"],
            "time_period": "2021",
            "interview_date": "day",
            "renames": changes.pop("renames", {}),
            **changes.pop("wave", {}),
        }
        persons = {"unit": "person", "key": "person_id", "columns": COLUMNS}
        declaration = {
            "survey": SURVEY,
            "country": "ZZZ",
            "title": "Persons",
            "steward": "nobody@example.org",
            "unit": "person",
            "synthetic": True,
            "export": {"format": "csv", "dialect": dialect, "tables": {"persons": persons}},
            "privacy": {
                "keys": {"person_id": ["uuid"], "phone_id": ["phone"]},
                "drop": ["note"],
                "coarsen": {"born": "year", "place": "adm2"},
            },
            "design": {"weight": "w"},
            "waves": {"2021": wave},
            **changes,
        }
        self.write_survey(SURVEY, declaration, suite)

    def write_survey(
        self, survey: str, declaration: Mapping[str, Any], suite: Sequence[Mapping[str, Any]]
    ) -> None:
        """Write a survey's declaration and suite."""
        file = self.project / "include" / "surveys" / survey / "delivery.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(declaration, sort_keys=False))
        expectations = self.project / "expectations"
        expectations.mkdir(exist_ok=True)
        (expectations / f"{survey}.json").write_text(
            json.dumps({"name": survey, "expectations": list(suite)})
        )

    def hand_in(self, content: str | bytes, survey: str = SURVEY, name: str = "p.csv") -> Delivery:
        """Put a file into the drop zone and register it."""
        raw = content.encode() if isinstance(content, str) else content
        file = self.home / "drop_zone" / survey / "2021" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
        delivered = DeliveredFile(
            path=f"{survey}/2021/{name}",
            size=len(raw),
            modified_at="2021-03-01T00:00:00+00:00",
            sha256=hashlib.sha256(raw).hexdigest(),
        )
        found = FoundDelivery(survey, "2021", "ZZZ", (delivered,))
        return self.ledger.register(found)

    def raw_folder(self, delivery: Delivery) -> Path:
        """Where the accepted rows lie."""
        return raw_folder(delivery)

    def accepted(self, delivery: Delivery, table: str = "persons") -> list[dict[str, Any]]:
        """Read the accepted rows."""
        return pq.read_table(raw_folder(delivery) / f"{table}.parquet").to_pylist()

    def held_back(self, delivery: Delivery, table: str = "persons") -> list[dict[str, Any]]:
        """Read the rows held back."""
        return pq.read_table(quarantine_folder(delivery) / f"{table}.parquet").to_pylist()


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Set up an empty installation with the fictional survey ``zzz_persons``."""
    project, home = tmp_path / "project", tmp_path / "home"
    monkeypatch.setenv("MIGSTAT_PROJECT", str(project))
    monkeypatch.setenv("MIGSTAT_HOME", str(home))
    monkeypatch.setenv("MIGSTAT_HMAC_KEY", "a key for tests only, 32 characters")
    for name in ("MIGSTAT_DROP_ZONE", "MIGSTAT_LEDGER_URL", "MIGSTAT_HMAC_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    country = {"iso3": "ZZZ", "name": "Nowhere", "m49": "999", "areas": AREAS}
    countries = project / "include" / "countries"
    countries.mkdir(parents=True)
    (countries / "zzz.yml").write_text(yaml.safe_dump(country))
    installed = Installation(project, home, open_ledger())
    installed.declare()
    return installed
