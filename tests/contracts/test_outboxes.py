"""The outbox on PostgreSQL and its memory twin keep the outbox contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rushes.db.opening import open_outbox
from rushes.ports.outbox import Outbox
from rushes.testing.contracts.outbox import KeepingContract, OrderContract, SendingContract
from rushes.testing.memory_outbox import MemoryOutbox


@pytest.fixture(params=["memory", "postgres"])
def outbox(request: pytest.FixtureRequest) -> Iterator[Outbox]:
    if request.param == "memory":
        yield MemoryOutbox()
        return
    url = request.getfixturevalue("database_url")
    with closing(open_outbox(url, data_dir=Path())) as opened:
        yield opened


class TestKeeping(KeepingContract):
    pass


class TestSending(SendingContract):
    pass


class TestOrder(OrderContract):
    pass
