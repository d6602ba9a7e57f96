"""``migstat estimate``: the macros of the marts on any file, as R and Stata users check them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from migstat.cli.console import err, fail, out

if TYPE_CHECKING:
    import pandas as pd

    from migstat.declarations.replicates import Replicates
    from migstat.warehouse.estimate_request import Estimator

SHOWN = (
    *("obs_value", "std_error", "ci_lower", "ci_upper", "n_obs", "n_psu", "df"),
    *("obs_status", "reliability", "variance_method"),
)

Columns = list[str] | None


def estimate(
    file: Annotated[Path, typer.Argument(help="CSV, Parquet or DuckDB file.")],
    *,
    table: Annotated[str | None, typer.Option(help="Table of a DuckDB file.")] = None,
    weight: Annotated[
        str | None, typer.Option(help="Weight; without one every row counts 1, and it says so.")
    ] = None,
    strata: Annotated[str | None, typer.Option(help="Stratum.")] = None,
    psu: Annotated[str | None, typer.Option(help="Sampling units by stage: psu[,ssu].")] = None,
    fpc: Annotated[
        str | None,
        typer.Option(help="Units in the population by stage, N1[,N2]; or the sampled shares."),
    ] = None,
    lonely_psu: Annotated[
        Literal["fail", "certainty", "remove", "adjust", "average"],
        typer.Option(help="What a stratum with one PSU adds to the variance."),
    ] = "fail",
    not_nested: Annotated[
        bool,
        typer.Option("--not-nested", help="PSU codes do not start again in each stratum."),
    ] = False,
    mean: Annotated[Columns, typer.Option(help="Mean of a column.")] = None,
    prop: Annotated[
        Columns, typer.Option(help="Percentage of 1 (true, yes) in a column or condition.")
    ] = None,
    total: Annotated[Columns, typer.Option(help="Total of a column.")] = None,
    ratio: Annotated[Columns, typer.Option(help="Ratio of two totals: a/b.")] = None,
    median: Annotated[Columns, typer.Option(help="Median of a column.")] = None,
    quantile: Annotated[Columns, typer.Option(help="Another quantile: column:0.25.")] = None,
    by: Annotated[Columns, typer.Option(help='One margin: sex, or "sex,age".')] = None,
    ci: Annotated[
        Literal["t", "logit", "xlogit", "beta"] | None,
        typer.Option(help="Interval of proportions (else beta) and quantiles (else t)."),
    ] = None,
    rep_weights: Annotated[
        str | None, typer.Option(help="What the replicate weights' names begin with.")
    ] = None,
    rep_method: Annotated[
        Literal["brr", "fay", "jk1", "jkn", "bootstrap"] | None,
        typer.Option(help="How the replicate weights were made."),
    ] = None,
    fay_rho: Annotated[float | None, typer.Option(help="Fay's coefficient.")] = None,
    rep_scale: Annotated[
        float | None, typer.Option(help="Factor of the sum over replicates, where not the usual.")
    ] = None,
    rep_rscales: Annotated[
        str | None,
        typer.Option(help="Factor of each replicate, or one for all: 0.5,0.75,… (jkn)."),
    ] = None,
    rep_mse: Annotated[
        bool, typer.Option("--rep-mse", help="Spread around the figure, not the replicates' mean.")
    ] = False,
    missing: Annotated[
        Columns, typer.Option(help="What means no value in a CSV file (else NA, NaN, nan and .).")
    ] = None,
    to: Annotated[Path | None, typer.Option("--out", help="Write CSV here.")] = None,
) -> None:
    """Estimate with design-based standard errors, for the total and for each margin of --by.

    Columns are named as the file spells them; options that name what to estimate, and --by, can
    be repeated. Where R has

        d <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = s, nest = TRUE)

        svymean(~income, d); svyby(~employed, ~sex, d, svymean); svyquantile(~income, d, 0.5)

    write

        migstat estimate s.csv --weight w --strata stratum --psu psu
        --mean income --prop employed --median income --by sex --out figures.csv

    A row of the answer: the columns of --by (_T: all, _U: no code), estimator, variable,
    denominator, the figure (proportions from 0 to 100), its standard error, interval, CV, design
    effect, rows, PSUs, degrees of freedom and population, and how far it carries. Flags never
    hide a value. Proportions and means of anything that can be computed from a row, such as
    a score: --mean "(a + b + c) / 3", --prop "score >= 12".

    The formulas stand in docs/statistics.md.
    """
    from migstat.declarations import DeclarationError  # noqa: PLC0415 - keeps --help quick
    from migstat.warehouse.estimate_request import Request  # noqa: PLC0415 - scipy takes long
    from migstat.warehouse.estimate_table import estimate_table  # noqa: PLC0415 - likewise
    from migstat.warehouse.survey_source import (  # noqa: PLC0415 - likewise
        MISSING,
        Source,
        SurveyFileError,
    )

    if to and not to.parent.is_dir():
        raise fail(f"{to} can't be written: there is no folder {to.parent}")
    asked: dict[Estimator, Columns] = {"mean": mean, "prop": prop, "total": total}
    asked |= {"ratio": ratio, "median": median, "quantile": quantile}
    try:
        request = Request(
            weight=weight,
            strata=strata,
            psu=psu,
            fpc=fpc,
            lonely=lonely_psu,
            nested=not not_nested,
            asked=[(kind, column) for kind, columns in asked.items() for column in columns or ()],
            by=by or (),
            ci=ci,
            replicates=_replicates(
                prefix=rep_weights,
                method=rep_method,
                rho=fay_rho,
                scale=rep_scale,
                rscales=rep_rscales,
                mse=rep_mse,
            ),
        )
        source = Source(file, table, MISSING if missing is None else tuple(missing))
        answer = estimate_table(source, request)
    except (SurveyFileError, DeclarationError) as error:
        raise fail(str(error)) from error
    for note in answer.notes:
        err.print(note)
    if to:
        _write(answer.frame, to)
        out.print(f"{len(answer.frame)} estimates in {to}")
    else:
        _show(answer.frame)


def _replicates(
    *,
    prefix: str | None,
    method: str | None,
    rho: float | None,
    scale: float | None,
    rscales: str | None,
    mse: bool,
) -> "Replicates | None":
    from migstat.declarations.replicates import Replicates  # noqa: PLC0415 - likewise
    from migstat.warehouse.estimate_request import in_words  # noqa: PLC0415 - as above
    from migstat.warehouse.survey_source import SurveyFileError  # noqa: PLC0415 - likewise

    if prefix is None and method is None:
        return None
    if prefix is None or method is None:
        raise SurveyFileError("--rep-weights and --rep-method go together")
    with in_words():
        return Replicates.model_validate(
            {
                "prefix": prefix,
                "method": method,
                "rho": rho,
                "scale": scale,
                "rscales": tuple(rscales.split(",")) if rscales else (),
                "mse": mse,
            }
        )


def _write(frame: "pd.DataFrame", to: Path) -> None:
    """Write beside and rename, so that nobody reads half."""
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        frame.to_csv(part, index=False)
        part.replace(to)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise fail(f"{to} can't be written: {error.strerror or error}") from error


def _show(frame: "pd.DataFrame") -> None:
    names = [name for name in frame.columns if name in SHOWN]
    dims = list(frame.columns)[: list(frame.columns).index("obs_value")]
    rendered = Table(*dims, *names)
    for row in frame[[*dims, *names]].itertuples(index=False):
        rendered.add_row(*(f"{v:.6g}" if isinstance(v, float) else str(v) for v in row))
    out.print(rendered)
