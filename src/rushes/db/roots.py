"""Storage roots by their mount on this operating system."""

from __future__ import annotations

import sys
from pathlib import PurePath
from typing import Any

from rushes.core.escape import escape
from rushes.db import models
from rushes.db.locks import DatabaseLock
from rushes.model.scan import StorageRoot

_HERE = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")

_LONGEST_NAME = 80


def find(database: str, mount: str) -> models.StorageRoot | None:
    """The root mounted at `mount` (as the file system spells it), if it is known."""
    return models.StorageRoot.objects.using(database).filter(**{_HERE: escape(mount)}).first()


def find_or_make(database: str, cursor: Any, mount: str) -> models.StorageRoot:
    """The root mounted at `mount`, made when it is new. To be called in a transaction."""
    found = find(database, mount)
    if found is not None:
        return found
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DatabaseLock.STORAGE_ROOT])
    return find(database, mount) or models.StorageRoot.objects.using(database).create(
        name=_new_name(database, mount), **{_HERE: escape(mount)}
    )


def root_of(row: models.StorageRoot) -> StorageRoot:
    """The root as the house speaks of it, with its mount here."""
    return StorageRoot(name=row.name, mount=str(getattr(row, _HERE)))


def _new_name(database: str, mount: str) -> str:
    name = escape(PurePath(mount).name)[:_LONGEST_NAME] or "root"
    taken = set(
        models.StorageRoot.objects.using(database)
        .filter(name__startswith=name)
        .values_list("name", flat=True)
    )
    number = 1
    while (candidate := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return candidate
