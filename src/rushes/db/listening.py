"""What the database tells those who listen, on a connection that does nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from rushes.db.session import Session

Driver = psycopg.Connection[tuple[Any, ...]]
_NOT_OURS = ("cursor_factory", "context", "prepare_threshold")


class Listening:
    """Listens on channels. What was told while the connection was lost is lost, so whoever waits
    looks once more after each wait. For one thread.
    """

    def __init__(self, session: Session, *channels: str) -> None:
        self._session = session
        self._channels = channels
        self._driver: Driver | None = None

    def wait(self, seconds: float) -> list[str]:
        """All that was told since; at the latest after so many seconds nothing.

        Raises `database.unavailable`; the next wait tries anew.
        """
        with self.connection() as driver:
            told = [one.payload for one in driver.notifies(timeout=seconds, stop_after=1)]
            return told + [one.payload for one in driver.notifies(timeout=0)]

    @contextmanager
    def connection(self) -> Iterator[Driver]:
        """The connection, which listens from here on."""
        with self._session.asking():  # the server is there, or is told not to be
            pass
        try:
            yield self._opened()
        except psycopg.Error:
            self.close()
            with self._session.asking():
                raise

    def close(self) -> None:
        """Let go of the connection."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None

    def _opened(self) -> Driver:
        if self._driver is None or self._driver.closed:
            asked = connections[self._session.alias].get_connection_params()
            known = {name: value for name, value in asked.items() if name not in _NOT_OURS}
            self._driver = psycopg.connect(**known, autocommit=True)
            for name in self._channels:
                self._driver.execute(sql.SQL("LISTEN {}").format(sql.Identifier(name)))
        return self._driver
