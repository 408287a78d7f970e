"""Several small files of one folder written at once: each whole or not at all, and on disk."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc.places import FOLDER, part

_AT_ONCE = 512  # files that are open for writing at the same time

_HIDDEN = 0x2  # FILE_ATTRIBUTE_HIDDEN


class Print(NamedTuple):
    """What tells that a file is the one that it was."""

    size: int
    mtime_ns: int
    inode: int


def write_all(folder: Path, files: Sequence[tuple[str, bytes]]) -> list[Print]:
    """Put `files` (name relative to `folder`, content) in place; the names' folder is made.

    All are written, then all are flushed to disk, and only then does any take its name: the first
    flush carries most of what the others would wait for. Folders are flushed last. A kill leaves
    old files, new files and parts, whatever it interrupts. Gives what tells each of them. Raises
    `write.failed`, with everything written so far in place or gone.
    """
    prints: list[Print] = []
    try:
        step = at_once()
        for at in range(0, len(files), step):
            prints += _write(folder, files[at : at + step])
    except OSError as error:
        raise refused(folder, error) from error
    return prints


def at_once() -> int:
    """How many files `write_all` opens at a time: some systems allow a process only 256."""
    try:
        import resource
    except ImportError:
        return _AT_ONCE
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _AT_ONCE if allowed < 0 else max(1, min(_AT_ONCE, allowed // 4))


def hindrance(folder: Path, *, within: bool) -> OSError | None:
    """What keeps records out of `folder`, as far as that shows without trying.

    It need not be there yet. `within` says that they go into its `.qc`.
    """
    there = folder
    while not os.path.lexists(there) and there != there.parent:
        there = there.parent
    below = folder / FOLDER
    if not os.access(there, os.W_OK | os.X_OK):
        return OSError(*_closed(there))
    if not within or not os.path.lexists(below):
        return None
    if not _is_folder(below):
        return _no_folder()
    if not os.access(below, os.W_OK | os.X_OK):
        return PermissionError(errno.EACCES, f"{os.strerror(errno.EACCES)} in {FOLDER}")
    return None


def print_of(about: os.stat_result) -> Print:
    """What tells a file by what the file system says of it."""
    return Print(about.st_size, about.st_mtime_ns, about.st_ino)


def write_loose(folder: Path, name: str, data: bytes) -> None:
    """Put one file in place without waiting for the disk: after a crash it may be torn."""
    aside = folder / part(uuid4().hex[:12])
    try:
        aside.write_bytes(data)
        os.replace(aside, folder / name)
        if name.startswith("."):
            _hide(folder / name)
    except OSError as error:
        _drop([aside])
        raise refused(folder, error) from error


def refused(folder: Path, error: OSError) -> RushesError:
    """The error for a folder that takes no records."""
    return RushesError(
        Code.WRITE_FAILED,
        f"Nothing can be written into {escape(str(folder))}: {error.strerror or error}.",
        hint="Check free space and permissions, or keep records elsewhere with --sidecar-root DIR.",
    )


def _write(folder: Path, files: Sequence[tuple[str, bytes]]) -> list[Print]:
    targets = [folder / name for name, _ in files]
    token = uuid4().hex[:12]
    parts = [one.parent / part(f"{token}{at:04x}") for at, one in enumerate(targets)]
    handles: list[int] = []
    try:
        _make(folder, {one.parent for one in targets})
        for aside, (_, data) in zip(parts, files, strict=True):
            handles.append(_created(aside, data))
        for handle in handles:
            os.fsync(handle)
        for aside, target in zip(parts, targets, strict=True):
            os.replace(aside, target)
            if target.name.startswith("."):
                _hide(target)
        _flush_folders({one.parent for one in targets})
        return [print_of(os.fstat(handle)) for handle in handles]
    except BaseException:
        _drop(parts)
        raise
    finally:
        for handle in handles:
            os.close(handle)


def _created(path: Path, data: bytes) -> int:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
    except BaseException:
        os.close(handle)
        raise
    return handle


def _make(folder: Path, within: Iterable[Path]) -> None:
    """Make the `.qc` of `folder`, for whoever may write into `folder`.

    The folder itself is not made: where it has just been moved away, it must not come back.
    """
    for one in within:
        if one == folder:
            continue
        try:
            one.mkdir()
        except FileExistsError:
            # A link would have records written wherever it leads.
            if not _is_folder(one):
                raise _no_folder() from None
            continue
        with suppress(OSError):
            one.chmod(folder.stat().st_mode & 0o2777)
        _hide(one)
        _flush_folders([folder])


def _closed(folder: Path) -> tuple[int, str]:
    number = errno.EACCES
    if hasattr(os, "statvfs"):
        with suppress(OSError):
            number = errno.EROFS if os.statvfs(folder).f_flag & os.ST_RDONLY else number
    return number, os.strerror(number)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _no_folder() -> OSError:
    return NotADirectoryError(errno.ENOTDIR, f"{FOLDER} is a link or a file, and no folder")


def _flush_folders(folders: Iterable[Path]) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows flushes a folder with the files in it
    for one in folders:
        handle = os.open(one, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _hide(path: Path) -> None:
    """A leading dot hides nothing on Windows; there, it takes an attribute."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetFileAttributesW(str(path), _HIDDEN)


def _drop(paths: Iterable[Path]) -> None:
    for one in paths:
        with suppress(OSError):
            one.unlink()
