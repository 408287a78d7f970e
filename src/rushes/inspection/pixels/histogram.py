"""Statistics of half values from how often each of the 65,536 of them occurs: they are exact.

The index of a count is the bit pattern of the half: 0x3C00 is 1.0.
"""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING, Any

from rushes.inspection.pixels.layout import Channel
from rushes.model.pixels import PERCENTILES, ChannelStats

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BINS = 1 << 16
_SIGN, _INFINITY = 0x8000, 0x7C00
_UNITS = 1 << 24
_HALF_WAY = 1 << 20
_QUICKLY = 1


def of_halves(channel: Channel, counts: NDArray[Any], *, keep: bool = True) -> ChannelStats:
    """What values that occur so often are like; `keep` says to carry the histogram along."""
    import numpy as np

    bits = np.flatnonzero(counts)
    below = int(np.searchsorted(bits, _SIGN))
    # Patterns with a sign go from zero down: turned about they come before the others.
    bits = np.concatenate([bits[below:][::-1], bits[:below]])
    times = counts[bits].astype(np.int64)
    with np.errstate(invalid="ignore"):
        values = bits.astype(np.uint16).view(np.float16).astype(np.float64)
    finite = np.isfinite(values)
    numbers, often = values[finite], times[finite]
    count, there = int(times.sum()), int(often.sum())
    return ChannelStats(
        name=channel.name,
        type=channel.type,
        x_sampling=channel.x_sampling,
        y_sampling=channel.y_sampling,
        count=count,
        nan=int(times[np.isnan(values)].sum()),
        positive_infinity=int(counts[_INFINITY]),
        negative_infinity=int(counts[_SIGN | _INFINITY]),
        negative=int(often[numbers < 0].sum()),
        zero=int(often[numbers == 0].sum()),
        histogram=packed(counts) if keep else b"",
        **(_moments(numbers, often, there) if there else {}),
    )


def packed(counts: NDArray[Any]) -> bytes:
    """65,536 counts, 8 bytes each, little-endian, deflated: some ten KB."""
    return zlib.compress(counts.astype("<u8").tobytes(), _QUICKLY)


def unpacked(data: bytes) -> NDArray[np.uint64]:
    """The counts that were `packed`."""
    import numpy as np

    return np.frombuffer(zlib.decompress(data), "<u8")


def _moments(numbers: NDArray[Any], often: NDArray[Any], there: int) -> dict[str, Any]:
    """Of numbers in ascending order that occur so often, `there` in all.

    A half is a multiple of 2⁻²⁴ of no more than 41 bits: cut in two, sums of them stay whole.
    """
    import numpy as np

    high, low = np.divmod((numbers * _UNITS).astype(np.int64), _HALF_WAY)
    total = int(np.dot(high, often)) * _HALF_WAY + int(np.dot(low, often))
    mean = total / (there * _UNITS)
    squares = float(np.sum(often * (numbers - mean) ** 2))
    up_to = np.cumsum(often)
    ranks = [max(1, -(-share * there // 100)) for share in PERCENTILES]
    found = numbers[np.searchsorted(up_to, ranks)]
    return {
        "min": float(numbers[0]) + 0.0,
        "max": float(numbers[-1]) + 0.0,
        "mean": mean,
        "stddev": math.sqrt(squares / there),
        "percentiles": tuple(
            (share, float(one) + 0.0) for share, one in zip(PERCENTILES, found, strict=True)
        ),
    }
