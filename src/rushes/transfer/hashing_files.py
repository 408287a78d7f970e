"""The work unit of hashing: some files of some folders, read and hashed where a worker runs."""

from __future__ import annotations

import errno
import marshal
import os
import threading
from collections.abc import Callable, Sequence
from enum import StrEnum
from stat import S_ISDIR, S_ISREG
from typing import Any, NamedTuple

from rushes.transfer.hashing_algorithms import Hasher, maker, several

MARSHAL = 2  # without the search for what repeats, which takes longer than it saves

_BUFFER = 1 << 20  # larger ones are no quicker, a mapping is slower
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ESTALE)
# A pipe that takes the place of a file would otherwise keep whoever opens it.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
# Files are opened relative to their folder: quicker, and it need not be one that may be listed.
_BY_FOLDER = {os.open, os.stat} <= os.supports_dir_fd
_FOLDER_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0)


_mine = threading.local()


class Trouble(StrEnum):
    """Why there is no digest of a file."""

    GONE = "gone"
    UNREADABLE = "unreadable"
    NOT_A_FILE = "not_a_file"
    CHANGED = "changed"


class Known(NamedTuple):
    """What is known of a file from before: digests in the order of the algorithms asked for."""

    size: int
    mtime_ns: int
    inode: int
    digests: tuple[str, ...]


class Hashed(NamedTuple):
    """What came of one file.

    `digests` are as long as the algorithms asked for and in their order: hexadecimal, or a C4 ID.
    Where there is `trouble` there are none, and `said` is a sentence's end for people ("it cannot
    be read: Permission denied"); size, time and inode are then 0 unless they were learnt. `read`
    tells whether the bytes were read now, rather than known from before.
    """

    name: str
    size: int
    mtime_ns: int
    inode: int
    digests: tuple[str, ...]
    read: bool
    trouble: str = ""
    said: str = ""


_Row = tuple[Any, ...]  # fields of the two above: making them named takes as long as a small file
_TROUBLE = Hashed._fields.index("trouble")
_CHANGED = (Trouble.CHANGED.value, "it changed while it was read")
_Maker = Callable[[], Hasher]

# Folder, names, and what is known of each.
Piece = tuple[str, list[str], list[Known | None]]


def request(pieces: Sequence[Piece], algorithms: Sequence[str]) -> bytes:
    """A message for `hash_batch`."""
    plain = [
        (folder, names, [one and tuple(one) for one in known]) for folder, names, known in pieces
    ]
    return marshal.dumps((list(algorithms), plain), MARSHAL)


def answered(message: bytes) -> list[Hashed]:
    """What `hash_batch` answered: every piece's files in the order of its names."""
    return [Hashed._make(row) for rows in marshal.loads(message) for row in rows]


def hash_batch(message: bytes) -> bytes:
    """Hash the files that `request` names. No file makes it raise, whatever is wrong with it."""
    algorithms, pieces = marshal.loads(message)
    make = maker(algorithms[0]) if len(algorithms) == 1 else several(algorithms)
    rows = [_hashed_in(folder, names, known, make) for folder, names, known in pieces]
    return marshal.dumps(rows, MARSHAL)


def _hashed_in(
    folder: str, names: Sequence[str], known: Sequence[_Row | None], make: _Maker
) -> list[_Row]:
    """The fields of `Hashed` for each name."""
    buffer = _buffer()
    together = zip(names, known, strict=True)
    if not _BY_FOLDER:
        return [
            (name, *_one(os.path.join(folder, name), None, before, make, buffer)[1:])
            for name, before in together
        ]
    try:
        handle = os.open(folder, _FOLDER_FLAGS)
    except (OSError, ValueError) as error:
        return [_trouble(name, error) for name in names]
    try:
        return [_one(name, handle, before, make, buffer) for name, before in together]
    finally:
        os.close(handle)


def _one(
    name: str, folder: int | None, known: _Row | None, make: _Maker, buffer: memoryview
) -> _Row:
    try:
        row = _read(name, folder, known, make, buffer)
        if row[_TROUBLE] == Trouble.CHANGED:
            # A network's first look may be seconds old, and who was writing may have finished.
            row = _read(name, folder, known, make, buffer)
        return row
    except (OSError, ValueError) as error:
        return _trouble(name, error)


def _read(
    name: str, folder: int | None, known: _Row | None, make: _Maker, buffer: memoryview
) -> _Row:
    """Links are followed, as in scans. What is no file is not opened: that can have effects."""
    before = os.stat(name, dir_fd=folder)
    if not S_ISREG(before.st_mode):
        return _no_file(name, before)
    left, mtime_ns, inode = before.st_size, before.st_mtime_ns, before.st_ino
    if known is not None and known[:3] == (left, mtime_ns, inode):
        return (name, *known, False, "", "")
    handle = os.open(name, _FLAGS, dir_fd=folder)
    try:
        hasher = make()
        # What comes beyond the size is not read: the second look tells that the file has grown.
        while left > 0 and (count := _fill(handle, (buffer,))):
            left -= count
            hasher.update(buffer[:count])
        after = os.fstat(handle)
    finally:
        os.close(handle)
    size = after.st_size
    if (
        left
        or after.st_mtime_ns != mtime_ns
        or after.st_ctime_ns != before.st_ctime_ns
        or size != before.st_size
        or after.st_ino != inode
    ):
        return (name, size, after.st_mtime_ns, after.st_ino, (), True, *_CHANGED)
    return (name, size, mtime_ns, inode, tuple(hasher.hexdigest().split()), True, "", "")


def _fill_by_copy(handle: int, buffers: Sequence[memoryview]) -> int:
    (buffer,) = buffers
    data = os.read(handle, len(buffer))
    buffer[: len(data)] = data
    return len(data)


# Reads into the buffer; how many bytes, 0 at the end.
_fill = getattr(os, "readv", _fill_by_copy)


def _buffer() -> memoryview:
    """This thread's own, made once."""
    found: memoryview | None = getattr(_mine, "buffer", None)
    if found is None:
        found = _mine.buffer = memoryview(bytearray(_BUFFER))
    return found


def _no_file(name: str, found: os.stat_result) -> _Row:
    said = f"it is {'a folder' if S_ISDIR(found.st_mode) else 'a device, a pipe or a socket'}"
    looked = (found.st_size, found.st_mtime_ns, found.st_ino)
    return name, *looked, (), False, Trouble.NOT_A_FILE.value, said


def _trouble(name: str, error: Exception) -> _Row:
    if isinstance(error, OSError) and error.errno in _GONE:
        return name, 0, 0, 0, (), False, Trouble.GONE.value, "it is not there"
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return name, 0, 0, 0, (), False, Trouble.UNREADABLE.value, f"it cannot be read: {why}"
