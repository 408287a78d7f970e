"""A worker's beginning: settings, Django, the ports, and one callable that answers requests."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rushes import bootstrap
from rushes.core.settings import Settings
from rushes.web.configure import Addresses, configure
from rushes.web.secret import secret_key
from rushes.web.taking_in import taken_in

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]


def application(
    *,
    counts: str,
    process: int,
    address: str = "",
    config: str | None = None,
    profile: str | None = None,
    flags: Mapping[str, str] | None = None,
    threads: int = 1,
    hosts: tuple[str, ...] = (),
    public: str = "",
    live: str = "",
    live_port: int = 0,
) -> Wsgi:
    """The WSGI application of one worker, ready to answer at once.

    `config`, `profile` and `flags` are as given to the command that starts the server, `counts` is
    the folder that the workers share, `process` and `address` are the server's own, `threads` are
    those of each worker, and the rest is as in `configure.Addresses`.
    """
    from rushes.core import logs

    loaded = _settings(config, profile, flags)
    logs.start(loaded)
    logs.listen()
    bootstrap.show_at_work(bootstrap.without_server(loaded), process=process, address=address)
    made = opened(loaded, counts=Path(counts), addresses=Addresses(hosts, public, live, live_port))
    # Whatever is there by now stays: long lists would have it searched for garbage many times over.
    gc.collect()
    gc.freeze()
    return taken_in(made, threads=threads)


def prepare(
    *,
    config: str | None = None,
    profile: str | None = None,
    flags: Mapping[str, str] | None = None,
    **where: Any,
) -> None:
    """Load all that a worker needs and no thread or connection, in the process it will fork from.

    What is given is as for `application`. Workers find it there, at no cost and shared by all.
    Raises as `bootstrap.records` does.
    """
    for one in ("counts", "threads", "process", "address"):
        del where[one]
    _load(bootstrap.without_server(_settings(config, profile, flags)), Addresses(**where))
    gc.collect()
    gc.freeze()


def opened(settings: Settings, *, counts: Path, addresses: Addresses) -> Wsgi:
    """The same from loaded settings. Raises as `bootstrap.records` does."""
    settings = bootstrap.without_server(settings)
    handler = _load(settings, addresses)
    from rushes.web.house import Allowed, House, move_in
    from rushes.web.metrics import COUNTS
    from rushes.web.own_tables import migrate_own
    from rushes.web.storage_ports import storage_ports

    database = settings.database
    people = bootstrap.people(settings)
    migrate_own()
    studio, work = bootstrap.studio(settings), bootstrap.work(settings)
    events, webhooks = bootstrap.event_reader(settings), bootstrap.webhooks(settings)
    storage = storage_ports(
        database.url, data_dir=settings.data_dir, database_dir=database.data_dir
    )
    move_in(
        House(
            *(studio, work, people, counts, events, webhooks),
            **storage,
            layout=bootstrap.layout(settings),
            shots=settings.shots,
            address_refused=partial(bootstrap.address_refused, settings),
            storage_roots=settings.server.storage_roots,
            allowed=Allowed(settings.ingest.drops, _targets(settings), settings.deliver.outbox),
        )
    )
    COUNTS.keep_writing(counts)
    return whole(handler)


def _targets(settings: Settings) -> tuple[str, ...]:
    """Where drops may be copied to."""
    shows = settings.shows_root
    own = (str(shows.expanduser().absolute()),) if shows is not None else ()
    return (*own, *settings.ingest.targets)


def _load(settings: Settings, addresses: Addresses) -> Wsgi:
    """Django ready to serve, with all views imported, so that the first request need not."""
    bundled = bootstrap.bundled_database(settings)
    url = settings.database.url or bundled.start()
    known = replace(addresses, proxies=settings.server.trusted_proxies)
    configure(url, key=secret_key(settings.data_dir), addresses=known)
    # Django's own modules may be imported from here on, and not before.
    from django.core.handlers.wsgi import WSGIHandler
    from django.urls import get_resolver

    from rushes.web import house, metrics, own_tables, storage_ports  # noqa: F401

    _ = get_resolver().url_patterns
    return WSGIHandler()


def _settings(config: str | None, profile: str | None, flags: Mapping[str, str] | None) -> Settings:
    from rushes.core import settings

    path = Path(config) if config is not None else None
    return settings.load(flags=flags, config=path, profile=profile)


def whole(handler: Wsgi) -> Wsgi:
    """The same application, with each answer that is no stream in one piece.

    The server sends a list as it is, and asks an iterator for its parts under Python's lock.
    """

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        made: Any = handler(environ, start_response)
        if getattr(made, "streaming", True):
            return made  # type: ignore[no-any-return]
        body = made.content
        made.close()
        return [body]

    return answer
