"""The directory of a zip archive that somebody else has made: its files, and what is wrong."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from stat import S_IFMT, S_ISDIR, S_ISLNK, S_ISREG
from typing import NamedTuple

from rushes.core.names import danger
from rushes.model.finding import Finding
from rushes.ports.storage_writing import Source
from rushes.transfer.names import Names
from rushes.transfer.package.found import doubtful, wrong
from rushes.transfer.package.zip_ending import Ending
from rushes.transfer.package.zip_layout import (
    CENTRAL,
    ENTRY,
    HEADER,
    MOST,
    TIMESTAMP,
    UTF8,
    ZIP64,
)

STORED, DEFLATED = 0, 8
ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13

_LONGEST, _MOST_FILES = 512 * 1024**2, 2_000_000  # bytes of a directory, and files in it
_RATIO, _FREE = 200, 64 * 1024**2  # a larger file than this is not so many times its packed size
_ELSEWHERE = re.compile(r"[A-Za-z]:|.*\\", re.ASCII | re.DOTALL)
_UNIX = 3


class Listed(NamedTuple):
    """A file as the directory tells of it. One that is not `sound` is told of, and not read."""

    path: str
    name: bytes
    offset: int
    packed: int
    size: int
    crc: int
    flags: int
    method: int
    mtime_ns: int
    mode: int
    sound: bool = True

    @property
    def is_folder(self) -> bool:
        """Whether it is the mark of a folder."""
        return self.path.endswith("/")


def listed(source: Source, end: Ending, name: str) -> tuple[list[Listed] | None, list[Finding]]:
    """All files by where they lie, and what is wrong with them; None where it makes no sense."""
    if end.length > _LONGEST or end.files > _MOST_FILES:
        said = f"Its directory tells of {end.files:,} files in {end.length:,} bytes."
        return None, [wrong("bomb", name, said)]
    files = list(_entries(source.read(end.directory_at, end.length)))
    if len(files) != end.files:
        said = f"Its directory is damaged after {len(files):,} of {end.files:,} files."
        return None, [wrong("damaged", name, said)]
    files.sort(key=lambda one: one.offset)
    findings: list[Finding] = []
    overlapping = _overlapping(files, end.directory_at)
    counted = Counter(one.path for one in files)
    names = Names([one.path for one in files if not one.is_folder], (), windows=False)
    for at, one in enumerate(files):
        if found := _wrong(one, counted[one.path], overlaps=at in overlapping):
            findings.append(found)
            files[at] = one._replace(sound=False)
        elif not one.is_folder and (why := names.refusal(one.path)):
            findings.append(doubtful("twice", one.path, f"Elsewhere it may get lost: {why}."))
    return files, findings


def _wrong(one: Listed, count: int, *, overlaps: bool) -> Finding | None:
    """What keeps this file from being read."""
    plain = one.path.removesuffix("/")
    if why := danger(plain, windows=False) or (
        "it leads elsewhere on Windows" if _ELSEWHERE.match(plain) else ""
    ):
        return wrong("name", one.path, f"No file can have this name: {why}.")
    if count > 1:
        return wrong(
            "twice", one.path, "It is there more than once; programs differ in which counts."
        )
    if overlaps:
        return wrong("overlap", one.path, "Its bytes are those of another file, too.")
    kind = S_IFMT(one.mode)
    if one.is_folder and (one.size or one.packed):
        return wrong("odd", one.path, "It is a folder that has bytes.")
    if kind and not (S_ISDIR(kind) if one.is_folder else S_ISREG(kind)):
        what = "a link" if S_ISLNK(kind) else "no plain file"
        return wrong("odd", one.path, f"It is {what}.")
    if one.flags & ENCRYPTED:
        return wrong("encrypted", one.path, "It is encrypted; that is not read here.")
    if one.method not in (STORED, DEFLATED):
        said = f"It is packed by method {one.method}; stored and deflated files are read."
        return wrong("method", one.path, said)
    if one.method == STORED and one.packed != one.size:
        return wrong("sizes", one.path, f"It is stored, but {one.packed:,} bytes are {one.size:,}.")
    if one.size > max(_FREE, _RATIO * one.packed):
        said = f"{one.packed:,} bytes are said to become {one.size:,}."
        return wrong("bomb", one.path, said)
    return None


def _overlapping(files: Sequence[Listed], directory_at: int) -> set[int]:
    """Those that reach into the next one or into the directory, and the ones reached into."""
    found: set[int] = set()
    reached, by = 0, -1
    for at, one in enumerate(files):
        if one.offset < reached:
            found |= {by, at}
        end = one.offset + HEADER.size + len(one.name) + one.packed
        if end > directory_at:
            found.add(at)
        if end > reached:
            reached, by = end, at
    return found


def _entries(data: bytes) -> Iterator[Listed]:
    """The files, as far as the directory can be read."""
    at = 0
    while at < len(data):
        if at + ENTRY.size > len(data) or data[at : at + 4] != CENTRAL:
            return
        (
            _,
            made,
            _,
            flags,
            method,
            time,
            date,
            crc,
            packed,
            size,
            *lengths,
            disk,
            _,
            mode,
            offset,
        ) = ENTRY.unpack_from(data, at)
        first, second, third = lengths
        at += ENTRY.size
        name, extra = data[at : at + first], data[at + first : at + first + second]
        at += first + second + third
        if at > len(data) or disk:
            return
        size, packed, offset = _widened(extra, (size, packed, offset))
        try:
            path = name.decode() if flags & UTF8 else name.decode("cp437")
        except UnicodeDecodeError:
            path = name.decode(errors="surrogateescape")
        mode = mode >> 16 if made >> 8 == _UNIX else 0
        when = _time_ns(extra, time, date)
        yield Listed(path, name, offset, packed, size, crc, flags, method, when, mode)


def fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The extra fields, by number."""
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<2H", extra, at)
        yield number, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _widened(extra: bytes, narrow: tuple[int, int, int]) -> tuple[int, int, int]:
    """Size, packed size and offset, from the ZIP64 field where they say so."""
    data = next((data for number, data in fields(extra) if number == ZIP64), b"")
    wide, at = list(narrow), 0
    for which, value in enumerate(narrow):
        if value == MOST and at + 8 <= len(data):
            (wide[which],) = struct.unpack_from("<Q", data, at)
            at += 8
    return wide[0], wide[1], wide[2]


def _time_ns(extra: bytes, time: int, date: int) -> int:
    """The time, taken for UTC where no timestamp tells; 0 where it makes no sense."""
    for number, data in fields(extra):
        if number == TIMESTAMP and len(data) >= 5 and data[0] & 1:
            return int(struct.unpack_from("<l", data, 1)[0]) * 10**9
    try:
        when = datetime(
            1980 + (date >> 9),
            date >> 5 & 15,
            date & 31,
            time >> 11,
            time >> 5 & 63,
            2 * (time & 31),
            tzinfo=UTC,
        )
    except ValueError:
        return 0
    return int(when.timestamp()) * 10**9
