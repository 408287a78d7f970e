"""What a run has done so far, line by line, so that a run that was killed can be gone on with.

A line is written before the next thing is done, and outlives the process at once. A power cut may
take the lines of the last moments: what they told of is found out again, by looking.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape

_LINES, _SECONDS = 256, 1.0  # between two times that the disk is waited for


class Journal:
    """An append-only file of JSON arrays. Threads may write at once; one process at a time."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._waiting, self._flushed = 0, time.monotonic()
        try:
            self._handle = os.open(
                path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600
            )
            _cut_torn(self._handle)
        except OSError as error:
            raise self._closed(error) from error

    def rows(self) -> Iterator[Sequence[Any]]:
        """What it holds. A line that makes no sense is passed over."""
        return rows(self._path)

    def write(self, *row: Any) -> None:
        """Add a line. Raises `write.failed`, and then nothing of it is there."""
        import orjson

        line = orjson.dumps(row) + b"\n"
        with self._lock:
            try:
                if os.write(self._handle, line) < len(line):
                    _cut_torn(self._handle)
                    raise OSError(28, "No space left on device")
                self._waiting += 1
                now = time.monotonic()
                if self._waiting >= _LINES or now - self._flushed > _SECONDS:
                    self._flush(now)
            except OSError as error:
                raise self._closed(error) from error

    def close(self) -> None:
        """Have all of it on the disk."""
        with self._lock:
            try:
                os.fsync(self._handle)
            except OSError as error:
                raise self._closed(error) from error
            finally:
                os.close(self._handle)

    def _flush(self, now: float) -> None:
        os.fsync(self._handle)
        self._waiting, self._flushed = 0, now

    def _closed(self, error: OSError) -> RushesError:
        return RushesError(
            Code.WRITE_FAILED,
            f"Nothing can be noted in {escape(str(self._path))}: {error.strerror or error}.",
            hint="Check free space and permissions, then go on: what has arrived stays.",
        )


def rows(path: Path) -> Iterator[Sequence[Any]]:
    """The rows of such a file; none where there is no file."""
    try:
        with open(path, "rb") as lines:
            for line in lines:
                import orjson  # most files have no line, as nothing is under way

                try:
                    row = orjson.loads(line)
                except ValueError:
                    continue
                if isinstance(row, list) and row:
                    yield row
    except FileNotFoundError:
        return
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"{escape(str(path))} cannot be read: {error.strerror or error}.",
            hint="Remove it: everything is then looked at anew, and nothing is lost.",
        ) from error


def _cut_torn(handle: int) -> None:
    """Drop what stands behind the last whole line."""
    size = os.fstat(handle).st_size
    at = size
    while at:
        start = max(0, at - 4096)
        found = os.pread(handle, at - start, start).rfind(b"\n")
        if found >= 0:
            at = start + found + 1
            break
        at = start
    if at != size:
        os.ftruncate(handle, at)
