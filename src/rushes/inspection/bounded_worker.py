"""What a bounded worker does: answer requests, one after the other, and die of any of them.

Its other end is `bounded`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress

from rushes.core.errors import Code, RushesError
from rushes.core.framing import received, send

READY, MADE, REFUSED, FAILED = b"+", b"1", b"0", b"!"
MEMORY = 4 << 30  # address space, of which libraries reserve far more than they use

Answer = Callable[[bytes], bytes]


def serve(answer: Answer, *, prepare: Callable[[], None], memory: int = MEMORY) -> None:
    """Answer what comes on standard input on standard output, until it ends.

    `prepare` loads what answering takes. A `RushesError` travels as such; of anything else that
    goes wrong, running out of `memory` (bytes) among it, only a line of text does.
    """
    to, back = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):  # decoders print what they like
        os.dup2(nowhere, handle)
    _bound(memory)
    prepare()
    send(back, b"", mark=READY)
    with suppress(OSError):
        while (request := received(to)) is not None:
            mark, payload = _answered(answer, request)
            send(back, payload, mark=mark)


def refusal(payload: bytes) -> RushesError:
    """The error that a worker sent."""
    told = json.loads(payload)
    return RushesError(Code(told["code"]), told["message"], hint=told["hint"])


def _answered(answer: Answer, request: bytes) -> tuple[bytes, bytes]:
    try:
        return MADE, answer(request)
    except RushesError as error:
        told = {"code": error.code.value, "message": error.message, "hint": error.hint}
        return REFUSED, json.dumps(told).encode("utf-8")
    except MemoryError:
        return FAILED, b"it takes too much memory"
    except Exception as error:  # noqa: BLE001 (a worker's loop; the caller is told)
        return FAILED, f"{type(error).__name__}: {error}".encode("utf-8", "backslashreplace")


def _bound(memory: int) -> None:
    """No more memory than that, and no core dumps of crashes."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or hard > most:
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))
