"""Values of one deep chunk: how many samples each pixel has, and the samples of each channel.

Source: "OpenEXR File Layout", section on deep data. Nothing but one chunk is in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rushes.inspection.pixels.excerpt import UndecodableError, dtype
from rushes.inspection.pixels.layout import Layout
from rushes.inspection.pixels.source import Chunk
from rushes.inspection.pixels.unpack import GarbledError, unpacked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def samples(layout: Layout, chunk: Chunk) -> tuple[NDArray[np.int64], list[NDArray[Any]]]:
    """Samples of each pixel, and all values of each channel. Raises `UndecodableError`."""
    import numpy as np

    wide, high = layout.shape(chunk.index)
    table, packed, size = chunk.sizes
    try:
        entries = 4 * wide * high
        raw = unpacked(layout.compression, chunk.data[: min(table, entries)], entries)
        # Each line's entries count up from its left edge.
        running = raw.view("<i4").reshape(high, wide).astype(np.int64)
        counts = np.diff(running, axis=1, prepend=0)
        lines = running[:, -1]
        if counts.min() < 0 or int(lines.sum()) * layout.size(1, 1) != size:
            raise UndecodableError
        data = unpacked(layout.compression, chunk.data[table : table + packed], size)
    except (GarbledError, MemoryError) as error:
        raise UndecodableError from error
    return counts.ravel(), _values(layout, data, [int(one) for one in lines])


def _values(layout: Layout, data: NDArray[np.uint8], lines: list[int]) -> list[NDArray[Any]]:
    """A line holds all samples of the first channel, then those of the second."""
    import numpy as np

    pieces: list[list[NDArray[Any]]] = [[] for _ in layout.channels]
    at = 0
    for count in lines:
        for channel, found in zip(layout.channels, pieces, strict=True):
            end = at + count * channel.size
            found.append(data[at:end].view(dtype(channel.type)))
            at = end
    return [one[0] if len(one) == 1 else np.concatenate(one) for one in pieces]
