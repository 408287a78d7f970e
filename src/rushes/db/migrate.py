"""Bringing a database to the tables that this version of Rushes knows."""

from __future__ import annotations

from pkgutil import iter_modules

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from rushes.core.errors import Code, RushesError
from rushes.db import migrations

_APP = "rushes"

# Held while migrating; any number that nothing else of ours locks.
_LOCK = 0x52555348_00000001


def migrate(alias: str) -> None:
    """Apply what is missing; one query when nothing is. Two at once take turns.

    Raises `database.newer` where a later Rushes has been at work, and changes nothing then.
    """
    if _is_current(alias):
        return
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        if not _is_current(alias):
            executor = MigrationExecutor(connection)
            executor.migrate(executor.loader.graph.leaf_nodes(_APP))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


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
