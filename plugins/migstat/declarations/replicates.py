"""Replicate weights: how each method turns the spread of the replicates into a variance.

The rules are those of ``svrepdesign`` in R's survey package with combined weights (the replicate
weights hold the sampling weight): V = scale * sum of rscale_r (theta_r - centre)^2.
"""

from collections.abc import Sequence
from math import inf
from typing import Literal, Self

from pydantic import Field, model_validator

from migstat.declarations.model import Declaration

Method = Literal["brr", "fay", "jk1", "jkn", "bootstrap"]


class Replicates(Declaration):
    """The replicate weights of a file.

    Attributes:
        prefix: What the names of the columns begin with; they count in the order of the file.
        columns: The columns themselves, instead.
        method: brr (balanced half-samples), fay (the same, weights changed by 1-rho instead of
            1), jk1 (one unit left out, no strata), jkn (the same within strata), bootstrap.
        rho: Fay's coefficient, from 0 up to 1; for fay only.
        scale: The factor of the sum; None: as the method has it.
        rscales: A factor for each replicate, or one for all; None: 1, and required for jkn, where
            it is (n-1)/n of the stratum from which the unit was left out.
        mse: Spread around the figure of the whole sample; False: around the replicates' mean.
    """

    prefix: str | None = None
    columns: tuple[str, ...] = ()
    method: Method
    rho: float | None = Field(default=None, ge=0, lt=1)
    scale: float | None = Field(default=None, gt=0)
    rscales: tuple[float, ...] = ()
    mse: bool = False

    @model_validator(mode="after")
    def _parts_fit_the_method(self) -> Self:
        if bool(self.prefix) == bool(self.columns):
            raise ValueError("replicates: give the prefix of the columns, or the columns")
        if (self.method == "fay") != (self.rho is not None):
            raise ValueError("replicates: rho belongs to the method fay, and only there")
        if self.method == "jkn" and not self.rscales:
            raise ValueError(
                "replicates: jkn needs rscales, (n-1)/n of the stratum of each replicate"
            )
        if self.method in ("brr", "fay") and self.scale is not None:
            raise ValueError(f"replicates: {self.method} has no scale of its own choice")
        if any(not 0 <= r < inf for r in self.rscales):
            raise ValueError("replicates: rscales are 0 or more")
        return self

    def columns_of(self, names: Sequence[str]) -> list[str]:
        """Return the columns among the names of a file, in their order.

        Raises:
            ValueError: There are less than two of them, or rscales are for another number.
        """
        found = list(self.columns) or [n for n in names if n.startswith(self.prefix or "")]
        if len(found) < 2:  # noqa: PLR2004 - one replicate has no spread
            raise ValueError(f"{len(found)} column(s) begin with {self.prefix!r}; two are needed")
        if len(self.rscales) not in (0, 1, len(found)):
            raise ValueError(f"{len(self.rscales)} rscales for {len(found)} replicates")
        return found

    def factor(self, n: int) -> float:
        """The scale for n replicates."""
        usual = {
            "brr": 1 / n,
            "fay": 1 / (n * (1 - (self.rho or 0)) ** 2),
            "jk1": (n - 1) / n,
            "jkn": 1.0,
            "bootstrap": 1 / (n - 1),
        }
        return usual[self.method] if self.scale is None else self.scale

    def factors(self, n: int) -> list[float]:
        """The rscale of each of n replicates."""
        return list(self.rscales) if len(self.rscales) == n else [*(self.rscales or (1.0,))] * n
