"""Webhooks told of events: each in its own time, in order, until each event has arrived.

An event counts as told when the receiver has said so and that is written down. Who is killed in
between tells it again: at least once, and in order.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import orjson

from rushes import bootstrap
from rushes.core import clock, logs
from rushes.core.settings import Settings
from rushes.model.event import RecordedEvent
from rushes.model.webhook import Letter
from rushes.ports.events import Events, Told, Wanted
from rushes.ports.notifier import Notifier
from rushes.ports.webhooks import Progress, Subscription, Webhooks

Answer = TypeVar("Answer")

_ASKERS = 2
_BATCH = 50
_FAR = 1_000  # positions without a letter, after which how far one is is written down
_LOOK_S = 1.0
_TURN_S = 5.0
_UNTOLD = 10  # so many looks may pass until they look whether they were told nothing of news


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: before the first new try, each of the next waiting twice as long up to `longest`,
    and after which it is given up.
    """

    first: float = 1.0
    longest: float = 3600.0
    until: float = 86400.0

    def due(self, failures: int) -> datetime:
        """When to try again after so many failures; not all at the same moment."""
        wait = min(self.longest, self.first * 2.0 ** min(failures - 1, 32))
        return clock.now() + timedelta(seconds=wait * random.uniform(0.5, 1.0))


async def deliver(settings: Settings, patience: Patience | None = None) -> None:
    """Tell all webhooks, until cancelled. Raises as `bootstrap.records` does."""
    askers = ThreadPoolExecutor(_ASKERS, "deliveries")
    loop = asyncio.get_running_loop()

    async def asked(question: Callable[..., Answer], *given: Any) -> Answer:
        return await loop.run_in_executor(askers, question, *given)

    with closing(await asyncio.to_thread(bootstrap.delivering, settings)) as turn:
        office = Office(
            asked,
            events=await asked(bootstrap.event_reader, settings),
            webhooks=await asked(bootstrap.webhooks, settings),
            notifier=bootstrap.notifier(settings, "webhook"),
            patience=patience or Patience(),
        )
        try:
            for count in itertools.count():
                if await asyncio.to_thread(turn.mine):
                    await office.look()
                    if await asyncio.to_thread(turn.wait, _LOOK_S) or count % _UNTOLD == 0:
                        office.wake()
                else:  # another worker of the same database does it
                    office.rest()
                    await asyncio.sleep(_TURN_S)
        finally:
            office.rest()
            await office.notifier.close()
            askers.shutdown(wait=False, cancel_futures=True)


class Office:
    """One errand for each webhook, begun anew when the webhook or its owner's rights change."""

    def __init__(
        self,
        asked: Callable[..., Any],
        *,
        events: Events,
        webhooks: Webhooks,
        notifier: Notifier,
        patience: Patience,
    ) -> None:
        self.asked = asked
        self.events = events
        self.webhooks = webhooks
        self.notifier = notifier
        self.patience = patience
        self._news = asyncio.Event()
        self._errands: dict[int, tuple[Subscription, asyncio.Task[None]]] = {}

    async def look(self) -> None:
        """See which webhooks there are by now."""
        found = {one.id: one for one in await self.asked(self.webhooks.subscriptions)}
        for number, (known, task) in list(self._errands.items()):
            if found.get(number) != known or task.done():
                task.cancel()
                del self._errands[number]
        for number, one in found.items():
            if number not in self._errands:
                self._errands[number] = (one, asyncio.create_task(self._errand(one)))

    def wake(self) -> None:
        """There may be more to tell."""
        self._news.set()
        self._news = asyncio.Event()

    def rest(self) -> None:
        """End all errands."""
        for _, task in self._errands.values():
            task.cancel()
        self._errands.clear()

    async def _errand(self, hook: Subscription) -> None:
        try:
            await Errand(self, hook).run()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 (one webhook must not end the others)
            logs.warning(f"webhook {hook.id}: {error}")
            await asyncio.sleep(_LOOK_S)

    async def news(self) -> None:
        """Wait until there may be more to tell."""
        await self._news.wait()


class Errand:
    """Telling one webhook."""

    def __init__(self, office: Office, hook: Subscription) -> None:
        self._office = office
        self._hook = hook
        self._wanted = Wanted(types=hook.types, project=hook.project)

    async def run(self) -> None:
        """Tell it, until it is given up or cancelled."""
        stand = await self._ask(self._office.webhooks.progress)
        noted = stand.position
        while True:
            if stand.due is not None:
                await asyncio.sleep(max(0.0, (stand.due - clock.now()).total_seconds()))
            told = await self._ask(self._after, stand.position)
            for event in told.events:
                stand = await self._sent(event, stand)
                if stand.failures:
                    break
                noted = stand.position
            if stand.paused:
                return
            if stand.failures:
                continue
            moved = told.position > stand.position
            stand = replace(stand, position=max(stand.position, told.position))
            if stand.position - noted > _FAR:
                await self._ask(self._office.webhooks.moved, stand.position)
                noted = stand.position
            if not moved and not told.events:
                await self._office.news()

    async def _sent(self, event: RecordedEvent, stand: Progress) -> Progress:
        """Send one event, and write down what became of it; how it stands then."""
        office, position = self._office, event.position or 0
        receipt = await office.notifier.send(letter(self._hook, event))
        if receipt.arrived:
            await self._ask(office.webhooks.arrived, position)
            return Progress(position)
        failures, now = stand.failures + 1, clock.now()
        since = stand.since or now
        paused = receipt.is_last or (now - since).total_seconds() > office.patience.until
        made = Progress(stand.position, failures, since, office.patience.due(failures), paused)
        await self._ask(office.webhooks.failed, made, receipt.told)
        if paused:
            logs.warning(f"webhook {self._hook.id} is paused: {receipt.told}")
        return made

    def _after(self, _number: int, position: int) -> Told:
        return self._office.events.after(
            position, access=self._hook.access, wanted=self._wanted, limit=_BATCH
        )

    async def _ask(self, question: Callable[..., Answer], *given: Any) -> Answer:
        """Ask about this webhook, in a thread that may wait for the database."""
        found: Answer = await self._office.asked(question, self._hook.id, *given)
        return found


def letter(hook: Subscription, event: RecordedEvent) -> Letter:
    """An event for a webhook."""
    told = {"type": event.type, "timestamp": event.at, "data": event.row()}
    return Letter(hook.url, hook.secret, f"evt_{hook.id}_{event.position}", orjson.dumps(told))
