"""Which version of Rushes a database's tables are of."""

from __future__ import annotations

from pkgutil import iter_modules
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.db import migrations

APP = "rushes"


def is_current(cursor: Any) -> bool:
    """Whether the tables are those that this version of Rushes knows; one question, or two.

    Raises `database.newer` where a later Rushes has been at work.
    """
    known = {module.name for module in iter_modules(migrations.__path__)}
    applied = _applied(cursor)
    if not applied <= known:
        raise RushesError(
            Code.DATABASE_NEWER,
            "The database was changed by a newer version of Rushes"
            f" ({', '.join(sorted(applied - known))}).",
            hint="Update Rushes to that version; this one leaves the database as it is.",
        )
    return applied == known


def _applied(cursor: Any) -> set[str]:
    cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
    if cursor.fetchone() != (True,):
        return set()
    cursor.execute("SELECT name FROM django_migrations WHERE app = %s", [APP])
    return {name for (name,) in cursor.fetchall()}
