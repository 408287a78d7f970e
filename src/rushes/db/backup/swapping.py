"""A database made beside another one, and given its name once it is whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import errors, sql

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.db.backup.reaching import beside, name_of, reached
from rushes.db.driving import Driver
from rushes.db.locks import DatabaseLock

# Where one is connected to while databases are renamed; the second where that is the first itself.
_ELSEWHERE = ("postgres", "template1")
_LONGEST = 40  # PostgreSQL's names have 63 bytes
# Who has hung up or was killed may still be seen for a moment.
_PARTING_S, _LOOK_S = 2.0, 0.05


@dataclass(frozen=True, slots=True)
class Beside:
    """A new database at `url`, beside the one called `name`, on the server that `driver` reached.

    `made` is its own name, `former` the one that the old database has for a moment.
    """

    driver: Driver
    url: str
    name: str
    made: str
    former: str


@contextmanager
def beside_of(url: str) -> Iterator[Beside]:
    """An empty database beside the one at `url`, for the block; gone afterwards unless swapped.

    What a killed restore left is cleared away first. Raises `lock.unavailable` while another one
    is at work, `access.denied` where the account may not make databases.
    """
    name = name_of(url)
    short = name.encode()[:_LONGEST].decode(errors="ignore")
    made, former = f"{short}_rushes_restored", f"{short}_rushes_former"
    elsewhere = next(one for one in _ELSEWHERE if one != name)
    with reached(beside(url, elsewhere), autocommit=True) as driver:
        _alone(driver)
        _clear(driver, name, former)
        _drop(driver, made)
        _create(driver, made)
        try:
            yield Beside(driver, beside(url, made), name, made, former)
        finally:
            _drop(driver, made)
            _drop(driver, former)


def swap(two: Beside) -> None:
    """Give the new database the old one's name, in one transaction.

    Raises `lock.unavailable` where somebody is connected to the old one; it stays then.
    """
    refuse_others(two.driver, two.name)
    try:
        with two.driver.transaction():
            _rename(two.driver, two.name, two.former)
            _rename(two.driver, two.made, two.name)
    except errors.ObjectInUse as error:
        raise _in_use(two.name, "somebody has just connected") from error


def refuse_others(driver: Driver, name: str) -> None:
    """Raise `lock.unavailable` where others are connected to the database called `name`."""
    found: list[tuple[str, int]] = []

    def alone() -> bool:
        nonlocal found
        driver.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees no end of them
        found = driver.execute(
            "SELECT coalesce(nullif(application_name, ''), usename, '?'), count(*)"
            " FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' GROUP BY 1 ORDER BY 1",
            [name],
        ).fetchall()
        return not found

    if not _soon(alone):
        raise _in_use(name, ", ".join(f"{count} × {escape(who)}" for who, count in found))


def _soon(holds: Callable[[], bool]) -> bool:
    """Whether it holds, now or in a moment."""
    until = time.monotonic() + _PARTING_S
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(_LOOK_S)
    return True


def _in_use(name: str, by: str) -> RushesError:
    return RushesError(
        Code.LOCK_UNAVAILABLE,
        f"The database {escape(name)} is in use: {by}.",
        hint="Nothing was changed. End what uses it (`rushes down`, scans, psql), then try again.",
    )


def _alone(driver: Driver) -> None:
    """Held until this connection ends, however it ends."""
    asked = "SELECT pg_try_advisory_lock(%s)"
    if not _soon(lambda: driver.execute(asked, [DatabaseLock.RESTORE]).fetchone() == (True,)):
        raise RushesError(
            Code.LOCK_UNAVAILABLE,
            "Another restore is at work on this server.",
            hint="Wait for its end.",
        )


def _clear(driver: Driver, name: str, former: str) -> None:
    """A restore that was killed after the swap left the old database behind."""
    there = driver.execute("SELECT FROM pg_database WHERE datname = %s", [name])
    if there.fetchone() is not None:
        _drop(driver, former)


def _create(driver: Driver, made: str) -> None:
    try:
        driver.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(made)
            )
        )
    except errors.InsufficientPrivilege as error:
        raise RushesError(
            Code.ACCESS_DENIED,
            f"The account {escape(driver.info.user)} may not make databases, so nothing can be"
            " prepared beside the present one.",
            hint=f'Let it for as long as this takes: ALTER ROLE "{driver.info.user}" CREATEDB.',
        ) from error


def _rename(driver: Driver, old: str, new: str) -> None:
    driver.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
    )


def _drop(driver: Driver, name: str) -> None:
    driver.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
