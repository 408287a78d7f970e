"""A process that makes thumbnails, one after the other, and may die of any of them."""

from __future__ import annotations

import json
import os
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection.refusal import unreadable
from rushes.inspection.thumbnail import thumbnail

SIZE = struct.Struct("<Q")
READY, MADE, REFUSED = b"+", b"1", b"0"
_MOST_MEMORY = 4 << 30  # address space, of which libraries reserve far more than they use


def send(stream: IO[bytes], payload: bytes, *, mark: bytes = b"") -> None:
    """One message: a mark of one byte (answers only), the length, the payload."""
    stream.write(mark + SIZE.pack(len(payload)) + payload)
    stream.flush()


def received(stream: IO[bytes]) -> bytes | None:
    """The payload of the next message, or None where the line ends."""
    head = stream.read(SIZE.size)
    if len(head) < SIZE.size:
        return None
    (size,) = SIZE.unpack(head)
    payload = stream.read(size)
    return payload if len(payload) == size else None


def serve() -> None:
    """Answer requests on standard input (width and path) on standard output, until they end."""
    to, back = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):  # decoders print what they like
        os.dup2(nowhere, handle)
    _bound()
    import OpenImageIO

    OpenImageIO.attribute("threads", 1)
    OpenImageIO.attribute("exr_threads", -1)
    send(back, b"", mark=READY)
    with suppress(OSError):
        while (request := received(to)) is not None:
            mark, payload = _answer(request)
            send(back, payload, mark=mark)


def _answer(request: bytes) -> tuple[bytes, bytes]:
    width, _, name = request.partition(b":")
    path = Path(os.fsdecode(name))
    try:
        return MADE, thumbnail(path, width=int(width))
    except RushesError as error:
        problem = error
    except MemoryError:
        problem = unreadable(escape(str(path)), "it takes too much memory")
    except Exception as error:  # noqa: BLE001 (a worker's loop; the caller is told)
        problem = unreadable(escape(str(path)), f"{type(error).__name__}: {error}")
    told = {"code": problem.code.value, "message": problem.message, "hint": problem.hint}
    return REFUSED, json.dumps(told).encode("utf-8")


def refusal(payload: bytes) -> RushesError:
    """The error that a worker sent."""
    told = json.loads(payload)
    return RushesError(Code(told["code"]), told["message"], hint=told["hint"])


def _bound() -> None:
    """No more memory than a large picture takes, and no core dumps of crashes."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in ((resource.RLIMIT_AS, _MOST_MEMORY), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or hard > most:
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    serve()
