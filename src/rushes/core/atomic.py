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


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A binary file that becomes `path` when the block ends well, and vanishes when it does not.

    Written beside the target, flushed to disk, then renamed over it. A full disk, a missing
    folder or a lost permission is raised as `write.failed`.
    """
    # Cut short, because a name that is just short enough has no room for more.
    part = path.with_name(f".{path.name[:40]}.{uuid4().hex[:8]}.part")
    try:
        with open(part, "xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
    except OSError as error:
        if error.filename is not None and str(error.filename) not in (str(part), str(path)):
            raise  # the block could not read something else
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not write {path}: {error.strerror or error}.",
            hint="Nothing was changed there. Check free space and permissions, then try again.",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()
