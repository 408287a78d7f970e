"""The studio's way to the database: the driver itself, as its calls are many and small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from django.db import connections

from rushes.db.session import Session
from rushes.db.studio_refusals import refusals
from rushes.model.scan import Actor

Answer = TypeVar("Answer")
Driver = psycopg.Connection[tuple[Any, ...]]

_ACTING = (
    "SELECT set_config('rushes.actor', %s, true),"
    " set_config('rushes.on_behalf_of', %s, true), set_config('rushes.tool', %s, true)"
)


class Link:
    """Asks and writes by way of a session's connections, one for each thread."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ask(self, question: Callable[[Driver], Answer]) -> Answer:
        """Ask without trying first whether the connection is alive; asked again if it was not.

        Raises `database.unavailable`.
        """
        held = connections[self._session.alias]
        driver: Driver | None = held.connection
        if driver is not None and not driver.closed:
            try:
                return question(_ready(driver))
            except psycopg.Error:
                held.close()
        with self._session.asking() as connection:
            return question(_ready(connection.connection))

    @contextmanager
    def writing(self, kind: str, actor: Actor) -> Iterator[Driver]:
        """A transaction of `actor` on records of a kind.

        Raises `database.unavailable`, and what `studio_refusals` knows.
        """
        with self.transaction(kind) as driver:
            rows(driver, _ACTING, [actor.name, actor.on_behalf_of, actor.tool], often=True)
            yield driver

    @contextmanager
    def transaction(self, kind: str) -> Iterator[Driver]:
        """A transaction on what nobody is named for. Raises the same."""
        with self._session.asking() as connection:
            driver = _ready(connection.connection)
            with refusals(kind), driver.transaction():
                yield driver

    def close(self) -> None:
        """Give this thread's connection back."""
        self._session.close()


def rows(driver: Driver, sql: str, values: Any = (), *, often: bool = False) -> list[Any]:
    """What a statement answers; one that comes `often` is kept prepared on the server."""
    with psycopg.Cursor(driver) as cursor:
        return cursor.execute(sql.encode(), values, prepare=often or None).fetchall()


def _ready(driver: Driver) -> Driver:
    # Django turns prepared statements off; ours are prepared where they say so, and only those.
    if driver.prepare_threshold is None:
        driver.prepare_threshold = 1 << 30
    return driver
