"""The queue's own tables: those that its library comes with, in the same database."""

from __future__ import annotations

from pathlib import Path

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from rushes.db.locks import DatabaseLock

# Under this name the scripts that were run stand beside the migrations of Django's apps.
_APP = "procrastinate"


def make_tables(alias: str) -> None:
    """Make them, or bring them up to date; one query when nothing is missing."""
    connection = connections[alias]
    scripts = _scripts()
    if not _missing(connection, scripts):
        return
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DatabaseLock.JOBS_MIGRATION])
        missing = _missing(connection, scripts)
        if len(missing) == len(scripts):
            _run(connection, _whole())
        else:
            for name in missing:
                _run(connection, scripts[name].read_text("utf-8"))
        cursor.executemany(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())",
            [(_APP, name) for name in missing],
        )


def _missing(connection: BaseDatabaseWrapper, scripts: dict[str, Path]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE app = %s", [_APP])
        done = {name for (name,) in cursor.fetchall()}
    return [name for name in scripts if name not in done]


def _scripts() -> dict[str, Path]:
    from procrastinate.schema import SchemaManager

    folder = Path(SchemaManager.get_migrations_path())
    return {path.stem: path for path in sorted(folder.glob("*.sql"))}


def _whole() -> str:
    from procrastinate.schema import SchemaManager

    return SchemaManager.get_schema()


def _run(connection: BaseDatabaseWrapper, script: str) -> None:
    # By the driver itself: Django would take each % for a placeholder.
    connection.connection.execute(script.encode())
