"""The mirror of sidecars keeps its contract, on PostgreSQL and in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rushes.db.opening import open_sign_offs
from rushes.ports.signoffs import SignOffs
from rushes.testing.contracts.signoffs import SignOffContract
from rushes.testing.memory_signoffs import MemorySignOffs


class TestSignOffsInMemory(SignOffContract):
    @pytest.fixture
    def signoffs(self) -> SignOffs:
        return MemorySignOffs()


class TestSignOffsInPostgres(SignOffContract):
    @pytest.fixture
    def signoffs(self, database_url: str) -> Iterator[SignOffs]:
        with closing(open_sign_offs(database_url, data_dir=Path())) as opened:
            yield opened
