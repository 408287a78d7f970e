"""Movements keep their contract in memory, on PostgreSQL and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.client.movements import HttpMovements
from rushes.db.opening import open_movements, open_studio
from rushes.ports.studio import Access
from rushes.testing.contracts.movements import BeginContract, GoingContract
from rushes.testing.contracts.movements_dock import Dock
from rushes.testing.contracts.movements_ended import AskingContract, EndContract
from rushes.testing.memory_movements import MemoryMovements
from rushes.testing.studios import make

_TABLES = ("movementfile", "movementpart", "movement", "event", "answer", "artist", "project")


@pytest.fixture
def url(shared_url: str) -> Iterator[str]:
    """A database that is emptied afterwards."""
    yield shared_url
    emptying = "; ".join(f"DELETE FROM rushes_{one}" for one in _TABLES)
    with psycopg.connect(shared_url) as connection:
        connection.execute(f"SET session_replication_role = replica; {emptying}".encode())


@pytest.fixture(params=["memory", "postgres", "http"])
def dock(request: pytest.FixtureRequest) -> Iterator[Dock]:
    if request.param == "memory":
        yield Dock(MemoryMovements({7, 8}), 7, 8)
        return
    url = request.getfixturevalue("url")
    with closing(open_studio(url, data_dir=Path())) as studio:
        projects = [make(studio, "project", code=code).id for code in ("NV", "OT")]
        ada = make(studio, "artist", login="ada").id
    if request.param == "postgres":
        opened: Any = open_movements(url, data_dir=Path())
    else:
        served = request.getfixturevalue("served")
        opened = HttpMovements(served.transport(Access(everything=True, artist=ada)))
    with closing(opened) as movements:
        yield Dock(movements, *projects)


class TestBeginning(BeginContract):
    pass


class TestGoing(GoingContract):
    pass


class TestEnding(EndContract):
    pass


class TestAsking(AskingContract):
    pass
