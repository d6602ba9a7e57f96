"""How often 95 % intervals hold the truth: 1,000 samples from a population that is known.

The population has 200,000 persons in 20 strata of 500 clusters of 20. Statuses are 40 %, 5 % and
0.5 % of it, and gather in clusters, as answers do. A sample takes 4 to 8 clusters of each stratum
at random, and all who live there: about 2,400 persons. All samples are estimated in one call, a
survey each. ``python -m benchmarks.coverage_work`` prints what `simulate` returns as JSON.
"""

import json
import random

import duckdb
from migstat.declarations import load_catalogue
from migstat.warehouse.functions import register
from migstat.warehouse.macros import render

from benchmarks.survey_file import MACROS

SAMPLES = 1_000
STRATA, CLUSTERS, PERSONS = 20, 500, 20
DESIGN = {"weight": "weight", "strata": "stratum", "psu": "cluster", "groups": ["sample"]}
INDICATORS = {
    "share, Korn-Graubard": {"kind": "prop", "y": "works", "ci": "beta"},
    "share, logit": {"kind": "prop", "y": "works", "ci": "xlogit"},
    "mean, t": {"kind": "mean", "y": "income", "ci": "t"},
    "ratio, t": {"kind": "ratio", "y": "income", "x": "members", "ci": "t"},
}
TRUTHS = {
    "prop": "100.0 * avg(works::int)",
    "mean": "avg(income)",
    "ratio": "sum(income) / sum(members)",
}
POPULATION = f"""
create table population as
select
    i // {PERSONS} as cluster,
    i // {PERSONS * CLUSTERS} as stratum,
    case
        when u(1) < 0.2 + 0.4 * c(1) then 'IM'
        when u(1) < 0.2 + 0.4 * c(1) + 0.1 * c(2) then 'RM'
        when u(1) < 0.205 + 0.4 * c(1) + 0.1 * c(2) then 'DM'
        else 'NM'
    end as status,
    u(2) < 0.25 + 0.2 * c(3) + 0.1 * (u(1) < 0.4)::int as works,
    -(200 + 100 * c(4)) * ln((1 - u(3)) * (1 - u(4))) as income,
    1 + floor(6 * u(5))::int as members
from range({STRATA * CLUSTERS * PERSONS}) as numbers(i)
"""  # incomes are skewed like those of a Gamma distribution of shape 2


def simulate() -> dict[str, dict[str, float]]:
    """Draw, estimate and count; the same every time.

    Returns:
        By indicator and status (`mean, t: RM`) the samples, in percent, whose interval is
        `covered`, holds the truth; `withheld` by the profile of reliability; `either`. A sample
        without the status shows nothing and counts as withheld.
    """
    with duckdb.connect() as connection:
        register(connection)
        _populate(connection)
        _draw(connection)
        connection.execute(f"create table judged as {_judged()}")
        counted = connection.execute(
            "select indicator || ': ' || status, count(*) filter (is_covered), "
            "count(*) filter (is_withheld), count(*) filter (is_covered or is_withheld), count(*) "
            "from judged group by all order by all"
        ).fetchall()
    share = 100 / SAMPLES
    found: dict[str, dict[str, float]] = {"covered": {}, "withheld": {}, "either": {}}
    for name, covered, withheld, either, samples in counted:
        found["covered"][name] = share * covered
        found["withheld"][name] = share * (withheld + SAMPLES - samples)
        found["either"][name] = share * (either + SAMPLES - samples)
    return found


def _populate(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(MACROS)
    connection.execute("create macro u(k) as unit(i, k)")
    connection.execute(f"create macro c(k) as unit(1000003 + i // {PERSONS}, k)")
    connection.execute(POPULATION)


def _draw(connection: duckdb.DuckDBPyConnection) -> None:
    """Draw the clusters of every sample; the weight is the inverse of their share."""
    draw = random.Random(20_210_111)  # noqa: S311 - a simulation, the same every time
    drawn = [
        (sample, stratum * CLUSTERS + cluster, CLUSTERS / taken)
        for sample in range(SAMPLES)
        for stratum in range(STRATA)
        for taken in [4 + stratum % 5]
        for cluster in draw.sample(range(CLUSTERS), taken)
    ]
    columns = [list(column) for column in zip(*drawn, strict=True)]
    connection.execute(
        "create table drawn as select unnest(?::int[]) as sample, unnest(?::int[]) as cluster, "
        "unnest(?::double[]) as weight",
        columns,
    )


def _judged() -> str:
    """Write the estimates of all samples beside the truth, with the word on their reliability."""
    estimates = render(
        "survey_estimates",
        "(select * from drawn inner join population using (cluster))",
        DESIGN,
        [{"name": name, **indicator} for name, indicator in INDICATORS.items()],
        [["status"]],
    )
    truths = " union all ".join(
        f"select status, '{kind}' as estimator, {truth} as truth from population group by status"
        for kind, truth in TRUTHS.items()
    )
    rule = render("est_reliability_rule", load_catalogue().reliability.model_dump())
    return f"""
        select
            *,
            coalesce(truth between ci_lower and ci_upper, false) as is_covered,
            {render("est_reliability", f"({rule})")} = 'withhold' as is_withheld
        from ({estimates}) inner join ({truths}) using (status, estimator)
    """


if __name__ == "__main__":
    print(json.dumps(simulate()))
