"""Which estimates may leave: where the tables of a vintage meet disclosure control."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from migstat.release.inputs import Inputs

WITHHOLD = "withhold"


@dataclass(frozen=True)
class Protected:
    """What disclosure control decided.

    Attributes:
        shown: Whether each row of the ``estimates`` may leave, in their order.
        proof: Report for the disclosure officer by file name; stays with the vintage.
    """

    shown: pd.Series
    proof: dict[str, str]


def protect_cells(inputs: Inputs, earlier: Sequence[pd.DataFrame]) -> Protected:
    """Decide what may leave.

    Args:
        inputs: What the vintage is made from.
        earlier: Released cells of the vintages before, oldest first.
    """
    estimates = inputs.tables["estimates"]
    least = inputs.country.disclosure.min_contributors
    small = estimates["n_obs"].between(1, least - 1)
    return Protected(~small & (estimates["reliability"] != WITHHOLD), {})
