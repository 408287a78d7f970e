"""A file that one process at a time holds: a lock that dies with its owner."""

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

_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.002, 0.1


@contextmanager
def held(path: Path, *, wait_s: float = 60.0) -> Iterator[None]:
    """Hold the lock at `path` for the length of the block; the file is gone afterwards.

    A file left by a run that was killed is nobody's and is taken over. Raises `lock.unavailable`
    where another holds it for `wait_s` seconds, or where the file system has no locks; raises
    `write.failed` where nothing can be written.
    """
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
        handle = _tried(path)
        if handle is not None:
            return handle
        if time.monotonic() > until:
            raise RushesError(
                Code.LOCK_UNAVAILABLE,
                f"Another run has been holding {escape(str(path))} for too long.",
                hint="Wait for it to end. The lock goes away with its owner, also when that is"
                " killed.",
            )
        time.sleep(wait)
        wait = min(_LONGEST_WAIT_S, wait * 2)


def _tried(path: Path) -> int | None:
    """The lock's open file; None where another holds it, or has just let go of it."""
    handle = None
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | _FLAGS, 0o666)
        _lock(handle)
        if _is_there(handle, path):
            held_now, handle = handle, None
            return held_now
        return None
    except BlockingIOError:
        return None
    except OSError as error:
        if error.errno == errno.ESTALE:  # how a network says that it is gone
            return None
        raise _refused(path, error) from error
    finally:
        if handle is not None:
            os.close(handle)


def _is_there(handle: int, path: Path) -> bool:
    """Whether the locked file is still the one of that name: its last owner removed it."""
    try:
        there = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(handle), there)


def _refused(path: Path, error: OSError) -> RushesError:
    folder = escape(str(path.parent))
    if error.errno in _NO_LOCKS:
        return RushesError(
            Code.LOCK_UNAVAILABLE,
            f"The file system of {folder} has no locks.",
            hint="Mount it with locking; for NFS 3 that needs lockd.",
        )
    return RushesError(
        Code.WRITE_FAILED,
        f"Nothing can be written into {folder}: {error.strerror or error}.",
        hint="Check free space and permissions, then try again.",
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
