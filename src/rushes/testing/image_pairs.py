"""OpenEXR files of noise and what differs between two of them, for tests of comparisons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes.inspection.diff import stripes
from rushes.inspection.diff.differences import Limits, PixelDelta
from rushes.inspection.diff.files import compared

Write = Callable[..., Path]
EXACT = Limits()


@pytest.fixture(autouse=True, params=[1 << 20, 2500], ids=["one stripe", "many stripes"])
def _striped(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripes, "_VALUES", request.param)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file of one part: its channels, a compression, tiles, a data window's corner."""

    def written(
        name: str,
        channels: Mapping[str, Any],
        *,
        compression: str = "ZIP",
        tile: tuple[int, int] | None = None,
        corner: tuple[int, int] = (0, 0),
        **header: Any,
    ) -> Path:
        header["compression"] = getattr(OpenEXR, f"{compression}_COMPRESSION")
        header.setdefault("type", OpenEXR.scanlineimage)
        if tile:
            header["type"], header["tiles"] = OpenEXR.tiledimage, OpenEXR.TileDescription()
            header["tiles"].xSize, header["tiles"].ySize = tile
        if corner != (0, 0):
            rows, columns = next(iter(channels.values())).shape
            low = np.array(corner, np.int32)
            header["dataWindow"] = (low, low + np.array([columns - 1, rows - 1], np.int32))
        path = tmp_path / name
        OpenEXR.File(header, dict(channels)).write(str(path))
        return path

    return written


def noise(rows: int = 75, columns: int = 101, *, seed: int = 0, kind: Any = np.float16) -> Any:
    """A channel of values of that type (rows, columns); whole numbers are of all sizes."""
    rng = np.random.default_rng(seed)
    if kind is np.uint32:
        return rng.integers(0, 1 << 32, (rows, columns), np.uint32)
    return rng.normal(0, 2, (rows, columns)).astype(kind)


def altered(values: Any, *, seed: int = 1) -> Any:
    """Some of the values moved, by amounts of all sizes."""
    rng = np.random.default_rng(seed)
    made = values.copy()
    at = rng.random(values.shape) < 0.1
    if values.dtype == np.uint32:
        made[at] = rng.integers(0, 1 << 32, int(at.sum()), np.uint32)
    else:
        made[at] = (made[at] + rng.normal(0, 1, int(at.sum())) ** 3).astype(values.dtype)
    return made


def pixels(a: Path, b: Path, limits: Limits = EXACT, *, of: tuple[int, int] = (0, 0)) -> PixelDelta:
    """What differs between a part of each file, by their numbers, of which nothing is wrong."""
    found = compared(a, b, [of], limits)
    assert found.findings == ()
    return found.parts[0]
