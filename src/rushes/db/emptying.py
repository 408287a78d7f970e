"""Throwing all records away: data go, tables stay as they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from pathlib import Path

from psycopg import errors, sql

from rushes.core.errors import Code, RushesError
from rushes.db.backup.contents import contents
from rushes.db.backup.reaching import reached
from rushes.db.driving import Driver
from rushes.db.migrations import sql as migrated
from rushes.db.opening import open_records
from rushes.db.presence import keep_out
from rushes.model.backup import Contents

# The server's own tables that hold data. What its migrations put into the others stays.
_OF_LOGINS = ("django_session", "django_admin_log", "auth_group_permissions", "auth_group")
_TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = to_regnamespace('public')
  AND (relname ~ '^(rushes|procrastinate)_' OR relname = ANY(%s)) ORDER BY 1
"""


def what_would_go(url: str) -> Contents:
    """What `empty` would throw away. Raises `database.unavailable`."""
    with reached(url) as driver:
        return _held(driver, _tables(driver))


def empty(url: str) -> Contents:
    """Throw away all rows, and tell what there was; numbers begin anew.

    All of it or nothing. Raises `lock.unavailable` where a server works with the database, or
    somebody keeps a table busy for ten seconds, `database.newer`, `database.unavailable`.
    """
    open_records(url, data_dir=Path()).close()  # tables as this version knows them
    with reached(url) as driver:
        try:
            return _emptied(driver)
        except errors.LockNotAvailable as error:
            raise RushesError(
                Code.LOCK_UNAVAILABLE,
                "The database is busy; nothing was thrown away.",
                hint="End what works with it (`rushes down`, scans), then try again.",
            ) from error


def _emptied(driver: Driver) -> Contents:
    # It would go on with people, sessions and positions of events that are not there any more.
    keep_out(driver, kept="nothing was thrown away")
    driver.execute("SET LOCAL lock_timeout = '10s'")
    names = _tables(driver)
    every = sql.SQL(", ").join([sql.Identifier("public", name) for name in names])
    driver.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(every))
    held = _held(driver, names)
    driver.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(every))
    # What a migration put there is there again, and as little noted as it was then.
    driver.execute(migrated("0005_task_types").encode())
    driver.execute("TRUNCATE rushes_event RESTART IDENTITY")
    return held


def _tables(driver: Driver) -> list[str]:
    return [name for (name,) in driver.execute(_TABLES, [list(_OF_LOGINS)])]


def _held(driver: Driver, names: Collection[str]) -> Contents:
    """What there is in those tables."""
    whole = contents(driver)
    rows = {name: whole.rows.get(f"public.{name}", 0) for name in names}
    return dataclasses.replace(whole, rows={f"public.{name}": rows[name] for name in names})
