"""Bringing a database to the tables that this version of Rushes knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from rushes.db import versions
from rushes.db.locks import DatabaseLock


def migrate(alias: str) -> None:
    """Apply what is missing; a question or two when nothing is. Two at once take turns.

    Raises `database.newer` where a later Rushes has been at work, and changes nothing then.
    """
    bring_up(alias, [versions.APP], is_current=_is_current, lock=DatabaseLock.MIGRATION)


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
    with connections[alias].cursor() as cursor:
        return versions.is_current(cursor)
