"""Replicate weights: how each method turns the spread of the replicates into a variance.

The rules are those of `svrepdesign` in R's survey package with combined weights (the replicate
weights hold the sampling weight): V = scale * sum of rscale_r (theta_r - centre)^2.
"""

from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    from numpy.typing import NDArray

Method = Literal["brr", "fay", "jk1", "jkn", "bootstrap"]

PATTERN = "replicates: "
"""What the text begins with that says how the weights of a row change; see `est_replicates`."""

MOST_PATTERNS = 5000


class Replicates(BaseModel):
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

    model_config = ConfigDict(frozen=True, extra="forbid")

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
        if any(not 0 <= r < np.inf for r in self.rscales):
            raise ValueError("replicates: rscales are 0 or more")
        return self

    def columns_of(self, names: list[str]) -> list[str]:
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


def rank_of_patterns(patterns: list[str], tolerance: float = 1e-5) -> int:
    """Return the rank of replicate weights, as `degf` of R's survey package takes it.

    A column counts if what is left of it, once the columns before it are projected out, is longer
    than the tolerance times what it was (LINPACK's dqrdc2, which R's `qr` is).

    Args:
        patterns: per row that differs `replicates: ` and its weights over the row's own.
        tolerance: as R's.

    Returns:
        The rank; with very many rows, the number of replicates.
    """
    rows = [text.removeprefix(PATTERN).split(" ") for text in patterns]
    if len(rows) > MOST_PATTERNS:
        return len(rows[0])
    matrix = np.array(rows, dtype=np.float64)
    basis: list[NDArray[np.float64]] = []
    for column in matrix.T:
        left = column.copy()
        for _ in range(2):  # once more, for what rounding left
            for direction in basis:
                left -= direction * (direction @ left)
        if np.linalg.norm(left) > tolerance * np.linalg.norm(column):
            basis.append(left / np.linalg.norm(left))
    return len(basis)
