"""Samples of deep pixels, line by line, whatever chunks they come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rushes.inspection.diff.differences import Limits, Place, SampleDelta
from rushes.inspection.diff.distance import Distance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rushes.inspection.pixels.reading import Piece

Area = tuple[slice, slice]


class Samples(NamedTuple):
    """How many samples each pixel has, in lines and columns, and those of each channel, pixel by
    pixel from left to right.
    """

    counts: NDArray[np.int64]
    values: dict[str, NDArray[Any]]


def gathered(
    shape: tuple[int, int],
    chunks: Sequence[tuple[Area, Piece]],
    channels: Sequence[tuple[int, str, str]],
) -> Samples:
    """Samples of chunks that lie at those areas of `shape`; pixels without a chunk have none.

    `channels` are numbers, names and types of those that are wanted.
    """
    import numpy as np

    counts = np.zeros(shape, np.int64)
    for area, piece in chunks:
        counts[area] = _counts(piece).reshape(counts[area].shape)
    starts = (np.cumsum(counts) - counts.ravel()).reshape(shape)
    made = {name: np.empty(int(counts.sum()), kind) for _, name, kind in channels}
    for area, piece in chunks:
        many = _counts(piece)
        here = np.cumsum(many) - many
        total = int(many.sum())
        at = np.repeat(starts[area].ravel() - here, many) + np.arange(total)
        for number, name, _ in channels:
            made[name][at] = piece.values[number]
    return Samples(counts, made)


def _counts(piece: Piece) -> NDArray[np.int64]:
    assert piece.counts is not None
    return piece.counts


def cut(given: Samples, area: Area) -> Samples:
    """Those of the pixels of an area alone."""
    import numpy as np

    if given.counts[area].size == given.counts.size:
        return given
    kept = np.zeros(given.counts.shape, bool)
    kept[area] = True
    which = np.repeat(kept.ravel(), given.counts.ravel())
    return Samples(given.counts[area], {name: one[which] for name, one in given.values.items()})


class SampleDistance:
    """How far two deep parts are apart, so far."""

    def __init__(self, limits: Limits, channels: dict[str, bool]) -> None:
        self.channels = {name: Distance(limits, integers=one) for name, one in channels.items()}
        self._pixels = self._unequal = self._ours = self._theirs = 0
        self._at: Place | None = None
        self._counts: tuple[int, int] | None = None

    def add(
        self, a: Samples, b: Samples, there: NDArray[np.bool_] | None, corner: Place
    ) -> NDArray[np.float32]:
        """Compare pixels of the same area, only `there`; how hot each of them is."""
        import numpy as np

        shape = a.counts.shape
        ours, theirs = a.counts.ravel(), b.counts.ravel()
        seen = np.ones(ours.size, bool) if there is None else there.ravel()
        unequal = (ours != theirs) & seen
        heat = np.zeros(ours.size, np.float32)
        heat[unequal] = np.inf

        def where(pixel: int) -> Place:
            row, column = divmod(pixel, shape[1])
            return Place(corner.x + column, corner.y + row)

        if self._at is None and unequal.any():
            first = int(unequal.argmax())
            self._at, self._counts = where(first), (int(ours[first]), int(theirs[first]))
        self._pixels += int(seen.sum())
        self._unequal += int(unequal.sum())
        self._ours += int(ours[seen].sum())
        self._theirs += int(theirs[seen].sum())
        alike = seen & ~unequal
        in_a, in_b = np.repeat(alike, ours), np.repeat(alike, theirs)
        pixels = np.repeat(np.flatnonzero(alike), ours[alike])
        for name, distance in self.channels.items():
            if not pixels.size:
                break
            one, other = a.values[name][in_a], b.values[name][in_b]
            spots = distance.add(one, other, None, lambda at: where(int(pixels[at])))
            if spots is not None:
                np.maximum.at(heat, pixels[spots.at], spots.heat)
        return heat.reshape(shape)

    def result(self) -> SampleDelta:
        """What came of the counts."""
        return SampleDelta(
            self._pixels, self._unequal, self._ours, self._theirs, self._at, self._counts
        )
