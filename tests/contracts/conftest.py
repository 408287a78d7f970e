"""Fixtures that contract tests share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from rushes.client.transport import Transport
from rushes.model.scan import Actor
from rushes.ports.people import Caller, People
from rushes.ports.studio import Access
from rushes.testing.postgres import (
    _migrated,
    database_url,
    postgres_server,
    temporary_database,
)
from rushes.testing.s3 import s3_bucket, s3_server

__all__ = ["_migrated", "database_url", "postgres_server", "s3_bucket", "s3_server"]


class Doorkeeper:
    """The server's people, who besides know a secret for whatever access a test names.

    So contracts hold over HTTP for accesses that no person has, and no person made for a test
    stands among its records.
    """

    def __init__(self, people: People) -> None:
        self._people = people
        self._known: dict[str, Caller] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._people, name)

    def secret(self, access: Access) -> str:
        """A token that opens so much."""
        named = f"as-{sorted(access.roles.items())}-{access.everything}-{access.artist}"
        scopes = "any" if access.scopes is None else sorted(access.scopes)
        secret = f"{named}-{scopes}".replace(" ", "")
        self._known[secret] = Caller(Actor("ada", tool="contract suite"), access)
        return secret

    def caller(self, secret: str) -> Caller:
        """Whose token it is."""
        return self._known.get(secret) or self._people.caller(secret)


@dataclass(frozen=True)
class Served:
    """A server of the API on this machine."""

    address: str
    people: Doorkeeper

    def transport(self, access: Access) -> Transport:
        """A way to it with a token that opens so much."""
        return Transport(self.address, self.people.secret(access), tool="contract suite")


@pytest.fixture(scope="module")
def shared_url(postgres_server: str, _migrated: str) -> Iterator[str]:
    """A database for all tests of a module, which empty what they fill."""
    with temporary_database(postgres_server, template=_migrated) as url:
        yield url


@pytest.fixture(scope="module")
def served(
    serve: Callable[[str, Path], AbstractContextManager[Served]],
    shared_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """The API of that database."""
    with serve(shared_url, tmp_path_factory.mktemp("counts")) as served:
        yield served


@pytest.fixture(scope="session")
def serve() -> Callable[[str, Path], AbstractContextManager[Served]]:
    """Serves the API on a real socket from the database at a URL, for a block."""
    return _serve


@contextmanager
def _serve(url: str, folder: Path) -> Iterator[Served]:
    from django.db import connections

    from rushes.db.address import django_database
    from rushes.web.configure import Addresses, configure

    # Once for a process: tests of the server in the same one ask it by this name.
    configure(url, key="k" * 40, addresses=Addresses(hosts=("testserver",)))
    former = connections.settings["default"]
    _point_at(connections.configure_settings({"default": django_database(url)})["default"])
    try:
        people, application = _moved_in(url, folder)
        with _server(application) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            try:
                yield Served(f"http://127.0.0.1:{server.server_port}", people)
            finally:
                server.shutdown()
                thread.join()
    finally:
        _point_at(former)


def _moved_in(url: str, folder: Path) -> tuple[Doorkeeper, Any]:
    """The server's people, and its application."""
    from rushes.core import settings
    from rushes.web import house
    from rushes.web.callers import KNOWN
    from rushes.web.configure import Addresses
    from rushes.web.serving import opened

    given = {"database.url": url, "data_dir": folder}
    application = opened(settings.load(flags=given), counts=folder, addresses=Addresses())
    people = Doorkeeper(house.house().people)
    house.move_in(replace(house.house(), people=people))
    KNOWN.forget()
    return people, application


def _server(application: Any) -> Any:
    """A server that holds connections open, as clients that ask often do."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    class Handler(WSGIRequestHandler):
        disable_nagle_algorithm = True

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(ThreadedWSGIServer):
        request_queue_size = 128
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    server.set_app(application)
    return server


def _point_at(settings: Any) -> None:
    """Have Django's default connection lead there."""
    from django.db import connections

    connections.close_all()
    connections.settings["default"] = settings
    if hasattr(connections._connections, "default"):  # type: ignore[attr-defined]
        del connections["default"]
