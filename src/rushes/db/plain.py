"""A database by its driver alone: Django takes longer to import than many a command to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import local

import psycopg

from rushes.db.address import parameters
from rushes.db.driving import Driver, lost, settled, silent, spoken_to


class PlainSession:
    """A database by its URL.

    `revive` has a lost server started again and returns its URL; None where the server is not
    ours to start. Every thread has a connection of its own. Raises `settings.invalid`.
    """

    def __init__(self, url: str, *, revive: Callable[[], str] | None = None) -> None:
        self.url = url
        self._parameters = parameters(url)
        self._revive = revive
        self._own = local()

    @contextmanager
    def driving(self) -> Iterator[Driver]:
        """A connection that answers. Whatever goes wrong with it is `database.unavailable`.

        That it answers is not tried unless the server has said something, as it does when it hangs
        up.
        """
        driver = self._reached()
        try:
            yield driver
        except psycopg.Error as error:
            self.close()
            raise lost(error) from error

    @contextmanager
    def transaction(self) -> Iterator[Driver]:
        """The same, and all that is done in it at once or not at all."""
        with self.driving() as driver, driver.transaction():
            yield driver

    @property
    def held(self) -> Driver | None:
        """What this thread has open, whether or not it still answers."""
        driver: Driver | None = getattr(self._own, "driver", None)
        return driver

    @property
    def in_block(self) -> bool:
        """No: what is begun here begins at once, and the driver knows of it."""
        return False

    def renewed(self) -> Driver:
        """A new connection in place of one that was lost. Raises the driver's own errors."""
        self.close()
        driver = self._own.driver = _connected(self._parameters)
        return driver

    def close(self) -> None:
        """Give this thread's connection back; the next question makes a new one."""
        if (driver := self.held) is not None:
            self._own.driver = None
            driver.close()

    def _reached(self) -> Driver:
        driver = self.held
        if driver is not None and (not spoken_to(driver) or _answers(driver)):
            return driver
        try:
            return self.renewed()
        except psycopg.Error as error:
            if self._revive is None:
                raise silent(error) from error
        self.url = self._revive()
        self._parameters = parameters(self.url)
        try:
            return self.renewed()
        except psycopg.Error as again:
            raise silent(again) from again


def _connected(wanted: dict[str, str | int]) -> Driver:
    driver = psycopg.connect(
        **wanted,  # type: ignore[arg-type]
        autocommit=True,
        prepare_threshold=None,
        cursor_factory=psycopg.ClientCursor,
    )
    settled(driver)
    return driver


def _answers(driver: Driver) -> bool:
    with suppress(psycopg.Error):
        driver.execute("SELECT 1")
        return True
    return False
