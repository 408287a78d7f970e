"""A file that one process at a time holds: a lock that dies with its owner."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape

_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.002, 0.1


class Words(NamedTuple):
    """What a person is told where the lock is not to be had: who holds it for too long, and what
    helps where nothing can be written and where the file system has no locks.
    """

    taken: str
    closed: str = "Check free space and permissions, then try again."
    without: str = "Mount it with locking; for NFS 3 that needs lockd."


@contextmanager
def held(path: Path, *, wait_s: float = 60.0, words: Words | None = None) -> Iterator[None]:
    """Hold the lock at `path` for the length of the block; the file is gone afterwards.

    A file left by a run that was killed is nobody's and is taken over. Raises `lock.unavailable`
    where another holds it for `wait_s` seconds, or where the file system has no locks; raises
    `write.failed` where nothing can be written.
    """
    words = words or Words(f"Another run has been holding {escape(str(path))} for too long.")
    handle = _locked(path, words, until=time.monotonic() + wait_s)
    try:
        yield
    finally:
        # Removed while it is held: who waits for it looks again whether it is still the file there.
        with suppress(OSError):
            if _is_there(handle, path):
                path.unlink()
        os.close(handle)


def is_held(path: Path) -> bool:
    """Whether anybody holds the lock; one that was left by a killed run is nobody's.

    A file system without locks has no run that holds one.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags)
    except OSError:
        return False
    try:
        return _is_locked(handle)
    finally:
        os.close(handle)


def _locked(path: Path, words: Words, *, until: float) -> int:
    wait = _FIRST_WAIT_S
    while True:
        try:
            handle = _tried(path, words)
            if handle is not None:
                return handle
        except BlockingIOError:
            if time.monotonic() > until:
                raise _taken(words) from None
            time.sleep(wait)
            wait = min(_LONGEST_WAIT_S, wait * 2)


def _tried(path: Path, words: Words) -> int | None:
    """The lock's open file; None where its last owner has just removed it.

    Raises `BlockingIOError` where another holds it.
    """
    made, handle = _opened(path, words)
    ours = False
    try:
        take(handle)
        ours = _is_there(handle, path)
        return handle if ours else None
    except BlockingIOError:
        raise
    except OSError as error:
        if error.errno == errno.ESTALE:  # how a network says that it is gone
            return None
        if error.errno not in _NO_LOCKS:
            raise _closed(path, error, words) from error
        if made:
            with suppress(OSError):
                path.unlink()
        raise _without(path, words) from error
    finally:
        if not ours:
            os.close(handle)


def _opened(path: Path, words: Words) -> tuple[bool, int]:
    """Whether the lock's file was made now, and the file."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _FLAGS, 0o666)
        _share(handle, path.parent)
        return True, handle
    except FileExistsError:
        pass
    except OSError as error:
        raise _closed(path, error, words) from error
    for mode in (os.O_RDWR, os.O_RDONLY):
        try:
            return False, os.open(path, mode | _FLAGS)
        except PermissionError:
            continue  # another user's: reading is enough to lock it, but not on every network
        except FileNotFoundError as error:
            raise BlockingIOError from error  # it was held a moment ago
        except OSError as error:
            raise _closed(path, error, words) from error
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


def _closed(path: Path, error: OSError, words: Words) -> RushesError:
    return RushesError(
        Code.WRITE_FAILED,
        f"Nothing can be written into {escape(str(path.parent))}: {error.strerror or error}.",
        hint=words.closed,
    )


def _taken(words: Words) -> RushesError:
    return RushesError(
        Code.LOCK_UNAVAILABLE,
        words.taken,
        hint="Wait for it to end. The lock goes away with its owner, also when that is killed.",
    )


def _without(path: Path, words: Words) -> RushesError:
    return RushesError(
        Code.LOCK_UNAVAILABLE,
        f"The file system of {escape(str(path.parent))} has no locks.",
        hint=words.without,
    )


if sys.platform == "win32":
    import msvcrt

    def take(handle: int) -> None:
        """Lock an open file until it is closed. Raises `BlockingIOError` where another has it."""
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error

    def _is_locked(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
        except OSError:
            return True
        return False

else:
    import fcntl

    def take(handle: int) -> None:
        """Lock an open file until it is closed. Raises `BlockingIOError` where another has it, and
        `OSError` where there are no locks.
        """
        # Linux turns this into a lock of the server's on NFS.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _is_locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False
