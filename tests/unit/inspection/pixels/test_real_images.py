"""The OpenEXR project's own test images."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from rushes.inspection.pixels.statistics import statistics

pytestmark = pytest.mark.images
IMAGES = Path(os.environ.get("RUSHES_TEST_IMAGES", "/nowhere"))


@pytest.fixture(autouse=True)
def _there() -> None:
    if not IMAGES.is_dir():
        pytest.skip("set RUSHES_TEST_IMAGES to a copy of the openexr-images collection")


def test_every_image_is_counted_as_the_library_decodes_it(check: Callable[..., None]) -> None:
    for path in sorted(IMAGES.rglob("*.exr")):
        if "Damaged" in path.parts:
            continue
        stats = statistics(path)
        assert stats.findings == (), path
        with OpenEXR.File(str(path), separate_channels=True) as file:
            assert len(stats.parts) == len(file.parts)
            for part, whole in zip(stats.parts, file.parts, strict=True):
                found = whole.channels
                assert [one.name for one in part.channels] == [*found], path
                for one in part.channels:
                    pixels = found[one.name].pixels
                    if pixels.dtype == object:
                        pixels = np.concatenate([row for row in pixels.ravel() if row is not None])
                    check(one, pixels)
