"""Opening what lies below a folder, and nothing else, whatever links others put in the way.

Linux checks a whole path in one call (`openat2`, since 5.6). Elsewhere, and where a container
forbids that call, each folder is opened from the one above without following links.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

_OPENAT2 = 437  # the same on all architectures
_NO_MAGIC, _NO_LINKS, _BENEATH = 0x02, 0x04, 0x08
FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_PLAIN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_TOP = FOLDER | getattr(os, "O_CLOEXEC", 0)
_HOW = struct.pack("QQQ", FOLDER | _PLAIN, 0, _BENEATH | _NO_LINKS | _NO_MAGIC)
_NO_NAMES = frozenset(("", ".", ".."))
_TRIES = 32  # a rename elsewhere makes the kernel unsure for a moment
BY_DESCRIPTOR = {os.open, os.stat, os.mkdir, os.unlink, os.rename} <= os.supports_dir_fd

_forbidden = not sys.platform.startswith("linux")


@contextmanager
def folder_of(root: str, path: str, *, make: bool = False) -> Iterator[tuple[int | None, str]]:
    """The open folder that holds `path` below `root`, and the name in it.

    For calls with `dir_fd`; where there are none of those (Windows) it is None, and the name is
    the whole path. `make` makes folders that are missing, `root` too. Raises `OSError`; `ELOOP` or
    `ENOTDIR` where a link is in the way.
    """
    above, _, name = path.rpartition("/")
    if not _NO_NAMES.isdisjoint(path.split("/")):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), path)
    if not BY_DESCRIPTOR:
        yield None, _checked(root, path, make=make)
        return
    top = _top(root, make=make)
    try:
        handle = _folder(top, above, make=make) if above else os.dup(top)
    finally:
        os.close(top)
    try:
        yield handle, name
    finally:
        os.close(handle)


def open_in(folder: int | None, name: str, flags: int, mode: int = 0o666) -> int:
    """A file in an open folder; never through a link, never waiting for a pipe's other end."""
    return os.open(name, flags | _PLAIN | getattr(os, "O_NONBLOCK", 0), mode, dir_fd=folder)


def _top(root: str, *, make: bool) -> int:
    try:
        return os.open(root, _TOP)
    except FileNotFoundError:
        if not make:
            raise
    os.makedirs(root, exist_ok=True)
    return os.open(root, _TOP)


def _folder(top: int, path: str, *, make: bool) -> int:
    try:
        return _whole(top, path)
    except FileNotFoundError:
        if not make:
            raise
    return _stepwise(top, path, make=True)


def _whole(top: int, path: str) -> int:
    """The folder in one call."""
    global _forbidden
    if _forbidden:
        return _stepwise(top, path, make=False)
    import ctypes

    call, name = _system(), os.fsencode(path)
    for _ in range(_TRIES):
        handle = call(_OPENAT2, top, name, _HOW, len(_HOW))
        if handle >= 0:
            return int(handle)
        code = ctypes.get_errno()
        if code in (errno.ENOSYS, errno.EPERM):
            _forbidden = True
            return _stepwise(top, path, make=False)
        if code != errno.EAGAIN:
            raise OSError(code, os.strerror(code), path)
    return _stepwise(top, path, make=False)


@cache
def _system() -> Any:
    """The system's `syscall`, with the arguments that `openat2` takes."""
    import ctypes

    found = ctypes.CDLL(None, use_errno=True).syscall
    found.argtypes = (
        ctypes.c_long,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_char_p,
        ctypes.c_size_t,
    )
    found.restype = ctypes.c_long
    return found


def _stepwise(top: int, path: str, *, make: bool) -> int:
    """The folder, one name after another."""
    handle = os.dup(top)
    for name in path.split("/"):
        try:
            if make:
                _made(handle, name)
            below = os.open(name, FOLDER | _PLAIN, dir_fd=handle)
        finally:
            os.close(handle)
        handle = below
    return handle


def _made(folder: int, name: str) -> None:
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=folder)


def _checked(root: str, path: str, *, make: bool) -> str:
    """The whole path, after a look at each folder on the way."""
    *above, name = path.split("/")
    at = root
    for one in above:
        at = os.path.join(at, one)
        if os.path.islink(at):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), at)
    if make:
        os.makedirs(at, exist_ok=True)
    return os.path.join(at, name)
