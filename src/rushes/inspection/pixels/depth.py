"""Counts how many samples the pixels of a deep part have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rushes.model.pixels import SampleStats

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Depth:
    """Samples per pixel so far."""

    def __init__(self) -> None:
        self._pixels = self._total = self._most = self._empty = 0
        self._least: int | None = None

    def add(self, counts: NDArray[np.int64]) -> None:
        """Note these pixels too."""
        import numpy as np

        least = int(counts.min())
        self._least = least if self._least is None else min(self._least, least)
        self._most = max(self._most, int(counts.max()))
        self._pixels += counts.size
        self._total += int(counts.sum())
        self._empty += counts.size - int(np.count_nonzero(counts))

    def stats(self) -> SampleStats:
        """What all of them are like."""
        return SampleStats(
            self._pixels, self._total, self._least or 0, self._most, empty=self._empty
        )
