"""Hand-made records for tests of the microdata."""

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import yaml
from migstat.declarations.microdata import Microdata
from release_office import COUNTRY, Office

LEAST = 3
RULES: dict[str, Any] = {
    "min_records": LEAST,
    "area_level": 1,
    "coarsen": {"age": {"step": 10, "top": 60}},
    "never": ["document_type"],
    "persons": {
        "quasi_identifiers": ["sex", "mig_status", "ref_area", "age"],
        "others": ["can_read_write", "months_abroad", "labour_status"],
    },
}
ASKED = "|sex|mig_status|ref_area|age|can_read_write|months_abroad|"
COLUMNS = {
    "survey_code": "text",
    "wave": "text",
    "record_key": "text",
    "household_key": "text",
    "sex": "text",
    "mig_status": "text",
    "ref_area": "text",
    "age": "int",
    "can_read_write": "boolean",
    "months_abroad": "int",
    "labour_status": "text",
    "hh_returnee": "text",
    "hh_remit": "text",
    "weight": "decimal(18, 6)",
    "collected_variables": "text",
    "is_synthetic": "boolean",
}


def person(number: int, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - any answers
    """A person of a household of their own: a man of 34 in Old Town who never lived abroad."""
    return {
        "survey_code": "zzz_people",
        "wave": "2020",
        "record_key": f"secret-{number:03}",
        "household_key": f"home-{number:03}",
        "sex": "M",
        "mig_status": "NM_NAT",
        "ref_area": "ZZ-N-1",
        "age": 34,
        "can_read_write": True,
        "months_abroad": 0,
        "labour_status": None,
        "weight": 10,
        "collected_variables": ASKED,
        "is_synthetic": True,
        **values,
    }


def people() -> list[dict[str, Any]]:
    """Twenty men and women, among them one returnee and one old woman of the South."""
    rows = [person(i, weight=10 + i // 4) for i in range(10)]
    rows += [person(i, sex="F", ref_area="ZZ-S", age=25) for i in range(10, 18)]
    rows += [person(18, mig_status="RT_LAB", months_abroad=36), person(19, sex="F", age=97)]
    return rows


def allow(office: Office, rules: Mapping[str, Any] = RULES, profile: str = "standard") -> None:
    """Let the office release records by these rules."""
    file = office.root / "project" / "include" / "catalogue" / "disclosure.yml"
    control = yaml.safe_load(file.read_text(encoding="utf-8"))
    control["profiles"]["standard"]["microdata"] = dict(rules)
    file.write_text(yaml.safe_dump(control, allow_unicode=True, sort_keys=False), encoding="utf-8")
    office.declared["disclosure"] = {"profile": profile, "microdata": ["zzz_people"]}
    office.declare()


def publish_records(
    office: Office, rows: Iterable[Mapping[str, Any]], table: str = "persons"
) -> None:
    """Put records into the marts that the office has published."""
    with duckdb.connect(office.home / "published" / "marts.duckdb") as marts:
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        marts.execute(f"create or replace table {table} ({columns})")
        for row in rows:
            marks = ", ".join("?" * len(row))
            statement = f"insert into {table} ({', '.join(row)}) values ({marks})"
            marts.execute(statement, list(row.values()))


def parsed() -> Microdata:
    """The rules, as they are declared."""
    return Microdata.model_validate(RULES)


__all__ = ["COUNTRY", "LEAST", "RULES", "allow", "parsed", "people", "person", "publish_records"]
