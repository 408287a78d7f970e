"""What a walk remembers from one time to the next, so that unchanged folders need no reading."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from operator import attrgetter, is_
from pathlib import Path
from time import time
from types import MappingProxyType
from typing import IO
from zlib import crc32

from rushes.core import logs
from rushes.core.digest import fingerprint
from rushes.scan.rows import MARSHAL, FolderRow, pack, unpack

_MAGIC = b"rushes stamps 5\n"
_HELD = 8 * 1024**2  # bytes in memory
_STALE_S = 86_400.0
_SIZE = struct.Struct("<Q")
_SEAL = struct.Struct("<QI")  # of the body: its length and its CRC-32
_PATH = attrgetter("path")
_NOTHING: Mapping[str, FolderRow] = MappingProxyType({})


class Stamps:
    """The cache file of one starting point, and what is to be written to it.

    The file is `key`ed with everything that shapes a row besides the storage. Its body is
    believed only when its length and its checksum are right, so that a file cut off, damaged or
    made by another version is passed over and made anew; it never fails a walk.
    """

    def __init__(self, folder: Path, start: str, key: str) -> None:
        self._file = folder / f"{fingerprint(start)}.stamps"
        self._key = fingerprint(key, sys.version_info[:2], MARSHAL).encode()
        self._known = _NOTHING
        self._seen: list[list[FolderRow]] = []  # as long as nothing has changed
        self._part: _Part | None = None

    def load(self) -> Mapping[str, FolderRow]:
        """The folders as the last walk left them; none when that cannot be told."""
        try:
            data = self._file.read_bytes()
        except OSError:
            return self._known
        head = _MAGIC + self._key
        body = memoryview(data)[len(head) + _SEAL.size :]
        if not data.startswith(head + _SEAL.pack(len(body), crc32(body))):
            return self._known
        self._known = {row.path: row for piece in _pieces(body) for row in unpack(piece)}
        return self._known

    def take(self, rows: list[FolderRow], packed: bytes | None = None) -> None:
        """Note what a walk met, in rows that may be `packed` already."""
        if self._part is None and all(map(is_, map(self._known.get, map(_PATH, rows)), rows)):
            self._seen.append(rows)
            return
        self._begun().add(packed or pack(rows))

    def save(self) -> None:
        """Replace the file by what was met, unless nothing has changed.

        Not flushed to disk: after a crash the checksum tells, and the walk is merely slower.
        """
        if self._part is None and sum(map(len, self._seen)) == len(self._known):
            return
        part = self._begun()
        try:
            part.finish(self._file)
        except OSError as error:
            told = error.strerror or error
            logs.warning(f"The next scan will be slower: no stamps in {self._file}: {told}.")

    def drop(self) -> None:
        """Leave nothing behind of a walk that was broken off; harmless after `save`."""
        if self._part is not None:
            self._part.close()

    def _begun(self) -> _Part:
        if self._part is None:
            # No process number: two containers may have the same, and one process several walks.
            beside = self._file.with_suffix(f".{os.urandom(8).hex()}.part")
            self._part = _Part(beside, _MAGIC + self._key)
            for rows in self._seen:
                self._part.add(pack(rows))
            self._seen = []
        return self._part


class _Part:
    """A cache file in the making: in memory at first, on disk when it grows.

    A disk that is full, or may not be written, ends it at once, but is told by `finish` only.
    """

    def __init__(self, path: Path, head: bytes) -> None:
        self._path = path
        self._head = head
        self._length = self._checksum = 0  # of the body
        self._waiting: list[bytes] = []
        self._size = 0
        self._file: IO[bytes] | None = None
        self._error: OSError | None = None

    def add(self, piece: bytes) -> None:
        """Append what was packed at once."""
        for data in (_SIZE.pack(len(piece)), piece):
            self._length += len(data)
            self._checksum = crc32(data, self._checksum)
            self._waiting.append(data)
        self._size += len(piece)
        if self._size > _HELD:
            self._write()

    def finish(self, file: Path) -> None:
        """Put it where `file` is. Raises `OSError`, and leaves nothing behind then."""
        self._write()
        try:
            if self._error is not None:
                raise self._error
            assert self._file is not None
            self._file.seek(len(self._head))
            self._file.write(_SEAL.pack(self._length, self._checksum))
            self._file.close()
            os.replace(self._path, file)
        except OSError:
            self.close()
            raise
        self._file = None

    def close(self) -> None:
        """Give it up, unless it is finished."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            with suppress(OSError):
                self._path.unlink()
            self._file = None

    def _write(self) -> None:
        try:
            if self._file is None and self._error is None:
                self._open()
            if self._file is not None:
                self._file.writelines(self._waiting)
        except OSError as error:
            self._error = error
            self.close()
        self._waiting, self._size = [], 0

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        for left in self._path.parent.glob("*.part"):  # by a scan that was killed
            with suppress(OSError):
                if time() - left.stat().st_mtime > _STALE_S:
                    left.unlink()
        self._file = open(self._path, "wb")  # noqa: SIM115 (closed by `finish` or `close`)
        self._file.write(self._head + bytes(_SEAL.size))


def _pieces(body: memoryview) -> Iterator[memoryview]:
    """What was packed at once, each behind its length."""
    at = 0
    while at < len(body):
        (size,) = _SIZE.unpack_from(body, at)
        at += _SIZE.size + size
        yield body[at - size : at]
