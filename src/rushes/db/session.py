"""One database as the records use it: reached again when lost, and silent about how it works."""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from rushes.core.errors import Code, RushesError
from rushes.db.connect import setup


class Session:
    """A database by its Django alias.

    `revive` has a lost server started again and returns its URL; None where the server is not
    ours to start. Every thread has a connection of its own.
    """

    def __init__(self, alias: str, *, revive: Callable[[], str] | None = None) -> None:
        self.alias = alias
        self._revive = revive

    @contextmanager
    def asking(self) -> Iterator[BaseDatabaseWrapper]:
        """A connection that answers. Whatever goes wrong with it is `database.unavailable`.

        That it answers is not tried unless the server has said something, as it does when it hangs
        up: a question for each question would cost as much as many of them.
        """
        self._reach()
        connection = connections[self.alias]
        try:
            yield connection
        except (Error, psycopg.Error) as error:
            connection.close()
            raise _unavailable(
                "The database was lost, or refused what it was asked", error
            ) from error

    def close(self) -> None:
        """Give this thread's connection back; the next question makes a new one."""
        connections[self.alias].close()

    def _reach(self) -> None:
        connection = connections[self.alias]
        driver = connection.connection
        if driver is not None and _spoken_to(driver) and not connection.is_usable():
            connection.close()
        try:
            connection.ensure_connection()
        except Error as error:
            if self._revive is None:
                raise _unavailable("The database does not answer", error) from error
            self.alias = setup(self._revive())
            try:
                connections[self.alias].ensure_connection()
            except Error as again:
                raise _unavailable("The database does not answer", again) from again


def _spoken_to(driver: psycopg.Connection[Any]) -> bool:
    """Whether something has come that nobody asked for: the end of the connection, above all."""
    if driver.closed:
        return True
    handle = driver.fileno()
    # Only Windows does without `poll`, and there `select` takes any handle.
    if not hasattr(select, "poll"):
        return bool(select.select([handle], [], [], 0)[0])
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(0))


def _unavailable(what: str, error: Exception) -> RushesError:
    # The driver's words name host, user and database, and never the password.
    words = " ".join(str(error).split()) or type(error).__name__
    return RushesError(
        Code.DATABASE_UNAVAILABLE,
        f"{what}: {words}",
        hint="Run the command again; `rushes doctor` tells how the database stands, and"
        " --no-db scans without one.",
    )
