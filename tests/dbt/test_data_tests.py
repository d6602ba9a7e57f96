"""Every data test of the dbt project is seen failing: each on rows planted for it, and on no other.

All cases are planted at once in empty tables, and dbt runs its data tests over them once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest
from migstat.ledger import open_ledger
from migstat.paths import paths
from migstat.warehouse.inputs import write_inputs
from migstat.warehouse.project import BUILD_FILE, INPUTS, run_dbt
from planted import HARMLESS, NUMBERED, cases

CASES = cases()
TOLD = sorted({case.told_by for case in CASES if case.told_by})
KEYS, NULLS = "unique_key_", "not_null_"
FILLED: dict[str, object] = {"VARCHAR": "twice", "BOOLEAN": True, "DATE": "2020-01-01"}


@dataclass
class Verdicts:
    """What dbt says of its data tests, and the rows they found in the database."""

    database: Path
    results: dict[str, Any]

    def found(self, test: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """The rows that a test found."""
        rows = self.results[test].node.compiled_code
        with duckdb.connect(self.database, read_only=True) as connection:
            return connection.execute(f"select distinct {columns} from ({rows})").fetchall()


def run_data_tests() -> Verdicts:
    tested = run_dbt(["--quiet", "test", "--select", "test_type:data"])
    assert tested.result is not None, tested.exception
    results = {result.node.name: result for result in tested.result}
    assert {str(r.status) for r in results.values()} <= {"pass", "fail"}
    return Verdicts(paths().warehouse / BUILD_FILE, results)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Every table of the project, empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIGSTAT_HOME", str(tmp_path_factory.mktemp("home")))
        write_inputs(paths().warehouse / INPUTS, open_ledger(), [], [])
        made = run_dbt(["--quiet", "run"])
        assert made.success, made.exception
        yield paths().warehouse / BUILD_FILE


@pytest.fixture(scope="module")
def on_cases(database: Path) -> Verdicts:
    """The verdicts on the planted cases."""
    numbers = count()
    with duckdb.connect(database) as connection:
        for case in CASES:
            for table, values in case.rows:
                columns = columns_of(connection, table)
                keys = {name: f"{name} {next(numbers)}" for name in NUMBERED if name in columns}
                common = {"survey_code": case.survey, "wave": "2020", **keys}
                common |= {"is_synthetic": False} if "is_synthetic" in columns else {}
                insert(connection, table, {**common, **HARMLESS[table], **values})
    return run_data_tests()


@pytest.fixture(scope="module")
def on_bare_rows(on_cases: Verdicts) -> Verdicts:
    """The verdicts once every table also holds a row of nulls, and one row twice."""
    with duckdb.connect(on_cases.database) as connection:
        nodes = (result.node for result in on_cases.results.values())
        for table in tables_of(connection, nodes):
            connection.execute(f"insert into {table} default values")
            row = {
                name: FILLED.get(kind, 1) for name, kind in columns_of(connection, table).items()
            }
            insert(connection, table, row)
            insert(connection, table, row)
    return run_data_tests()


def tables_of(connection: duckdb.DuckDBPyConnection, nodes: Iterable[Any]) -> set[str]:
    """The tables that generic tests are about."""
    found = connection.execute("select table_name, schema_name from duckdb_tables()").fetchall()
    schemas = dict(found)
    names = {n.attached_node.rsplit(".", 1)[1] for n in nodes if hasattr(n, "attached_node")}
    return {f"{schemas[name]}.{name}" for name in names}


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return {name: kind for name, kind, *_ in connection.execute(f"describe {table}").fetchall()}


def insert(connection: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, object]) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", [*row.values()])


@pytest.mark.parametrize("name", TOLD)
def test_a_data_test_finds_the_cases_planted_for_it_and_no_other(on_cases: Verdicts, name: str):
    wrong = {case.survey for case in CASES if case.told_by == name}
    assert {survey for (survey,) in on_cases.found(name, "survey_code")} == wrong


def test_every_other_data_test_is_of_a_key_or_of_nulls(on_cases: Verdicts):
    others = [name for name in on_cases.results if not name.startswith((KEYS, NULLS))]
    assert sorted(others) == TOLD


def test_every_key_finds_a_row_that_stands_twice_and_one_without_its_key(on_bare_rows: Verdicts):
    keys = [name for name in on_bare_rows.results if name.startswith(KEYS)]
    assert len(keys) >= 18
    for name in keys:
        found = on_bare_rows.found(name)
        assert any(set(row) <= {"twice", 1} for row in found), name
        assert any(set(row) == {None} for row in found), name


def test_every_column_that_may_not_be_null_is_told_where_it_is(on_bare_rows: Verdicts):
    columns = [name for name in on_bare_rows.results if name.startswith(NULLS)]
    assert len(columns) >= 2
    assert {on_bare_rows.results[name].failures for name in columns} == {1}
