"""Means by svy, run by the Python of its own venv: ``python -m benchmarks.peers.svy_means``.

From the Parquet file to the figures; arguments `one` or `cube`, a file of a few rows to begin with,
and the file for the clock. Prints JSON like `benchmarks.estimates_work`.
"""

import json
import sys
from dataclasses import asdict
from itertools import combinations

import polars
import svy

from benchmarks.measure import Cost, clock

INCOMES = ["income_1", "income_2", "income_3", "income_4"]
DIMS = ("status", "sex", "age", "region")
MARGINS = {
    "one": [["status"]],
    "cube": [list(dims) for size in range(5) for dims in combinations(DIMS, size)],
}


def main() -> None:
    """Clock one part."""
    part, *files = sys.argv[1:]
    for file in files:
        cost = Cost()
        with clock(cost):
            data = polars.read_parquet(file, columns=["stratum", "psu", "weight", *DIMS, *INCOMES])
            sample = svy.Sample(data, svy.Design(stratum="stratum", psu="psu", wgt="weight"))
            for margin in MARGINS[part]:
                found = sample.estimation.mean(INCOMES, by=margin or None)
    answer = {"work": asdict(cost)}
    if part == "one":
        table = found[0].to_polars()
        answer["value"] = dict(zip(table["status"], table["est"], strict=True))
        answer["error"] = dict(zip(table["status"], table["se"], strict=True))
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
