"""What is done for each name that may stand in the queue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rushes import bootstrap
from rushes.core import logs
from rushes.core.settings import Settings

if TYPE_CHECKING:
    from procrastinate import App

Work = Callable[..., None]
_KEPT_HOURS = 7 * 24


@dataclass(frozen=True, slots=True)
class Body:
    """Work that is done in a thread of its own, with the arguments that were queued.

    `at` has it queued by itself, as cron writes moments, in UTC.
    """

    name: str
    work: Work
    at: str = ""

    def add(self, app: App, settings: Settings) -> None:
        """Have it done where its name stands in the queue."""

        async def run(**given: Any) -> None:
            given.pop("timestamp", None)  # the moment it was due, of what is queued by itself
            await asyncio.to_thread(self.work, settings, **given)

        task = app.task(
            name=self.name, queue="rushes", queueing_lock=self.name if self.at else None
        )(run)
        if self.at:
            app.periodic(cron=self.at, periodic_id=self.name)(cast("Any", task))


def verify_events(settings: Settings) -> None:
    """Go through the chain of events, and log where it does not hold."""
    with closing(bootstrap.events(settings)) as events:
        audit = events.verify()
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
)
