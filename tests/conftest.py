"""What tests of all kinds share. Its being here also puts this folder on the path."""

from pathlib import Path

import pytest
from servers import PostgresqlServer, postgresql_server

__all__ = ["ledger_url", "postgresql_server"]


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, once of each kind the ledger runs on."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'ledger.sqlite'}"
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    return server.create_database()
