"""All that a worker does at once, until it is told to end."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import Event, Thread, Timer

from rushes import bootstrap
from rushes.core import logs
from rushes.core.errors import RushesError
from rushes.core.settings import Settings
from rushes.worker.deliveries import deliver
from rushes.worker.jobs import Jobs
from rushes.worker.sealing import Sealing

_AGAIN_S = 2.0
_SEALER_ENDS_S = 5.0
_ENDS_S = 8.0
_LOOK_S = 1.0


def run(settings: Settings) -> None:
    """Work until a signal says to end. Raises as `bootstrap.records` does at first."""
    settings = bootstrap.without_server(settings)
    bootstrap.show_at_work(settings, process=os.getppid())
    sealing, stop = Sealing(settings), Event()
    sealer = Thread(target=sealing.run, args=(stop,), name="sealer", daemon=True)
    sealer.start()
    try:
        asyncio.run(_beside(settings))
    finally:
        stop.set()
        sealer.join(_SEALER_ENDS_S)


async def _beside(settings: Settings) -> None:
    """Jobs and webhooks."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(one, ended.set)
    jobs = Jobs(settings)
    works = [
        asyncio.create_task(_again_and_again("jobs", jobs.run, ended)),
        asyncio.create_task(_again_and_again("movements", jobs.move, ended)),
        asyncio.create_task(_again_and_again("jobs", jobs.sweep, ended)),
        asyncio.create_task(_again_and_again("webhooks", lambda: deliver(settings), ended)),
    ]
    await ended.wait()
    # What does not let itself be ended must not keep the server from ending.
    last = Timer(_ENDS_S, os._exit, (1,))
    last.daemon = True
    last.start()
    pending = set(works)
    while pending:
        for work in pending:
            work.cancel()
        _, pending = await asyncio.wait(pending, timeout=_LOOK_S)


async def _again_and_again(
    name: str, work: Callable[[], Awaitable[None]], ended: asyncio.Event
) -> None:
    """Do it, and do it again where it fails: a database that was lost comes back."""
    said = ""
    while not ended.is_set():
        try:
            await work()
        except RushesError as error:
            if said != error.message:  # once, however long it takes
                logs.warning(f"worker, {name}: {error.message}")
                said = error.message
        except Exception as error:  # noqa: BLE001 (a worker's loop)
            logs.fault(error)
            logs.warning(f"worker, {name}: {type(error).__name__}: {error}")
        await asyncio.sleep(_AGAIN_S)
