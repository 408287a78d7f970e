"""Fixtures of the tests that look at tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rushes.db.events import DatabaseEvents
from rushes.db.opening import open_event_reader, open_events, open_studio
from rushes.ports.events import Events
from rushes.ports.studio import Studio
from rushes.testing.postgres import _migrated, database_url, postgres_server

__all__ = ["_migrated", "database_url", "postgres_server"]


@pytest.fixture
def studio(database_url: str) -> Iterator[Studio]:
    """The studio of a database of its own."""
    with closing(open_studio(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def events(database_url: str) -> Iterator[DatabaseEvents]:
    """What seals the events of the same database."""
    with closing(open_events(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def reader(database_url: str) -> Iterator[Events]:
    """What reads them."""
    with closing(open_event_reader(database_url, data_dir=Path())) as opened:
        yield opened
