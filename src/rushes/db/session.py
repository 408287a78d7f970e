"""One database as the records use it: reached again when lost, and silent about how it works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import Error, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from rushes.db.connect import setup
from rushes.db.driving import Driver, lost, silent, spoken_to


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
            raise lost(error) from error

    @contextmanager
    def driving(self) -> Iterator[Driver]:
        """Its driver."""
        with self.asking() as connection:
            yield connection.connection

    @contextmanager
    def transaction(self) -> Iterator[Driver]:
        """The same, and all that is done in it at once or not at all."""
        with self.asking() as connection, transaction.atomic(using=connection.alias):
            yield connection.connection

    @property
    def held(self) -> Driver | None:
        """What this thread has open, whether or not it still answers."""
        driver: Driver | None = connections[self.alias].connection
        return driver

    @property
    def in_block(self) -> bool:
        """Whether this thread is in a transaction of Django's, begun or to be begun."""
        return bool(connections[self.alias].in_atomic_block)

    def renewed(self) -> Driver:
        """A new connection in place of one that was lost. Raises the driver's errors, or Django's
        for them.
        """
        connection = connections[self.alias]
        connection.close()
        connection.ensure_connection()
        driver: Driver = connection.connection
        return driver

    def close(self) -> None:
        """Give this thread's connection back; the next question makes a new one."""
        connections[self.alias].close()

    def _reach(self) -> None:
        connection = connections[self.alias]
        driver = connection.connection
        if driver is not None and spoken_to(driver) and not connection.is_usable():
            connection.close()
        try:
            connection.ensure_connection()
        except Error as error:
            if self._revive is None:
                raise silent(error) from error
            self.alias = setup(self._revive())
            try:
                connections[self.alias].ensure_connection()
            except Error as again:
                raise silent(again) from again
