"""Counts the values of one channel as they come, band after band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from rushes.inspection.pixels.histogram import BINS, of_halves
from rushes.inspection.pixels.layout import Channel
from rushes.inspection.pixels.moments import Moments, joined
from rushes.inspection.pixels.sums import of_integers
from rushes.model.pixels import ChannelStats, PixelType

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST, _AT_ONCE = 1 << 16, 1 << 18
_INDICES = 1 << 15  # as many as stay near the processor
_SMALL_BINS = 1 << 32  # values that a bin of 32 bits can count


class Tally(Protocol):
    """What has been counted so far."""

    def add(self, values: NDArray[Any]) -> None:
        """Count these too."""

    def stats(self, channel: Channel) -> ChannelStats:
        """What all of them are like."""


class Gathered:
    """Hands a tally so many values at once that it is worth while: a deep line may have ten."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._waiting: list[NDArray[Any]] = []
        self._count = 0

    def add(self, values: NDArray[Any]) -> None:
        """Count these, now or later."""
        if values.size:
            self._waiting.append(values.ravel())
            self._count += values.size
            if self._count >= _LEAST:
                self._pass_on()

    def stats(self, channel: Channel) -> ChannelStats:
        """What all of them are like."""
        self._pass_on()
        return self._tally.stats(channel)

    def _pass_on(self) -> None:
        import numpy as np

        waiting, self._waiting, self._count = self._waiting, [], 0
        if not waiting:
            return
        whole = waiting[0] if len(waiting) == 1 else np.concatenate(waiting)
        for at in range(0, whole.size, _AT_ONCE):
            self._tally.add(whole[at : at + _AT_ONCE])


def tally(kind: PixelType, most: int, *, histograms: bool) -> Gathered:
    """One for values of that type, of which there are no more than `most`."""
    if kind is PixelType.HALF:
        return Gathered(_Halves(most, keep=histograms))
    return Gathered(_Floats() if kind is PixelType.FLOAT else _Integers())


class _Halves:
    def __init__(self, most: int, *, keep: bool) -> None:
        import numpy as np

        self._keep = keep
        self._counts = np.zeros(BINS, np.uint32 if most < _SMALL_BINS else np.uint64)

    def add(self, values: NDArray[Any]) -> None:
        import numpy as np

        bits, one = values.view(np.uint16), self._counts.dtype.type(1)
        # Indices that are of the machine's own width already are counted fastest, and `bincount`
        # would make a histogram of its own each time.
        places = np.empty(min(bits.size, _INDICES), np.intp)
        for at in range(0, bits.size, _INDICES):
            some = bits[at : at + _INDICES]
            first = some[0]
            if first == some[-1] and (some == first).all():  # an alpha of ones, a black frame
                self._counts[first] += some.size
                continue
            places[: some.size] = some
            np.add.at(self._counts, places[: some.size], one)

    def stats(self, channel: Channel) -> ChannelStats:
        return of_halves(channel, self._counts, keep=self._keep)


class _Floats:
    def __init__(self) -> None:
        self._moments = Moments()
        self._count = self._nan = self._above = self._below = self._negative = self._zero = 0
        self._least, self._most = float("inf"), float("-inf")

    def add(self, values: NDArray[Any]) -> None:
        import numpy as np

        self._count += values.size
        with np.errstate(invalid="ignore"):
            wide = values.astype(np.float64)
            total = float(wide.sum())
        if not np.isfinite(total):  # float64 has room for any sum of finite float32
            self._nan += int(np.count_nonzero(np.isnan(wide)))
            self._above += int(np.count_nonzero(np.isposinf(wide)))
            self._below += int(np.count_nonzero(np.isneginf(wide)))
            wide = wide[np.isfinite(wide)]
            total = float(wide.sum())
        if not wide.size:
            return
        self._least = min(self._least, float(wide.min()))
        self._most = max(self._most, float(wide.max()))
        self._negative += int(np.count_nonzero(wide < 0))
        self._zero += wide.size - int(np.count_nonzero(wide))
        mean = total / wide.size
        wide -= mean
        rest = float(wide.sum()) / wide.size  # what rounding left of the mean
        squares = float(np.dot(wide, wide)) - rest * rest * wide.size
        self._moments = joined(self._moments, Moments(wide.size, mean + rest, max(0.0, squares)))

    def stats(self, channel: Channel) -> ChannelStats:
        there = self._moments.count > 0
        return ChannelStats(
            name=channel.name,
            type=channel.type,
            x_sampling=channel.x_sampling,
            y_sampling=channel.y_sampling,
            count=self._count,
            nan=self._nan,
            positive_infinity=self._above,
            negative_infinity=self._below,
            negative=self._negative,
            zero=self._zero,
            min=self._least + 0.0 if there else None,
            max=self._most + 0.0 if there else None,
            mean=self._moments.mean if there else None,
            stddev=self._moments.stddev if there else None,
        )


class _Integers:
    def __init__(self) -> None:
        self._count = self._zero = self._total = self._squares = 0
        self._least, self._most = 1 << 32, -1

    def add(self, values: NDArray[Any]) -> None:
        import numpy as np

        self._count += values.size
        self._zero += values.size - int(np.count_nonzero(values))
        self._least = min(self._least, int(values.min()))
        self._most = max(self._most, int(values.max()))
        # In halves of 16 bits no sum of squares of so many values overflows.
        high, low = (values >> 16).astype(np.uint64), (values & 0xFFFF).astype(np.uint64)
        self._total += (int(high.sum()) << 16) + int(low.sum())
        self._squares += (
            (int(np.dot(high, high)) << 32) + (int(np.dot(high, low)) << 17) + int(np.dot(low, low))
        )

    def stats(self, channel: Channel) -> ChannelStats:
        return of_integers(
            channel,
            count=self._count,
            zero=self._zero,
            ends=(self._least, self._most),
            sums=(self._total, self._squares),
        )
