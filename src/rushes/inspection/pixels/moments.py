"""Count, mean and spread of numbers that need not be in memory together.

Source: Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
Variances" (1979).
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moments:
    """`squares` is the sum of squared distances from the mean."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @property
    def stddev(self) -> float:
        """Of the whole population: divided by n."""
        return math.sqrt(self.squares / self.count) if self.count else 0.0


def joined(one: Moments, other: Moments) -> Moments:
    """Those of both together."""
    if not one.count or not other.count:
        return one if one.count else other
    count = one.count + other.count
    apart = other.mean - one.mean
    mean = one.mean + apart * (other.count / count)
    squares = one.squares + other.squares + apart * apart * (one.count * (other.count / count))
    return Moments(count, mean, squares)
