"""Making a picture small while it is read, band by band, without losing sight of bad pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.float32]
    Marks = NDArray[np.bool_]

LIMIT = 1e9  # larger values are as white as this one, and their sums stay finite


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of pixels: its upper left corner and its size."""

    x: int
    y: int
    width: int
    height: int

    def meets(self, other: Window) -> bool:
        """Whether the two have a pixel in common."""
        return (
            max(self.x, other.x) < min(self.x + self.width, other.x + other.width)
            and max(self.y, other.y) < min(self.y + self.height, other.y + other.height)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    """How large a picture is to be in the end, in pixels: it is fitted in, larger or smaller."""

    width: int
    height: int

    def fitted(self, width: float, height: float) -> tuple[int, int]:
        """Columns and rows of a picture of that shape as large as they fit in."""
        scale = min(self.width / width, self.height / height)
        across, down = max(1, round(width * scale)), max(1, round(height * scale))
        return min(across, self.width), min(down, self.height)

    def whole_size(self, window: Window, *, pixel_aspect: float = 1.0) -> tuple[int, int]:
        """Columns and rows of `window` seen with square pixels, for being resampled into the box.

        Made small by whole factors only, and never below the box: what is left to do takes a
        proper filter.
        """
        aspect = pixel_aspect if 0.01 < pixel_aspect < 100 else 1.0
        wide, high = window.width * max(aspect, 1.0), window.height / min(aspect, 1.0)
        factor = max(1, int(max(wide / self.width, high / self.height)))
        return max(1, round(wide / factor)), max(1, round(high / factor))


def small_size(window: Window, *, width: int | Box, pixel_aspect: float = 1.0) -> tuple[int, int]:
    """Columns and rows of `window` seen with square pixels within `width` by `2 * width`.

    Pictures are never made larger. For a box, see `Box.whole_size`.
    """
    if isinstance(width, Box):
        return width.whole_size(window, pixel_aspect=pixel_aspect)
    aspect = pixel_aspect if 0.01 < pixel_aspect < 100 else 1.0
    wide, high = window.width * max(aspect, 1.0), window.height / min(aspect, 1.0)
    scale = min(1.0, width / wide, 2 * width / high)
    return max(1, round(wide * scale)), max(1, round(high * scale))


class Canvas:
    """Means of the pixels of `window` in `columns` by `rows`, added in any number of bands.

    Pixels that are not finite are left out of the means and marked, so that a single one among
    many still shows. In a canvas of `distances`, a value beyond `LIMIT` says that nothing is there:
    it is left out of the means, too, and cells of which nothing is left are `LIMIT`.
    """

    def __init__(
        self, window: Window, *, columns: int, rows: int, channels: int, distances: bool = False
    ) -> None:
        import numpy as np

        self._window = window
        self._size = (rows, columns)
        # No more cells than pixels; `picture` repeats them where pixels are not square.
        self._cells = (min(rows, window.height), min(columns, window.width))
        self._sums = np.zeros((*self._cells, channels), np.float64)
        self._counts = np.zeros(self._cells, np.int64)
        self._marks = np.zeros(self._cells, np.bool_)
        self._distances = distances
        self._empty = False

    def add(self, band: Pixels, *, x: int, y: int) -> None:
        """Take in `band` (rows, columns, channels), whose upper left pixel is at `x`, `y`."""
        import numpy as np

        window = self._window
        top, left = max(0, window.y - y), max(0, window.x - x)
        bottom, right = window.y + window.height - y, window.x + window.width - x
        band = band[top : max(top, bottom), left : max(left, right)]
        if not band.size:
            return
        finite: Marks = np.asarray(np.isfinite(band).all(axis=2))
        counted = finite & (band < LIMIT).all(axis=2) if self._distances else finite
        self._empty = self._empty or bool((finite & ~counted).any())
        if counted.all():
            band = np.clip(band, -LIMIT, LIMIT)
        else:
            band = np.where(counted[..., None], np.clip(band, -LIMIT, LIMIT), np.float32(0))
        if self._cells == (window.height, window.width):
            self._lay(band, counted, finite, (y + top - window.y, x + left - window.x))
            return
        down, rows = _bins(y + top - window.y, band.shape[0], window.height, self._cells[0])
        across, columns = _bins(x + left - window.x, band.shape[1], window.width, self._cells[1])

        def added(values: NDArray[Any], kind: type) -> NDArray[Any]:
            wide = np.add.reduceat(values, across, axis=1, dtype=kind)
            return np.asarray(np.add.reduceat(wide, down, axis=0, dtype=kind))

        place = (slice(rows[0], rows[1]), slice(columns[0], columns[1]))
        counts = added(counted, np.int64)
        self._sums[place] += added(band, np.float64)
        self._counts[place] += counts
        if not finite.all():
            self._marks[place] |= added(~finite, np.int64) > 0

    def _lay(self, band: Pixels, counted: Marks, finite: Marks, at: tuple[int, int]) -> None:
        """Take in a band of which each pixel is a cell of its own."""
        rows, columns = band.shape[:2]
        place = (slice(at[0], at[0] + rows), slice(at[1], at[1] + columns))
        self._sums[place] += band
        self._counts[place] += counted
        self._marks[place] |= ~finite

    def picture(self) -> tuple[Pixels, Marks]:
        """The means (rows, columns, channels), zero where nothing was added; and the marks.

        Where distances say that nothing is there, there is nothing outside of what was added.
        """
        import numpy as np

        means = (self._sums / np.maximum(self._counts, 1)[..., None]).astype(np.float32)
        if self._empty:
            means[self._counts == 0] = LIMIT
        marks = self._marks
        if self._cells != (self._window.height, self._window.width):
            marks = _spread(marks)
        pick = [np.arange(n) * cells // n for n, cells in zip(self._size, self._cells, strict=True)]
        grid = np.ix_(*pick)
        return means[grid], marks[grid]


def _bins(
    start: int, count: int, pixels: int, cells: int
) -> tuple[NDArray[np.intp], tuple[int, int]]:
    """Where in a run of `count` pixels, beginning at `start`, each cell begins; and which cells."""
    import numpy as np

    of = (np.arange(start, start + count, dtype=np.int64) * cells) // pixels
    begins = np.flatnonzero(np.diff(of, prepend=of[0] - 1))
    return begins, (int(of[0]), int(of[-1]) + 1)


def _spread(marks: Marks) -> Marks:
    """The marks and all their neighbours: in a picture made small, one alone is overlooked."""
    spread = marks.copy()
    spread[1:] |= marks[:-1]
    spread[:-1] |= marks[1:]
    down = spread.copy()
    spread[:, 1:] |= down[:, :-1]
    spread[:, :-1] |= down[:, 1:]
    return spread
