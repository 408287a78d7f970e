"""The database itself: the bundled one, backups, and throwing all away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.core import logs

if TYPE_CHECKING:
    from pathlib import Path

    from rushes.core.settings import Settings
    from rushes.db.bundled import BundledDatabase
    from rushes.model.backup import Contents, Restored, Written
    from rushes.ports.progress import Progress


def database_known(settings: Settings) -> bool:
    """Whether anything can have been remembered yet; nothing is started to find out."""
    if settings.server.url or settings.database.url:
        return True
    # Every look for missing frames asks: what could start a server is not even imported.
    from rushes.db.place import Place, database_folder

    return Place(database_folder(settings.data_dir, chosen=settings.database.data_dir)).made


def bundled_database(settings: Settings) -> BundledDatabase:
    """The PostgreSQL that comes with Rushes, used where `database.url` is not set."""
    from rushes.db.bundled import BundledDatabase

    return BundledDatabase.of(settings.data_dir, chosen=settings.database.data_dir)


def database_url(settings: Settings) -> str:
    """The URL of the database, password included; the bundled one is started if need be.

    Raises `database.unavailable`.
    """
    return settings.database.url or bootstrap.bundled_database(settings).start()


def database_contents(settings: Settings) -> Contents:
    """The records of the database, counted. Raises `database.unavailable`."""
    from rushes.db.emptying import what_would_go

    return what_would_go(bootstrap.database_url(settings))


def back_up(settings: Settings, path: Path, *, replace: bool, progress: Progress) -> Written:
    """Write the whole database to `path`; raises as `db.backup.taking` tells."""
    from rushes.db.backup.taking import back_up

    return back_up(bootstrap.database_url(settings), path, replace=replace, progress=progress)


def restore(settings: Settings, path: Path, *, replace: bool, progress: Progress) -> Restored:
    """Make the backup at `path` the database; raises as `db.backup.restoring` tells."""
    from rushes.db.backup.restoring import restore

    logs.listen()
    return restore(bootstrap.database_url(settings), path, replace=replace, progress=progress)


def empty_database(settings: Settings) -> Contents:
    """Throw all records away, and tell what there was; raises as `db.emptying` tells."""
    from rushes.db.emptying import empty

    logs.listen()
    return empty(bootstrap.database_url(settings))


def database_parameters(url: str) -> dict[str, str | int]:
    """What the driver wants to know of a studio's own PostgreSQL. Raises `settings.invalid`."""
    from rushes.db.address import parameters

    return parameters(url)
