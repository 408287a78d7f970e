"""One writer per folder: a lock that dies with its owner, or a clear word that there is none."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc.places import LOCK

_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.002, 0.1


@contextmanager
def folder_lock(folder: Path, *, wait_s: float = 60.0) -> Iterator[None]:
    """Hold the lock of `folder` for the length of the block; the file is gone afterwards.

    A file left by a run that was killed is nobody's and is taken over. Raises `lock.unavailable`
    where another holds it for `wait_s` seconds, or where the file system has no locks; raises
    `write.failed` where nothing can be written.
    """
    path = folder / LOCK
    handle = _locked(path, until=time.monotonic() + wait_s)
    try:
        yield
    finally:
        # Removed while it is held: who waits for it looks again whether it is still the file there.
        with suppress(OSError):
            if _is_there(handle, path):
                path.unlink()
        os.close(handle)


def _locked(path: Path, *, until: float) -> int:
    wait = _FIRST_WAIT_S
    while True:
        try:
            handle = _tried(path)
            if handle is not None:
                return handle
        except BlockingIOError:
            if time.monotonic() > until:
                raise _taken(path) from None
            time.sleep(wait)
            wait = min(_LONGEST_WAIT_S, wait * 2)


def _tried(path: Path) -> int | None:
    """The lock's open file; None where its last owner has just removed it.

    Raises `BlockingIOError` where another holds it.
    """
    made, handle = _opened(path)
    held = False
    try:
        _lock(handle)
        held = _is_there(handle, path)
        return handle if held else None
    except BlockingIOError:
        raise
    except OSError as error:
        if error.errno == errno.ESTALE:  # how a network says that it is gone
            return None
        if error.errno not in _NO_LOCKS:
            raise _closed(path, error) from error
        if made:
            with suppress(OSError):
                path.unlink()
        raise _without(path) from error
    finally:
        if not held:
            os.close(handle)


def _opened(path: Path) -> tuple[bool, int]:
    """Whether the lock's file was made now, and the file."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _FLAGS, 0o666)
        _share(handle, path.parent)
        return True, handle
    except FileExistsError:
        pass
    except OSError as error:
        raise _closed(path, error) from error
    for mode in (os.O_RDWR, os.O_RDONLY):
        try:
            return False, os.open(path, mode | _FLAGS)
        except PermissionError:
            continue  # another user's: reading is enough to lock it, but not on every network
        except FileNotFoundError as error:
            raise BlockingIOError from error  # it was held a moment ago
        except OSError as error:
            raise _closed(path, error) from error
    raise BlockingIOError  # another user has made it just now, and not shared it yet


def _share(handle: int, folder: Path) -> None:
    """Let all who may write into the folder lock it, whatever this user's creation mask."""
    if hasattr(os, "fchmod"):
        with suppress(OSError):
            os.fchmod(handle, os.stat(folder).st_mode & 0o666)


def _is_there(handle: int, path: Path) -> bool:
    """Whether the locked file is still the one of that name: its last owner removed it."""
    try:
        there = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(handle), there)


def _closed(path: Path, error: OSError) -> RushesError:
    return RushesError(
        Code.WRITE_FAILED,
        f"Nothing can be written into {escape(str(path.parent))}: {error.strerror or error}.",
        hint="Keep records elsewhere with --sidecar-root DIR, or ask for the permission.",
    )


def _taken(path: Path) -> RushesError:
    return RushesError(
        Code.LOCK_UNAVAILABLE,
        f"Another run has been writing records of {escape(str(path.parent))} for too long.",
        hint="Wait for it to end. The lock goes away with its owner, also when that is killed.",
    )


def _without(path: Path) -> RushesError:
    return RushesError(
        Code.LOCK_UNAVAILABLE,
        f"The file system of {escape(str(path.parent))} has no locks.",
        hint="Mount it with locking (for NFS 3 that needs lockd), or keep records elsewhere with"
        " --sidecar-root DIR.",
    )


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error

else:
    import fcntl

    def _lock(handle: int) -> None:
        # Linux turns this into a lock of the server's on NFS.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
