"""One process at a time: a lock on a file, which the system lets go when its holder dies."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.lock import take

_PAUSE_S = 0.02


@contextmanager
def exclusive(path: Path, *, wait_s: float) -> Iterator[None]:
    """Hold the lock file `path` for the block. Raises `database.unavailable` after `wait_s`."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        until = time.monotonic() + wait_s
        while not _try(handle):
            if time.monotonic() > until:
                raise RushesError(
                    Code.DATABASE_UNAVAILABLE,
                    f"Another process has been starting or stopping the database for {wait_s:g} s.",
                    hint=f"See who holds {path} (lsof, fuser), end that process and try again.",
                )
            time.sleep(_PAUSE_S)
        yield
    finally:
        os.close(handle)


def _try(handle: int) -> bool:
    try:
        take(handle)
    except BlockingIOError:
        return False
    return True
