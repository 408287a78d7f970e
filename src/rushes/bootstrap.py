"""From settings to objects: the only file that chooses adapters and opens the database."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from rushes.core import logs
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.frames.group import Rules
from rushes.ports import registry
from rushes.ports.executor import Executor
from rushes.ports.storage import Storage
from rushes.scan.options import WalkOptions
from rushes.scan.roots import Root

if TYPE_CHECKING:
    from collections.abc import Callable

    from rushes.client.state import ServerState
    from rushes.client.transport import Transport
    from rushes.db.audit import DatabaseAudit
    from rushes.db.bundled import BundledDatabase
    from rushes.db.event_waking import Waking
    from rushes.db.events import DatabaseEvents
    from rushes.db.jobs import DatabaseJobs
    from rushes.db.listening import Listening
    from rushes.db.turn import Turn
    from rushes.model.backup import Contents, Restored, Written
    from rushes.model.scan import Actor
    from rushes.ports.catalog import Catalog
    from rushes.ports.courier import Courier
    from rushes.ports.events import Events
    from rushes.ports.images import Images
    from rushes.ports.notifier import Notifier
    from rushes.ports.outbox import Outbox
    from rushes.ports.people import People
    from rushes.ports.progress import Progress
    from rushes.ports.records import Records
    from rushes.ports.signoffs import SignOffs
    from rushes.ports.storage_writing import WritableStorage
    from rushes.ports.studio import Studio
    from rushes.ports.tracker import Tracker
    from rushes.ports.webhooks import Webhooks
    from rushes.ports.work import Work
    from rushes.publish.ledger import Ledger
    from rushes.qc.keyring import Keyring
    from rushes.qc.signing import Signer, Trust
    from rushes.scan.layout import Layout
    from rushes.transfer.learning import Place

Made = TypeVar("Made", covariant=True)

_STAMPS = "stamps"


def storage() -> Storage:
    """Where media lies."""
    return cast("Storage", registry.connect("storage", "local"))


def storage_at(url: str) -> tuple[Storage, str]:
    """The storage that holds the file at `url`, and the file's path there.

    `s3://bucket/key` is an object, with the key as it is; all else that is no URL is a path on
    this machine. Raises `usage`, and what keeps S3 from being used.
    """
    scheme, found, rest = url.partition("://")
    if not found:
        return storage(), url
    if scheme.lower() != "s3":
        raise RushesError(
            Code.USAGE,
            f"Nothing is known of files at {escape(scheme)}://.",
            hint="Write s3://bucket/key, or a path on this machine.",
        )
    bucket, _, key = rest.partition("/")
    return _bucket(bucket), f"/{key}"


def place(name: str) -> Place:
    """A folder that files are moved from or to: a path here, or s3://bucket/folder.

    Raises as `storage_at` does.
    """
    from rushes.transfer.learning import Place

    found, root = storage_at(name)
    # A bucket's own root is nothing: keys begin after the slash.
    top = "" if "://" in name else "/"
    return Place(cast("WritableStorage", found), root.rstrip("/") or top)


def courier(name: str, bucket: str) -> Courier:
    """A program of others (`s5cmd`) that carries files into a bucket, with `profile@` before it or
    not. Raises `dependency.missing`.
    """
    return cast("Courier", registry.connect("courier", name, bucket))


@lru_cache(maxsize=8)
def _bucket(name: str) -> Storage:
    """The bucket, kept with its open connections for the next file in it."""
    return cast("Storage", registry.connect("storage", "s3", name))


def executor(settings: Settings) -> Executor:
    """Who does the work; to be closed. Raises `executor.failed` or `settings.invalid`."""
    kind, cluster = settings.scan.executor, settings.scan.cluster
    workers = str(settings.scan.workers or "")
    if kind == "auto":
        alone = workers == "1" or (not workers and _cores() == 1)
        kind = "dask" if cluster else "inline" if alone else "processes"
    if kind == "dask":
        if not cluster:
            raise RushesError(
                Code.SETTINGS_INVALID,
                "The executor is dask, but there is no cluster.",
                hint="Name one: --cluster tcp://host:8786, or --cluster local:4.",
            )
        logs.listen()
    address = {"dask": cluster or "", "processes": workers}.get(kind, "")
    return cast("Executor", registry.connect("executor", kind, address))


def catalog(place: str) -> Catalog:
    """An outside store of image facts, by kind and address: `parquet:DIR`, `vast`; to be closed.

    Raises `adapter.unknown`, `dependency.missing`, and what keeps that store from being used.
    """
    logs.listen()
    kind, _, address = place.partition(":")
    return cast("Catalog", registry.connect("catalog", kind, address))


def rules(settings: Settings) -> Rules:
    """How names become file sequences."""
    return Rules(temporary=settings.frames.temporary, subframes=settings.frames.subframes)


def walk_options(settings: Settings, *, full: bool = False) -> WalkOptions:
    """How storage is walked; stamps are kept in the data folder."""
    scan = settings.scan
    return WalkOptions(
        folder_timeout=scan.folder_timeout,
        ignore=scan.ignore,
        cache=settings.data_dir / _STAMPS,
        full=full,
        probes=scan.probes,
    )


def layout(settings: Settings) -> Layout:
    """How folders tell shows, sequences, shots and tasks. Raises `settings.invalid`."""
    from rushes.scan.layout import Layout

    return Layout(settings.layout.templates)


def root(path: Path, settings: Settings) -> Root:
    """`path` below the folder of all shows where it lies there, else as a root of its own.

    Links are not followed: a path is called what the person called it.
    """
    asked = _absolute(path)
    if settings.shows_root is not None:
        shows = _absolute(settings.shows_root)
        if asked.is_relative_to(shows):
            return Root(str(shows), asked.relative_to(shows))
    return Root(str(asked))


def records(settings: Settings) -> Records:
    """What Rushes remembers: on the server of the settings where there is one, else in a database;
    the bundled one is started if need be. To be closed.

    Raises `database.unavailable` or `database.newer`; of a server, nothing before it is asked.
    Imports Django where there is none, which takes half a second.
    """
    if settings.server.url:
        from rushes.client.records import HttpRecords

        return HttpRecords(_server(settings))
    from rushes.db.opening import open_records

    return _opened(open_records, settings)


def images(settings: Settings) -> Images:
    """What Rushes remembers of images' headers, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.images import HttpImages

        return HttpImages(_server(settings))
    from rushes.db.opening import open_images

    return _opened(open_images, settings)


def studio(settings: Settings) -> Studio:
    """The studio's records, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.studio import HttpStudio

        return HttpStudio(_server(settings))
    from rushes.db.opening import open_studio

    return _opened(open_studio, settings)


def sign_offs(settings: Settings) -> SignOffs:
    """What Rushes remembers of sidecars, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.sign_offs import HttpSignOffs

        return HttpSignOffs(_server(settings))
    from rushes.db.opening import open_sign_offs

    return _opened(open_sign_offs, settings)


def events(settings: Settings) -> DatabaseEvents:
    """Every write of the studio's records, in the same database. To be closed.

    Raises as `records` does.
    """
    from rushes.db.opening import open_events

    return _opened(open_events, settings)


def event_reader(settings: Settings) -> Events:
    """The same for who may see them. To be closed. Raises as `records` does."""
    from rushes.db.opening import open_event_reader

    return _opened(open_event_reader, settings)


def waking(settings: Settings) -> Waking:
    """What wakes a sealer when something is written. To be closed. Raises as `records` does."""
    from rushes.db.opening import open_waking

    return _opened(open_waking, settings)


def sealed(settings: Settings) -> Listening:
    """What tells that events were sealed. To be closed. Raises as `records` does."""
    from rushes.db.opening import open_sealed

    return _opened(open_sealed, settings)


def jobs(settings: Settings) -> DatabaseJobs:
    """Work for later, in the same database. To be closed. Raises as `records` does."""
    from rushes.db.opening import open_jobs

    return _opened(open_jobs, settings)


def audit(settings: Settings) -> DatabaseAudit:
    """The events gone through and searched, in the same database. To be closed.

    Raises as `records` does, and `usage` where a server has them.
    """
    from rushes.db.opening import open_audit

    _want_here(settings, "The trail of events is gone through")
    return _opened(open_audit, settings)


def webhooks(settings: Settings) -> Webhooks:
    """Who is told of events, in the same database. To be closed. Raises as `audit` does."""
    from rushes.db.opening import open_webhooks

    _want_here(settings, "Webhooks are looked after")
    return _opened(open_webhooks, settings)


def delivering(settings: Settings) -> Turn:
    """The turn at telling webhooks, of which there is one. To be closed. Raises as `records`."""
    from rushes.db.opening import open_delivering

    return _opened(open_delivering, settings)


def notifier(settings: Settings, name: str) -> Notifier:
    """Who carries letters (`webhook`); to be closed."""
    opened = registry.connect("notifier", name)
    return cast("Notifier", opened(settings))


def work(settings: Settings) -> Work:
    """Numbers of saves and publishes, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.work import HttpWork

        return HttpWork(_server(settings))
    from rushes.db.opening import open_work

    return _opened(open_work, settings)


def ledger(settings: Settings, actor: Actor) -> Ledger:
    """Where publishes are written down: the studio's records, or a file. To be closed.

    With a file no database is started. Raises as `records` does.
    """
    tracking = settings.tracking
    if tracking.backend == "json":
        from rushes.publish.ledger_lines import LinesLedger

        return LinesLedger(tracking.json_path or settings.data_dir / "publishes.jsonl", actor=actor)
    from rushes.publish.ledger_records import RecordsLedger

    # A server rebuilds layers itself, from all of its records and not what this person may see.
    follow = not settings.server.url
    return RecordsLedger(studio(settings), work(settings), actor=actor, follow=follow)


def people(settings: Settings) -> People:
    """Who may log in, their roles and their programs' tokens, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.people import HttpPeople

        return HttpPeople(_server(settings), another=lambda secret: _server(settings, secret))
    from rushes.db.opening import open_people

    return _opened(open_people, settings)


def keyring(settings: Settings) -> Keyring:
    """Where this person's keys lie, and the studio's public ones."""
    from rushes.qc.keyring import Keyring

    return Keyring(settings.qc.keys or settings.data_dir / "keys", settings.qc.trusted_keys)


def signer(settings: Settings, ask: Callable[[str], str | None] | None = None) -> Signer | None:
    """Who signs records here; None where there is neither a key nor a secret.

    `ask` is for the passphrase of a locked key, by its name. Raises `key.unknown`, `key.invalid`.
    """
    from rushes.qc.key_opening import open_signer

    qc = settings.qc
    return open_signer(
        keyring(settings), name=qc.key, passphrase=qc.passphrase, secret=qc.secret, ask=ask
    )


def trust(settings: Settings) -> Trust:
    """Whose signatures are believed here."""
    from rushes.qc.key_opening import open_trust

    return open_trust(keyring(settings), secret=settings.qc.secret)


def outbox(settings: Settings) -> Outbox:
    """What trackers have yet to be told, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.outbox import HttpOutbox

        return HttpOutbox(_server(settings))
    from rushes.db.opening import open_outbox

    return _opened(open_outbox, settings)


def tracker(settings: Settings, name: str) -> Tracker:
    """The tracker called so (`trak`), where the settings say it is; to be closed.

    Nothing is asked of it yet. Raises `adapter.unknown` or `settings.invalid`.
    """
    logs.listen()
    opened = registry.connect("tracker", name)
    return cast("Tracker", opened(settings))


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
    return settings.database.url or bundled_database(settings).start()


def database_contents(settings: Settings) -> Contents:
    """The records of the database, counted. Raises `database.unavailable`."""
    from rushes.db.emptying import what_would_go

    return what_would_go(database_url(settings))


def back_up(settings: Settings, path: Path, *, replace: bool, progress: Progress) -> Written:
    """Write the whole database to `path`; raises as `db.backup.taking` tells."""
    from rushes.db.backup.taking import back_up

    return back_up(database_url(settings), path, replace=replace, progress=progress)


def restore(settings: Settings, path: Path, *, replace: bool, progress: Progress) -> Restored:
    """Make the backup at `path` the database; raises as `db.backup.restoring` tells."""
    from rushes.db.backup.restoring import restore

    logs.listen()
    return restore(database_url(settings), path, replace=replace, progress=progress)


def empty_database(settings: Settings) -> Contents:
    """Throw all records away, and tell what there was; raises as `db.emptying` tells."""
    from rushes.db.emptying import empty

    logs.listen()
    return empty(database_url(settings))


class _Opening(Protocol[Made]):
    """One of `db.opening`."""

    def __call__(
        self, url: str | None, /, *, data_dir: Path, database_dir: Path | None = None
    ) -> Made: ...


def without_server(settings: Settings) -> Settings:
    """The same settings with all records on this machine, as a server's own processes need them."""
    server = type(settings.server)(**{**vars(settings.server), "url": None, "token": None})
    return Settings(**{**vars(settings), "server": server})


def _want_here(settings: Settings, done: str) -> None:
    """Refuse what would be done to an empty database of this machine in the server's stead."""
    if settings.server.url:
        raise RushesError(
            Code.USAGE,
            f"{done} where the records are, and those are with the server at"
            f" {settings.server.url}.",
            hint="Run it on the server, without server.url (RUSHES_URL).",
        )


def server_state(settings: Settings) -> ServerState | None:
    """How the server of the settings stands; None where there is none."""
    if not settings.server.url:
        return None
    from rushes.client.state import server_state

    return server_state(settings.server.url, settings.server.token or "")


def _server(settings: Settings, token: str | None = None) -> Transport:
    """The way to the server of the settings, with their token or another. Raises
    `settings.invalid`.
    """
    from rushes import __version__
    from rushes.client.transport import Transport

    server = settings.server
    given = server.token or "" if token is None else token
    return Transport(server.url or "", given, tool=f"rushes {__version__}")


def _opened(opening: _Opening[Made], settings: Settings) -> Made:
    """What `opening` opens in the database of the settings."""
    logs.listen()
    database = settings.database
    return opening(database.url, data_dir=settings.data_dir, database_dir=database.data_dir)


def _absolute(path: Path) -> PurePosixPath:
    return PurePosixPath(os.path.abspath(path.expanduser()).replace(os.sep, "/"))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
