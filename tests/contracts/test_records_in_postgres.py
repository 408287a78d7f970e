"""The records on PostgreSQL keep the records contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from rushes.db.opening import open_records
from rushes.db.records import DatabaseRecords
from rushes.testing.contracts.records import ScanContract
from rushes.testing.contracts.records_history import HistoryContract
from rushes.testing.postgres import way_in

__all__ = ["way_in"]

_PATIENCE_MS = 60_000


@pytest.fixture
def records(way_in: str, database_url: str) -> Iterator[DatabaseRecords]:
    with closing(open_records(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def kill(records: DatabaseRecords, database_url: str) -> Callable[[int], None]:
    def killed(_scan: int) -> None:
        held = records._session.held
        assert held is not None
        with psycopg.connect(database_url) as other:
            ended = other.execute(
                "SELECT pg_terminate_backend(%s, %s)", [held.info.backend_pid, _PATIENCE_MS]
            ).fetchone()
        assert ended == (True,)

    return killed


class TestScansInPostgres(ScanContract):
    pass


class TestHistoryInPostgres(HistoryContract):
    pass
