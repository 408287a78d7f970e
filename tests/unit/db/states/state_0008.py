"""Scans over the network, as 0008 made them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

_MOMENT = datetime(2026, 11, 1, 8, tzinfo=UTC)


def fill(make: Any) -> None:
    """A scan whose sender was heard of last a while ago."""
    root = make.found("StorageRoot")
    scan = make("Scan", root=root, state="running", started=_MOMENT, actor="vera")
    make("Staging", scan=scan, until=_MOMENT)


def check(_url: str) -> None:
    """It is cleared away by the next scan, of which `state_0001` sees that it works."""
