"""How far the values of one channel are apart, summed up while they come in."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from rushes.inspection.diff.differences import ChannelDelta, Limits, Place
from rushes.model.pixels import Number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Where = Callable[[int], Place]

_LEAST = 1e-38  # so that what is over never looks as if it were within
WITHIN = 1.5e-45  # the least float32 there is


class Spots(NamedTuple):
    """Where in flat arrays values differ, and how hot that is: a distance (float32), infinity for
    a pair that has none, `WITHIN` for what is tolerated.
    """

    at: NDArray[np.intp]
    heat: NDArray[np.float32]


class Distance:
    """The distances of one channel so far."""

    def __init__(self, limits: Limits, *, integers: bool) -> None:
        self._limits, self._integers = limits, integers
        self._compared = self._differing = self._over = self._unlike = 0
        self._total: Number = 0
        self._squares: Number = 0
        self._most: Number = 0
        self._at: Place | None = None
        self._values: tuple[Number, Number] | None = None
        self._strange: Place | None = None
        self._strangers: tuple[str, str] | None = None

    def add(
        self, a: NDArray[Any], b: NDArray[Any], there: NDArray[np.bool_] | None, where: Where
    ) -> Spots | None:
        """Compare arrays of the same shape, only `there` where that is given.

        `where` gives the place of a flat index. None where nothing differs.
        """
        import numpy as np

        unequal = _unequal(a, b)
        if there is not None:
            unequal &= there
        self._compared += a.size if there is None else int(np.count_nonzero(there))
        if not unequal.any():
            return None
        at = np.flatnonzero(unequal)
        kind = np.int64 if self._integers else np.float64
        ours, theirs = a[unequal].astype(kind), b[unequal].astype(kind)
        with np.errstate(invalid="ignore"):
            apart = np.abs(ours - theirs)
        heat = np.zeros(at.size, np.float32)
        known = np.ones(at.size, bool) if self._integers else np.isfinite(apart)
        if not known.all():
            unlike = ~known & ~((np.isnan(ours) & np.isnan(theirs)) | (ours == theirs))
            self._add_unlike(unlike, ours, theirs, lambda one: where(int(at[one])))
            heat[unlike] = np.inf
            kept = np.flatnonzero(known)
            apart, ours, theirs = apart[known], ours[known], theirs[known]
        else:
            kept = np.arange(at.size)
        if apart.size:
            over = self._add_known(apart, ours, theirs, lambda one: where(int(at[kept[one]])))
            levels = np.where(apart > 0, np.float32(WITHIN), np.float32(0))
            levels[over] = np.clip(apart[over], _LEAST, 3e38)
            heat[kept] = levels
        return Spots(at, heat)

    def result(self, name: str) -> ChannelDelta:
        """What came of it."""
        pairs = self._compared - self._unlike
        return ChannelDelta(
            name=name,
            compared=self._compared,
            differing=self._differing,
            over=self._over,
            unlike=self._unlike,
            max_abs=self._most if pairs else None,
            mean_abs=self._total / pairs if pairs else None,
            rms=math.sqrt(self._squares / pairs) if pairs else None,
            at=self._at,
            values=self._values,
            strange=self._strange,
            strangers=self._strangers,
        )

    def _add_unlike(
        self, unlike: NDArray[np.bool_], ours: NDArray[Any], theirs: NDArray[Any], where: Where
    ) -> None:
        found = int(unlike.sum())
        self._unlike += found
        self._differing += found
        self._over += found
        if found and self._strange is None:
            first = int(unlike.argmax())
            self._strange = where(first)
            self._strangers = (_word(float(ours[first])), _word(float(theirs[first])))

    def _add_known(
        self, apart: NDArray[Any], ours: NDArray[Any], theirs: NDArray[Any], where: Where
    ) -> NDArray[np.bool_]:
        """Sum up; which of them are over."""
        import numpy as np

        most = int(apart.argmax())
        if apart[most] > self._most:
            self._most = apart[most].item()
            self._at = where(most)
            self._values = (ours[most].item(), theirs[most].item())
        self._total += apart.sum().item()
        self._squares += _squares(apart) if self._integers else float(np.dot(apart, apart))
        allowed: Any = self._limits.tolerance
        if self._limits.relative:
            sizes = np.maximum(np.abs(ours), np.abs(theirs))
            allowed = np.maximum(allowed, self._limits.relative * sizes)
        over: NDArray[np.bool_] = apart > allowed
        self._differing += int(np.count_nonzero(apart))
        self._over += int(np.count_nonzero(over))
        return over


def _unequal(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
    """Where bits differ; of unlike types, where values do."""
    import numpy as np

    if a.dtype == b.dtype:
        bits = np.uint16 if a.dtype.itemsize == 2 else np.uint32
        return np.asarray(a.view(bits) != b.view(bits))
    return np.asarray(a.astype(np.float64) != b.astype(np.float64))


def _squares(apart: NDArray[np.int64]) -> int:
    """The exact sum of the squares, in halves of 16 bits so that nothing overflows."""
    import numpy as np

    high, low = (apart >> 16).astype(np.uint64), (apart & 0xFFFF).astype(np.uint64)
    return (int(np.dot(high, high)) << 32) + (int(np.dot(high, low)) << 17) + int(np.dot(low, low))


def _word(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    return f"{number:.9g}".replace("inf", "Infinity")
