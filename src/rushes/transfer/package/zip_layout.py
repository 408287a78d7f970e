"""The bytes of a zip archive that hold no file: headers, the directory, and the end.

As PKWARE's APPNOTE 6.3.10 has them: files are stored, not compressed; names are UTF-8; ZIP64 fields
stand where sizes, offsets or counts need them, and nowhere else, for some readers take them amiss.
All sizes are known beforehand, and so is where everything will lie.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

WHOLE = 4 * 1024**2  # a file up to so many bytes has its CRC before them, a larger one behind
LOCAL, CENTRAL, DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x07\x08"
END, END64, LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
MOST, MOST_FILES = 0xFFFFFFFF, 0xFFFF  # these say: see the ZIP64 field
LATE, UTF8 = 1 << 3, 1 << 11  # flags: the CRC stands behind the bytes; the name is UTF-8
ZIP64, TIMESTAMP = 0x0001, 0x5455  # extra fields
HEADER = struct.Struct("<4s5H3L2H")
ENTRY = struct.Struct("<4s6H3L5H2L")
ENDING = struct.Struct("<4s4H2LH")
ENDING64 = struct.Struct("<4sQ2H2L4Q")
LOCATION64 = struct.Struct("<4sLQL")

_PLAIN, _NEEDS_64 = 20, 45  # versions of the format that a reader has to know
_UNIX = 3 << 8
_MODE = 0o100644 << 16
_FIRST, _LAST = 315_532_800, 4_354_819_198  # from 1980 to the end of 2107
_STAMPED = 2**31  # seconds from 1970 that the timestamp field can hold
_BATCH = 256 * 1024


class File(NamedTuple):
    """A file in an archive; `offset` is where its header lies."""

    name: bytes
    size: int
    mtime_ns: int
    offset: int

    @property
    def late(self) -> bool:
        """Whether its CRC stands behind its bytes."""
        return self.size > WHOLE


class Plan(NamedTuple):
    """All files of an archive, where its directory lies, and how large it is as a whole."""

    files: Sequence[File]
    directory_at: int
    size: int


def planned(files: Iterable[tuple[str, int, int]]) -> Plan:
    """An archive of files with these paths, sizes and times (ns), in this order."""
    made: list[File] = []
    at = length = 0
    for path, size, mtime_ns in files:
        one = File(path.encode(), size, mtime_ns, at)
        made.append(one)
        at += len(local_header(one, 0)) + size + len(descriptor(one, 0))
        length += len(_entry(one, 0))
    return Plan(made, at, at + length + len(_ending(len(made), at, length)))


def local_header(one: File, crc: int) -> bytes:
    """What stands before a file's bytes. The CRC of a late one is not known yet."""
    large = one.size >= MOST
    extra = struct.pack("<2H2Q", ZIP64, 16, 0, 0) if large else b""
    crc, size = (0, MOST if large else 0) if one.late else (crc, one.size)
    extra += _stamp(one)
    fixed = (_NEEDS_64 if large else _PLAIN, *_flags_and_time(one), crc, size, size)
    return HEADER.pack(LOCAL, *fixed, len(one.name), len(extra)) + one.name + extra


def descriptor(one: File, crc: int) -> bytes:
    """What stands behind the bytes of a late file, and nothing for others."""
    if not one.late:
        return b""
    sizes = "2Q" if one.size >= MOST else "2L"
    return struct.pack(f"<4sL{sizes}", DESCRIPTOR, crc, one.size, one.size)


def directory(plan: Plan, crcs: Sequence[int]) -> Iterator[bytes]:
    """All that stands behind the last file, in pieces."""
    batch, length = bytearray(), 0
    for one, crc in zip(plan.files, crcs, strict=True):
        batch += _entry(one, crc)
        if len(batch) >= _BATCH:
            length += len(batch)
            yield bytes(batch)
            batch.clear()
    length += len(batch)
    yield bytes(batch) + _ending(len(plan.files), plan.directory_at, length)


def _entry(one: File, crc: int) -> bytes:
    large, far = one.size >= MOST, one.offset >= MOST
    numbers = [one.size, one.size] * large + [one.offset] * far
    extra = (
        struct.pack(f"<2H{len(numbers)}Q", ZIP64, 8 * len(numbers), *numbers) if numbers else b""
    )
    extra += _stamp(one)
    needs = _NEEDS_64 if numbers else _PLAIN
    size, offset = MOST if large else one.size, MOST if far else one.offset
    fixed = (_UNIX | _NEEDS_64, needs, *_flags_and_time(one), crc, size, size)
    lengths = (len(one.name), len(extra), 0, 0, 0)
    return ENTRY.pack(CENTRAL, *fixed, *lengths, _MODE, offset) + one.name + extra


def _ending(count: int, at: int, length: int) -> bytes:
    ending = b""
    if count >= MOST_FILES or at >= MOST or length >= MOST:
        rest = ENDING64.size - 12  # it does not count its own first two fields
        versions = (_UNIX | _NEEDS_64, _NEEDS_64)
        ending = ENDING64.pack(END64, rest, *versions, 0, 0, count, count, length, at)
        ending += LOCATION64.pack(LOCATOR64, 0, at + length, 1)
    count = min(count, MOST_FILES)
    return ending + ENDING.pack(END, 0, 0, count, count, min(length, MOST), min(at, MOST), 0)


def _flags_and_time(one: File) -> tuple[int, int, int, int]:
    """The flags, the method (stored), and the time."""
    return UTF8 | (LATE if one.late else 0), 0, *_time(one.mtime_ns // 10**9)


@lru_cache(1024)  # files of a sequence were often written within a few seconds
def _time(seconds: int) -> tuple[int, int]:
    """Time and date to two seconds, UTC, as MS-DOS has them."""
    when = datetime.fromtimestamp(min(max(seconds, _FIRST), _LAST), UTC)
    time = when.hour << 11 | when.minute << 5 | when.second // 2
    return time, (when.year - 1980) << 9 | when.month << 5 | when.day


def _stamp(one: File) -> bytes:
    """The time to the second, as Info-ZIP writes it; nothing where that has no room for it."""
    seconds = one.mtime_ns // 10**9
    if not -_STAMPED <= seconds < _STAMPED:
        return b""
    return struct.pack("<2HBl", TIMESTAMP, 5, 1, seconds)
