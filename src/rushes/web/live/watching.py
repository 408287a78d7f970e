"""Movements that are watched: each read once as it moves, however many look on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread

from rushes import bootstrap
from rushes.core import logs
from rushes.core.errors import RushesError
from rushes.core.settings import Settings
from rushes.model.movement import Movement
from rushes.ports.movements import Movements

_LOOK_S = 5.0  # what is lost, nobody tells
_SPACING_S = 0.25
_LISTEN_S = 1.0
_AGAIN_S = 1.0


class Watched:
    """One movement, and those who look on."""

    def __init__(self) -> None:
        self.streams = 0
        self.turn = 0
        self.news = asyncio.Event()
        self._found: Movement | RushesError | None = None
        self._looked = asyncio.Event()

    def put(self, found: Movement | RushesError) -> None:
        """What it is by now."""
        self._found = found
        self.turn += 1
        self._looked.set()
        self._looked = asyncio.Event()

    async def now(self) -> Movement:
        """How it stands. Raises what reading it raised."""
        if self._found is None:
            await self._looked.wait()
        if isinstance(self._found, RushesError):
            raise self._found
        assert self._found is not None
        return self._found

    async def after(self, turn: int) -> None:
        """Wait until it was looked at once more than that, which is within seconds."""
        if self.turn == turn:
            await self._looked.wait()


class Watching:
    """All that are watched. To be used in one event loop."""

    def __init__(self, settings: Settings, movements: Movements) -> None:
        self._settings = settings
        self._movements = movements
        self._watched: dict[int, tuple[Watched, asyncio.Task[None]]] = {}
        self._stop = Event()
        self._loop = asyncio.get_running_loop()
        self._asker = ThreadPoolExecutor(1, "movements")
        Thread(target=self._feed, name="moved", daemon=True).start()

    @contextmanager
    def watched(self, number: int) -> Iterator[Watched]:
        """The movement of that number, which is looked at while somebody is in the block."""
        if number not in self._watched:
            made = Watched()
            self._watched[number] = made, asyncio.create_task(self._follow(number, made))
        one, task = self._watched[number]
        one.streams += 1
        try:
            yield one
        finally:
            one.streams -= 1
            if not one.streams:
                task.cancel()
                del self._watched[number]

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        self._asker.shutdown(wait=False, cancel_futures=True)

    async def _follow(self, number: int, watched: Watched) -> None:
        """Look whenever it has moved, a few times a second at most."""
        while True:
            watched.news.clear()
            watched.put(await self._loop.run_in_executor(self._asker, self._ask, number))
            await asyncio.sleep(_SPACING_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await watched.news.wait()

    def _ask(self, number: int) -> Movement | RushesError:
        try:
            return self._movements.movement(number)
        except RushesError as error:
            return error

    def _feed(self) -> None:
        """Hear which have moved, in a thread of its own."""
        said = ""
        while not self._stop.is_set():
            try:
                with closing(bootstrap.moved(self._settings)) as listening:
                    while not self._stop.is_set():
                        told = listening.wait(_LISTEN_S)
                        said = ""
                        self._loop.call_soon_threadsafe(self._take, told)
            except RushesError as error:
                if said != error.message:  # once, however long it takes
                    logs.warning(f"live: {error.message}")
                    said = error.message
            except Exception as error:  # noqa: BLE001 (a thread's loop)
                logs.fault(error)
            self._stop.wait(_AGAIN_S)

    def _take(self, told: list[str]) -> None:
        for text in told:
            watched = self._watched.get(int(text))
            if watched is not None:
                watched[0].news.set()
