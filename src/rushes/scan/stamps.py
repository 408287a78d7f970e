"""What a walk remembers from one time to the next, so that unchanged folders need no reading."""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from rushes.core import logs
from rushes.core.digest import checksum, fingerprint
from rushes.scan.rows import MARSHAL, FolderRow, pack, unpack

_MAGIC = b"rushes stamps 1\n"
_DIGEST = 16
_NOTHING: Mapping[str, FolderRow] = MappingProxyType({})


class Stamps:
    """The cache file of one starting point, and what is to be written to it.

    The file is `key`ed with everything that shapes a row besides the storage. Its body is
    believed only when its digest is right, so that a file cut off, damaged or made by another
    version is passed over and made anew; it never fails a walk.
    """

    def __init__(self, folder: Path, start: str, key: str) -> None:
        self._file = folder / f"{fingerprint(start)}.stamps"
        self._key = fingerprint(key, sys.version_info[:2], MARSHAL).encode()
        self._known = _NOTHING
        self._seen: list[bytes | list[FolderRow]] = []
        self._kept = 0
        self._fresh = False

    def load(self) -> Mapping[str, FolderRow]:
        """The folders as the last walk left them; none when that cannot be told."""
        try:
            data = self._file.read_bytes()
        except OSError:
            return self._known
        head = len(_MAGIC) + len(self._key)
        body = memoryview(data)[head + _DIGEST :]
        if data[:head] != _MAGIC + self._key or data[head : head + _DIGEST] != checksum(body):
            return self._known
        self._known = {row.path: row for piece in marshal.loads(body) for row in unpack(piece)}
        return self._known

    def take(self, rows: list[FolderRow]) -> None:
        """Note what a walk met."""
        known = self._known.get
        if all(known(row.path) is row for row in rows):
            self._seen.append(rows)
            self._kept += len(rows)
        else:
            self._seen.append(pack(rows))
            self._fresh = True

    def save(self) -> None:
        """Replace the file by what was met, unless nothing has changed.

        Not flushed to disk: after a crash the digest tells, and the walk is merely slower.
        """
        if not self._fresh and self._kept == len(self._known):
            return
        pieces = [rows if isinstance(rows, bytes) else pack(rows) for rows in self._seen]
        body = marshal.dumps(pieces, MARSHAL)
        part = self._file.with_suffix(f".{os.getpid()}.part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(_MAGIC + self._key + checksum(body) + body)
            os.replace(part, self._file)
        except OSError as error:
            logs.warning(f"The next scan will be slower: no stamps in {self._file}: {error}")
            with suppress(OSError):
                part.unlink()
