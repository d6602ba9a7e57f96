"""The rank of replicate weights, which is their degrees of freedom and one."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PATTERN = "replicates: "
"""What the text begins with that says how the weights of a row change; see `est_replicates`."""

MOST_PATTERNS = 5000
TOLERANCE = 1e-5  # R's


def rank_of_patterns(patterns: list[str]) -> int:
    """Return the rank of replicate weights, as `degf` of R's survey package takes it.

    A column counts if what is left of it, once the columns before it are projected out, is longer
    than ``TOLERANCE`` times what it was (LINPACK's dqrdc2, which R's `qr` is).

    Args:
        patterns: per row that differs `replicates: ` and its weights over the row's own.

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
        if np.linalg.norm(left) > TOLERANCE * np.linalg.norm(column):
            basis.append(left / np.linalg.norm(left))
    return len(basis)
