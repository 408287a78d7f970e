"""Cuts a part into bands: runs of chunks of the same size that are read and decoded together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from rushes.inspection.pixels.layout import Layout

# 64 lines of 4K RGBA. More takes more memory, and saves time only where decoding begins slowly.
_VALUES = 1 << 20
_TIMES = {"DWAA": 2}


@dataclass(frozen=True, slots=True)
class Band:
    """Chunks by their numbers; each is `wide` × `high` pixels, the last of a part may be lower."""

    chunks: tuple[int, ...]
    wide: int
    high: int


def bands(layout: Layout, most: int) -> Iterator[Band]:
    """The bands of level 0, but for chunks from number `most` on.

    Tiles at the right and lower edge have sizes of their own, and so get bands of their own: where
    in the picture a value comes from does not matter to statistics.
    """
    across, down = layout.grid
    wide, high = layout.tile
    if not layout.tiled:
        yield from _cut(layout, range(min(down, most)), wide, high)
        return
    edge, foot = layout.width % wide, layout.height % high
    right, below = across - bool(edge), down - bool(foot)
    shapes = (
        (range(below), range(right), wide, high),
        (range(below), range(right, across), edge, high),
        (range(below, down), range(right), wide, foot),
        (range(below, down), range(right, across), edge, foot),
    )
    for rows, columns, *shape in shapes:
        # A damaged header may speak of any number of tiles: nothing here counts them all.
        there = range(rows.start, min(rows.stop, -(-most // across)))
        numbers = (
            row * across + one
            for row in there
            for one in range(columns.start, min(columns.stop, most - row * across))
        )
        yield from _cut(layout, numbers, *shape)


def _cut(layout: Layout, numbers: Iterable[int], wide: int, high: int) -> Iterator[Band]:
    values = wide * high * len(layout.channels) * layout.unit
    most = _VALUES * _TIMES.get(layout.compression, 1)
    count = max(1, most // max(1, values)) * layout.unit
    rest = iter(numbers)
    while chunks := tuple(islice(rest, count)):
        yield Band(chunks, wide, high)
