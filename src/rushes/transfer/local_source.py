"""A file of this machine, open to be sent, and looked at before and after it was read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from stat import S_ISREG

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.storage_writing import NOTHING, Facts
from rushes.transfer.beneath import folder_of, open_in
from rushes.transfer.local_tree import facts_of, odd, unreadable

CHUNK = 256 * 1024  # it stays in the processor's cache until it is hashed and written


class LocalSource:
    """See the port. It is opened below its root, without following a link."""

    in_order = False

    def __init__(self, root: str, path: str) -> None:
        self._root, self._path = root, path
        try:
            with folder_of(root, path) as (folder, name):
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if not S_ISREG(found.st_mode):
                    raise unreadable(root, path, odd(found.st_mode) or "it is a folder")
                self.handle = open_in(folder, name, os.O_RDONLY)
        except FileNotFoundError as error:
            raise RushesError(
                Code.PATH_NOT_FOUND,
                f"There is no file {escape(f'{root}/{path}')} any more.",
                hint="Plan anew.",
            ) from error
        except OSError as error:
            raise unreadable(root, path, error.strerror or str(error)) from error
        self.facts: Facts = facts_of(os.fstat(self.handle))
        self.modified_ns = self.facts.mtime_ns
        self.digests: Mapping[str, str] = NOTHING

    def read(self, offset: int, size: int) -> bytes:
        """Some bytes of it; see the port."""
        try:
            data = os.pread(self.handle, size, offset)
            while len(data) < size and (
                piece := os.pread(self.handle, size - len(data), offset + len(data))
            ):
                data += piece
        except OSError as error:
            raise unreadable(self._root, self._path, error.strerror or str(error)) from error
        return data

    def pieces(self, start: int) -> Iterator[memoryview]:
        """All its bytes from `start`, in one buffer that is used again.

        What comes beyond the size is not read: the look afterwards tells that the file has grown.
        """
        buffer = memoryview(bytearray(CHUNK))
        at = start
        while at < self.facts.size:
            count = self._filled(buffer[: self.facts.size - at], at)
            if not count:
                return
            at += count
            yield buffer[:count]

    def changed(self) -> bool:
        """Whether its size, times or inode are others now."""
        return facts_of(os.fstat(self.handle)) != self.facts

    def close(self) -> None:
        """Close it."""
        os.close(self.handle)

    def _filled(self, buffer: memoryview, at: int) -> int:
        try:
            if hasattr(os, "preadv"):
                return os.preadv(self.handle, [buffer], at)
            data = os.pread(self.handle, len(buffer), at)
        except OSError as error:
            raise unreadable(self._root, self._path, error.strerror or str(error)) from error
        buffer[: len(data)] = data
        return len(data)
