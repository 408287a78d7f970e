"""Django without a project: configured once, with one connection's name per database."""

from __future__ import annotations

from threading import RLock
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

from rushes.db import settings as fixed
from rushes.db.address import django_database

_lock = RLock()
_FIXED = {name: value for name, value in vars(fixed).items() if name.isupper()}


def setup(url: str) -> str:
    """Have Django ready for the database at `url`, and return the alias it is known by.

    The first database of a process is `default`. Several may be open at once; setting one up
    again changes nothing. Raises `settings.invalid`.
    """
    wanted = django_database(url)
    with _lock:
        if not settings.configured:
            settings.configure(DATABASES={"default": wanted}, **_FIXED)
            # What `django.setup` does, without the URL resolver and templates it brings along.
            apps.populate(settings.INSTALLED_APPS)
            return "default"
        for alias in connections:
            if _same(connections.settings[alias], wanted):
                return str(alias)
        alias = f"database{len(connections.settings)}"
        connections.settings[alias] = connections.configure_settings({"default": wanted})["default"]
        return alias


def _same(known: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return all(known.get(name) == value for name, value in wanted.items())
