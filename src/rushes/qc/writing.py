"""Several small files of one folder written at once: each whole or not at all, and on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc.places import FOLDER, part

_AT_ONCE = 512  # files that are open for writing at the same time


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
        for at in range(0, len(files), _AT_ONCE):
            prints += _write(folder, files[at : at + _AT_ONCE])
    except OSError as error:
        raise refused(folder, error) from error
    return prints


def is_writable(folder: Path) -> bool:
    """Whether a file could be made in `folder`, or the folder itself, where it is not there yet."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    return os.access(there, os.W_OK | os.X_OK)


def print_of(about: os.stat_result) -> Print:
    """What tells a file by what the file system says of it."""
    return Print(about.st_size, about.st_mtime_ns, about.st_ino)


def write_loose(folder: Path, name: str, data: bytes) -> None:
    """Put one file in place without waiting for the disk: after a crash it may be torn."""
    aside = folder / part(uuid4().hex[:12])
    try:
        aside.write_bytes(data)
        os.replace(aside, folder / name)
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
        _make({one.parent for one in targets})
        for aside, (_, data) in zip(parts, files, strict=True):
            handles.append(_created(aside, data))
        for handle in handles:
            os.fsync(handle)
        for aside, target in zip(parts, targets, strict=True):
            os.replace(aside, target)
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


def _make(folders: Iterable[Path]) -> None:
    """Make `.qc` folders; the asset's own folder is there, or is a copy of the tree's structure."""
    for one in folders:
        try:
            one.mkdir(exist_ok=True)
        except FileNotFoundError:
            one.mkdir(parents=True, exist_ok=True)
        if one.name == FOLDER:
            _hide(one)


def _flush_folders(folders: Iterable[Path]) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows flushes a folder with the files in it
    for one in folders:
        handle = os.open(one, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _hide(folder: Path) -> None:
    """A leading dot hides nothing on Windows; there, it takes an attribute."""
    import sys

    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetFileAttributesW(str(folder), 0x2)


def _drop(paths: Iterable[Path]) -> None:
    for one in paths:
        with suppress(OSError):
            one.unlink()
