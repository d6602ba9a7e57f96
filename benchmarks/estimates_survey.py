"""A survey of the size of a census sample, for the estimates; the same every time.

Strata lie in regions and hold 40 PSUs each; a PSU is 250 persons (or what is asked for), so the
number of PSUs grows with the rows. Four statuses are 54.5, 40, 5 and 0.5 % of the persons. Answers
vary between PSUs. Every answer is arithmetic on the row's number.
"""

import sys
from itertools import combinations
from pathlib import Path

import duckdb

from benchmarks.survey_file import MACROS

PSUS_PER_STRATUM = 40
REGIONS = 20
DIMS = ("status", "sex", "age", "region")
MARGINS = [list(dims) for size in range(len(DIMS) + 1) for dims in combinations(DIMS, size)]
AREA = ["region"]
DESIGN = {"weight": "weight", "strata": "stratum", "psu": "psu"}

SHARES = [f"share_{k:02}" for k in range(1, 13)]
INCOMES = [f"income_{k}" for k in range(1, 5)]  # everybody answers: no peer has to leave rows out
AMOUNTS = [f"amount_{k}" for k in range(1, 5)]

INCOME_MEANS = [{"name": name, "kind": "mean", "y": name} for name in INCOMES]
INDICATORS = [
    *({"name": name, "kind": "prop", "y": name} for name in SHARES),
    *INCOME_MEANS,
    *({"name": name, "kind": "mean", "y": name} for name in AMOUNTS[:2]),
    {"name": "all", "kind": "total", "y": AMOUNTS[2]},
    {"name": "per", "kind": "ratio", "y": AMOUNTS[2], "x": AMOUNTS[3]},
]


def answers(rows: int, per_psu: int) -> dict[str, str]:
    """Write each column as SQL over `i`, the number of the row.

    Args:
        rows: How many persons.
        per_psu: Persons of a PSU.
    """
    psu = f"(i // {per_psu})"
    strata = max(1, rows // per_psu // PSUS_PER_STRATUM)
    stratum = f"(i // {per_psu * PSUS_PER_STRATUM})"
    columns = {
        "stratum": f"'S' || lpad({stratum}::varchar, 4, '0')",
        "psu": f"'P' || lpad({psu}::varchar, 6, '0')",
        "region": f"'R' || lpad(({stratum} * {REGIONS} // {strata})::varchar, 2, '0')",
        "status": "case when u(1) < 0.4 then 'IM' when u(1) < 0.45 then 'RM' "
        "when u(1) < 0.455 then 'DM' else 'NM' end",
        "sex": "case when u(2) < 0.51 then 'F' else 'M' end",
        "age": "'A' || floor(u(3) * 6)::int",
        "weight": "20 + 300 * u(4)",
    }
    for k, name in enumerate(SHARES, start=1):
        holds = f"u({30 + k}) < {0.06 * k:.2f} + 0.1 * unit({psu}, {k})"
        columns[name] = f"case when u({10 + k}) < 0.95 then ({holds})::tinyint end"
    for k, name in enumerate([*INCOMES, *AMOUNTS], start=1):
        value = f"round(100 * {k} * u({70 + k}) + 40 * unit({psu}, {20 + k}), 2)"
        columns[name] = (
            value if name in INCOMES else f"case when u({50 + k}) < 0.9 then {value} end"
        )
    return columns


def write_survey(file: Path, rows: int, per_psu: int) -> None:
    """Write the survey.

    Args:
        file: A Parquet file, or a CSV file with the design, the status and the incomes alone.
        rows: How many persons.
        per_psu: Persons of a PSU.
    """
    columns = answers(rows, per_psu)
    if file.suffix == ".csv":
        kept = ("stratum", "psu", "status", "weight", *INCOMES)
        columns = {name: columns[name] for name in kept}
    select = ",\n".join(f"{answer} as {name}" for name, answer in columns.items())
    with duckdb.connect() as connection:
        connection.execute(MACROS)
        connection.execute("create macro u(k) as unit(i, k)")
        connection.execute(f"copy (select {select} from range({rows}) as numbers(i)) to '{file}'")


def floor() -> str:
    """Write the least that any way needs: the sums per stratum, PSU and cell, from one scan."""
    sums = []
    for number, indicator in enumerate(INDICATORS):
        value, per = indicator["y"], indicator.get("x")
        answered = f"{value} is not null" + (f" and {per} is not null" if per else "")
        held = f"case when {answered} then {value} end" if per else value
        sums += [
            f"sum(weight * {held}) as y_{number}",
            f"sum(case when {answered} then weight{f' * {per}' if per else ''} end) as x_{number}",
            f"count({held}) as n_{number}",
        ]
    keys = ", ".join(["stratum", "psu", *DIMS])
    return f"select {keys}, {', '.join(sums)} from {{relation}} group by {keys}"


if __name__ == "__main__":
    write_survey(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
