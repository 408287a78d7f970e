"""Listing a folder by a few lines of C, where they were built: half of a scan's time in Python.

`quick_listing.c` asks the kernel and writes what it says into columns; here they become lists.
Storage on local disks lists half a million files in the time that `find` takes for them. The same
lines ask whether folders are as they were, many at a call.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from _thread import _local
from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from rushes.ports.storage import KnownFolder, Listing, Sums

SOURCE = Path(__file__).with_name("quick_listing.c")
LIBRARY = Path(__file__).with_name("libquick_listing.so")

_ROOM = 65_536  # bytes that the kernel writes at once: 2,000 names or fewer
_MOST = _ROOM // 24
_FOLDER = "/"  # before the names of folders among all that is no file
_ENCODING, _ERRORS = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
# `struct sums` before the first file: what comes is less than the least, and more than the most.
_MOST_OF_ALL = 2**63 - 1
_NOTHING = array("q", (0, 0, 0, 0, _MOST_OF_ALL, 0, _MOST_OF_ALL, -_MOST_OF_ALL, 0))
_BLOCK = "@7P6q"  # `struct block`: where things are, the room, and what the library tells
_STATE = struct.calcsize("5q")
_AFRESH = array("q", (0, 0, 0, 0, 0))
_MINE = _local()  # a thread that was left in a hanging folder keeps its block


class _Held(NamedTuple):
    """A block, and views of the memory that it points to, which lives as long as they do."""

    block: int  # where it lies
    state: memoryview  # of the block, from `got` on
    raw: memoryview
    names: memoryview
    others: memoryview
    sizes: memoryview
    mtimes: memoryview
    blocks: memoryview
    sums: memoryview


class Library(NamedTuple):
    """The functions of `quick_listing.c`; see there."""

    listed: Callable[[int, int], int]
    unchanged: Callable[[bytes, int, int], int]


@lru_cache(maxsize=1)
def library() -> Library | None:
    """What was built.

    None where it was not built, not for this machine, or from another source than the one here:
    a block of another shape would be written over memory that is not its own.
    """
    try:
        import ctypes

        loaded = ctypes.CDLL(str(LIBRARY))
        if ctypes.c_uint32.in_dll(loaded, "rushes_source").value != crc32(SOURCE.read_bytes()):
            return None
        listed, unchanged = loaded.rushes_list, loaded.rushes_unchanged
    except (ImportError, OSError, AttributeError, ValueError):
        return None
    listed.argtypes, listed.restype = (ctypes.c_int, ctypes.c_void_p), ctypes.c_int
    unchanged.argtypes = (ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int)
    unchanged.restype = ctypes.c_int
    return Library(listed, unchanged)


def read(
    descriptor: int,
    listing: Listing,
    *,
    other: Callable[[Listing, str], None],
    beat: Callable[[], None] | None,
) -> bool:
    """Read the open folder into the `listing`; False where there is no library to do it.

    What is neither a folder nor a file that could be asked is `other`'s to add. `beat` is called
    about every second, and after each entry that was `other`'s. Raises `OSError` when the folder
    cannot be read to its end.
    """
    built = library()
    if built is None:
        return False
    listed, held = built.listed, _held()
    block, state, _, names, others, sizes, mtimes, blocks, sums = held
    state[:], sums[:] = _AFRESH, _NOTHING
    met = 0
    while (code := listed(descriptor, block)) > 0 or code == -errno.EINTR:
        _, _, names_length, others_length, count = state  # nothing, where a signal came between
        if count:
            met += count
            text = str(names[: names_length - 1], _ENCODING, _ERRORS)
            listing.names += text.split("\0")
            listing.sizes += sizes[:count].tolist()
            listing.mtimes += mtimes[:count].tolist()
            listing.blocks += blocks[:count].tolist()
        if others_length:
            text = str(others[: others_length - 1], _ENCODING, _ERRORS)
            for one in text.split("\0"):
                if one[0] == _FOLDER:
                    listing.folders.append(one[1:])
                else:
                    other(listing, one[1:])
                    if beat is not None:
                        beat()
        if beat is not None:
            beat()
    if code < 0:
        raise OSError(-code, os.strerror(-code))
    size, seconds, nanoseconds, allocated, *bounds, too_large = sums
    if len(listing.names) == met and met and not too_large:
        listing.sums = Sums(size, seconds * 10**9 + nanoseconds, allocated, *bounds)
    return True


def unchanged(folders: Sequence[KnownFolder]) -> int:
    """How many of the first `folders` are as they were; 0 where there is no library to ask.

    It stops at one that has changed, that cannot be asked, or whose names or numbers C could not
    tell from others, and after some milliseconds.
    """
    built = library()
    if built is None:
        return 0
    names: list[str] = []
    numbers: list[int] = []
    for path, stamp, (files, sizes, mtimes) in folders:
        names.append(path)
        names += files
        numbers += stamp
        numbers.append(len(files))
        numbers += sizes
        numbers += mtimes
    text = "\0".join(names)
    try:
        data, known = text.encode(_ENCODING, _ERRORS), array("q", numbers)
    except (UnicodeEncodeError, OverflowError):
        return 0
    if text.count("\0") >= len(names):
        return 0
    return built.unchanged(data, known.buffer_info()[0], len(folders))


def _held() -> _Held:
    """This thread's block, made at the first need."""
    found: _Held | None = getattr(_MINE, "held", None)
    if found is None:
        texts = [array("b", bytes(_ROOM)) for _ in range(3)]
        columns = [array("q", bytes(8 * _MOST)) for _ in range(3)] + [array("q", _NOTHING)]
        memory = [*texts, *columns]
        places = [one.buffer_info()[0] for one in memory]
        block = array("b", struct.pack(_BLOCK, *places, _ROOM, *_AFRESH))
        state = memoryview(block)[-_STATE:].cast("B").cast("q")
        views = [memoryview(one) for one in memory]
        found = _MINE.held = _Held(block.buffer_info()[0], state, *views)
    return found
