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

    from rushes.db.bundled import BundledDatabase
    from rushes.db.events import DatabaseEvents
    from rushes.ports.catalog import Catalog
    from rushes.ports.images import Images
    from rushes.ports.outbox import Outbox
    from rushes.ports.people import People
    from rushes.ports.records import Records
    from rushes.ports.signoffs import SignOffs
    from rushes.ports.studio import Studio
    from rushes.ports.tracker import Tracker
    from rushes.ports.work import Work
    from rushes.qc.keyring import Keyring
    from rushes.qc.signing import Signer, Trust
    from rushes.scan.layout import Layout

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
    """What Rushes remembers; the bundled database is started if need be. To be closed.

    Raises `database.unavailable` or `database.newer`. Imports Django, which takes half a second.
    """
    from rushes.db.opening import open_records

    return _opened(open_records, settings)


def images(settings: Settings) -> Images:
    """What Rushes remembers of images' headers, in the same database. To be closed.

    Raises as `records` does.
    """
    from rushes.db.opening import open_images

    return _opened(open_images, settings)


def studio(settings: Settings) -> Studio:
    """The studio's records, in the same database. To be closed.

    Raises as `records` does.
    """
    from rushes.db.opening import open_studio

    return _opened(open_studio, settings)


def sign_offs(settings: Settings) -> SignOffs:
    """What Rushes remembers of sidecars, in the same database. To be closed.

    Raises as `records` does.
    """
    from rushes.db.opening import open_sign_offs

    return _opened(open_sign_offs, settings)


def events(settings: Settings) -> DatabaseEvents:
    """Every write of the studio's records, in the same database. To be closed.

    Raises as `records` does.
    """
    from rushes.db.opening import open_events

    return _opened(open_events, settings)


def work(settings: Settings) -> Work:
    """Numbers of saves and publishes, in the same database. To be closed.

    Raises as `records` does.
    """
    from rushes.db.opening import open_work

    return _opened(open_work, settings)


def people(settings: Settings) -> People:
    """Who may log in, their roles and their programs' tokens, in the same database. To be closed.

    Raises as `records` does.
    """
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
    """What trackers have yet to be told, in the same database. To be closed.

    Raises as `records` does.
    """
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
    return bool(settings.database.url) or bundled_database(settings).status().made


def bundled_database(settings: Settings) -> BundledDatabase:
    """The PostgreSQL that comes with Rushes, used where `database.url` is not set."""
    from rushes.db.bundled import BundledDatabase

    return BundledDatabase.of(settings.data_dir, chosen=settings.database.data_dir)


class _Opening(Protocol[Made]):
    """One of `db.opening`."""

    def __call__(
        self, url: str | None, /, *, data_dir: Path, database_dir: Path | None = None
    ) -> Made: ...


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
