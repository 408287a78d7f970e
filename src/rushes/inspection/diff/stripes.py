"""Reads a part from top to bottom in stripes, whatever chunks it comes in, so that two can be
laid side by side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rushes.inspection.diff.samples import Samples, gathered
from rushes.inspection.pixels.bands import Band
from rushes.inspection.pixels.excerpt import dtype
from rushes.inspection.pixels.layout import Layout, RefusedError
from rushes.inspection.pixels.losses import Losses
from rushes.inspection.pixels.reading import Piece, pieces, reach
from rushes.inspection.pixels.source import Chunk, Loss, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_VALUES = 1 << 20  # of all channels in one stripe, unless a row of chunks has more
_MOST = 1 << 30  # bytes of a row of tiles


@dataclass(slots=True)
class Stripe:
    """Lines from `top` to before `bottom`, over the whole width of the data window.

    `values` are arrays of lines and columns, of those that a channel's sampling leaves; `samples`
    are there for deep parts instead. `missing` are pixels that could not be read (None for none).
    A stripe that is `lost` has nothing of all this, nor has one outside of the data window.
    """

    top: int
    bottom: int
    values: dict[str, NDArray[Any]]
    samples: Samples | None = None
    missing: NDArray[np.bool_] | None = None
    lost: bool = False


class Stripes:
    """One part of an open file; lines are asked for in ascending order, again and again."""

    def __init__(self, source: Source, layout: Layout, wanted: Collection[str]) -> None:
        self._source, self.layout = source, layout
        self._wanted = [(at, one) for at, one in enumerate(layout.channels) if one.name in wanted]
        self._across, self._down = layout.grid
        self._reach = reach(source, layout)
        high = layout.tile[1] * layout.unit
        if layout.tiled and layout.size(layout.width, high) > _MOST:
            raise RefusedError(f"a row of its tiles has {layout.size(layout.width, high):,} bytes")
        values = layout.width * high * len(layout.channels)
        rows = 1 if layout.deep else max(1, _VALUES // max(1, values))
        self._rows = rows * layout.unit
        self._stripe: Stripe | None = None
        self._told: set[int] = set()  # rows whose losses were noted already
        self._lost_from = self._reach.wanted
        self.losses = Losses()

    def at(self, line: int) -> Stripe:
        """The stripe that holds this line; outside of the data window an empty one."""
        layout = self.layout
        bottom = layout.top + layout.height
        if line < layout.top:
            return Stripe(line, layout.top, {})
        if line >= bottom:
            return Stripe(line, 1 << 32, {})
        held = self._stripe
        if held is None or not held.top <= line < held.bottom:
            row = (line - layout.top) // layout.tile[1] // self._rows * self._rows
            held = self._stripe = None  # two stripes need not be in memory at once
            held = self._stripe = self._read(row)
        return held

    def _read(self, row: int) -> Stripe:
        layout = self.layout
        height = layout.tile[1]
        top = layout.top + row * height
        foot = layout.top + layout.height
        there, _, reason = self._reach
        if row * self._across >= there:
            self._lose_rest(row * self._across, reason)
            return Stripe(top, foot, {}, lost=True)
        rows = range(row, min(row + self._rows, self._down))
        stripe = Stripe(top, min(top + len(rows) * height, foot), self._arrays(top, foot, rows))
        found: list[Piece] = []
        for band in self._bands(rows, there):
            read, lost = pieces(self._source, layout, band)
            for one in read:
                if isinstance(one, Loss):
                    lost.append(one)
                elif layout.deep:
                    found.append(one)
                else:
                    self._place(stripe, one)
            self._lose(stripe, sorted(lost, key=lambda one: one.index), row=row)
        last = rows.stop * self._across
        if last > there:
            self._lose(stripe, [Loss(one, reason) for one in range(there, last)], row=row)
        self._told.add(row)
        if layout.deep:
            shape = (stripe.bottom - top, layout.width)
            channels = [(at, one.name, dtype(one.type)) for at, one in self._wanted]
            tiles = [(self._area(stripe, one.chunks[0].index), one) for one in found]
            stripe.samples = gathered(shape, tiles, channels)
        return stripe

    def _arrays(self, top: int, foot: int, rows: range) -> dict[str, NDArray[Any]]:
        import numpy as np

        layout = self.layout
        if layout.deep:
            return {}
        lines = min(len(rows) * layout.tile[1], foot - top)
        return {
            one.name: np.zeros(
                (lines // one.y_sampling, layout.width // one.x_sampling), dtype(one.type)
            )
            for _, one in self._wanted
        }

    def _bands(self, rows: range, there: int) -> Iterator[Band]:
        """Chunks of one size; those of a row of tiles that are cut by the right edge alone."""
        layout, across = self.layout, self._across
        wide, high = layout.tile
        if not layout.tiled:
            yield Band(tuple(range(rows.start, min(rows.stop, there))), wide, high)
            return
        edge = layout.width % wide
        many = max(1, _VALUES // max(1, wide * high * len(layout.channels)))
        for row in rows:
            first = row * across
            whole = min(first + across - bool(edge), there)
            for at in range(first, whole, many):
                yield Band(tuple(range(at, min(at + many, whole))), wide, high)
            if edge and first + across <= there:
                yield Band((first + across - 1,), edge, high)

    def _place(self, stripe: Stripe, piece: Piece) -> None:
        """Put the values where they belong, a run of neighbouring chunks at a time."""
        layout = self.layout
        before = 0
        for run in _neighbours(piece.chunks):
            down, right = self._area(stripe, run[0].index)
            last_down, last_right = self._area(stripe, run[-1].index)
            high, wide = down.stop - down.start, right.stop - right.start
            for at, channel in self._wanted:
                values = _in_lines(layout, piece.values[at], channel.y_sampling)
                place = stripe.values[channel.name]
                if layout.tiled:
                    some = values[before * high : (before + len(run)) * high]
                    side_by_side = some.reshape(len(run), high, wide).swapaxes(0, 1)
                    place[down, right.start : last_right.stop] = side_by_side.reshape(high, -1)
                else:
                    step = channel.y_sampling
                    start, end = down.start // step, last_down.stop // step
                    skip = before * layout.tile[1] // step
                    place[start:end] = values[skip : skip + end - start]
            before += len(run)

    def _area(self, stripe: Stripe, index: int) -> tuple[slice, slice]:
        """Lines and columns of a chunk, within the stripe."""
        layout = self.layout
        row, column = divmod(index, self._across)
        wide, high = layout.shape(index)
        top = layout.top + row * layout.tile[1] - stripe.top
        left = column * layout.tile[0]
        return slice(top, top + high), slice(left, left + wide)

    def _lose(self, stripe: Stripe, lost: list[Loss], *, row: int) -> None:
        import numpy as np

        if lost and stripe.missing is None:
            stripe.missing = np.zeros((stripe.bottom - stripe.top, self.layout.width), bool)
        for one in lost:
            stripe.missing[self._area(stripe, one.index)] = True  # type: ignore[index]
        if row not in self._told:
            self.losses.add(lost)

    def _lose_rest(self, first: int, reason: str) -> None:
        if first < self._lost_from:
            self.losses.add_run(first, self._lost_from - 1, reason)
            self._lost_from = first


def _neighbours(chunks: Collection[Chunk]) -> list[list[Chunk]]:
    """Runs of chunks that follow one another in the part, too."""
    numbered = groupby(enumerate(chunks), key=lambda pair: pair[1].index - pair[0])
    return [[chunk for _, chunk in run] for _, run in numbered]


def _in_lines(layout: Layout, values: NDArray[Any], step: int) -> NDArray[Any]:
    """Lines in their order: values straight from the file have the first of every period first."""
    several = layout.period // step
    if layout.compression != "NONE" or several == 1:
        return values
    width = values.shape[1]
    return values.reshape(several, -1, width).swapaxes(0, 1).reshape(-1, width)
