"""The database under the ledger: SQLite in one file, or PostgreSQL by URL.

Both keep to one writer at a time. SQLite does so with ``BEGIN IMMEDIATE``, PostgreSQL with an
advisory lock held until the transaction ends. Writes take milliseconds, and with one writer the
order of registration is the order of commits.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

BUSY_SECONDS = 60
WRITE_LOCK = 5_641_202_611  # any number, the same in every process


class Database:
    """Transactions on the ledger's database, and its schema."""

    def __init__(self, url: str) -> None:
        """Prepare to connect; nothing is opened yet.

        Args:
            url: SQLAlchemy URL of a SQLite file or a PostgreSQL database.
        """
        self.url = make_url(url)
        # no pool: workers fork, and a connection must not cross into the child
        self._engine = create_engine(self.url, poolclass=NullPool)
        if self._is_sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
        event.listen(self._engine, "begin", _begin)
        self._writing = self._engine.execution_options(migstat_write=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that sees one state of the ledger."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open the one writing transaction; commits at the end, rolls back on any error."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the schema to the newest revision; safe when several processes start at once."""
        # alembic takes a quarter of a second to load, and those who only declare need no schema
        from migstat.ledger.schema import is_newest, upgrade  # noqa: PLC0415

        if self._is_there():
            with self._engine.connect() as connection:
                if is_newest(connection):
                    return
        with ExitStack() as stack:
            if self._is_sqlite:
                stack.enter_context(self._sqlite_file_lock())
                _switch_to_wal(self._engine)
            upgrade(stack.enter_context(self._writing.begin()))

    @property
    def engine(self) -> Engine:
        """The engine, for reading."""
        return self._engine

    @property
    def _is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def _is_there(self) -> bool:
        return not self._is_sqlite or Path(self.url.database or "").exists()

    def _sqlite_file_lock(self) -> FileLock:
        file = Path(self.url.database or "")
        file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(f"{file}.migrate.lock")


def _switch_to_wal(engine: Engine) -> None:
    """Readers and the writer don't wait for each other; the file remembers this mode."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


def _prepare_sqlite(dbapi: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    dbapi.isolation_level = None  # transactions begin where we say, DDL included
    cursor = dbapi.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    is_write = connection.get_execution_options().get("migstat_write", False)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")
    elif is_write:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
