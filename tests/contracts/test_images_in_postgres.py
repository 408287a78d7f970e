"""Headers in the database keep the images' contract; over HTTP they do it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rushes.db.opening import open_images
from rushes.ports.images import Images
from rushes.testing.contracts.images import ImageContract
from rushes.testing.contracts.images_asking import ImageAskingContract


@pytest.fixture
def images(database_url: str) -> Iterator[Images]:
    with closing(open_images(database_url, data_dir=Path())) as opened:
        yield opened


class TestImages(ImageContract):
    pass


class TestAsking(ImageAskingContract):
    pass
