"""The ASGI application of the live process: one stream for each that comes with a ticket.

Streams are as the HTML standard has them (server-sent events): `id` is an event's position, `event`
its type, `data` the event as JSON. How far a movement is comes as `progress`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from rushes.core import logs
from rushes.core.errors import Code, RushesError
from rushes.tracking.event_sight import Sights
from rushes.web.live import asking
from rushes.web.live.hub import Hub, Viewer
from rushes.web.live.progress import Progressing
from rushes.web.live.sending import Send, answer, begin, end, refuse, write
from rushes.web.live.ticket import Ticket, opened
from rushes.web.live.watching import Watching

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]

_HEARTBEAT_S = 15.0
_LONGEST_S = 900.0  # then access is looked up again
_MOST = 5_000


class Live:
    """Answers `…/events` and `…/progress` with a stream, and `/healthz`."""

    def __init__(
        self, hub: Hub, watching: Watching, *, key: str, longest_s: float = _LONGEST_S
    ) -> None:
        self._hub = hub
        self._key = key
        self._longest_s = longest_s
        self._progressing = Progressing(hub, watching, key=key, longest_s=longest_s)
        self.clients = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        path, method = scope["path"], scope["method"]
        if path.endswith("/healthz"):
            await answer(send, 200, b"ok\n", b"text/plain; charset=utf-8")
        elif not path.endswith(("/events", "/progress")):
            await refuse(send, RushesError(Code.NOTHING_FOUND, f"There is nothing at {path}."))
        elif method == "OPTIONS":
            await answer(send, 204, b"", b"text/plain")
        elif method != "GET":
            await refuse(send, RushesError(Code.USAGE, f"{method} is not for a stream."))
        elif self.clients >= _MOST:
            full = RushesError(Code.SERVER_UNAVAILABLE, "There are too many streams.")
            await refuse(send, full)
        elif path.endswith("/progress"):
            await self._hold(self._progressing.stream(_query(scope), send), receive)
        else:
            await self._hold(self._stream(scope, send), receive)

    async def _hold(self, stream: Coroutine[Any, Any, None], receive: Receive) -> None:
        """Stream until it ends, or they are gone."""
        self.clients += 1
        gone = asyncio.create_task(_gone(receive))
        telling = asyncio.create_task(stream)
        try:
            await asyncio.wait((gone, telling), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.clients -= 1
            gone.cancel()
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling

    async def _stream(self, scope: Scope, send: Send) -> None:
        await self._hub.ready()
        try:
            viewer, position = self._who(scope)
        except RushesError as error:
            await refuse(send, error)
            return
        await self._tell(viewer, position, send)

    def _who(self, scope: Scope) -> tuple[Viewer, int]:
        """Who looks on, and from where."""
        given = _query(scope)
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
            await begin(send)
            await write(send, [_here(position)])
            while (left := until - time.monotonic()) > 0 and not self._hub.is_past(viewer):
                told = await self._hub.after(position, viewer)
                moved, position = told.position > position, told.position
                if told.texts:
                    await write(send, told.texts)
                elif not moved and not await self._changed(position, min(left, _HEARTBEAT_S)):
                    await write(send, [b": still there\n", _here(position)])
            await end(send)
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


def _query(scope: Scope) -> dict[str, str]:
    """What the address says."""
    return dict(parse_qsl(scope["query_string"].decode("ascii", "replace")))


def _resumed(scope: Scope) -> Mapping[str, str] | None:
    """What a browser says of itself when it comes again."""
    for name, value in scope["headers"]:
        if name == b"last-event-id" and value:
            return {"after": value.decode("latin-1")}
    return None


def _here(position: int) -> bytes:
    """A position without an event: whoever comes again goes on from here."""
    return f"id: {position}\n\n".encode()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
