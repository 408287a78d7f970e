"""The ASGI application of the live process: one stream of events for each that comes with a ticket.

Streams are as the HTML standard has them (server-sent events): `id` is an event's position, `event`
its type, `data` the event as JSON.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

import orjson

from rushes.core import logs
from rushes.core.errors import Code, RushesError
from rushes.tracking.event_sight import Sights
from rushes.web.live import asking
from rushes.web.live.hub import Hub, Viewer
from rushes.web.live.ticket import Ticket, opened
from rushes.web.statuses import STATUSES

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_HEARTBEAT_S = 15.0
_LONGEST_S = 900.0  # then access is looked up again
_READ_WITHIN_S = 20.0
_MOST = 5_000
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


class Live:
    """Answers `…/events` with a stream, and `/healthz`."""

    def __init__(self, hub: Hub, *, key: str, longest_s: float = _LONGEST_S) -> None:
        self._hub = hub
        self._key = key
        self._longest_s = longest_s
        self.clients = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        path, method = scope["path"], scope["method"]
        if path.endswith("/healthz"):
            await _answer(send, 200, b"ok\n", b"text/plain; charset=utf-8")
        elif not path.endswith("/events"):
            await _refuse(send, RushesError(Code.NOTHING_FOUND, f"There is nothing at {path}."))
        elif method == "OPTIONS":
            await _answer(send, 204, b"", b"text/plain")
        elif method != "GET":
            await _refuse(send, RushesError(Code.USAGE, f"{method} is not for a stream."))
        else:
            await self._stream(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._hub.ready()
        try:
            viewer, position = self._who(scope)
        except RushesError as error:
            await _refuse(send, error)
            return
        if self.clients >= _MOST:
            full = RushesError(Code.SERVER_UNAVAILABLE, "There are too many streams.")
            await _refuse(send, full)
            return
        self.clients += 1
        gone = asyncio.create_task(_gone(receive))
        telling = asyncio.create_task(self._tell(viewer, position, send))
        try:
            await asyncio.wait((gone, telling), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.clients -= 1
            gone.cancel()
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling

    def _who(self, scope: Scope) -> tuple[Viewer, int]:
        """Who looks on, and from where."""
        given = dict(parse_qsl(scope["query_string"].decode("ascii", "replace")))
        text = given.pop("ticket", "")
        ticket: Ticket = opened(text, key=self._key)
        asking.check_names(given, asking.PARAMETERS)
        position = asking.after(_resumed(scope) or given)
        wanted = asking.wanted(given)
        # The signed part but for the moment tells accesses apart well enough.
        sights = Sights(ticket.access)
        viewer = Viewer(repr(ticket), sights, wanted, ticket.issued, ticket.token)
        return viewer, self._hub.head if position is None else position

    async def _tell(self, viewer: Viewer, position: int, send: Send) -> None:
        """Send what comes, until they no longer read, or long enough."""
        until = time.monotonic() + self._longest_s
        try:
            await send({"type": "http.response.start", "status": 200, "headers": list(_HEAD)})
            await _write(send, [b"retry: 1000\n", _here(position)])
            while (left := until - time.monotonic()) > 0 and not self._hub.is_past(viewer):
                told = await self._hub.after(position, viewer)
                moved, position = told.position > position, told.position
                if told.texts:
                    await _write(send, told.texts)
                elif not moved and not await self._changed(position, min(left, _HEARTBEAT_S)):
                    await _write(send, [b": still there\n", _here(position)])
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            logs.info(f"live: a stream of {viewer.name[:60]} is not read any more")
        except RushesError as error:  # they come again by themselves
            logs.warning(f"live: {error.message}")
        except Exception as error:  # noqa: BLE001 (one stream must not end the others)
            logs.fault(error)

    async def _changed(self, position: int, seconds: float) -> bool:
        """Wait for another event; whether one came."""
        if self._hub.head <= position:
            await self._hub.changed(seconds)
        return self._hub.head > position


def _resumed(scope: Scope) -> Mapping[str, str] | None:
    """What a browser says of itself when it comes again."""
    for name, value in scope["headers"]:
        if name == b"last-event-id" and value:
            return {"after": value.decode("latin-1")}
    return None


def _here(position: int) -> bytes:
    """A position without an event: whoever comes again goes on from here."""
    return f"id: {position}\n\n".encode()


async def _write(send: Send, texts: Iterable[bytes]) -> None:
    """Raises `TimeoutError` where nobody reads: only so much is held for them."""
    async with asyncio.timeout(_READ_WITHIN_S):
        await send({"type": "http.response.body", "body": b"".join(texts), "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, error: RushesError) -> None:
    told: dict[str, object] = {
        "code": error.code.value,
        "message": error.message,
        "hint": error.hint,
        "context": {},
    }
    body = orjson.dumps({"error": told})
    await _answer(send, STATUSES[error.code], body, b"application/json")


async def _answer(send: Send, status: int, body: bytes, kind: bytes) -> None:
    length = str(len(body)).encode()
    head = [(b"content-type", kind), (b"content-length", length), *_EVERYWHERE]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
