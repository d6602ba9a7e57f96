"""``migstat estimate``: the macros of the marts on any file, as R and Stata users check them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from migstat.cli import estimate_options as options
from migstat.cli.console import err, fail, out

if TYPE_CHECKING:
    import pandas as pd

    from migstat.warehouse.estimate_request import Estimator

SHOWN = (
    *("obs_value", "std_error", "ci_lower", "ci_upper", "n_obs", "n_psu", "df"),
    *("obs_status", "reliability", "variance_method"),
)


def estimate(
    file: options.File,
    *,
    table: options.Table = None,
    weight: options.Weight = None,
    strata: options.Strata = None,
    psu: options.Psu = None,
    fpc: options.Fpc = None,
    lonely_psu: options.LonelyPsu = "fail",
    not_nested: options.NotNested = False,
    mean: options.Mean = None,
    prop: options.Prop = None,
    total: options.Total = None,
    ratio: options.Ratio = None,
    median: options.Median = None,
    quantile: options.Quantile = None,
    by: options.By = None,
    ci: options.Ci = None,
    rep_weights: options.RepWeights = None,
    rep_method: options.RepMethod = None,
    fay_rho: options.FayRho = None,
    rep_scale: options.RepScale = None,
    rep_rscales: options.RepRscales = None,
    rep_mse: options.RepMse = False,
    missing: options.Missing = None,
    to: options.Out = None,
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
    from migstat.warehouse.estimate_request import (  # noqa: PLC0415 - scipy takes long
        Request,
        parse_replicates,
    )
    from migstat.warehouse.estimate_table import estimate_table  # noqa: PLC0415 - likewise
    from migstat.warehouse.survey_source import (  # noqa: PLC0415 - likewise
        MISSING,
        Source,
        SurveyFileError,
    )

    if to and not to.parent.is_dir():
        raise fail(f"{to} can't be written: there is no folder {to.parent}")
    asked: dict[Estimator, options.Columns] = {"mean": mean, "prop": prop, "total": total}
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
            replicates=parse_replicates(
                rep_weights, rep_method, fay_rho, rep_scale, rep_rscales, mse=rep_mse
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
