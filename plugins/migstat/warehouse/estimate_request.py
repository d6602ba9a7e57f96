"""What somebody asks of a survey file by text, as on a command line, in the terms of the engine."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from migstat.declarations.replicates import Replicates
from migstat.warehouse.sample_design import Asked, Design, Indicator, Interval, Lonely, Quantile
from migstat.warehouse.survey_source import SurveyFileError

Estimator = Literal["mean", "prop", "total", "ratio", "median", "quantile"]

STAGES = 2
MEDIAN = 0.5


@dataclass(frozen=True)
class Request:
    """What is asked, in the words of the person who asks.

    Attributes:
        weight: Column of the weight; None: every row counts 1.
        strata: Column of the stratum.
        psu: Columns of the sampling units by stage, separated by commas: `psu` or `psu,ssu`.
        fpc: Columns of the population counts, or shares, by stage: `N1` or `N1,N2`.
        lonely: What a stratum with one PSU adds.
        nested: PSU codes start again in each stratum.
        asked: Estimator and column; `a/b` for a ratio, `m:0.25` for a quantile. A column may be
            an SQL expression over columns.
        by: Margins, each columns separated by commas.
        ci: Interval of proportions and quantiles; None: beta for proportions, t for quantiles.
        replicates: Replicate weights.
    """

    weight: str | None = None
    strata: str | None = None
    psu: str | None = None
    fpc: str | None = None
    lonely: Lonely = "fail"
    nested: bool = True
    asked: Sequence[tuple[Estimator, str]] = ()
    by: Sequence[str] = ()
    ci: Interval | None = None
    replicates: Replicates | None = None

    @property
    def margins(self) -> list[list[str]]:
        """The total, then each margin that was asked for."""
        named = (list(dict.fromkeys(_listed(text))) for text in self.by)
        return [[], *(columns for columns in named if columns)]

    @property
    def design(self) -> Design:
        """The design.

        Raises:
            SurveyFileError: It makes no sense.
        """
        units, counts = _stages(self.psu, "PSU"), _stages(self.fpc, "population counts")
        with in_words():
            return Design(
                weight=self.weight,
                strata=self.strata,
                lonely=self.lonely,
                nest=self.nested,
                replicates=self.replicates,
                psu=units[0],
                ssu=units[1],
                fpc=counts[0],
                fpc2=counts[1],
            )

    def wanted(self, columns: Sequence[str]) -> list["Wanted"]:
        """What to estimate, each once.

        Args:
            columns: the columns of the file.

        Raises:
            SurveyFileError: Nothing is asked, or it makes no sense.
        """
        if not self.asked:
            raise SurveyFileError(
                "nothing to estimate: name a mean, prop, total, ratio, median or quantile"
            )
        with in_words():
            return [self._one(kind, text, columns) for kind, text in dict.fromkeys(self.asked)]

    def _one(self, kind: Estimator, text: str, columns: Sequence[str]) -> "Wanted":
        name = f"{kind}({text})"
        if kind in ("median", "quantile"):
            y, p = (text, MEDIAN) if kind == "median" else _quantile(text)
            return Wanted(kind, y, "", p, Quantile(name=name, y=y, p=p, ci=self.ci))
        if kind == "ratio":
            y, x = _ratio(text, columns)
            return Wanted(kind, y, x, None, Indicator(name=name, kind=kind, y=y, x=x))
        ci = self.ci if kind == "prop" else None
        return Wanted(kind, text, "", None, Indicator(name=name, kind=kind, y=text, ci=ci))


@dataclass(frozen=True)
class Wanted:
    """One thing to estimate.

    Attributes:
        estimator: What the answer calls the estimator.
        variable: What is estimated.
        denominator: Of a ratio; otherwise empty.
        probability: Of a median or quantile.
        engine: What the engine is asked.
    """

    estimator: Estimator
    variable: str
    denominator: str
    probability: float | None
    engine: Asked


@contextmanager
def in_words() -> Iterator[None]:
    """Say of a declaration that makes no sense what is wrong, and nothing else.

    Raises:
        SurveyFileError: It makes none.
    """
    try:
        yield
    except ValidationError as error:
        said = (
            item["msg"].removeprefix("Value error, ")
            if item["type"] == "value_error"
            else f"{item['loc'][-1]}: {item['msg']}"
            for item in error.errors()
        )
        raise SurveyFileError("; ".join(said)) from None


def parse_replicates(
    prefix: str | None,
    method: str | None,
    rho: float | None,
    scale: float | None,
    rscales: str | None,
    *,
    mse: bool,
) -> Replicates | None:
    """Declare replicate weights; None where none are named.

    Args:
        prefix: What the names of their columns begin with.
        method: How they were made.
        rho: Fay's coefficient.
        scale: Factor of the sum over replicates.
        rscales: Factors of the replicates, separated by commas; or one for all.
        mse: Spread around the figure, not around the mean of the replicates.

    Raises:
        SurveyFileError: It makes no sense.
    """
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


def _listed(text: str) -> list[str]:
    """Columns separated by commas; quotes around a name that holds one."""
    names = next(csv.reader([text], skipinitialspace=True), [])
    return [name.strip() for name in names if name.strip()]


def _stages(text: str | None, what: str) -> list[str | None]:
    columns: list[str | None] = list(_listed(text or ""))
    if len(columns) > STAGES:
        raise SurveyFileError(
            f"{len(columns)} stages of {what}: two are computed. Without population counts the "
            "first PSU alone makes the variance; with them, name the first two stages"
        )
    return columns + [None] * (STAGES - len(columns))


def _quantile(text: str) -> tuple[str, float]:
    column, _, p = text.rpartition(":")
    with suppress(ValueError):
        if column and 0 < float(p) < 1:
            return column, float(p)
    raise SurveyFileError(
        f"quantile {text!r}: write the column and which quantile, such as income:0.25"
    )


def _ratio(text: str, columns: Sequence[str]) -> tuple[str, str]:
    """Numerator and denominator; a name may hold a slash itself where that leaves one reading."""
    readings = [(text[:at], text[at + 1 :]) for at, letter in enumerate(text) if letter == "/"]
    readings = [(y.strip(), x.strip()) for y, x in readings]
    known = [(y, x) for y, x in readings if y in columns and x in columns]
    if len(known) > 1:
        raise SurveyFileError(f"ratio {text!r} can be read in {len(known)} ways; rename a column")
    if not readings:
        raise SurveyFileError(f"ratio {text!r}: write numerator and denominator, such as a/b")
    return known[0] if known else readings[0]
