"""Storage roots by their mount on this operating system."""

from __future__ import annotations

import sys
from pathlib import PurePath
from typing import Any, NamedTuple

from rushes.core.escape import escape
from rushes.db.locks import DatabaseLock
from rushes.model.scan import StorageRoot

# The column of mounts on this operating system.
HERE = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")

_ELSEWHERE = [name for name in ("linux", "macos", "windows") if name != HERE]
_LONGEST_NAME = 80


class RootRow(NamedTuple):
    """A root as recorded, with its mount here."""

    id: int
    name: str
    mount: str

    @property
    def told(self) -> StorageRoot:
        """The root as the house speaks of it."""
        return StorageRoot(name=self.name, mount=self.mount)


def find(cursor: Any, mount: str) -> RootRow | None:
    """The root mounted at `mount` (as the file system spells it), if it is known."""
    cursor.execute(
        f"SELECT id, name, {HERE} FROM rushes_storageroot WHERE {HERE} = %s ORDER BY id LIMIT 1",
        [escape(mount)],
    )
    found = cursor.fetchone()
    return RootRow(*found) if found is not None else None


def find_or_make(cursor: Any, mount: str) -> RootRow:
    """The root mounted at `mount`, made when it is new. To be called in a transaction."""
    found = find(cursor, mount)
    if found is not None:
        return found
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DatabaseLock.STORAGE_ROOT])
    return find(cursor, mount) or _made(cursor, mount)


def _made(cursor: Any, mount: str) -> RootRow:
    name = _new_name(cursor, mount)
    cursor.execute(
        f"INSERT INTO rushes_storageroot (name, {HERE}, {', '.join(_ELSEWHERE)}, ordinal)"
        " VALUES (%s, %s, '', '', 0) RETURNING id",
        [name, escape(mount)],
    )
    return RootRow(cursor.fetchone()[0], name, escape(mount))


def _new_name(cursor: Any, mount: str) -> str:
    name = escape(PurePath(mount).name)[:_LONGEST_NAME] or "root"
    cursor.execute("SELECT name FROM rushes_storageroot WHERE starts_with(name, %s)", [name])
    taken = {known for (known,) in cursor.fetchall()}
    number = 1
    while (candidate := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return candidate
