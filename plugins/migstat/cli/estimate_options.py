"""The options of ``migstat estimate``, each with the line that ``--help`` shows of it."""

from pathlib import Path
from typing import Annotated, Literal

from typer import Argument, Option

Columns = list[str] | None

File = Annotated[Path, Argument(help="CSV, Parquet or DuckDB file.")]
Table = Annotated[str | None, Option(help="Table of a DuckDB file.")]

Weight = Annotated[
    str | None, Option(help="Weight; without one every row counts 1, and it says so.")
]
Strata = Annotated[str | None, Option(help="Stratum.")]
Psu = Annotated[str | None, Option(help="Sampling units by stage: psu[,ssu].")]
Fpc = Annotated[
    str | None,
    Option(help="Units in the population by stage, N1[,N2]; or the sampled shares."),
]
LonelyPsu = Annotated[
    Literal["fail", "certainty", "remove", "adjust", "average"],
    Option(help="What a stratum with one PSU adds to the variance."),
]
NotNested = Annotated[
    bool, Option("--not-nested", help="PSU codes do not start again in each stratum.")
]

Mean = Annotated[Columns, Option(help="Mean of a column.")]
Prop = Annotated[Columns, Option(help="Percentage of 1 (true, yes) in a column or condition.")]
Total = Annotated[Columns, Option(help="Total of a column.")]
Ratio = Annotated[Columns, Option(help="Ratio of two totals: a/b.")]
Median = Annotated[Columns, Option(help="Median of a column.")]
Quantile = Annotated[Columns, Option(help="Another quantile: column:0.25.")]
By = Annotated[Columns, Option(help='One margin: sex, or "sex,age".')]
Ci = Annotated[
    Literal["t", "logit", "xlogit", "beta"] | None,
    Option(help="Interval of proportions (else beta) and quantiles (else t)."),
]

RepWeights = Annotated[str | None, Option(help="What the replicate weights' names begin with.")]
RepMethod = Annotated[
    Literal["brr", "fay", "jk1", "jkn", "bootstrap"] | None,
    Option(help="How the replicate weights were made."),
]
FayRho = Annotated[float | None, Option(help="Fay's coefficient.")]
RepScale = Annotated[
    float | None, Option(help="Factor of the sum over replicates, where not the usual.")
]
RepRscales = Annotated[
    str | None, Option(help="Factor of each replicate, or one for all: 0.5,0.75,… (jkn).")
]
RepMse = Annotated[
    bool, Option("--rep-mse", help="Spread around the figure, not the replicates' mean.")
]

Missing = Annotated[
    Columns, Option(help="What means no value in a CSV file (else NA, NaN, nan and .).")
]
Out = Annotated[Path | None, Option("--out", help="Write CSV here.")]
