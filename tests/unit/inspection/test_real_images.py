"""Thumbnails of the OpenEXR project's own test images."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.thumbnail import thumbnail

Shown = Callable[[bytes], Any]

pytestmark = pytest.mark.images
IMAGES = Path(os.environ.get("RUSHES_TEST_IMAGES", "/nowhere"))
KINDS = {
    "multipart, two views": "Beachball/multipart.0001.exr",
    "many layers": "Beachball/singlepart.0001.exr",
    "luminance and chroma": "Chromaticities/XYZ_YC.exr",
    "display window outside": "DisplayWindow/t09.exr",
    "pixels not square": "DisplayWindow/t16.exr",
    "tiled, mip levels": "MultiResolution/PeriodicPattern.exr",
    "two views in one part": "MultiView/Fog.exr",
    "every half value": "TestImages/AllHalfValues.exr",
    "NaN and infinity": "TestImages/BrightRingsNanInf.exr",
    "green alone": "TestImages/WideFloatRange.exr",
    "deep": "v2/LowResLeftView/Trunks.exr",
}


@pytest.fixture(autouse=True)
def _there() -> None:
    if not IMAGES.is_dir():
        pytest.skip("set RUSHES_TEST_IMAGES to a copy of the openexr-images collection")


@pytest.mark.parametrize("name", KINDS.values(), ids=KINDS)
def test_every_kind_of_file_has_a_picture(name: str, shown: Shown) -> None:
    if not (IMAGES / name).exists():
        pytest.skip(f"this copy of the collection has no {name}")
    seen = shown(thumbnail(IMAGES / name))
    assert seen.shape[1] <= 240
    assert seen.max() > 30
    assert seen.std() > 3


def test_no_file_of_the_collection_is_refused() -> None:
    for path in sorted(IMAGES.rglob("*.exr")):
        if "Damaged" not in path.parts:
            assert thumbnail(path), path


def test_luminance_and_chroma_at_half_size_are_the_colours_of_a_flower(shown: Shown) -> None:
    path = IMAGES / KINDS["luminance and chroma"]
    if not path.exists():
        pytest.skip("this copy of the collection has no such file")
    seen = shown(thumbnail(path))
    flower, leaves = seen[40:60, 105:125].mean(axis=(0, 1)), seen[:60, :80].mean(axis=(0, 1))
    assert flower[0] > flower[1]
    assert leaves[1] > leaves[2]


def test_a_damaged_deep_file_is_refused(tmp_path: Path) -> None:
    path = IMAGES / KINDS["deep"]
    if not path.exists():
        pytest.skip("this copy of the collection has no such file")
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 2, len(data) // 2 + 2000):
        data[at] ^= 0x5A
    damaged = tmp_path / "damaged.exr"
    damaged.write_bytes(data)
    with pytest.raises(RushesError) as raised:
        thumbnail(damaged)
    assert raised.value.code is Code.MEDIA_UNREADABLE
