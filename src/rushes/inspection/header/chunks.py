"""How many chunks of pixels each part of an OpenEXR file has, and whether the file has them all.

Source: "OpenEXR File Layout", sections on offset tables, and on levels of tiled images.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from rushes.inspection.header.values import MeaninglessError, decode
from rushes.inspection.header.wire import SINGLE_TILE, Header, Part
from rushes.model.image import Value

_OFFSET = 8
_LINES = {"NONE": 1, "RLE": 1, "ZIPS": 1, "ZIP": 16, "PXR24": 16, "PIZ": 32, "B44": 32, "B44A": 32}
_LINES |= {"DWAA": 32, "DWAB": 256, "HTJ2K256": 256, "HTJ2K32": 32}
_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Gap:
    """What the offset table of `part` lacks: `missing` of `count` chunks have no usable offset.

    `offset` is where in the file the first such entry stands.
    """

    part: int
    count: int
    missing: int
    offset: int


class UncountableError(ValueError):
    """The header does not say how many chunks a part has."""


def value(part: Part, name: str) -> Value:
    """The value of an attribute, None where there is none, or no such value."""
    found = part.first(name.encode("ascii"))
    if found is None:
        return None
    try:
        return decode(found.type.decode("utf-8", "backslashreplace"), found.raw).value
    except MeaninglessError:
        return None


def chunk_count(header: Header, part: Part) -> int:
    """How many chunks the part has. Raises `UncountableError`."""
    said = value(part, "chunkCount")
    if isinstance(said, int):
        if said < 0:
            raise UncountableError(f"chunkCount is {said}")
        return said
    window = value(part, "dataWindow")
    if not isinstance(window, dict):
        raise UncountableError("there is no dataWindow")
    width = int(window["max"][0] - window["min"][0] + 1)
    height = int(window["max"][1] - window["min"][1] + 1)
    if width < 1 or height < 1:
        raise UncountableError(f"the dataWindow is {width} × {height} pixels")
    if is_tiled(header, part):
        return _tiles(part, width, height)
    compression = value(part, "compression")
    lines = _LINES.get(compression) if isinstance(compression, str) else None
    if lines is None:
        raise UncountableError(f"the compression is {compression}")
    return -(-height // lines)


def is_tiled(header: Header, part: Part) -> bool:
    """Whether its pixels come in tiles."""
    kind = value(part, "type")
    return kind in ("tiledimage", "deeptile") if kind else bool(header.flags & SINGLE_TILE)


def gaps(file: IO[bytes], header: Header) -> Iterator[Gap]:
    """Parts whose offset table is cut off or has holes. Raises `UncountableError` and `OSError`."""
    counts = [chunk_count(header, part) for part in header.parts]
    size = os.fstat(file.fileno()).st_size
    first_chunk = header.end + _OFFSET * sum(counts)
    at = header.end
    for number, count in enumerate(counts):
        there = min(count, max(0, size - at) // _OFFSET)
        missing, hole = count - there, at + _OFFSET * there
        for start in range(0, there, _AT_ONCE):
            some = min(_AT_ONCE, there - start)
            file.seek(at + _OFFSET * start)
            offsets = struct.unpack(f"<{some}Q", file.read(_OFFSET * some))
            bad = [n for n, one in enumerate(offsets, start) if not first_chunk <= one < size]
            if bad:
                missing += len(bad)
                hole = min(hole, at + _OFFSET * bad[0])
        if missing:
            yield Gap(number, count, missing, hole)
        at += _OFFSET * count


def _tiles(part: Part, width: int, height: int) -> int:
    tiles = value(part, "tiles")
    if not isinstance(tiles, dict) or not tiles["x_size"] or not tiles["y_size"]:
        raise UncountableError("it is tiled, and has no sizes of tiles")
    up = tiles["rounding_mode"] == "ROUND_UP"

    def across(size: int, tile: int, level: int) -> int:
        """Tiles along one side of a level."""
        length = (size + (1 << level) - 1 if up else size) >> level
        return -(-max(1, length) // tile)

    def levels(size: int) -> int:
        """Levels along one side, from full size to one pixel."""
        return (size - 1).bit_length() + 1 if up else size.bit_length()

    wide, high = tiles["x_size"], tiles["y_size"]
    mode = tiles["level_mode"]
    if mode == "ONE_LEVEL":
        return across(width, wide, 0) * across(height, high, 0)
    if mode == "MIPMAP_LEVELS":
        every = range(levels(max(width, height)))
        return sum(across(width, wide, one) * across(height, high, one) for one in every)
    if mode == "RIPMAP_LEVELS":
        columns = sum(across(width, wide, one) for one in range(levels(width)))
        return columns * sum(across(height, high, one) for one in range(levels(height)))
    raise UncountableError(f"the level mode is {mode}")
