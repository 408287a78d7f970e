"""Tables that logins and the admin pages need, beside those of the records."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from django.db import connections

from rushes.db.locks import DatabaseLock
from rushes.db.migrate import bring_up

_APPS = ("contenttypes", "auth", "sessions", "admin")


def migrate_own(alias: str = "default") -> None:
    """Apply what is missing; one query when nothing is. The records' tables must be there."""
    bring_up(alias, _APPS, is_current=_is_current, lock=DatabaseLock.SERVER_MIGRATION)


def _is_current(alias: str) -> bool:
    known = {(app, name) for app in _APPS for name in _names(app)}
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations WHERE app = ANY(%s)", [list(_APPS)])
        return known <= set(cursor.fetchall())


def _names(app: str) -> list[str]:
    package = import_module(f"django.contrib.{app}.migrations")
    return [one.name for one in iter_modules(package.__path__)]
