"""A process that makes thumbnails, one after the other, and may die of any of them."""

from __future__ import annotations

import os
from pathlib import Path

from rushes.inspection.bounded_worker import serve
from rushes.inspection.thumbnail import thumbnail


def request(path: Path, *, width: int) -> bytes:
    """What to ask of the worker."""
    return b"%d:%s" % (width, os.fsencode(path.absolute()))


def _answer(asked: bytes) -> bytes:
    width, _, name = asked.partition(b":")
    return thumbnail(Path(os.fsdecode(name)), width=int(width))


def _prepare() -> None:
    import OpenImageIO

    OpenImageIO.attribute("threads", 1)
    OpenImageIO.attribute("exr_threads", -1)


if __name__ == "__main__":
    serve(_answer, prepare=_prepare)
