"""Ways to a database's driver: what needs no models goes by these, with Django or without it."""

from __future__ import annotations

import select
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

import psycopg

from rushes.core.errors import Code, RushesError

Driver: TypeAlias = psycopg.Connection[tuple[Any, ...]]
Cursor: TypeAlias = psycopg.Cursor[tuple[Any, ...]]


class Driving(Protocol):
    """One database, by a connection of each thread's own; its cursors put values in by themselves.

    Whatever goes wrong with the database is `database.unavailable`.
    """

    def driving(self) -> AbstractContextManager[Driver]:
        """A connection that answers."""
        ...

    def transaction(self) -> AbstractContextManager[Driver]:
        """The same, and all that is done in it at once or not at all."""
        ...

    @property
    def held(self) -> Driver | None:
        """What this thread has open, whether or not it still answers."""
        ...

    @property
    def in_block(self) -> bool:
        """Whether this thread is in a transaction of somebody else's, begun or to be begun."""
        ...

    def renewed(self) -> Driver:
        """A new connection in place of one that was lost. Raises the driver's own errors."""
        ...

    def close(self) -> None:
        """Give this thread's connection back; the next question makes a new one."""
        ...


def settled(driver: Driver) -> None:
    """Have a new connection tell times in UTC, and in the one style that the driver reads,
    whatever the database or the environment is set to.
    """
    if driver.info.parameter_status("TimeZone") != "UTC":
        driver.execute("SET TIME ZONE 'UTC'")
    if not (driver.info.parameter_status("DateStyle") or "ISO").startswith("ISO"):
        driver.execute("SET DateStyle = 'ISO'")


def spoken_to(driver: Driver) -> bool:
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


def silent(error: Exception) -> RushesError:
    """A server that does not answer."""
    return _unavailable("The database does not answer", error)


def lost(error: Exception) -> RushesError:
    """A server that was lost in between, or would not do what it was asked."""
    return _unavailable("The database was lost, or refused what it was asked", error)


def words_of(error: Exception) -> str:
    """What the driver says, on one line: it names host, user and database, never the password."""
    return " ".join(str(error).split()) or type(error).__name__


def _unavailable(what: str, error: Exception) -> RushesError:
    return RushesError(
        Code.DATABASE_UNAVAILABLE,
        f"{what}: {words_of(error)}",
        hint="Run the command again; `rushes doctor` tells how the database stands, and"
        " --no-db scans without one.",
    )
