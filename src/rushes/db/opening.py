"""Records from settings' values: the bundled server started, the tables brought up to date."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.core.errors import RushesError
from rushes.db import cluster
from rushes.db.connect import setup
from rushes.db.place import database_folder
from rushes.db.session import Session

if TYPE_CHECKING:
    from rushes.db.records import DatabaseRecords


def open_records(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> DatabaseRecords:
    """The records at `url`, or in the bundled PostgreSQL where `url` is None or empty.

    `data_dir` is the user's data folder and `database_dir` the setting `database.data_dir`; see
    `place.database_folder`. May be called in a thread while the work that needs the records
    begins. Raises `database.unavailable`, `database.newer` or `settings.invalid`.
    """
    if url:
        return _opened(Session(setup(url)))
    folder = database_folder(data_dir, chosen=database_dir)
    start = partial(cluster.start, folder)
    try:
        address = cluster.url(folder)
    except RushesError:
        address = start()
    return _opened(Session(setup(address), revive=start))


def _opened(session: Session) -> DatabaseRecords:
    # Django lets models be imported only once it is set up.
    from rushes.db.migrate import migrate
    from rushes.db.records import DatabaseRecords

    with session.asking() as connection:
        migrate(connection.alias)
    session.close()
    return DatabaseRecords(session)
