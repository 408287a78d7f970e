"""How many chunks of pixels each part of an OpenEXR file has, and whether the file has them all.

Source: "OpenEXR File Layout", sections on offset tables, and on levels of tiled images.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rushes.model.image import Image, Tiles, Window

OFFSET = 8  # bytes of one
LINES = {"NONE": 1, "RLE": 1, "ZIPS": 1, "ZIP": 16, "PXR24": 16, "PIZ": 32, "B44": 32, "B44A": 32}
LINES |= {"DWAA": 32, "DWAB": 256, "HTJ2K256": 256, "HTJ2K32": 32, "LJ2K": 256, "ZSTD": 1}
_AT_ONCE = 1 << 14
_SOME = 256  # offsets by which numbers for all of them grow, so that few are made

Read = Callable[[int, int], bytes]


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


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides how many chunks a part has. `said` is its attribute chunkCount."""

    said: int | None
    window: Window | None
    compression: str | None
    tiled: bool
    tiles: Tiles | None


def chunk_count(shape: Shape) -> int:
    """How many chunks the part has. Raises `UncountableError`."""
    if shape.said is not None:
        if shape.said < 0:
            raise UncountableError(f"chunkCount is {shape.said}")
        return shape.said
    window = shape.window
    if window is None:
        raise UncountableError("there is no data window")
    if window.width < 1 or window.height < 1:
        raise UncountableError(f"the data window is {window.width} × {window.height} pixels")
    if shape.tiled:
        return _tiles(shape.tiles, window.width, window.height)
    lines = LINES.get(shape.compression or "")
    if lines is None:
        raise UncountableError(f"the compression is {shape.compression or 'not told'}")
    return -(-window.height // lines)


def gaps(image: Image, *, size: int, read: Read) -> Iterator[Gap]:
    """Parts whose offset table is cut off or has holes, in a file of `size` bytes.

    `read(offset, size)` gives bytes of it. Every part has to have a count of chunks.
    """
    counts = [part.chunk_count or 0 for part in image.parts]
    total = sum(counts)
    at = image.header_bytes
    first_chunk = at + OFFSET * total
    if total <= _AT_ONCE and first_chunk <= size:
        table = read(at, OFFSET * total)
        if len(table) == OFFSET * total and _usable(table, first_chunk, size):
            return
    for number, count in enumerate(counts):
        there = min(count, max(0, size - at) // OFFSET)
        missing, hole = count - there, at + OFFSET * there
        for start in range(0, there, _AT_ONCE):
            wanted = min(_AT_ONCE, there - start)
            table = read(at + OFFSET * start, OFFSET * wanted)
            whole = len(table) // OFFSET
            if whole < wanted:  # the file became shorter meanwhile
                missing += wanted - whole
                hole = min(hole, at + OFFSET * (start + whole))
            if _usable(table[: OFFSET * whole], first_chunk, size):
                continue
            offsets = struct.unpack_from(f"<{whole}Q", table)
            bad = [n for n, one in enumerate(offsets, start) if not first_chunk <= one < size]
            missing += len(bad)
            hole = min(hole, at + OFFSET * bad[0])
        if missing:
            yield Gap(number, count, missing, hole)
        at += OFFSET * count


def _usable(table: bytes, first: int, size: int) -> bool:
    """Whether all offsets are at least `first` and less than `size`."""
    count = len(table) // OFFSET
    if not count:
        return True
    if _ascends(table, count):
        lowest, highest = struct.unpack("<2Q", table[:OFFSET] + table[-OFFSET:])
    else:
        offsets = struct.unpack(f"<{count}Q", table)
        lowest, highest = min(offsets), max(offsets)
    return bool(first <= lowest and highest < size)


def _ascends(table: bytes, count: int) -> bool:
    """Whether no offset is less than the one before, nor negative, nor the last one nothing.

    All are subtracted at once, as the digits of one number: each from the next one with its
    highest bit set, which stays where nothing had to be borrowed. The last one has no next.
    """
    every = int.from_bytes(table, "little")
    bits = _highest(-(-count // _SOME) * _SOME)
    borrowed = ((every >> 64 | bits) - every) & bits ^ bits
    return not every & bits and borrowed == 1 << (64 * count - 1)


@lru_cache(maxsize=32)
def _highest(count: int) -> int:
    """The highest bit of so many offsets."""
    return int.from_bytes(b"\0\0\0\0\0\0\0\x80" * count, "little")


def _tiles(tiles: Tiles | None, width: int, height: int) -> int:
    if tiles is None or not tiles.width or not tiles.height:
        raise UncountableError("it is tiled, and has no sizes of tiles")
    up = tiles.rounding_mode == "ROUND_UP"

    def across(size: int, tile: int, level: int) -> int:
        """Tiles along one side of a level."""
        length = (size + (1 << level) - 1 if up else size) >> level
        return -(-max(1, length) // tile)

    def levels(size: int) -> int:
        """Levels along one side, from full size to one pixel."""
        return (size - 1).bit_length() + 1 if up else size.bit_length()

    wide, high = tiles.width, tiles.height
    if tiles.level_mode == "ONE_LEVEL":
        return across(width, wide, 0) * across(height, high, 0)
    if tiles.level_mode == "MIPMAP_LEVELS":
        every = range(levels(max(width, height)))
        return sum(across(width, wide, one) * across(height, high, one) for one in every)
    if tiles.level_mode == "RIPMAP_LEVELS":
        columns = sum(across(width, wide, one) for one in range(levels(width)))
        return columns * sum(across(height, high, one) for one in range(levels(height)))
    raise UncountableError(f"the level mode is {tiles.level_mode}")
