"""The memory twin keeps the records contract."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rushes.testing.contracts.records import ScanContract
from rushes.testing.contracts.records_history import HistoryContract
from rushes.testing.memory_records import MemoryRecords


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def kill(records: MemoryRecords) -> Callable[[int], None]:
    return records.kill


class TestScansInMemory(ScanContract):
    pass


class TestHistoryInMemory(HistoryContract):
    pass
