"""An OpenEXR header as it lies in the file: parts, attributes and their bytes.

Source: "OpenEXR File Layout" of the OpenEXR project (openexr.com). Nothing is decoded here, so
nothing can be lost: `Header.data` gives the very bytes again.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

MAGIC = b"\x76\x2f\x31\x01"
VERSION = 2
SINGLE_TILE, LONG_NAMES, MULTIPART = 0x200, 0x400, 0x1000
MOST_NAME, MOST_LONG_NAME = 31, 255
_STEP = 64 * 1024
_START = 8  # magic and version field
_INT = struct.Struct("<i")

# Frames of a sequence have most of their attributes in common: what the last header held at a
# place is looked for there first, by part and by the longest name that the file may hold.
_last: dict[tuple[int, int], tuple[tuple[bytes, Attribute], ...]] = {}
_PARTS = 32  # of a file, whose attributes are kept
_LONG = 4096  # bytes of an attribute that is not kept

Problem = Callable[[int, str], None]
Fetch = Callable[[int], bytes]


class Attribute(NamedTuple):
    """One attribute: its bytes, as they lie in the file."""

    name: bytes
    type: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a file: its attributes in the order of the file, names as often as they come."""

    attributes: tuple[Attribute, ...]

    def first(self, name: bytes) -> Attribute | None:
        """The first attribute of that name."""
        return next((one for one in self.attributes if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Header:
    """All parts of a file. `end` is where the offset tables begin; `flags` are those of the
    version field, whose low byte is `version`.
    """

    version: int
    flags: int
    parts: tuple[Part, ...]
    end: int

    def data(self) -> bytes:
        """The header's bytes, from the magic number to the offset tables."""
        pieces = [MAGIC, _INT.pack(self.version | self.flags)]
        for part in self.parts:
            for one in part.attributes:
                pieces += (one.name, b"\0", one.type, b"\0", _INT.pack(len(one.raw)), one.raw)
            pieces.append(b"\0")
        if self.flags & MULTIPART:
            pieces.append(b"\0")
        return b"".join(pieces)


class DamagedError(Exception):
    """The header cannot be read on from `offset`."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


def parse(data: bytes, more: Fetch | None = None) -> Header:
    """The header at the start of `data`, which are the file's first bytes.

    Where the header is longer, `more(size)` gives the file's first `size` bytes, or all of them if
    there are fewer. Raises `DamagedError` with the byte offset of what cannot be read.
    """
    while True:
        try:
            return _parse(data)
        except _ShortError as short:
            # A little more than what is known to lack: over a network, bytes cost more than asking.
            size = max(short.wanted, min(4 * len(data), len(data) + _STEP), len(data) * 5 // 4)
            wider = more(size) if more is not None else b""
            if len(wider) <= len(data):
                raise DamagedError(short.offset, short.message) from None
            data = wider


class _ShortError(Exception):
    """The bytes at hand end before the header does."""

    def __init__(self, offset: int, wanted: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.wanted = wanted
        self.message = message


def _parse(data: bytes) -> Header:
    if len(data) < _START:
        if data[: len(MAGIC)] != MAGIC[: len(data)]:
            raise DamagedError(0, "this is not an OpenEXR file")
        raise _ShortError(0, _START, "the file ends before its version")
    if data[:4] != MAGIC:
        raise DamagedError(0, "this is not an OpenEXR file")
    field = _INT.unpack_from(data, 4)[0]
    version, flags = field & 0xFF, field & ~0xFF
    if version != VERSION:
        raise DamagedError(4, f"version {version} of the file format is not known, only {VERSION}")
    most = MOST_LONG_NAME if flags & LONG_NAMES else MOST_NAME
    parts: list[Part] = []
    at = _START
    while True:
        attributes, at = _attributes(data, at, most, part=len(parts) % _PARTS)
        parts.append(Part(tuple(attributes)))
        if not flags & MULTIPART:
            break
        if at >= len(data):
            raise _ShortError(at, at + 1, "the file ends between the headers of two parts")
        if data[at] == 0:
            at += 1
            break
    return Header(version, flags, tuple(parts), at)


def _attributes(data: bytes, at: int, most: int, *, part: int) -> tuple[list[Attribute], int]:
    """The attributes from `at` to the byte that ends them, and where that leaves off."""
    found: list[Attribute] = []
    kept: list[tuple[bytes, Attribute]] = []
    add, keep, begins, total = found.append, kept.append, data.startswith, len(data)
    try:
        for pair in _last.get((most, part), ()):
            whole, one = pair
            if begins(whole, at):
                at += len(whole)
            elif at < total and data[at] == 0:
                break
            else:
                one, end = _attribute(data, at, most)
                pair = (data[at:end], one)
                at = end
            add(one)
            keep(pair)
        while not (at < total and data[at] == 0):
            one, end = _attribute(data, at, most)
            add(one)
            keep((data[at:end], one))
            at = end
    finally:
        _last[most, part] = tuple([pair for pair in kept if len(pair[0]) <= _LONG])
    return found, at + 1


def _attribute(data: bytes, at: int, most: int) -> tuple[Attribute, int]:
    """The attribute at `at`, and where it ends."""
    end = data.find(b"\0", at, at + most + 1)
    kind = data.find(b"\0", end + 1, end + most + 2) if end >= 0 else -1
    if kind < 0 or kind + 5 > len(data):
        _refuse(data, at, most, end, kind)
    size = _INT.unpack_from(data, kind + 1)[0]
    start = kind + 5
    if size < 0:
        raise DamagedError(kind + 1, f"{_named(data, at, end)} has a size of {size} bytes")
    if start + size > len(data):
        raise _ShortError(
            start,
            start + size,
            f"{_named(data, at, end)} has {size:,} bytes and the file ends in it",
        )
    made = Attribute(data[at:end], data[end + 1 : kind], data[start : start + size])
    return made, start + size


def _refuse(data: bytes, at: int, most: int, end: int, kind: int) -> None:
    """Say why no attribute could be read at `at`."""
    limit = at + most + 1
    if end < 0 and len(data) >= limit:
        raise DamagedError(at, f"an attribute's name is longer than {most} bytes")
    if end < 0:
        raise _ShortError(at, limit, "the file ends in an attribute's name")
    if kind < 0 and len(data) >= end + most + 2:
        raise DamagedError(
            end + 1, f"the type of {_named(data, at, end)} is longer than {most} bytes"
        )
    if kind < 0:
        raise _ShortError(
            end + 1, end + most + 2, f"the file ends in the type of {_named(data, at, end)}"
        )
    raise _ShortError(kind + 1, kind + 5, f"the file ends in the size of {_named(data, at, end)}")


def _named(data: bytes, at: int, end: int) -> str:
    return f"attribute {data[at:end].decode('utf-8', 'backslashreplace')!r}"
