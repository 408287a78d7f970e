"""The studio's records keep their contract, on PostgreSQL and in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from rushes.db.opening import open_studio
from rushes.ports.studio import Studio
from rushes.testing.contracts.studio import MakingContract
from rushes.testing.contracts.studio_access import AccessContract
from rushes.testing.contracts.studio_asking import FindingContract
from rushes.testing.contracts.studio_changing import ChangingContract
from rushes.testing.contracts.studio_comments import CommentContract
from rushes.testing.contracts.studio_refusals import RefusalContract
from rushes.testing.contracts.studio_removing import RemovingContract
from rushes.testing.memory_studio import MemoryStudio

# Emptied between tests, which is quicker than a database for each; no trigger runs meanwhile.
_TABLES = (
    *(
        "event",
        "usage",
        "membership",
        "tag",
        "playlistviewer",
        "note",
        "playlistitem",
        "playlist",
        "version",
        "assignment",
        "task",
        "shot",
    ),
    *("sequence", "episode", "asset", "artist"),
)


@pytest.fixture(scope="module")
def shared_studio(shared_url: str) -> Iterator[Studio]:
    with closing(open_studio(shared_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture(params=["memory", "postgres"])
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    if request.param == "memory":
        yield MemoryStudio()
        return
    yield request.getfixturevalue("shared_studio")
    with psycopg.connect(request.getfixturevalue("shared_url")) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in _TABLES:
            connection.execute(f"DELETE FROM rushes_{table}".encode())
        connection.execute("DELETE FROM rushes_tasktype WHERE project_id IS NOT NULL")
        connection.execute("DELETE FROM rushes_project")


class TestMaking(MakingContract):
    pass


class TestChanging(ChangingContract):
    pass


class TestFinding(FindingContract):
    pass


class TestAccess(AccessContract):
    pass


class TestComments(CommentContract):
    pass


class TestRefusals(RefusalContract):
    pass


class TestRemoving(RemovingContract):
    pass
