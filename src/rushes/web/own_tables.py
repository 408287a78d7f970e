"""Tables that logins and the admin pages need, beside those of the records."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from django.db import connections

_APPS = ("contenttypes", "auth", "sessions", "admin")
# Held while migrating; any number that nothing else of ours locks.
_LOCK = 0x52555348_00000003


def migrate_own(alias: str = "default") -> None:
    """Apply what is missing; one query when nothing is. The records' tables must be there."""
    if _is_current(alias):
        return
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        if not _is_current(alias):
            from django.db.migrations.executor import MigrationExecutor

            executor = MigrationExecutor(connection)
            leaves = [leaf for app in _APPS for leaf in executor.loader.graph.leaf_nodes(app)]
            executor.migrate(leaves)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _is_current(alias: str) -> bool:
    known = {(app, name) for app in _APPS for name in _names(app)}
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations WHERE app = ANY(%s)", [list(_APPS)])
        return known <= set(cursor.fetchall())


def _names(app: str) -> list[str]:
    package = import_module(f"django.contrib.{app}.migrations")
    return [one.name for one in iter_modules(package.__path__)]
