"""A real PostgreSQL for tests: the bundled one, in a folder of its own, gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from rushes.db import cluster, opening
from rushes.db.opening import open_records

_TEMPLATE = "rushes_template"
_PATIENCE_S = 60.0


@contextmanager
def enterable_folder() -> Iterator[Path]:
    """A folder for the block that the server's account may enter.

    Pytest's own folders are closed to it when root runs the tests.
    """
    folder = Path(tempfile.mkdtemp(prefix="rushes-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def temporary_cluster() -> Iterator[str]:
    """The URL of a server that runs for the block, with nothing in it; gone afterwards."""
    with enterable_folder() as folder:
        try:
            yield cluster.start(folder / "postgres")
        finally:
            cluster.stop(folder / "postgres")


@contextmanager
def temporary_database(server: str, *, template: str | None = None) -> Iterator[str]:
    """The URL of a new database on the server at `server`, a copy of `template` if one is named."""
    name = f"test_{uuid4().hex[:12]}"
    copied = f' TEMPLATE "{template}"' if template else ""
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        _once_free(connection, f'CREATE DATABASE "{name}"{copied}')
        try:
            yield in_database(server, name)
        finally:
            _once_free(connection, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _once_free(connection: psycopg.Connection[Any], statement: str) -> None:
    """Carry it out when nobody is connected any more: who has hung up may be seen for seconds
    where the disk is slow.
    """
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            connection.execute(statement.encode())
        except psycopg.errors.ObjectInUse:  # after five seconds of waiting
            if time.monotonic() > until:
                raise
        else:
            return


def in_database(server: str, name: str) -> str:
    """The URL `server` with another database's name."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server for all tests of this process."""
    with temporary_cluster() as server:
        yield server


@pytest.fixture(scope="session")
def _migrated(postgres_server: str) -> str:
    """The name of a database that has all tables, to be copied."""
    with closing(psycopg.connect(postgres_server, autocommit=True)) as connection:
        connection.execute(f'CREATE DATABASE "{_TEMPLATE}"'.encode())
    open_records(in_database(postgres_server, _TEMPLATE), data_dir=Path()).close()
    return _TEMPLATE


@pytest.fixture
def database_url(postgres_server: str, _migrated: str) -> Iterator[str]:
    """The URL of a database with all tables and no rows, for one test alone."""
    with temporary_database(postgres_server, template=_migrated) as url:
        yield url


@pytest.fixture(params=["driver", "django"])
def way_in(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the ways by which what needs no models goes to the database, whatever else was
    opened in this process.
    """
    way = str(request.param)
    monkeypatch.setattr(opening, "django_at_work", lambda: way == "django")
    return way
