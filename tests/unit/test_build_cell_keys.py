"""The marts hold the keys that counts of a census are changed by, where a country asks for them."""

import hashlib

import yaml
from migstat.warehouse.build import build
from warehouse_fixtures import PEOPLE, VILLAGES, Warehouse

KEYS = (
    "select n_key, yes_key from marts.contributors "
    "where survey_code = '{survey}' and indicator_code = '{indicator}' and n_obs > 0 "
    "and breakdown = '_T'"
)


def names(law: str, n: int) -> list[str]:
    """Keys of records, as an intake makes them."""
    return [hashlib.sha256(f"{law} {i}".encode()).hexdigest()[:32] for i in range(n)]


def test_the_keys_of_records_add_up_to_the_key_of_their_cell(warehouse: Warehouse):
    knowing, others = names("all", 40), names("some", 25)
    rows = [(key, "all", "1", "1") for key in knowing] + [(key, "some", "1", "1") for key in others]
    warehouse.take_in(VILLAGES, "2021", rows)
    file = warehouse.project / "include" / "countries" / "zzz.yml"
    country = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump(country | {"disclosure": {"cell_keys": [VILLAGES]}}))
    build(warehouse.ledger)

    def key_of(records: list[str]) -> int:
        return sum(int(record[:8], 16) for record in records) % 2**32

    villages = warehouse.query(KEYS.format(survey=VILLAGES, indicator="GV03"))
    assert villages == [(key_of([*knowing, *others]), key_of(knowing))]
    people = warehouse.query(KEYS.format(survey=PEOPLE, indicator="LB01"))
    assert set(people) == {(None, None)}


def test_nobody_asks_for_keys_and_there_are_none(warehouse: Warehouse):
    kept = "select count(*) from marts.contributors where n_key is not null or yes_key is not null"
    assert warehouse.query(kept) == [(0,)]
