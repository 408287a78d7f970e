"""What tests of deliveries share: a small show with media."""

from __future__ import annotations

from pathlib import Path

import pytest

from rushes.testing import delivery_house
from rushes.testing.delivery_house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A show in memory, and its media on disk."""
    return delivery_house.house(tmp_path)
