"""A server's processes shown to the database that they work with, and found there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.core.errors import RushesError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rushes.core.settings import Settings
    from rushes.model.serving import ServerAtWork


def show_at_work(settings: Settings, *, process: int, address: str = "") -> None:
    """Have the database know that this process works with it, until the process ends.

    It belongs to the server that is `process`, at `address`. The bundled one is started for it if
    need be, but not again. Raises `lock.unavailable`, `database.unavailable`.
    """
    from rushes.db.presence import Presence

    bootstrap.database_url(settings)
    own = settings.database.url
    bundled = bootstrap.bundled_database(settings)
    Presence(lambda: own or bundled.url(), process=process, address=address).begin()


def servers_at_work(settings: Settings) -> Sequence[ServerAtWork]:
    """The servers that work with the database; none where it does not answer, or does not run."""
    if not settings.database.url and bootstrap.bundled_database(settings).status().pid is None:
        return []
    from rushes.db.backup.reaching import reached
    from rushes.db.presence import servers

    url = settings.database.url or bootstrap.bundled_database(settings).url()
    with suppress(RushesError), reached(url) as driver:
        return servers(driver)
    return []


def stop_database(settings: Settings) -> bool:
    """Stop the bundled database; False where it did not run. Raises `lock.unavailable` while a
    server works with it.
    """
    from rushes.db.presence import stop_unserved

    bundled = bootstrap.bundled_database(settings)
    if bundled.status().pid is None:
        return bundled.stop()
    return stop_unserved(bundled.url(), bundled.stop)
