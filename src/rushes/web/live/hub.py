"""The last events, held once for all streams, and the past for those that were away.

A stream has no queue of its own: it knows its position and asks for what comes after it. So one
that reads slowly costs nothing, and none is told anything twice or not at all.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from operator import attrgetter
from threading import Event, Thread
from typing import NamedTuple

import orjson

from rushes import bootstrap
from rushes.core import logs
from rushes.core.errors import RushesError
from rushes.core.settings import Settings
from rushes.model.event import RecordedEvent
from rushes.ports.events import Events, Wanted
from rushes.ports.studio import Access
from rushes.tracking.event_sight import Sights
from rushes.web.live.rights import Rights

_HELD = 10_000
_BATCH = 500
_ASKERS = 2  # connections to the database, however many streams there are
_LISTEN_S = 1.0
_AGAIN_S = 1.0
_ALL = Access(everything=True)


class Message(NamedTuple):
    """An event, and how it is sent."""

    position: int
    event: RecordedEvent
    text: bytes


class Viewer(NamedTuple):
    """Whose stream it is, and of what. `name` tells apart those who may see different things;
    `issued` is when that was looked up (Unix time), for whoever had that `token`.
    """

    name: str
    sights: Sights
    wanted: Wanted
    issued: float = 0.0
    token: int | None = None


class Next(NamedTuple):
    """What is to be sent next, and the position that it leads to."""

    texts: Sequence[bytes]
    position: int


class Hub:
    """What streams are fed from. To be used in one event loop."""

    def __init__(self, settings: Settings, reader: Events) -> None:
        self._settings = settings
        self._reader = reader
        self._held: list[Message] = []
        self._first = 0  # all after it is held
        self.head = 0
        self._rights = Rights()
        self._changed = asyncio.Event()
        self._ready = asyncio.Event()
        self._stop = Event()
        self._loop = asyncio.get_running_loop()
        self._askers = ThreadPoolExecutor(_ASKERS, "asker")
        self._asked: dict[tuple[str, Wanted, int], asyncio.Future[Next]] = {}
        Thread(target=self._feed, name="feed", daemon=True).start()

    async def ready(self) -> None:
        """Wait until it is known what the last event is."""
        await self._ready.wait()

    async def changed(self, seconds: float) -> None:
        """Wait for another event, but not for longer."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            pass

    async def after(self, position: int, viewer: Viewer) -> Next:
        """What comes after a position, for one who looks on. Raises `database.unavailable`."""
        if position >= self._first and (found := self._from_held(position, viewer)) is not None:
            return found
        key = (viewer.name, viewer.wanted, position)
        asked = self._asked.get(key)
        if asked is None:
            asked = self._loop.run_in_executor(self._askers, self._ask, position, viewer)
            self._asked[key] = asked
            asked.add_done_callback(lambda _: self._asked.pop(key, None))
        return await asyncio.shield(asked)

    def is_past(self, viewer: Viewer) -> bool:
        """Whether what they may see has changed since that was looked up."""
        access = viewer.sights.access
        return self._rights.changed(access, token=viewer.token, since=viewer.issued)

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        self._askers.shutdown(wait=False, cancel_futures=True)

    def _from_held(self, position: int, viewer: Viewer) -> Next | None:
        """The same of the events that are held; None where the database must be asked."""
        begin = bisect_right(self._held, position, key=attrgetter("position"))
        found = self._held[begin : begin + _BATCH]
        texts = []
        for one in found:
            if not viewer.wanted.takes(one.event):
                continue
            seen = viewer.sights.sees(one.event.kind, one.event.project)
            if seen is None:
                return None
            if seen:
                texts.append(one.text)
        return Next(texts, found[-1].position if found else position)

    def _ask(self, position: int, viewer: Viewer) -> Next:
        access = viewer.sights.access
        told = self._reader.after(position, access=access, wanted=viewer.wanted, limit=_BATCH)
        return Next([message(one).text for one in told.events], told.position)

    def _feed(self) -> None:
        """Take in events as they are sealed, in a thread of its own."""
        position: int | None = None
        said = ""
        while not self._stop.is_set():
            try:
                with (
                    closing(bootstrap.sealed(self._settings)) as listening,
                    closing(bootstrap.event_reader(self._settings)) as reader,
                ):
                    listening.wait(0)  # from here on nothing is told unheard
                    said = ""
                    if position is None:
                        position = reader.head().position
                        self._loop.call_soon_threadsafe(self._begin, position)
                    while not self._stop.is_set():
                        told = reader.after(position, access=_ALL, limit=_BATCH)
                        if told.position == position:
                            listening.wait(_LISTEN_S)
                            continue
                        made = [message(one) for one in told.events]
                        position = told.position
                        self._loop.call_soon_threadsafe(self._take, made, position)
            except RushesError as error:
                if said != error.message:  # once, however long it takes
                    logs.warning(f"live: {error.message}")
                    said = error.message
            except Exception as error:  # noqa: BLE001 (a thread's loop)
                logs.fault(error)
            self._stop.wait(_AGAIN_S)

    def _begin(self, position: int) -> None:
        self.head = self._first = position
        self._ready.set()

    def _take(self, made: list[Message], position: int) -> None:
        self._held += made
        for one in made:
            self._rights.take(one.event)
        if len(self._held) > 2 * _HELD:
            self._first = self._held[-_HELD - 1].position
            del self._held[:-_HELD]
        self.head = position
        self._changed.set()
        self._changed = asyncio.Event()


def message(event: RecordedEvent) -> Message:
    """An event as a stream's text."""
    position = event.position or 0
    data = orjson.dumps(event.row())
    head = f"id: {position}\nevent: {event.type}\ndata: "
    return Message(position, event, b"%b%b\n\n" % (head.encode(), data))
