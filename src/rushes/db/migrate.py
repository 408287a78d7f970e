"""Bringing a database to the tables that this version of Rushes knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pkgutil import iter_modules

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from rushes.core.errors import Code, RushesError
from rushes.db import migrations
from rushes.db.locks import DatabaseLock

_APP = "rushes"


def migrate(alias: str) -> None:
    """Apply what is missing; one query when nothing is. Two at once take turns.

    Raises `database.newer` where a later Rushes has been at work, and changes nothing then.
    """
    bring_up(alias, [_APP], is_current=_is_current, lock=DatabaseLock.MIGRATION)


def bring_up(
    alias: str, apps: Sequence[str], *, is_current: Callable[[str], bool], lock: DatabaseLock
) -> None:
    """Apply what is missing of the tables of `apps`; nothing is locked when nothing is."""
    if is_current(alias):
        return
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
    try:
        if not is_current(alias):
            executor = MigrationExecutor(connection)
            graph = executor.loader.graph
            executor.migrate([leaf for app in apps for leaf in graph.leaf_nodes(app)])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def _is_current(alias: str) -> bool:
    known = {module.name for module in iter_modules(migrations.__path__)}
    applied = _applied(alias)
    if not applied <= known:
        raise RushesError(
            Code.DATABASE_NEWER,
            "The database was changed by a newer version of Rushes"
            f" ({', '.join(sorted(applied - known))}).",
            hint="Update Rushes to that version; this one leaves the database as it is.",
        )
    return applied == known


def _applied(alias: str) -> set[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return set()
        cursor.execute("SELECT name FROM django_migrations WHERE app = %s", [_APP])
        return {name for (name,) in cursor.fetchall()}
