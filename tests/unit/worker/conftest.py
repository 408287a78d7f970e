"""What tests of the worker share: a database, a small studio, a receiver of webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rushes.core import settings
from rushes.core.settings import Settings
from rushes.db.opening import open_studio
from rushes.ports.studio import Studio
from rushes.testing.postgres import _migrated, database_url, postgres_server
from rushes.testing.receiver import Receiver, receiving
from rushes.testing.studios import World, world

__all__ = ["_migrated", "database_url", "postgres_server"]


@pytest.fixture
def loaded(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with this test's database, in which webhooks may tell this machine."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    monkeypatch.setenv("RUSHES_WEBHOOKS_LOCAL", "true")
    return settings.load(flags={})


@pytest.fixture
def studio(loaded: Settings, database_url: str) -> Iterator[Studio]:
    """The studio's records."""
    with closing(open_studio(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def here(studio: Studio) -> World:
    """A small project."""
    return world(studio)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on this machine."""
    with receiving() as made:
        yield made
