"""The records on PostgreSQL keep the records contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rushes.db.opening import open_records
from rushes.ports.records import Records
from rushes.testing.contracts.records import ScanContract
from rushes.testing.contracts.records_history import HistoryContract
from rushes.testing.postgres import way_in

__all__ = ["way_in"]


@pytest.fixture
def records(way_in: str, database_url: str) -> Iterator[Records]:
    with closing(open_records(database_url, data_dir=Path())) as opened:
        yield opened


class TestScansInPostgres(ScanContract):
    pass


class TestHistoryInPostgres(HistoryContract):
    pass
