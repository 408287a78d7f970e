"""Folders and files that this machine's own file system shows: local disks and mounts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rushes.adapters import local_listing, quick_listing
from rushes.adapters.local_listing import GONE
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.mounts import all_local, mounts_here
from rushes.ports.storage import KnownFolder, Listing, OpenFile, Room, Stamp

if TYPE_CHECKING:
    from rushes.ports.storage_writing import Arrival, Entry, Facts, Passage, Source, Unlisted

# A pipe would otherwise keep whoever opens it until somebody writes.
_FILE_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def connect(_address: str = "") -> LocalStorage:
    """The one local storage; it has no address."""
    return LocalStorage()


@dataclass(frozen=True, slots=True)
class LocalStorage:
    """The operating system's file system. Nothing is written but by `receive` and `remove`."""

    def list_folder(self, path: str, *, beat: Callable[[], None] | None = None) -> Listing:
        """The entries of `path`; see the port."""
        try:
            return local_listing.listed(path, beat)
        except OSError as error:
            raise _told(path, error) from error

    def lists_quickly(self) -> bool:
        """Whether folders are listed by what was compiled for it, and not by Python alone."""
        return quick_listing.library() is not None

    def stamp(self, path: str) -> Stamp | None:
        """The folder's stamp; None for a link to a folder, too."""
        try:
            found = os.lstat(path)
        except (OSError, ValueError):
            return None
        if found.st_mode & 0o170000 != 0o040000:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_ctime_ns

    def probe(self, paths: Sequence[str]) -> list[tuple[int, int] | None]:
        """Size and mtime_ns of each file."""
        stat = os.stat
        try:
            found = [stat(path) for path in paths]
        except (OSError, ValueError):
            return [_probe(path) for path in paths]
        return [(one.st_size, one.st_mtime_ns) for one in found]

    def unchanged(self, folders: Sequence[KnownFolder]) -> int:
        """How many of the first are as they were; 0 where nothing was compiled to ask for many."""
        return quick_listing.unchanged(folders)

    def open_file(self, path: str) -> OpenFile:
        """The open file; see the port."""
        try:
            return LocalFile(path, os.open(path, _FILE_FLAGS))
        except (OSError, ValueError) as error:
            raise _no_file(path, error) from error

    def may_hang(self) -> bool:
        """Unless nothing but local disks is mounted: the kernel gives up on those by itself."""
        return not all_local(mounts_here())

    def room(self, path: str) -> Room | None:
        """The file system's room, as `df` tells it: what root keeps for itself is not there."""
        try:
            if not hasattr(os, "statvfs"):
                import shutil

                usage = shutil.disk_usage(path)
                return Room(usage.total, usage.free)
            found = os.statvfs(path)
        except OSError:
            return None
        used = found.f_blocks - found.f_bfree
        return Room((used + found.f_bavail) * found.f_frsize, found.f_bavail * found.f_frsize)

    def is_far(self) -> bool:
        """No."""
        return False

    def tree(self, root: str) -> Iterator[Entry | Unlisted]:
        """All files below `root`; see the port."""
        from rushes.transfer import local_tree

        return local_tree.tree(root)

    def facts(self, root: str, path: str) -> Facts | None:
        """The file's facts now."""
        from rushes.transfer import local_tree

        return local_tree.facts_at(root, path)

    def noted(self, root: str, path: str) -> Mapping[str, str]:  # noqa: ARG002
        """Nothing is noted with files."""
        from rushes.ports.storage_writing import NOTHING

        return NOTHING

    def source(self, root: str, path: str) -> Source:
        """The file, open; see the port."""
        from rushes.transfer.local_source import LocalSource

        return LocalSource(root, path)

    def receive(self, root: str, path: str, *, source: Source, passage: Passage) -> Arrival:
        """Have the bytes of `source` at `path`; see the port."""
        from rushes.transfer import local_arrival

        return local_arrival.receive(root, path, source=source, passage=passage)

    def staged(self, root: str, path: str) -> str:  # noqa: ARG002
        """A hidden folder beside it."""
        from rushes.transfer import local_folder

        return local_folder.staged(path)

    def settle(self, root: str, path: str) -> None:
        """Give the folder that was built its name; see the port."""
        from rushes.transfer import local_folder

        local_folder.settle(root, path)

    def unstage(self, root: str, path: str) -> None:
        """Remove the hidden folder."""
        from rushes.transfer import local_folder

        local_folder.unstage(root, path)

    def remove(self, root: str, path: str, *, expected: Facts) -> None:
        """Remove the file that is `expected`."""
        from rushes.transfer import local_arrival

        local_arrival.remove(root, path, expected=expected)

    def abandon(self, root: str, path: str, state: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Remove the unfinished file for `path`."""
        from rushes.transfer import local_arrival

        local_arrival.abandon(root, path)


class LocalFile:
    """A file that is open. Raises as `Storage.open_file` does."""

    def __init__(self, path: str, handle: int) -> None:
        self._path, self._handle = path, handle
        found = os.fstat(handle)
        self.size, self.mtime_ns = found.st_size, found.st_mtime_ns
        if found.st_mode & 0o170000 != 0o100000:
            self.close()
            folder = found.st_mode & 0o170000 == 0o040000
            raise RushesError(
                Code.PATH_UNREADABLE,
                f"{escape(path)} is {'a folder' if folder else 'a device, a pipe or a socket'}.",
                hint="Name files.",
            )

    def read(self, offset: int, size: int) -> bytes:
        """Some bytes of it; a read that is cut short by the system goes on."""
        try:
            data = _read_at(self._handle, offset, size)
            if len(data) < size:
                while piece := _read_at(self._handle, offset + len(data), size - len(data)):
                    data += piece
        except (OSError, OverflowError, MemoryError) as error:
            raise _no_file(self._path, error) from error
        return data

    def changed(self) -> bool:
        """Whether size or time are others now."""
        found = os.fstat(self._handle)
        return (found.st_size, found.st_mtime_ns) != (self.size, self.mtime_ns)

    def close(self) -> None:
        """Close it."""
        os.close(self._handle)


def _read_at(handle: int, offset: int, size: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(handle, size, offset)
    os.lseek(handle, offset, os.SEEK_SET)
    return os.read(handle, size)


def _no_file(path: str, error: Exception) -> RushesError:
    if isinstance(error, OSError) and error.errno in GONE:
        return RushesError(
            Code.PATH_NOT_FOUND, f"There is no file {escape(path)}.", hint="Check the spelling."
        )
    said = error.strerror if isinstance(error, OSError) else None
    return RushesError(
        Code.PATH_UNREADABLE,
        f"{escape(path)} cannot be read: {said or error}.",
        hint="Check its permissions, and the health of the storage.",
    )


def _probe(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns


def _told(path: str, error: OSError) -> RushesError:
    if error.errno in GONE:
        return RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no folder {escape(path)}.",
            hint="Check the spelling, and that the storage is mounted.",
        )
    return RushesError(
        Code.PATH_UNREADABLE,
        f"Could not read the folder {escape(path)}: {error.strerror or error}.",
        hint="Check its permissions, and the health of the storage.",
    )
