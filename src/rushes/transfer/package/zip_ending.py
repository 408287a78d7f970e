"""The end of a zip archive that somebody else has made: where its directory lies, if it is sure."""

from __future__ import annotations

from typing import NamedTuple

from rushes.model.finding import Finding
from rushes.ports.storage_writing import Source
from rushes.transfer.package.found import wrong
from rushes.transfer.package.zip_layout import (
    END,
    END64,
    ENDING,
    ENDING64,
    LOCATION64,
    LOCATOR64,
    MOST,
    MOST_FILES,
)

_TAIL = ENDING.size + 0xFFFF + LOCATION64.size  # the end, its longest comment, what stands before


class Ending(NamedTuple):
    """Where the directory lies, how long it is, and how many files it tells of."""

    directory_at: int
    length: int
    files: int


def ending(source: Source, name: str) -> tuple[Ending | None, list[Finding]]:
    """What the end of the archive says; None where nothing can be read after that.

    An archive whose end could be read in two ways is refused, for programs differ in which they
    choose, and so could be shown different files.
    """
    total = source.facts.size
    start = max(0, total - _TAIL)
    tail = source.read(start, total - start)
    whole, others = _ends(tail)
    if len(whole) > 1:
        return None, [
            wrong("damaged", name, "It has two ends, and programs differ in which counts.")
        ]
    if not whole and not others:
        said = "It has no end: it is cut off, or no zip archive."
        return None, [wrong("truncated", name, said)]
    at = (whole or others)[0]
    found = _told(source, tail, at, start)
    if found is None:
        said = "Its directory does not lie where its end says."
        return None, [wrong("damaged", name, said)]
    *_, comment = ENDING.unpack_from(tail, at)
    behind = total - start - at - ENDING.size - comment
    said = f"{behind:,} bytes behind its end belong to no file."
    return found, [wrong("trailing", name, said)] if behind else []


def _ends(tail: bytes) -> tuple[list[int], list[int]]:
    """Where an end may lie, the last first: those that reach to the last byte, and all others."""
    whole: list[int] = []
    others: list[int] = []
    at = tail.rfind(END)
    while at >= 0:
        if at + ENDING.size <= len(tail):
            *_, comment = ENDING.unpack_from(tail, at)
            left = len(tail) - at - ENDING.size - comment
            if left >= 0:
                (others if left else whole).append(at)
        at = tail.rfind(END, 0, at)
    return whole, others


def _told(source: Source, tail: bytes, at: int, start: int) -> Ending | None:
    """What the end at `at` says, where that makes sense."""
    _, disk, first, here, count, length, directory_at, _ = ENDING.unpack_from(tail, at)
    reaches = start + at
    found = Ending(directory_at, length, count)
    before = at - LOCATION64.size
    if before >= 0 and tail[before : before + 4] == LOCATOR64:
        _, disk, at64, disks = LOCATION64.unpack_from(tail, before)
        data = source.read(at64, ENDING64.size) if at64 < reaches else b""
        if len(data) < ENDING64.size or data[:4] != END64 or disks > 1:
            return None
        _, rest, _, _, _, first, here, count64, length64, directory64 = ENDING64.unpack(data)
        if at64 + 12 + rest != start + before:
            return None
        wide = Ending(directory64, length64, count64)
        limits = (MOST, MOST, MOST_FILES)
        # A field that is not full has to say the same: some read one, some the other.
        if any(
            narrow not in (full, one) for narrow, full, one in zip(found, limits, wide, strict=True)
        ):
            return None
        found, reaches, count = wide, at64, count64
    if disk or first or here != count or found.directory_at + found.length != reaches:
        return None
    return found
