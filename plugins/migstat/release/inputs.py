"""What a vintage is made from: a copy of the marts' rows and declarations it needs.

The copy stays with the vintage, so that every file can be made again byte for byte after the marts
have moved on. It is unprotected, like the marts.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from migstat.declarations import Country
from migstat.release.calendar import WaveKey
from migstat.release.declared import Declared
from migstat.sql import identifier, literal

DECLARED = "declared.json"
OF_WAVES = "(survey_code, wave) in (select unnest(getvariable('waves')))"
CELL_KEYS = ["n_key", "yes_key"]

TABLES = {
    "estimates": f"from indicator_estimates where {OF_WAVES}",
    # decimals as text: a table of pandas would make binary fractions of them
    "contributors": (
        "select * replace (y_sum::text as y_sum, y_absolute::text as y_absolute, "
        "y_largest::text as y_largest, y_second::text as y_second, x_sum::text as x_sum, "
        "x_absolute::text as x_absolute, x_largest::text as x_largest, "
        f"x_second::text as x_second) from contributors where {OF_WAVES}"
    ),
    "coverage": f"from indicator_coverage where {OF_WAVES}",
    # what the brief says beside the cells, as far as they are shown
    "gaps": f"from migrant_gaps where {OF_WAVES}",
    "evidence": f"from recommendation_evidence where {OF_WAVES}",
    "comparison": f"from report_comparison where {OF_WAVES}",
    "surveys": f"from surveys where {OF_WAVES}",
    # the moments of registration are left out: a vintage does not depend on the clock
    "deliveries": (
        "select delivery_id, survey_code, wave, state, n_rows_in, n_accepted, n_quarantined "
        f"from deliveries where {OF_WAVES}"
    ),
    "quality": (
        "select survey_code, wave, delivery_id, table_name, rule, severity, n_failed, n_rows, "
        f"reason from quality_results where {OF_WAVES}"
    ),
    # never the answers themselves: they are free text
    "unmapped": (
        "select survey_code, wave, table_name, variable, count(*) as n_distinct, "
        f"sum(n_records) as n_records from unmapped_answers where {OF_WAVES} group by all"
    ),
    "record_changes": (
        "select survey_code, wave, delivery_id, change, count(*) as n_records "
        f"from record_changes where {OF_WAVES} group by all"
    ),
}


@dataclass(frozen=True)
class Inputs:
    """What a vintage is made from.

    Attributes:
        declared: The declarations.
        tables: Rows of the marts by the names of ``TABLES``, sorted by all their columns.
    """

    declared: Declared
    tables: Mapping[str, pd.DataFrame]

    @property
    def country(self) -> Country:
        """The country."""
        return self.declared.country

    @property
    def waves(self) -> frozenset[WaveKey]:
        """Survey and wave of all that is in it."""
        surveys = self.tables["surveys"]
        return frozenset(zip(surveys["survey_code"], surveys["wave"], strict=True))

    @cached_property
    def sha256(self) -> str:
        """Identity of the content, whatever the bytes of the files it is kept in.

        Another wording alone makes no vintage: it comes with the next.
        """
        digest = hashlib.sha256(self.declared.identity.encode())
        for name, table in sorted(self.tables.items()):
            digest.update(f"\n{name}\n".encode())
            digest.update(table.to_csv(index=False, lineterminator="\n").encode())
        return digest.hexdigest()


def wave_periods(marts: duckdb.DuckDBPyConnection, iso3: str) -> dict[WaveKey, str]:
    """Find the time period (SDMX) of each wave of a country that has figures."""
    rows = marts.execute(
        "select distinct survey_code, wave, time_period from indicator_estimates "
        "where country_code = ?",
        [iso3],
    ).fetchall()
    return {(survey, wave): period for survey, wave, period in rows}


def gather(
    marts: duckdb.DuckDBPyConnection, declared: Declared, waves: Iterable[WaveKey]
) -> Inputs:
    """Read what a vintage of some waves is made from.

    Args:
        marts: The published marts.
        declared: The declarations.
        waves: Survey and wave of what may leave.
    """
    _set_waves(marts, waves)
    tables = {name: _frame(marts, f"from ({query})") for name, query in TABLES.items()}
    if not declared.country.disclosure.cell_keys:
        # what nobody asks for is not kept, and makes no vintage
        tables["contributors"] = tables["contributors"].drop(columns=CELL_KEYS, errors="ignore")
    return Inputs(declared, tables)


def with_waves_of(inputs: Inputs, other: Inputs, waves: Iterable[WaveKey]) -> Inputs:
    """Put the rows that other inputs have of some waves in the place of their own.

    Args:
        inputs: What a vintage is made from.
        other: What an earlier one was made from.
        waves: Survey and wave of those that change.
    """
    tables = {}
    with duckdb.connect() as connection:
        _set_waves(connection, waves)
        for name, table in inputs.tables.items():
            connection.register("own", table)
            connection.register("others", other.tables[name])
            columns = ", ".join(map(identifier, table.columns))
            rows = f"from own where not {OF_WAVES} union all by name from others where {OF_WAVES}"
            tables[name] = _frame(connection, f"select {columns} from ({rows})")
    return Inputs(inputs.declared, tables)


def write_inputs(inputs: Inputs, folder: Path) -> None:
    """Keep the inputs of a vintage in a folder."""
    folder.mkdir()
    (folder / DECLARED).write_text(_to_json(inputs.declared), encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        for name, table in inputs.tables.items():
            connection.register(name, table)
            file = literal(folder / f"{name}.parquet")
            connection.execute(f"copy (from {identifier(name)}) to {file} (format parquet)")


def read_inputs(folder: Path) -> Inputs:
    """Read the inputs of a vintage back."""
    declared = Declared.model_validate_json((folder / DECLARED).read_text(encoding="utf-8"))
    with duckdb.connect() as connection:
        tables = {
            name: _frame(connection, f"from read_parquet({literal(folder / f'{name}.parquet')})")
            for name in TABLES
        }
    return Inputs(declared, tables)


def other_definitions(inputs: Inputs) -> list[str]:
    """Name indicators whose figures follow another definition than the one declared."""
    declared = inputs.declared.indicators
    estimates = inputs.tables["estimates"][["indicator_code", "definition_version"]]
    found = sorted(set(estimates.itertuples(index=False, name=None)))
    return [
        f"{code} {built}, not {declared[code].definition_version}"
        if code in declared
        else f"{code}, which is not declared"
        for code, built in found
        if code not in declared or declared[code].definition_version != built
    ]


def _set_waves(connection: duckdb.DuckDBPyConnection, waves: Iterable[WaveKey]) -> None:
    listed = ", ".join(f"({literal(survey)}, {literal(wave)})" for survey, wave in sorted(waves))
    connection.execute(f"set variable waves = [{listed}]")


def _frame(connection: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
    return connection.execute(f"{query} order by all").df()


def _to_json(declared: Declared) -> str:
    """Write declarations in one form: codes keep their order, which is that of the tables.

    What a file left out stays out: a threshold that is stated counts more than the profile's.
    """
    content: dict[str, Any] = declared.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
