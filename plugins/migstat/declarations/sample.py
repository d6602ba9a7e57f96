"""What a ``delivery.yml`` declares of how the sample was drawn."""

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from migstat.declarations.model import Declaration
from migstat.declarations.replicates import Replicates


class LonelyPsu(StrEnum):
    """What a stratum with a single primary sampling unit adds to the variance."""

    FAIL = "fail"
    CERTAINTY = "certainty"
    ADJUST = "adjust"
    AVERAGE = "average"


class Design(Declaration):
    """The sampling design, by column names after the border; null where there is none.

    With ``replicates`` the variance comes from replicate weights; stratum and PSU still give the
    degrees of freedom. ``waves_share_psus`` says that the waves return to the same sampling units
    (a panel, or the same areas), so that the change between two waves has their covariance.
    """

    weight: str | None = None
    stratum: str | None = None
    psu: str | None = None
    fpc: str | None = None
    lonely_psu: LonelyPsu = LonelyPsu.FAIL
    replicates: Replicates | None = None
    waves_share_psus: bool = False

    @property
    def is_census(self) -> bool:
        """Whether it takes in its whole frame, as far as a declaration can tell."""
        return self.fpc is not None and self.psu is None and self.replicates is None

    @model_validator(mode="after")
    def _replicates_go_with_a_weight(self) -> Self:
        if self.replicates and not self.weight:
            raise ValueError("replicates go with a weight")
        if self.replicates and self.fpc:
            raise ValueError("replicates hold the finite population correction: leave out fpc")
        return self
