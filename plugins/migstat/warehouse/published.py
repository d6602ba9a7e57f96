"""The published marts: one DuckDB file and its Parquet copies, replaced in one step.

Readers never wait and never see half: who has the old file open keeps it, who opens it anew gets
the new one.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from migstat.disk import sync
from migstat.paths import paths
from migstat.sql import identifier, literal

MARTS_FILE = "marts.duckdb"
PARQUET = "parquet"
SCHEMA = "marts"
TARGET = (
    "target.main"  # the file's own name makes `marts.` of it: a schema marts would be ambiguous
)
STORAGE_VERSION = "v1.5.0"  # so that clients of DuckDB 1.5 can open what 2.0 wrote


def marts_file() -> Path:
    """Where the published marts lie."""
    return paths().published / MARTS_FILE


@contextmanager
def open_published() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published marts read-only, as the schema ``marts``.

    Raises:
        FileNotFoundError: Nothing is published yet.
    """
    if not marts_file().is_file():
        raise FileNotFoundError(
            f"{marts_file()}: nothing is published yet; `migstat build` does it"
        )
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(marts_file())} as {SCHEMA} (read_only)")
        connection.execute(f"use {SCHEMA}")
        yield connection


def publish(source: Path) -> None:
    """Publish the schema ``marts`` of a finished build.

    Written beside, read back and compared, synced to disk, then put in place: first the Parquet
    copies, the database last.

    Args:
        source: The database of the build.

    Raises:
        RuntimeError: What was written differs from the build; nothing is replaced.
    """
    folder = paths().published
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{MARTS_FILE}.new"
    aside.unlink(missing_ok=True)
    copies = folder / f".{PARQUET}.new"
    shutil.rmtree(copies, ignore_errors=True)
    copies.mkdir()
    _copy_marts(source, aside, copies)
    _verify(source, aside, copies)
    _replace_folder(copies, folder / PARQUET)
    sync(aside)
    aside.replace(folder / MARTS_FILE)
    sync(folder)


def _copy_marts(source: Path, target: Path, copies: Path) -> None:
    """Copy all tables in one transaction, since each comment would be one; then to Parquet."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1; set preserve_insertion_order = true")
        connection.execute(f"attach {literal(source)} as source (read_only)")
        connection.execute(
            f"attach {literal(target)} as target (storage_version '{STORAGE_VERSION}')"
        )
        tables = _tables(connection, "source")
        connection.begin()
        for table in tables:
            connection.execute(
                f"create table {TARGET}.{table} as from source.{SCHEMA}.{table} order by all"
            )
        _copy_comments(connection)
        connection.commit()
        for table in tables:
            file = copies / f"{table}.parquet"
            connection.execute(
                f"copy {TARGET}.{table} to {literal(file)} (format parquet, compression zstd)"
            )
            sync(file)


def _copy_comments(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the descriptions of all tables and their columns along, in one go."""
    of_tables = connection.execute(
        "select table_name, comment from duckdb_tables() where database_name = 'source' "
        "and schema_name = ? and comment is not null order by all",
        [SCHEMA],
    ).fetchall()
    of_columns = connection.execute(
        "select table_name, column_name, comment from duckdb_columns() where database_name = "
        "'source' and schema_name = ? and comment is not null order by all",
        [SCHEMA],
    ).fetchall()
    told = [f"comment on table {TARGET}.{t} is {literal(text)};" for t, text in of_tables]
    told += [
        f"comment on column {TARGET}.{table}.{identifier(column)} is {literal(text)};"
        for table, column, text in of_columns
    ]
    connection.execute("\n".join(told))


def _verify(source: Path, target: Path, copies: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(source)} as source (read_only)")
        connection.execute(f"attach {literal(target)} as target (read_only)")
        expected = _tables(connection, "source")
        if expected != _tables(connection, "target", "main"):
            raise RuntimeError(f"{target} does not hold the tables of the build")
        for table in expected:
            rows = _digest(connection, f"source.{SCHEMA}.{table}")
            copy = f"read_parquet({literal(copies / f'{table}.parquet')})"
            for place, written in ((target, f"{TARGET}.{table}"), (copies, copy)):
                if _digest(connection, written) != rows:
                    raise RuntimeError(f"{place}: {table} has other rows than the build")


def _tables(
    connection: duckdb.DuckDBPyConnection, database: str, schema: str = SCHEMA
) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() "
        "where database_name = ? and schema_name = ? order by 1",
        [database, schema],
    ).fetchall()
    return [name for (name,) in rows]


def _digest(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[int, int | None]:
    """Count the rows and sum up their hashes, whatever their order."""
    row = connection.execute(
        f"select count(*), sum(hash(rows)::hugeint) from {relation} as rows"
    ).fetchone()
    return row or (0, None)


def _replace_folder(new: Path, target: Path) -> None:
    """Point a symbolic link at the new folder in one step.

    The folder it pointed at stays until the next publication, for who is reading it.
    """
    before = target.resolve() if target.is_symlink() else None
    version = 1 + max((int(p.name.rsplit(".", 1)[1]) for p in _versions(target)), default=0)
    place = target.with_name(f".{target.name}.{version}")
    new.rename(place)
    link = target.with_name(f".{target.name}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(place.name)
    link.replace(target)
    for old in _versions(target):
        if old not in (place, before):
            shutil.rmtree(old)


def _versions(target: Path) -> list[Path]:
    named = target.parent.glob(f".{target.name}.*")
    return [path for path in named if path.name.rsplit(".", 1)[1].isdigit()]
