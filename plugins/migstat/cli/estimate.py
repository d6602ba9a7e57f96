"""``migstat estimate``: the macros of the marts on any file, as R and Stata users check them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError
from rich.table import Table

from migstat.cli.console import err, fail, out

SHOWN = ("obs_value", "std_error", "ci_lower", "ci_upper", "n_obs", "n_psu", "df")


def estimate(
    file: Annotated[Path, typer.Argument(help="CSV, Parquet, or a DuckDB file with --table.")],
    *,
    table: Annotated[str | None, typer.Option(help="Table of a DuckDB file.")] = None,
    weight: Annotated[
        str | None, typer.Option(help="Weights; without, every row counts 1.")
    ] = None,
    strata: Annotated[str | None, typer.Option(help="Strata.")] = None,
    psu: Annotated[str | None, typer.Option(help="Sampling units by stage: psu[,ssu].")] = None,
    fpc: Annotated[str | None, typer.Option(help="Population counts by stage: N1[,N2].")] = None,
    lonely_psu: Annotated[
        Literal["fail", "certainty", "adjust", "average"],
        typer.Option(help="What a stratum with one PSU adds."),
    ] = "fail",
    not_nested: Annotated[
        bool, typer.Option("--not-nested", help="A PSU code is one PSU in all strata.")
    ] = False,
    mean: Annotated[list[str] | None, typer.Option(help="Mean of a column; repeatable.")] = None,
    prop: Annotated[list[str] | None, typer.Option(help="Share of 1 in a 0/1 column.")] = None,
    total: Annotated[list[str] | None, typer.Option(help="Total of a column.")] = None,
    ratio: Annotated[list[str] | None, typer.Option(help="Ratio of two columns: a/b.")] = None,
    by: Annotated[list[str] | None, typer.Option(help='One margin: "sex" or "sex,age".')] = None,
    ci: Annotated[
        Literal["t", "xlogit", "beta"] | None, typer.Option(help="Interval of proportions.")
    ] = None,
    to: Annotated[Path | None, typer.Option("--out", help="Write CSV here.")] = None,
) -> None:
    """Estimate with design-based standard errors, for the total and for each margin of --by."""
    from migstat.warehouse.estimate import estimate as run  # noqa: PLC0415 - scipy is slow to load
    from migstat.warehouse.sample_design import Design, Indicator  # noqa: PLC0415 - likewise
    from migstat.warehouse.survey_file import Source, SurveyFileError  # noqa: PLC0415 - likewise

    stages = {"psu": psu, "fpc": fpc}
    try:
        design = Design(
            weight=weight, strata=strata, lonely=lonely_psu, nest=not not_nested, **_stages(stages)
        )
        wanted = {"mean": mean, "prop": prop, "total": total, "ratio": ratio}
        indicators = [Indicator(**parts) for parts in _indicators(wanted, ci)]
        if not indicators:
            raise fail("Nothing to estimate: name a --mean, --prop, --total or --ratio.")
        margins: list[Sequence[str]] = [(), *(keys.split(",") for keys in by or ())]
        frame = run(Source(file, table), design, indicators, margins)
    except (SurveyFileError, ValidationError) as error:
        raise fail(str(error)) from error
    if weight is None:
        err.print("No --weight: every row counts 1.")
    if to:
        frame.to_csv(to, index=False)
        out.print(f"{len(frame)} estimates in {to}")
        return
    shown = [name for name in frame.columns if name in SHOWN or frame[name].dtype.kind not in "fiu"]
    rendered = Table(*shown)
    for row in frame[shown].itertuples(index=False):
        rendered.add_row(*(f"{v:.6g}" if isinstance(v, float) else str(v) for v in row))
    out.print(rendered)


def _stages(stages: dict[str, str | None]) -> dict[str, Any]:
    """Split ``psu,ssu`` and ``N1,N2`` into the columns of each stage."""
    names = {"psu": ("psu", "ssu"), "fpc": ("fpc", "fpc2")}
    return {
        name: column
        for option, value in stages.items()
        for name, column in zip(names[option], (value or "").split(","), strict=False)
        if column
    }


def _indicators(wanted: dict[str, list[str] | None], ci: str | None) -> Iterator[dict[str, Any]]:
    for kind, columns in wanted.items():
        for column in columns or ():
            y, _, x = column.partition("/") if kind == "ratio" else (column, "", "")
            yield {
                "name": f"{kind}({column})",
                "kind": kind,
                "y": y,
                "x": x or None,
                "ci": ci if kind == "prop" else None,
            }
