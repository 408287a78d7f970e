"""What the live process sends: a stream piece by piece, or one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import orjson

from rushes.core.errors import RushesError
from rushes.web.statuses import STATUSES

Send = Callable[[dict[str, Any]], Awaitable[None]]

_READ_WITHIN_S = 20.0
# Whoever has a ticket may read from any page: nothing but the ticket opens the stream.
_EVERYWHERE = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-headers", b"last-event-id, cache-control, authorization"),
    (b"access-control-max-age", b"86400"),
)
_HEAD = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    *_EVERYWHERE,
)


async def begin(send: Send) -> None:
    """Begin a stream; whoever loses it comes again a second later."""
    await send({"type": "http.response.start", "status": 200, "headers": list(_HEAD)})
    await write(send, [b"retry: 1000\n"])


async def write(send: Send, texts: Iterable[bytes]) -> None:
    """Raises `TimeoutError` where nobody reads: only so much is held for them."""
    async with asyncio.timeout(_READ_WITHIN_S):
        await send({"type": "http.response.body", "body": b"".join(texts), "more_body": True})


async def end(send: Send) -> None:
    """End a stream."""
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def refuse(send: Send, error: RushesError) -> None:
    """Answer with an error, as the server does."""
    told: dict[str, object] = {
        "code": error.code.value,
        "message": error.message,
        "hint": error.hint,
        "context": {},
    }
    body = orjson.dumps({"error": told})
    await answer(send, STATUSES[error.code], body, b"application/json")


async def answer(send: Send, status: int, body: bytes, kind: bytes) -> None:
    """Answer in one piece."""
    length = str(len(body)).encode()
    head = [(b"content-type", kind), (b"content-length", length), *_EVERYWHERE]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
