"""Decodes a run of chunks with the format's library, as a small file of their own in memory.

A whole file is never given to the library: it would take memory for all of it, and one bad chunk
would cost all the others.
"""

from __future__ import annotations

import io
import struct
import threading
from collections.abc import Sequence
from contextlib import redirect_stdout
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rushes.core.errors import Code, RushesError
from rushes.inspection.header.values import encode
from rushes.inspection.header.wire import LONG_NAMES, SINGLE_TILE, VERSION, Attribute, Header, Part
from rushes.inspection.pixels.layout import Layout
from rushes.inspection.pixels.source import Chunk
from rushes.model.pixels import PixelType

if TYPE_CHECKING:
    from numpy.typing import NDArray

_printing = threading.Lock()  # of two threads that redirect, one would do so for ever
_NUMPY = {PixelType.HALF: "<f2", PixelType.FLOAT: "<f4", PixelType.UINT: "<u4"}


class UndecodableError(Exception):
    """The library could not make pixels of these chunks."""


def decoded(layout: Layout, chunks: Sequence[Chunk]) -> list[NDArray[Any]]:
    """The values of each channel, in its own shape. Raises `UndecodableError`, and
    `dependency.missing` where the library is too old.

    All chunks must be of one size, but for the last, which may be lower.
    """
    import OpenEXR

    wide, full = layout.shape(chunks[0].index)
    high = full * (len(chunks) - 1) + layout.shape(chunks[-1].index)[1]
    data = io.BytesIO(_file(layout, chunks, window=(wide, high), step=full))
    try:
        # The library prints what it does not like, and no more: it raises next to nothing.
        with _printing, redirect_stdout(io.StringIO()):
            file = OpenEXR.File(data, separate_channels=True, num_threads=0)
        parts = file.parts
        found = dict(parts[0].channels) if len(parts) == 1 else {}
    except TypeError as error:
        raise RushesError(
            Code.DEPENDENCY_MISSING,
            f"This OpenEXR, {OpenEXR.__version__}, cannot read images from memory.",
            hint="Install openexr 3.5 or later.",
        ) from error
    except (RuntimeError, ValueError, OverflowError, MemoryError, OSError) as error:
        raise UndecodableError from error
    if len(found) != len(layout.channels):
        raise UndecodableError
    return [_checked(found, layout, at, wide=wide, high=high) for at in range(len(found))]


def dtype(kind: PixelType) -> str:
    """What numpy calls values of that type as they lie in a file."""
    return _NUMPY[kind]


def _checked(
    found: dict[str, Any], layout: Layout, at: int, *, wide: int, high: int
) -> NDArray[Any]:
    channel = layout.channels[at]
    if channel.name not in found:
        raise UndecodableError
    pixels: NDArray[Any] = found[channel.name].pixels
    shape = (high // channel.y_sampling, wide // channel.x_sampling)
    if pixels.shape != shape or pixels.dtype != dtype(channel.type):
        raise UndecodableError
    return pixels


def _file(layout: Layout, chunks: Sequence[Chunk], *, window: tuple[int, int], step: int) -> bytes:
    """An OpenEXR file of one part: the chunks, one below the other, at the origin."""
    header = _header(layout, window, step)
    heads = [_head(layout, at, size=len(chunk.data), step=step) for at, chunk in enumerate(chunks)]
    at = len(header) + 8 * len(chunks)
    offsets: list[int] = []
    pieces: list[bytes | memoryview] = []
    for head, chunk in zip(heads, chunks, strict=True):
        offsets.append(at)
        pieces += (head, chunk.data)
        at += len(head) + len(chunk.data)
    return b"".join([header, struct.pack(f"<{len(offsets)}Q", *offsets), *pieces])


@lru_cache(maxsize=8)  # the bands of a part have the same, but for the last
def _header(layout: Layout, window: tuple[int, int], step: int) -> bytes:
    flags = (SINGLE_TILE if layout.tiled else 0) | (LONG_NAMES if layout.long_names else 0)
    return Header(VERSION, flags, (_part(layout, window, step),), 0).data()


def _head(layout: Layout, at: int, *, size: int, step: int) -> bytes:
    if layout.tiled:
        return struct.pack("<5i", 0, at, 0, 0, size)
    return struct.pack("<2i", at * step, size)


def _part(layout: Layout, size: tuple[int, int], step: int) -> Part:
    window = {"min": [0, 0], "max": [size[0] - 1, size[1] - 1]}
    attributes: list[tuple[str, str, Any]] = [
        ("compression", "compression", layout.compression),
        ("dataWindow", "box2i", window),
        ("displayWindow", "box2i", window),
        ("lineOrder", "lineOrder", "INCREASING_Y"),
        ("pixelAspectRatio", "float", 1.0),
        ("screenWindowCenter", "v2f", [0.0, 0.0]),
        ("screenWindowWidth", "float", 1.0),
    ]
    if layout.tiled:
        # Tiles of the edges are smaller than others, and whole ones here.
        tile = {
            "x_size": size[0],
            "y_size": step,
            "level_mode": "ONE_LEVEL",
            "rounding_mode": "ROUND_DOWN",
        }
        attributes.append(("tiles", "tiledesc", tile))
    packed = [
        Attribute(name.encode(), kind.encode(), encode(kind, one)) for name, kind, one in attributes
    ]
    return Part((Attribute(b"channels", b"chlist", layout.channel_list), *packed))
