"""Values of chunks that are not compressed, straight from the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rushes.inspection.pixels.excerpt import UndecodableError, dtype
from rushes.inspection.pixels.layout import Layout
from rushes.inspection.pixels.source import Chunk

if TYPE_CHECKING:
    from numpy.typing import NDArray


def plain(layout: Layout, chunks: Sequence[Chunk]) -> list[NDArray[Any]]:
    """The values of each channel, in no particular shape. Raises `UndecodableError`.

    A line holds the values of the first channel, then those of the second. After `period` lines
    the same comes again.
    """
    import numpy as np

    wide, _ = layout.shape(chunks[0].index)
    spans, size = _period(layout, wide)
    data = b"".join(chunk.data for chunk in chunks)
    if len(data) % size:
        raise UndecodableError
    rows = np.frombuffer(data, np.uint8).reshape(-1, size)
    values = []
    for channel, places in zip(layout.channels, spans, strict=True):
        width = channel.size * (wide // channel.x_sampling)
        pieces = [rows[:, at : at + width] for at in places]
        whole = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        values.append(np.ascontiguousarray(whole).view(dtype(channel.type)))
    return values


def _period(layout: Layout, wide: int) -> tuple[list[list[int]], int]:
    """Where in the bytes of `period` lines the lines of each channel begin, and how many bytes."""
    spans: list[list[int]] = [[] for _ in layout.channels]
    at = 0
    for line in range(layout.period):
        for channel, places in zip(layout.channels, spans, strict=True):
            if line % channel.y_sampling == 0:
                places.append(at)
                at += channel.size * (wide // channel.x_sampling)
    return spans, at
