"""Work for later: put into the queue in the same database, and done by the worker.

What is queued is a name and its arguments; what is to be done stands in `rushes.worker`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import connections
from psycopg import errors

from rushes.core.errors import Code, RushesError
from rushes.db.driving import Driver
from rushes.db.jobs_tables import make_tables
from rushes.db.session import Session
from rushes.db.studio_link import rows
from rushes.ports.queues import JOBS

_ENQUEUE = (
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(%s, %s, 0, %s, %s, %s::jsonb, NULL)"
    "::procrastinate_job_to_defer_v1])"
)
# What Django adds for itself.
_NOT_THE_SERVERS = ("cursor_factory", "context", "prepare_threshold", "client_encoding")


class DatabaseJobs:
    """The queue of one PostgreSQL; its tables are made when it is opened."""

    def __init__(self, session: Session) -> None:
        self._session = session
        with session.asking() as connection:
            make_tables(connection.alias)

    def enqueue(
        self,
        name: str,
        arguments: Mapping[str, Any],
        *,
        lock: str = "",
        once: str = "",
        queue: str = JOBS,
    ) -> int:
        """Have the job called `name` done; its number.

        `queue` is one of `ports.queues`. Of jobs with the same `lock` one is done after the other.
        Of those with the same `once` only one waits: it is `record.conflict` to queue another
        meanwhile.
        """
        values = [queue, name, lock or None, once or None, json.dumps(dict(arguments))]
        with self._session.asking() as connection:
            driver: Driver = connection.connection
            try:
                with driver.transaction():
                    return _number(driver, values)
            except errors.UniqueViolation as error:
                raise RushesError(
                    Code.RECORD_CONFLICT,
                    f"A job waits already that is to be there once: {once}.",
                    hint="It will be done; there is no need for another.",
                ) from error

    def forget(self, *, hours: int) -> None:
        """Forget jobs that ended so long ago."""
        with self._session.asking() as connection:
            connection.connection.execute(
                "DELETE FROM procrastinate_jobs j WHERE j.status IN ('succeeded', 'failed',"
                " 'cancelled', 'aborted') AND (SELECT max(e.at) FROM procrastinate_events e"
                " WHERE e.job_id = j.id) < now() - make_interval(hours => %s)",
                [hours],
            )

    def parameters(self) -> dict[str, Any]:
        """How the worker reaches the same database, as the driver's arguments."""
        asked = connections[self._session.alias].get_connection_params()
        return {name: value for name, value in asked.items() if name not in _NOT_THE_SERVERS}

    def close(self) -> None:
        """Give this thread's connection back."""
        self._session.close()


def _number(driver: Driver, values: list[Any]) -> int:
    (((number,),),) = rows(driver, _ENQUEUE, values)
    return int(number)
