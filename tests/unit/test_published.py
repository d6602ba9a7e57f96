"""The swap of the published marts: whole or not at all, and readers never wait."""

from pathlib import Path

import duckdb
import pytest
from migstat.warehouse import published


@pytest.fixture
def attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MIGSTAT_HOME", str(tmp_path / "home"))
    return tmp_path / "attempt.duckdb"


def write_attempt(file: Path, *values: int) -> None:
    file.unlink(missing_ok=True)
    with duckdb.connect(file) as connection:
        connection.execute("create schema marts; create table marts.figures (n int)")
        connection.execute("comment on table marts.figures is 'One row per figure.'")
        connection.executemany("insert into marts.figures values (?)", [[v] for v in values])


def test_the_file_opened_directly_answers_to_the_name_marts(attempt: Path):
    write_attempt(attempt, 2, 1)
    published.publish(attempt)
    with duckdb.connect(published.marts_file(), read_only=True) as reader:
        assert reader.execute("from marts.figures").fetchall() == [(1,), (2,)]


def test_the_command_reads_by_the_same_name(attempt: Path):
    write_attempt(attempt, 1)
    published.publish(attempt)
    with published.open_published() as reader:
        assert reader.execute("from marts.figures").fetchall() == [(1,)]
        with pytest.raises(duckdb.Error, match="read-only"):
            reader.execute("delete from marts.figures")


def test_who_has_the_old_file_open_keeps_it(attempt: Path):
    write_attempt(attempt, 1)
    published.publish(attempt)
    with duckdb.connect(published.marts_file(), read_only=True) as reader:
        write_attempt(attempt, 7)
        published.publish(attempt)
        assert reader.execute("from marts.figures").fetchall() == [(1,)]
    with duckdb.connect(published.marts_file(), read_only=True) as reader:
        assert reader.execute("from marts.figures").fetchall() == [(7,)]


def test_parquet_copies_hold_the_same_rows_and_comments_come_along(attempt: Path):
    write_attempt(attempt, 3)
    published.publish(attempt)
    copy = published.marts_file().parent / "parquet" / "figures.parquet"
    with duckdb.connect(published.marts_file(), read_only=True) as reader:
        assert reader.execute(f"from '{copy}'").fetchall() == [(3,)]
        comments = reader.execute("select comment from duckdb_tables()").fetchall()
    assert comments == [("One row per figure.",)]


def test_rows_in_another_order_are_published_as_the_same_bytes(attempt: Path):
    copies = []
    for values in ((1, 2, 3), (3, 1, 2)):
        write_attempt(attempt, *values)
        published.publish(attempt)
        copy = published.marts_file().parent / "parquet" / "figures.parquet"
        copies.append(copy.read_bytes())
    assert copies[0] == copies[1]


def test_what_a_killed_publication_left_beside_is_overwritten(attempt: Path):
    write_attempt(attempt, 1)
    published.publish(attempt)
    folder = published.marts_file().parent
    (folder / ".marts.duckdb.new").write_bytes(b"half")
    (folder / ".parquet.new").mkdir()
    write_attempt(attempt, 2)
    published.publish(attempt)
    with duckdb.connect(published.marts_file(), read_only=True) as reader:
        assert reader.execute("from marts.figures").fetchall() == [(2,)]


@pytest.mark.parametrize(
    "harm",
    [
        "delete from figures where n = 3",
        "update figures set n = 4 where n = 3",
        "drop table figures",
    ],
    ids=["a row less", "another value", "no table"],
)
def test_a_copy_that_differs_from_the_build_is_not_published(
    attempt: Path, monkeypatch: pytest.MonkeyPatch, harm: str
):
    write_attempt(attempt, 1)
    published.publish(attempt)
    write_attempt(attempt, 2, 3)
    copy = published._copy_marts

    def copy_badly(source: Path, target: Path, copies: Path) -> None:
        copy(source, target, copies)
        with duckdb.connect(target) as connection:
            connection.execute(harm)

    monkeypatch.setattr(published, "_copy_marts", copy_badly)
    with pytest.raises(RuntimeError, match=r"other rows|does not hold the tables"):
        published.publish(attempt)
    with duckdb.connect(published.marts_file(), read_only=True) as reader:
        assert reader.execute("from marts.figures").fetchall() == [(1,)]


def test_clients_of_duckdb_1_5_can_read_what_is_written(attempt: Path):
    write_attempt(attempt, 1)
    published.publish(attempt)
    with duckdb.connect(published.marts_file(), read_only=True) as reader:
        (tags,) = reader.execute(
            "select tags from duckdb_databases() where not internal"
        ).fetchone()
    assert tags["storage_version"].startswith("v1.5.0")


def test_an_attached_file_answers_to_its_own_name(attempt: Path):
    write_attempt(attempt, 1)
    published.publish(attempt)
    with duckdb.connect() as reader:
        reader.execute(f"attach '{published.marts_file()}' (read_only)")
        assert reader.execute("from marts.figures").fetchall() == [(1,)]


def test_who_lists_the_old_parquet_folder_can_still_read_it(attempt: Path):
    write_attempt(attempt, 1)
    published.publish(attempt)
    old = (published.marts_file().parent / "parquet").resolve() / "figures.parquet"
    write_attempt(attempt, 2)
    published.publish(attempt)
    assert duckdb.sql(f"from '{old}'").fetchall() == [(1,)]
    write_attempt(attempt, 3)
    published.publish(attempt)
    assert not old.exists()
