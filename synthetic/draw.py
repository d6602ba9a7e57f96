"""Reproducible draws: one seeded stream per survey, built on what Python promises never to change.

Only ``Random.random`` is guaranteed to give the same stream in every version of Python, so every
other draw is made of it.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


class Draw:
    """A stream of random draws that depends on its seed alone."""

    def __init__(self, seed: str) -> None:
        """Start the stream."""
        self._random = Random(seed)

    def unit(self) -> float:
        """Draw from [0, 1)."""
        return self._random.random()

    def chance(self, probability: float) -> bool:
        """Say yes with this probability."""
        return self.unit() < probability

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int(self.unit() * (high - low + 1))

    def between(self, low: float, high: float) -> float:
        """Draw a number between two bounds."""
        return low + self.unit() * (high - low)

    def normal(self, spread: float = 1.0) -> float:
        """Draw around zero, nearly normal: twelve uniforms (Irwin-Hall), no libm involved."""
        return spread * (sum(self.unit() for _ in range(12)) - 6)

    def pick(self, options: Mapping[T, float]) -> T:
        """Draw one key with probability proportional to its value."""
        left = self.unit() * sum(options.values())
        for option, weight in options.items():
            left -= weight
            if left < 0:
                return option
        return next(reversed(list(options)))

    def uuid(self) -> str:
        """Draw a version 4 UUID."""
        number = 0
        for _ in range(4):
            number = (number << 32) | int(self.unit() * 2**32)
        return str(UUID(int=number, version=4))


def top_share(scores: Sequence[float], weights: Sequence[float], target: float) -> list[bool]:
    """Mark the highest scores until their weighted share is as near to the target as it gets.

    Args:
        scores: One score per unit; who is likelier to be marked has the higher one.
        weights: Sampling weights, same order.
        target: Share wanted, 0 to 1.

    Returns:
        One mark per unit; the weighted share of the marked misses the target by at most half
        of the largest relative weight.
    """
    marks = [False] * len(scores)
    wanted, reached = target * sum(weights), 0.0
    for unit in sorted(range(len(scores)), key=lambda i: -scores[i]):
        if abs(reached + weights[unit] - wanted) > abs(reached - wanted):
            break
        marks[unit] = True
        reached += weights[unit]
    return marks
