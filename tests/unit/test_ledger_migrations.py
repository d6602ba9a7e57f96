"""The migrations are the only way the schema is made, and they make what the models say."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from migstat.ledger import Ledger, open_ledger
from migstat.ledger.models import Base
from migstat.ledger.schema import upgrade
from sqlalchemy import text

RELEASED = """
INSERT INTO releases (country_code, vintage, content_id, kind, issued_on, n_cells, n_withheld,
                      n_added, n_revised, n_withdrawn, made_at, approvals)
VALUES ('SLV', 1, 'abc', 'first', '2021-06-30', 9, 1, 0, 0, 0,
        '2021-07-01T00:00:00.000000+00:00', '{"Ana": "2021-07-01"}')
"""


def test_the_migrated_schema_is_the_one_the_models_declare(ledger_url: str):
    ledger = Ledger(ledger_url)
    ledger.migrate()
    with ledger.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


def test_migrating_twice_changes_nothing(ledger_url: str):
    for _ in range(2):
        Ledger(ledger_url).migrate()
    with Ledger(ledger_url).read() as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).all() == [("0004",)]


def test_the_ledger_of_an_earlier_version_keeps_what_it_knows(ledger_url: str, tmp_path: Path):
    ledger = Ledger(ledger_url)
    (tmp_path / "home").mkdir(exist_ok=True)  # where SQLite has its file
    with ledger.write() as session:
        upgrade(session.connection(), "0003")
        session.execute(text(RELEASED))
    ledger.migrate()
    (row,) = ledger.releases()
    assert (row.label, row.approvals, row.rejection) == ("SLV v1", {"Ana": "2021-07-01"}, None)


def test_the_sqlite_ledger_reads_while_another_writes(tmp_path: Path):
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    ledger.migrate()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with ledger.write():
        assert ledger.deliveries() == []


def test_the_ledger_of_the_installation_is_opened_with_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MIGSTAT_LEDGER_URL", raising=False)
    assert open_ledger().deliveries() == []
    assert (tmp_path / "home" / "ledger.sqlite").is_file()
