"""Jobs as they come out of the queue, and those whose worker was killed put back into it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rushes import bootstrap
from rushes.core import logs
from rushes.core.settings import Settings
from rushes.ports.queues import JOBS, MOVEMENTS
from rushes.worker.bodies import BODIES, Body
from rushes.worker.moving import give_up

if TYPE_CHECKING:
    from procrastinate import App

Lost = Callable[[str, Mapping[str, Any]], Awaitable[None]]

_AT_ONCE = 4
_LOOK_S = 1.0  # what waited for another with the same lock is told by nobody
_ENDS_S = 5.0
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two signs of life, until a silent worker counts as killed, between two
    sweeps.
    """

    heartbeat: float = 10.0
    silent: float = 30.0
    sweep: float = 10.0


class Jobs:
    """The queue from its other end."""

    def __init__(
        self, settings: Settings, pace: Pace | None = None, bodies: Sequence[Body] = BODIES
    ) -> None:
        self._settings = settings
        self._bodies = bodies
        self._pace = pace or Pace()
        # Threads of their own, too: the others' may not be all taken for hours.
        self._movers = ThreadPoolExecutor(settings.server.movements, "movements")

    async def run(self) -> None:
        """Do jobs until cancelled. Raises as `bootstrap.records` does."""
        await self._work(JOBS, _AT_ONCE)

    async def move(self) -> None:
        """Do ingests and deliveries, which must not keep all others from being done."""
        await self._work(MOVEMENTS, self._settings.server.movements)

    async def _work(self, queue: str, at_once: int) -> None:
        app = await self._app()
        async with app.open_async():
            await app.run_worker_async(
                queues=[queue],
                concurrency=at_once,
                fetch_job_polling_interval=_LOOK_S,
                install_signal_handlers=False,
                shutdown_graceful_timeout=_ENDS_S,
                delete_jobs="successful",
                update_heartbeat_interval=self._pace.heartbeat,
                stalled_worker_timeout=self._pace.silent,
            )

    async def sweep(self) -> None:
        """Put back jobs whose worker gives no sign of life, and give up what nobody does or wants,
        again and again until cancelled.
        """
        app = await self._app()
        async with app.open_async():
            while True:
                await put_back(app, silent=self._pace.silent, lost=self._lost)
                await asyncio.to_thread(give_up, self._settings)
                await asyncio.sleep(self._pace.sweep)

    async def _lost(self, name: str, given: Mapping[str, Any]) -> None:
        """Do what is to be done for a job that was given up."""
        for body in self._bodies:
            if body.name == name and body.lost is not None:
                await asyncio.to_thread(body.lost, self._settings, **given)

    async def _app(self) -> App:
        return await asyncio.to_thread(self._made)

    def _made(self) -> App:
        from procrastinate import App, PsycopgConnector

        with closing(bootstrap.jobs(self._settings)) as queue:
            parameters = queue.parameters()
        app = App(connector=PsycopgConnector(kwargs=parameters, min_size=1, max_size=4))
        for body in self._bodies:
            body.add(app, self._settings, self._movers if body.queue == MOVEMENTS else None)
        return app


async def _nothing(_name: str, _given: Mapping[str, Any]) -> None:
    """Nothing is to be done."""


async def put_back(app: App, *, silent: float, lost: Lost = _nothing) -> int:
    """Have jobs done again whose worker was killed; how many these were.

    A job that has lost its worker too often is given up, and `lost` is told: it may be what kills
    them.
    """
    from procrastinate.jobs import Status

    # What is left over is not only that of workers which are silent: a new one strikes them off.
    manager, count = app.job_manager, 0
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=silent):
        count += 1
        if job.attempts + 1 >= _TRIES:
            logs.warning(f"job {job.id} ({job.task_name}) is given up: its worker died each time")
            await manager.finish_job(job, Status.FAILED, delete_job=False)
            await lost(job.task_name, job.task_kwargs)
        else:
            logs.info(f"job {job.id} ({job.task_name}) is done again: its worker was killed")
            await manager.retry_job(job)
    return count
