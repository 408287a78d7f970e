"""Records from settings' values: the bundled server started, the tables brought up to date."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.core.errors import RushesError
from rushes.db.place import Place, database_folder

if TYPE_CHECKING:
    from rushes.db.accounts import DatabasePeople
    from rushes.db.audit import DatabaseAudit
    from rushes.db.driving import Driving
    from rushes.db.event_reading import DatabaseEventReader
    from rushes.db.event_waking import Waking
    from rushes.db.events import DatabaseEvents
    from rushes.db.images import DatabaseImages
    from rushes.db.jobs import DatabaseJobs
    from rushes.db.listening import Listening
    from rushes.db.movements import DatabaseMovements
    from rushes.db.outbox import DatabaseOutbox
    from rushes.db.records import DatabaseRecords
    from rushes.db.session import Session
    from rushes.db.signoffs import DatabaseSignOffs
    from rushes.db.studio import DatabaseStudio
    from rushes.db.turn import Turn
    from rushes.db.webhooks import DatabaseWebhooks
    from rushes.db.work import DatabaseWork


def open_records(
    url: str | None,
    *,
    data_dir: Path,
    database_dir: Path | None = None,
    lease: timedelta | None = None,
) -> DatabaseRecords:
    """The records at `url`, or in the bundled PostgreSQL where `url` is None or empty.

    `data_dir` is the user's data folder and `database_dir` the setting `database.data_dir`; see
    `place.database_folder`. `lease` is as in `DatabaseRecords`. Raises `database.unavailable`,
    `database.newer` or `settings.invalid`.
    """
    session = _driving(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.records import DatabaseRecords

    return DatabaseRecords(session, lease=lease)


def open_images(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> DatabaseImages:
    """The images recorded in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    # Django lets models be imported only once it is set up.
    from rushes.db.images import DatabaseImages

    return DatabaseImages(session)


def open_outbox(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> DatabaseOutbox:
    """What trackers have yet to be told, in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.outbox import DatabaseOutbox

    return DatabaseOutbox(session)


def open_movements(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> DatabaseMovements:
    """Ingests and deliveries in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.movements import DatabaseMovements

    return DatabaseMovements(session)


def open_sign_offs(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> DatabaseSignOffs:
    """The mirror of sidecars in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.signoffs import DatabaseSignOffs

    return DatabaseSignOffs(session)


def open_work(url: str | None, *, data_dir: Path, database_dir: Path | None = None) -> DatabaseWork:
    """Saves and publishes in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.work import DatabaseWork

    return DatabaseWork(session)


def open_people(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> DatabasePeople:
    """People and their tokens in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.accounts import DatabasePeople

    return DatabasePeople(session)


def open_studio(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> DatabaseStudio:
    """The studio's records in the same place; raises the same."""
    session = _driving(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.studio import DatabaseStudio

    return DatabaseStudio(session)


def open_events(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> DatabaseEvents:
    """What was written of them, and by whom, in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.events import DatabaseEvents

    return DatabaseEvents(session)


def open_event_reader(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> DatabaseEventReader:
    """The same for who may see them, in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.event_reading import DatabaseEventReader

    return DatabaseEventReader(session)


def open_waking(url: str | None, *, data_dir: Path, database_dir: Path | None = None) -> Waking:
    """What wakes a sealer, in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.event_waking import Waking

    return Waking(session)


def open_sealed(url: str | None, *, data_dir: Path, database_dir: Path | None = None) -> Listening:
    """What tells that events were sealed, in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.event_waking import SEALED
    from rushes.db.listening import Listening

    return Listening(session, SEALED)


def open_moved(url: str | None, *, data_dir: Path, database_dir: Path | None = None) -> Listening:
    """What tells that a movement moved, in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.listening import Listening
    from rushes.db.movement_writing import MOVED

    return Listening(session, MOVED)


def open_jobs(url: str | None, *, data_dir: Path, database_dir: Path | None = None) -> DatabaseJobs:
    """Work for later, in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.jobs import DatabaseJobs

    return DatabaseJobs(session)


def open_audit(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> DatabaseAudit:
    """The same, gone through and searched, in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.audit import DatabaseAudit

    return DatabaseAudit(session)


def open_webhooks(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> DatabaseWebhooks:
    """Who is told of events, in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.webhooks import DatabaseWebhooks

    return DatabaseWebhooks(session)


def open_delivering(url: str | None, *, data_dir: Path, database_dir: Path | None = None) -> Turn:
    """The turn at telling webhooks, in the same place; raises the same."""
    session = _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.event_waking import SEALED
    from rushes.db.locks import DatabaseLock
    from rushes.db.turn import Turn

    return Turn(session, DatabaseLock.WEBHOOKS, SEALED)


def _session(url: str | None, *, data_dir: Path, database_dir: Path | None) -> Session:
    """The database as Django has it, its tables brought up to date."""
    from rushes.db.connect import setup
    from rushes.db.migrate import migrate
    from rushes.db.session import Session

    address, revive = _address(url, data_dir=data_dir, database_dir=database_dir)
    session = Session(setup(address), revive=revive)
    with closing(session), session.asking() as connection:
        migrate(connection.alias)
    return session


def _driving(url: str | None, *, data_dir: Path, database_dir: Path | None) -> Driving:
    """The database by Django's own connections in a process where Django is at work, as a server
    is; else by the driver alone, so long as its tables are up to date.
    """
    if django_at_work():
        return _session(url, data_dir=data_dir, database_dir=database_dir)
    from rushes.db.plain import PlainSession
    from rushes.db.versions import is_current

    address, revive = _address(url, data_dir=data_dir, database_dir=database_dir)
    session = PlainSession(address, revive=revive)
    with ExitStack() as unless_current:
        unless_current.callback(session.close)
        with session.driving() as driver, driver.cursor() as cursor:
            if is_current(cursor):
                unless_current.pop_all()
                return session
    return _session(url, data_dir=data_dir, database_dir=database_dir)


def django_at_work() -> bool:
    """Whether Django was set up in this process, by a server or for records that need models."""
    settings = getattr(sys.modules.get("django.conf"), "settings", None)
    return settings is not None and settings.configured


def _address(
    url: str | None, *, data_dir: Path, database_dir: Path | None
) -> tuple[str, Callable[[], str] | None]:
    """Where the database is, and what has it started again where it is ours to start."""
    if url:
        return url, None
    folder = database_folder(data_dir, chosen=database_dir)

    def start() -> str:
        from rushes.db import cluster

        return cluster.start(folder)

    try:
        return Place(folder).url(), start
    except RushesError:
        return start(), start
