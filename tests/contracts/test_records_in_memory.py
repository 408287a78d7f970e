"""The memory twin keeps the records contract."""

from __future__ import annotations

import pytest

from rushes.testing.contracts.records import ScanContract
from rushes.testing.contracts.records_history import HistoryContract
from rushes.testing.memory_records import MemoryRecords


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


class TestScansInMemory(ScanContract):
    pass


class TestHistoryInMemory(HistoryContract):
    pass
