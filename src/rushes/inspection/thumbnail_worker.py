"""A process that makes thumbnails, one after the other, and may die of any of them."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from pathlib import Path

from rushes.inspection.bounded_worker import serve
from rushes.inspection.look import Form, Look, Selection, Viewing
from rushes.inspection.thumbnail import Made, make

_SIZE = struct.Struct("<II")


def request(path: Path, look: Look, *, width: int) -> bytes:
    """What to ask of the worker, which stands in the folder that this process stands in."""
    whole = {"path": str(path), "width": width, **asdict(look)}
    return json.dumps(whole).encode("ascii")


def made(payload: bytes) -> Made:
    """What the worker answered."""
    columns, rows = _SIZE.unpack_from(payload)
    return Made(columns, rows, payload[_SIZE.size :])


def _answer(asked: bytes) -> bytes:
    told = json.loads(asked)
    look = Look(
        Selection(**told["selection"]), Viewing(**told["viewing"]), Form(told["form"])
    )  # fmt: skip
    done = make(Path(told["path"]), look, width=told["width"])
    return _SIZE.pack(done.columns, done.rows) + done.data


def _prepare() -> None:
    import OpenImageIO

    OpenImageIO.attribute("threads", 1)
    OpenImageIO.attribute("exr_threads", -1)


if __name__ == "__main__":
    serve(_answer, prepare=_prepare)
