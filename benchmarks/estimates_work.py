"""What the processes of the estimates' benchmark do; each prints the times it clocked as JSON.

``python -m benchmarks.estimates_work floor|all|one|cube FEW FILE [MEMORY]``: one thread; the same
is done with a few rows before the clock starts, so that everything is loaded.
"""

import json
import sys
from dataclasses import asdict

import duckdb
from migstat.warehouse.functions import register
from migstat.warehouse.macros import render

from benchmarks.estimates_survey import (
    AREA,
    DESIGN,
    INCOME_MEANS,
    INCOMES,
    INDICATORS,
    MARGINS,
    floor,
)
from benchmarks.measure import Cost, clock

BY_STATUS = [["status"]]
ASKED = {
    "all": (INDICATORS, MARGINS, AREA),
    "one": (INCOME_MEANS, BY_STATUS, []),
    "cube": (INCOME_MEANS, MARGINS, AREA),
}
STATUSES = 4
CELLS = 5 * 3 * 7 * 21  # of the margins: every dim has a total besides its codes


def sql_of(part: str, relation: str) -> str:
    """Write the SQL of a part.

    Args:
        part: `floor`, or one of `ASKED`.
        relation: What to read.
    """
    if part == "floor":
        return floor().format(relation=relation)
    indicators, margins, area = ASKED[part]
    return render("survey_estimates", relation, DESIGN, indicators, margins, area)


def work(part: str, few: str, file: str, memory: str | None = None) -> dict[str, dict[str, float]]:
    """Clock one part from the file to a table in memory.

    Args:
        part: `floor`, or one of `ASKED`.
        few: A file of `write_survey` to begin with.
        file: Another, for the clock.
        memory: What DuckDB may use at most, such as `3GB`.

    Returns:
        The cost as `work`; for `one` the figures of the first income by status besides.

    Raises:
        RuntimeError: Not the number of estimates that was asked for.
    """
    with duckdb.connect() as connection:
        register(connection)
        connection.execute("set threads to 1")
        if memory:
            connection.execute(f"set memory_limit = '{memory}'")
        for relation in (few, file):
            cost = Cost()
            with clock(cost):
                sql = sql_of(part, f"read_parquet('{relation}')")
                connection.execute(f"create or replace temp table answer as {sql}")
        figures = [] if part == "floor" else _figures(connection, part)
    return {
        "work": asdict(cost),
        "value": {status: value for status, value, _ in figures},
        "error": {status: error for status, _, error in figures},
    }


def _figures(connection: duckdb.DuckDBPyConnection, part: str) -> list[tuple[str, float, float]]:
    """Count what was made, and show some of it: status, value and standard error."""
    made = connection.execute("select count(*), count(std_error) from answer").fetchone() or ()
    indicators, margins, _ = ASKED[part]
    if set(made) != {len(indicators) * (CELLS if margins is MARGINS else STATUSES)}:
        raise RuntimeError(f"{part}: {made} estimates and standard errors")
    if part != "one":
        return []
    return connection.execute(
        "select status, obs_value, std_error from answer where indicator = ?", [INCOMES[0]]
    ).fetchall()


if __name__ == "__main__":
    print(json.dumps(work(*sys.argv[1:])))
