"""An OpenEXR header as it lies in the file: parts, attributes and their bytes.

Source: "OpenEXR File Layout" of the OpenEXR project (openexr.com). Nothing is decoded here, so
nothing can be lost: `Header.data` gives the very bytes again.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from rushes.inspection.header.attribute import Attribute as Attribute
from rushes.inspection.header.attribute import DamagedError as DamagedError
from rushes.inspection.header.attribute import ShortError, attributes

MAGIC = b"\x76\x2f\x31\x01"
VERSION = 2
SINGLE_TILE, LONG_NAMES, MULTIPART = 0x200, 0x400, 0x1000
MOST_NAME, MOST_LONG_NAME = 31, 255
_STEP = 64 * 1024
_START = 8  # magic and version field
_INT = struct.Struct("<i")

Fetch = Callable[[int], bytes]


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


def parse(data: bytes, more: Fetch | None = None) -> Header:
    """The header at the start of `data`, which are the file's first bytes.

    Where the header is longer, `more(size)` gives the file's first `size` bytes, or all of them if
    there are fewer. Raises `DamagedError` with the byte offset of what cannot be read.
    """
    while True:
        try:
            return _parse(data)
        except ShortError as short:
            # A little more than what is known to lack: over a network, bytes cost more than asking.
            size = max(short.wanted, min(4 * len(data), len(data) + _STEP), len(data) * 5 // 4)
            wider = more(size) if more is not None else b""
            if len(wider) <= len(data):
                raise DamagedError(short.offset, short.message) from None
            data = wider


def _parse(data: bytes) -> Header:
    if len(data) < _START:
        if data[: len(MAGIC)] != MAGIC[: len(data)]:
            raise DamagedError(0, "this is not an OpenEXR file")
        raise ShortError(0, _START, "the file ends before its version")
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
        found, at = attributes(data, at, most)
        parts.append(Part(found))
        if not flags & MULTIPART:
            break
        if at >= len(data):
            raise ShortError(at, at + 1, "the file ends between the headers of two parts")
        if data[at] == 0:
            at += 1
            break
    return Header(version, flags, tuple(parts), at)
