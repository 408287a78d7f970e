"""Numbers, people and tokens keep their contracts in memory, on PostgreSQL and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.client.people import HttpPeople
from rushes.client.transport import Transport
from rushes.client.work import HttpWork
from rushes.core import clock
from rushes.db.opening import open_people, open_studio, open_work
from rushes.ports.people import Person
from rushes.ports.studio import Access
from rushes.testing.contracts.people import PASSWORD, ROOT, Crew, PeopleContract
from rushes.testing.contracts.work import Desk, WorkContract
from rushes.testing.contracts.work_recording import RecordingContract
from rushes.testing.memory_people import MemoryPeople
from rushes.testing.memory_work import MemoryWork
from rushes.testing.studios import ADMIN, make, world

_TABLES = (
    *("reservation", "workfile", "publish", "stream", "apitoken", "membership", "event"),
    *("answer", "assignment", "task", "shot", "sequence", "asset", "artist"),
)


@pytest.fixture
def url(shared_url: str, served: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The database that the server is on, too; emptied afterwards."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    # That it takes long to check a password is the point of hashing it, and of no test here.
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1000)
    yield shared_url
    emptying = "; ".join(f"DELETE FROM rushes_{one}" for one in (*_TABLES, "project"))
    with psycopg.connect(shared_url) as connection:
        connection.execute(f"SET session_replication_role = replica; {emptying}".encode())


@pytest.fixture(params=["memory", "postgres", "http"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    if request.param == "memory":
        work = MemoryWork({7: 1, 8: 2})
        yield Desk(work, 7, work.expire, elsewhere=8)
        return
    url, served = request.getfixturevalue("url"), request.getfixturevalue("served")
    with closing(open_studio(url, data_dir=Path())) as studio:
        task, elsewhere = world(studio).task, world(studio, "OT").task
        ada = make(studio, "artist", login="ada").id

    def expire() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            past = clock.now() - timedelta(seconds=1)
            connection.execute("UPDATE rushes_reservation SET expires = %s", [past])

    if request.param == "postgres":
        opened: Any = open_work(url, data_dir=Path())
    else:
        opened = HttpWork(served.transport(Access(everything=True, artist=ada)))
    with closing(opened) as work_there:
        follows = request.param == "http"
        yield Desk(work_there, task, expire, follows=follows, elsewhere=elsewhere)


@pytest.fixture(params=["memory", "postgres", "http"])
def crew(request: pytest.FixtureRequest) -> Iterator[Crew]:
    root = Person(0, "root", is_admin=True)
    if request.param == "memory":
        projects = {"NV": 1, "OT": 2}
        people = MemoryPeople(projects)
        people.add(root, password=PASSWORD, actor=ROOT)
        yield Crew(people, "root", projects)
        return
    url, served = request.getfixturevalue("url"), request.getfixturevalue("served")
    with closing(open_studio(url, data_dir=Path())) as studio:
        projects = {code: make(studio, "project", code=code).id for code in ("NV", "OT")}
    with closing(open_people(url, data_dir=Path())) as there:
        there.add(root, password=PASSWORD, actor=ROOT)
        if request.param == "postgres":
            yield Crew(there, "root", projects)
            return
    asked = HttpPeople(
        served.transport(ADMIN), another=lambda secret: Transport(served.address, secret)
    )
    with closing(asked):
        yield Crew(asked, "root", projects)


class TestWork(WorkContract):
    pass


class TestRecording(RecordingContract):
    pass


class TestPeople(PeopleContract):
    pass
