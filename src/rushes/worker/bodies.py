"""What is done for each name that may stand in the queue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from rushes import bootstrap
from rushes.core import logs
from rushes.core.settings import Settings
from rushes.ports.progress import Silent
from rushes.ports.queues import JOBS, MOVEMENTS
from rushes.worker import moving

if TYPE_CHECKING:
    from procrastinate import App, BaseRetryStrategy

Work = Callable[..., None]
Again = Callable[[BaseException], "int | None"]
_KEPT_HOURS = 7 * 24
_MOST_TRIES = 1_000


@dataclass(frozen=True, slots=True)
class Body:
    """Work that is done in a thread of its own, with the arguments that were queued in `queue`.

    `at` has it queued by itself, as cron writes moments, in UTC. `again` says in how many seconds
    it is tried again after an error, if at all; `lost` is done where it was given up, as each
    worker that had it was killed.
    """

    name: str
    work: Work
    at: str = ""
    again: Again | None = None
    lost: Work | None = None
    queue: str = JOBS

    def add(self, app: App, settings: Settings, threads: Executor | None = None) -> None:
        """Have it done where its name stands in the queue, in one of these threads."""

        async def run(**given: Any) -> None:
            given.pop("timestamp", None)  # the moment it was due, of what is queued by itself
            work = partial(copy_context().run, self.work, settings, **given)
            await asyncio.get_running_loop().run_in_executor(threads, work)

        task = app.task(
            name=self.name,
            queue=self.queue,
            queueing_lock=self.name if self.at else None,
            retry=_retrying(self.again) if self.again is not None else False,
        )(run)
        if self.at:
            app.periodic(cron=self.at, periodic_id=self.name)(cast("Any", task))


def _retrying(again: Again) -> BaseRetryStrategy:
    """The queue's own word for it."""
    from procrastinate import BaseRetryStrategy, RetryDecision
    from procrastinate.jobs import Job

    class Retrying(BaseRetryStrategy):
        def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
            seconds = again(exception)
            if seconds is None or job.attempts >= _MOST_TRIES:
                return None
            return RetryDecision(retry_in={"seconds": seconds})

    return Retrying()


def verify_events(settings: Settings) -> None:
    """Go through the chain of events, and log where it does not hold."""
    with closing(bootstrap.audit(settings)) as opened:
        audit = opened.verify(None, progress=Silent())
    for one in audit.breaks:
        logs.warning(f"events do not hold at position {one.position}: {one.why}")
    logs.info(f"events: {audit.sealed} sealed, {audit.waiting} wait")


def forget_jobs(settings: Settings) -> None:
    """Forget jobs that ended more than a week ago."""
    with closing(bootstrap.jobs(settings)) as queue:
        queue.forget(hours=_KEPT_HOURS)


BODIES: Sequence[Body] = (
    Body("verify_events", verify_events, at="0 3 * * *"),
    Body("forget_jobs", forget_jobs, at="30 3 * * *"),
    Body("ingest", moving.ingest, again=moving.again, lost=moving.lost, queue=MOVEMENTS),
    Body("deliver", moving.deliver, again=moving.again, lost=moving.lost, queue=MOVEMENTS),
)
