"""Statistics of whole numbers from their sums: exact, for Python's integers have no end."""

from __future__ import annotations

import math
from fractions import Fraction

from rushes.inspection.pixels.layout import Channel
from rushes.model.pixels import ChannelStats

_SHIFT = 128  # bits behind the point that a variance keeps until its root is taken


def of_integers(
    channel: Channel, *, count: int, zero: int, ends: tuple[int, int], sums: tuple[int, int]
) -> ChannelStats:
    """What `count` numbers are like; `sums` are of the numbers, and of their squares."""
    least, most = ends
    total, squares = sums
    there = count > 0
    return ChannelStats(
        name=channel.name,
        type=channel.type,
        x_sampling=channel.x_sampling,
        y_sampling=channel.y_sampling,
        count=count,
        zero=zero,
        min=least if there else None,
        max=most if there else None,
        mean=float(Fraction(total, count)) if there else None,
        stddev=_stddev(count, total, squares) if there else None,
        total=total,
        squares=squares,
    )


def _stddev(count: int, total: int, squares: int) -> float:
    variance = count * squares - total * total  # by the square of the count
    root = math.isqrt(variance << _SHIFT)
    return float(Fraction(root, count << (_SHIFT // 2)))
