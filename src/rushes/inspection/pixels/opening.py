"""Opens a file to read its pixels, and finds where each part's are."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.inspection.header import facts, wire
from rushes.inspection.header.offsets import OFFSET
from rushes.inspection.header.reading import CHANGED, HEADER
from rushes.inspection.pixels.layout import Layout, RefusedError, layout
from rushes.inspection.pixels.losses import finding
from rushes.inspection.pixels.source import Source
from rushes.model.finding import Finding, Severity
from rushes.model.image import Part

_FIRST = 1 << 16  # bytes in which most headers end
_MOST_HEADER = 1 << 28
_CHANGED_FIX = "Look again once nobody writes to it."
_KEPT = (32 << 20) - 8192  # the largest block of which glibc learns


def opened(path: Path, subject: str) -> Source:
    """The file, called `subject`. Raises `path.not_found` and `path.unreadable`."""
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
        if regular:
            return Source(path)
    except FileNotFoundError as error:
        raise RushesError(
            Code.PATH_NOT_FOUND, f"There is no file {subject}.", hint="Check the spelling."
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise RushesError(
            Code.PATH_UNREADABLE, f"{subject} cannot be read: {reason}.", hint="Check who may."
        ) from error
    raise RushesError(Code.PATH_UNREADABLE, f"{subject} is no file.", hint="Name a file.")


def header_of(source: Source, subject: str) -> wire.Header | Finding:
    """The header of an open file, or why it has none."""

    def more(size: int) -> bytes:
        return bytes(source.at(0, min(size, _MOST_HEADER)))

    try:
        return wire.parse(more(_FIRST), more)
    except wire.DamagedError as error:
        message = f"The header of {subject} cannot be read: {error.message}."
        return finding(subject, message, rule=HEADER, found=f"at byte {error.offset}")
    except OSError as error:
        return finding(subject, f"{subject} cannot be read: {error.strerror or error}.")


def tables(header: wire.Header) -> Iterator[tuple[Part, int | str]]:
    """Each part, and where its offset table begins, or why that is not known."""
    at = header.end
    unknown = ""
    for number in range(len(header.parts)):
        part = facts.part(header, number)
        yield part, unknown or at
        if part.chunk_count is None:
            unknown = f"how many chunks part {number} has cannot be told"
        else:
            at += part.chunk_count * OFFSET


def placed(header: wire.Header, part: Part, table: int | str) -> Layout:
    """How the pixels of a part lie, and where. Raises `RefusedError`."""
    if isinstance(table, str):
        raise RefusedError(table)
    return replace(layout(header, part), table=table, entries=part.chunk_count or 0)


def titled(header: wire.Header, part: Part) -> str:
    """What findings call a part."""
    if len(header.parts) == 1:
        return "the image"
    return f"part {part.index} ({part.name})" if part.name else f"part {part.index}"


def changed(subject: str) -> Finding:
    """The file is no longer what it was when it was opened."""
    message = f"{subject} was changed while it was read: what was counted is of no one state."
    return Finding(CHANGED, Severity.ERROR, subject, message, fix=_CHANGED_FIX)


def keep_memory() -> None:
    """Have the C library keep what is freed after one band for the next.

    glibc gives large blocks back to the system at once, and each new one costs a page fault every
    4 KB: a third of all the time. It learns to keep blocks up to the size of the largest that was
    ever freed (see mallopt(3), M_MMAP_THRESHOLD), even if nobody touched that one.
    """
    import numpy as np

    np.empty(_KEPT, np.uint8)
