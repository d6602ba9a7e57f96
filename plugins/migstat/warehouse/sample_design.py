"""What an estimate needs to know: how the sample was drawn, and what is to be estimated."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from migstat.declarations.replicates import Replicates

Lonely = Literal["fail", "certainty", "remove", "adjust", "average"]
Interval = Literal["t", "logit", "xlogit", "beta"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Design(_Frozen):
    """A sampling design, as columns of the file. What a survey does not have stays None.

    Attributes:
        weight: Weight of a row, above 0; None: every row counts once.
        strata: Stratum; None: one stratum.
        psu: Primary sampling unit; None: a sample of rows.
        ssu: Secondary sampling unit, used with `fpc` and `fpc2` only; None: the rows.
        fpc: PSUs of the stratum in the population: their number, or, where every fpc of the file
            is 1 or less, the share of them that is in the sample.
        fpc2: SSUs of the PSU in the population, likewise.
        replicates: Replicate weights, from which the variance is then taken; strata and PSUs still
            give the degrees of freedom, if there are any.
        row_key: What tells rows apart where rows are sampling units; None: their position.
        lonely: What a stratum with one PSU in the sample adds: see the macro `est_design`.
        lonely_column: A column that holds the rule, one per survey, instead of `lonely`.
        groups: Columns that separate whole surveys of one file.
        nest: PSU codes are only unique inside their stratum.
        sum_type: `decimal` makes sums exact and free of the order of rows, with six decimals.
        level: Confidence level of intervals.
        on_no_df: What becomes of a standard error that is 0 for want of degrees of freedom:
            `null`, or `as_r` to print R's 0.
    """

    weight: str | None = None
    strata: str | None = None
    psu: str | None = None
    ssu: str | None = None
    fpc: str | None = None
    fpc2: str | None = None
    row_key: str | None = None
    lonely: Lonely = "fail"
    lonely_column: str | None = None
    groups: tuple[str, ...] = ()
    nest: bool = False
    sum_type: Literal["double", "decimal"] = "double"
    level: float = Field(default=0.95, gt=0, lt=1)
    on_no_df: Literal["null", "as_r"] = "null"
    replicates: Replicates | None = None

    @model_validator(mode="after")
    def _stages_are_complete(self) -> Self:
        if self.ssu and not self.psu:
            raise ValueError("a design with ssu needs a psu")
        if self.fpc2 and not (self.fpc and self.psu):
            raise ValueError("a design with fpc2 needs fpc and psu: the first stage comes first")
        if self.replicates and not self.weight:
            raise ValueError("replicate weights go with a weight: name the column")
        if self.replicates and self.fpc:
            raise ValueError(
                "replicate weights hold the finite population correction: leave out fpc"
            )
        return self


class Indicator(_Frozen):
    """One thing to estimate.

    Attributes:
        name: What the answer calls it.
        kind: mean, prop (y is 0 or 1; answered in percent), total, or ratio (sum y / sum x).
        y: A column, or an SQL expression over the columns; null: not in the universe, or no answer.
        x: The denominator of a ratio, likewise.
        n_dk: 1 where the answer is don't know or refused, likewise; counted, without weights.
        ci: Interval; None: beta (Korn-Graubard) for a prop, t otherwise.
    """

    name: str
    kind: Literal["mean", "prop", "total", "ratio"]
    y: str
    x: str | None = None
    n_dk: str | None = None
    ci: Interval | None = None

    @model_validator(mode="after")
    def _parts_fit_the_kind(self) -> Self:
        if (self.kind == "ratio") != (self.x is not None):
            raise ValueError(f"indicator {self.name}: x belongs to a ratio, and only there")
        if self.kind != "prop" and self.ci not in (None, "t"):
            raise ValueError(f"indicator {self.name}: a {self.ci} interval needs a prop")
        return self


class Quantile(_Frozen):
    """A quantile to estimate.

    Attributes:
        name: What the answer calls it.
        y: A column, or an SQL expression over the columns; null: not in the universe, or no answer.
        p: Which: 0.5 is the median.
        n_dk: 1 where the answer is don't know or refused, likewise; counted, without weights.
        ci: Interval of the share of rows at or below the quantile (Woodruff); None: t.
    """

    name: str
    y: str
    p: float = Field(gt=0, lt=1)
    n_dk: str | None = None
    ci: Interval | None = None


Asked = Indicator | Quantile
"""What can be estimated of a survey."""


class Standard(_Frozen):
    """Shares of a standard population, for direct standardisation.

    Attributes:
        by: The dim whose codes have the shares, such as an age band.
        shares: The share of each code; they count relative to their sum.
        least: How much of the standard population the codes with answers on both sides must hold,
            of the codes with an answer on any; below, the contrast is null.
    """

    by: str
    shares: dict[str, Annotated[float, Field(ge=0)]]
    least: float = Field(default=0, ge=0, le=1)


class Contrast(_Frozen):
    """A comparison of domains of one survey.

    Attributes:
        name: What the answer calls it.
        by: The dim whose codes are compared.
        over: Coefficient of each code: `{"IM": 1, "NM": -1}`; codes above 0 against those below.
        scale: `difference` of the two sides, or their `ratio`.
        standard: Both sides with the same shares of the codes of another dim; None: as they are.
        family: The comparisons whose p-values are adjusted together have the same; None: those of
            the same scale. Each indicator and margin is a family of its own.
    """

    name: str
    by: str
    over: dict[str, float]
    scale: Literal["difference", "ratio"] = "difference"
    standard: Standard | None = None
    family: str | None = None

    @model_validator(mode="after")
    def _has_two_sides(self) -> Self:
        if not (any(c > 0 for c in self.over.values()) and any(c < 0 for c in self.over.values())):
            raise ValueError(f"contrast {self.name}: one code must count above 0 and one below")
        if self.standard and self.standard.by == self.by:
            raise ValueError(f"contrast {self.name}: {self.by} can't be compared and standardised")
        return self
