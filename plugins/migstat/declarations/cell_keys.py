"""What a profile declares of cell keys: how far the counts of a census are changed at random."""

from typing import Self

from pydantic import Field, model_validator

from migstat.declarations.model import Declaration

ROOM = 0.01  # of the possible variances, that the declared one keeps from their ends


class CellKeys(Declaration):
    """How counts of records are changed at random, by a key that the records of a count make.

    Attributes:
        deviation: The most that is added to a count or taken away.
        variance: Of the deviations of every count but 0, which stays; their mean is 0.
        small: No count from 1 to it is told.
    """

    deviation: int = Field(ge=1, le=20)
    variance: float = Field(gt=0)
    small: int = Field(default=0, ge=0)

    @property
    def last_of_its_own(self) -> int:
        """The count from which on all may be changed alike."""
        return self.deviation + self.small + 1

    def deviations(self, count: int) -> tuple[int, ...]:
        """List what may be added to a count, in order; 0 stays, and no count becomes small."""
        reach = range(-self.deviation, self.deviation + 1) if count else (0,)
        return tuple(by for by in reach if count + by == 0 or count + by > self.small)

    @model_validator(mode="after")
    def _is_possible_for_every_count(self) -> Self:
        for count in range(1, self.last_of_its_own + 1):
            low, high = _variances(self.deviations(count))
            if not low <= self.variance <= high:
                raise ValueError(
                    f"no deviations of a count of {count} have mean 0 and variance "
                    f"{self.variance:g}"
                    + (f", only {low:g} to {high:g}" if low < high else " or any other")
                )
        return self


def _variances(deviations: tuple[int, ...]) -> tuple[float, float]:
    """Say between which variances deviations with mean 0 can be spread over all of these.

    With none between ``-a`` and ``b`` it is at least ``a * b``, with none beyond it at most that.
    """
    down, up = [-by for by in deviations if by < 0], [by for by in deviations if by > 0]
    if not down or not up:
        return 0, 0
    low = 0 if 0 in deviations else min(down) * min(up)
    high = max(down) * max(up)
    room = ROOM * (high - low)
    return low + room, high - room
