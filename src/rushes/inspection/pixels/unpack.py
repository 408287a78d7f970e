"""Undoes the lossless byte compressions of the format: RLE and ZIP.

Source: ImfRle.cpp, ImfZip.cpp and ImfRleCompressor.cpp of the OpenEXR project. Both store the
differences of bytes, the even bytes before the odd ones.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class GarbledError(Exception):
    """The bytes are not what they should be."""


def unpacked(compression: str, data: memoryview, size: int) -> NDArray[np.uint8]:
    """The `size` bytes that were packed as `data`. Raises `GarbledError`.

    Where packing would have saved nothing, the format stores bytes as they are.
    """
    import numpy as np

    if len(data) == size or compression == "NONE":
        if len(data) != size:
            raise GarbledError
        return np.frombuffer(data, np.uint8)
    raw = _run_lengths(data, size) if compression == "RLE" else _inflated(data, size)
    if len(raw) != size:
        raise GarbledError
    steps = np.frombuffer(raw, np.uint8) - np.uint8(128)
    steps[:1] += np.uint8(128)
    values = np.cumsum(steps, dtype=np.uint8)
    made = np.empty_like(values)
    half = (size + 1) // 2
    made[0::2], made[1::2] = values[:half], values[half:]
    return made


def _inflated(data: memoryview, size: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        made = stream.decompress(data, size)
        # The checksum is behind the last byte.
        more = b"" if stream.eof else stream.decompress(stream.unconsumed_tail, 1)
    except zlib.error as error:
        raise GarbledError from error
    if more or not stream.eof:
        raise GarbledError
    return made


def _run_lengths(data: memoryview, size: int) -> bytes:
    """A count below zero is followed by so many bytes, others by one that comes once more often."""
    made = bytearray()
    at, end = 0, len(data)
    while at + 1 < end and len(made) < size:
        count = data[at] - 256 if data[at] > 127 else data[at]
        if count < 0:
            made += data[at + 1 : at + 1 - count]
            at += 1 - count
        else:
            made += bytes(data[at + 1 : at + 2]) * (count + 1)
            at += 2
    return bytes(made)
