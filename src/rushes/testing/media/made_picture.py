"""Small real pictures in the usual formats, through OpenImageIO: a ramp that moves with frames.

They are made in processes of their own, since OpenImageIO's Python tells of leaks at every end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.inspection.bounded import Lost, Work, answered
from rushes.inspection.bounded_worker import serve
from rushes.ports.progress import Progress

# How deep each format keeps its pixels here.
_DEPTHS = {
    "exr": "half",
    "dpx": "uint10",
    "tif": "uint16",
    "tiff": "uint16",
    "png": "uint8",
    "jpg": "uint8",
    "jpeg": "uint8",
}
FORMATS = tuple(_DEPTHS)
_WIDTH, _HEIGHT = 64, 36
_TIMEOUT_S, _WORKERS = 30.0, 2
_STEP = 0.01  # how far the ramp moves in a frame


def pictures(
    ending: str, frames: Iterable[int], *, seed: int, progress: Progress
) -> Iterator[tuple[int, bytes]]:
    """Each frame with its file, RGB, in the order of being done.

    The same seed makes the same bytes. Raises `write.failed` and `cancelled`.
    """
    asked = ((frame, json.dumps([ending, frame, seed]).encode("ascii")) for frame in frames)
    work = Work("rushes.testing.media.made_picture", "pictures", _TIMEOUT_S, _WORKERS)
    for frame, outcome in answered(asked, work, progress):
        if not isinstance(outcome, bytes):
            why = outcome.reason if isinstance(outcome, Lost) else outcome.message
            raise RushesError(Code.WRITE_FAILED, f"No {ending} picture could be made: {why}.")
        yield frame, outcome


def _answer(asked: bytes) -> bytes:
    return _picture(*json.loads(asked))


def _picture(ending: str, frame: int, seed: int) -> bytes:
    """The file of a frame; writers put its path into it, and so it lies in the current folder."""
    import OpenImageIO

    depth = _DEPTHS[ending]
    whole = "uint16" if depth == "uint10" else depth
    spec = OpenImageIO.ImageSpec(_WIDTH, _HEIGHT, 3, whole)
    if depth == "uint10":
        spec.attribute("oiio:BitsPerSample", 10)
    spec.attribute("DateTime", "2026:01:01 00:00:00")  # else some writers put the clock's
    with TemporaryDirectory(prefix="rushes-") as folder:
        os.chdir(folder)
        path = Path(f"picture.{ending}")
        out = OpenImageIO.ImageOutput.create(str(path))
        if out is None:
            raise RuntimeError(OpenImageIO.geterror())
        if not (out.open(str(path), spec) and out.write_image(_pixels(frame, seed))):
            raise RuntimeError(out.geterror())
        out.close()
        data = path.read_bytes()
        os.chdir("/")
    return data


def _pixels(frame: int, seed: int) -> Any:
    import numpy as np

    generator = np.random.default_rng(seed)
    hue = generator.uniform(0.2, 1, 3)
    grain = generator.uniform(0, 0.02, (_HEIGHT, _WIDTH, 1))
    ramp = (np.arange(_WIDTH) / _WIDTH + frame * _STEP) % 1
    return np.ascontiguousarray(ramp[None, :, None] * hue * 0.9 + grain, np.float32)


def _prepare() -> None:
    import OpenImageIO  # noqa: F401 (loading it takes longer than a picture)


if __name__ == "__main__":
    serve(_answer, prepare=_prepare)
