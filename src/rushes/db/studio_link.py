"""The studio's way to the database: the driver itself, as its calls are many and small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.pq import Escaping, TransactionStatus

from rushes.db.driving import Driver, Driving
from rushes.db.studio_refusals import refusals
from rushes.model.scan import Actor

Answer = TypeVar("Answer")

_ACTING = (
    b"SELECT set_config('rushes.actor', %s, true),"
    b" set_config('rushes.on_behalf_of', %s, true), set_config('rushes.tool', %s, true)"
)


class Link:
    """Asks and writes by way of a session's connections, one for each thread."""

    def __init__(self, session: Driving) -> None:
        self._session = session

    def ask(self, question: Callable[[Driver], Answer]) -> Answer:
        """Ask without trying first whether the connection is alive; asked again if it was not.

        Raises `database.unavailable`.
        """
        held = self._session.held
        if held is not None and not held.closed:
            try:
                return question(_ready(held))
            except psycopg.Error:
                self._session.close()
        with self._session.driving() as driver:
            return question(_ready(driver))

    @contextmanager
    def writing(self, kind: str, actor: Actor) -> Iterator[Driver]:
        """A transaction of `actor` on records of a kind.

        Raises `database.unavailable`, and what `studio_refusals` knows.
        """
        with self._transaction(kind, actor) as driver:
            yield driver

    @contextmanager
    def transaction(self, kind: str) -> Iterator[Driver]:
        """A transaction on what nobody is named for. Raises the same."""
        with self._transaction(kind, None) as driver:
            yield driver

    @contextmanager
    def _transaction(self, kind: str, actor: Actor | None) -> Iterator[Driver]:
        with self._session.driving() as driver, refusals(kind):
            _ready(driver)
            idle = driver.pgconn.transaction_status == TransactionStatus.IDLE
            if idle and self._session.in_block:
                _sent(driver, b"SELECT")  # what is open begins with its first statement
                idle = False
            if not idle:
                # Somebody's transaction is open, and what is written belongs to it.
                with driver.transaction():
                    if actor is not None:
                        _sent(driver, _acting(driver, actor))
                    yield driver
                return
            try:
                _sent(driver, _beginning(driver, actor))
            except psycopg.OperationalError:
                # Nothing was written yet, so a connection that was lost a moment ago is no loss.
                driver = _ready(self._session.renewed())
                _sent(driver, _beginning(driver, actor))
            try:
                yield driver
            except BaseException:
                _undo(driver)
                raise
            _commit(driver)

    def close(self) -> None:
        """Give this thread's connection back."""
        self._session.close()


def rows(driver: Driver, sql: str, values: Any = (), *, often: bool = False) -> list[Any]:
    """What a statement answers; one that comes `often` is kept prepared on the server."""
    with psycopg.Cursor(driver) as cursor:
        return cursor.execute(sql.encode(), values, prepare=often or None).fetchall()


def _beginning(driver: Driver, actor: Actor | None) -> bytes:
    """A transaction's beginning and who writes in it, in one go."""
    return b"BEGIN" if actor is None else b"BEGIN; " + _acting(driver, actor)


def _acting(driver: Driver, actor: Actor) -> bytes:
    told = (actor.name, actor.on_behalf_of, actor.tool)
    if any("\0" in one for one in told):
        raise psycopg.DataError("a name holds a NUL character")
    escaping = Escaping(driver.pgconn)
    return _ACTING % tuple(escaping.escape_literal(one.encode()) for one in told)


def _sent(driver: Driver, sql: bytes) -> str | None:
    """What the server says it did."""
    with psycopg.Cursor(driver) as cursor:
        cursor.execute(sql)
        return cursor.statusmessage


def _commit(driver: Driver) -> None:
    if (did := _sent(driver, b"COMMIT")) != "COMMIT":
        raise psycopg.InternalError(f"nothing was committed: {did}")


def _undo(driver: Driver) -> None:
    """Take a transaction back; with a connection that is of no use any more it is gone anyway."""
    try:
        _sent(driver, b"ROLLBACK")
    except psycopg.Error:
        driver.close()


def _ready(driver: Driver) -> Driver:
    # Django turns prepared statements off; ours are prepared where they say so, and only those.
    if driver.prepare_threshold is None:
        driver.prepare_threshold = 1 << 30
    return driver
