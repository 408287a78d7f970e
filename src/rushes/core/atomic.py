"""Writing a file so that a reader sees the old one or the new one, never half of either."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from rushes.core.errors import Code, RushesError


def write_bytes(path: Path, data: bytes) -> None:
    """Replace `path` with `data`, or raise `write.failed` and leave what was there."""
    with writing(path) as out:
        out.write(data)


def create_bytes(path: Path, data: bytes) -> None:
    """Make `path` with `data`, or raise `write.failed`, also when something is there already.

    Of two processes that create the same file at once, one succeeds.
    """
    with writing(path, replace=False) as out:
        out.write(data)


@contextmanager
def writing(path: Path, *, replace: bool = True) -> Iterator[IO[bytes]]:
    """A binary file that becomes `path` when the block ends well, and vanishes when it does not.

    Written beside the target, flushed to disk, then renamed over it (or, without `replace`, only
    to where nothing is). A full disk, a missing folder or a lost permission is raised as
    `write.failed`.
    """
    # Cut short, because a name that is just short enough has no room for more.
    part = path.with_name(f".{path.name[:40]}.{uuid4().hex[:8]}.part")
    try:
        with open(part, "xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        if replace:
            os.replace(part, path)
        else:
            _place(part, path)
    except OSError as error:
        if error.filename is not None and str(error.filename) not in (str(part), str(path)):
            raise  # the block could not read something else
        there = isinstance(error, FileExistsError)
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not write {path}: {error.strerror or error}.",
            hint="Nothing was changed there. Choose another name, or move that file away."
            if there
            else "Nothing was changed there. Check free space and permissions, then try again.",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _place(part: Path, path: Path) -> None:
    """Give `part` the name `path` unless that is taken (`FileExistsError`)."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: reserving the name is the next best.
        with open(path, "xb"):
            pass
        os.replace(part, path)
