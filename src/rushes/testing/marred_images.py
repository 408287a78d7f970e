"""OpenEXR files to damage byte by byte, and what their statistics count, for tests."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes.inspection.header import wire
from rushes.model.pixels import PartStats, PixelStats

ROWS, COLUMNS, LINES = 160, 40, 16
CHUNKS = ROWS // LINES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of one part, whose chunks are of `LINES` lines each."""
    return written(tmp_path / "image.exr")


def pixels(seed: int = 0) -> Any:
    """Noise, but coarse, so that every compression saves something."""
    noise = np.random.default_rng(seed).normal(0, 2, (ROWS, COLUMNS))
    return (np.round(noise * 4) / 4).astype(np.float16)


def written(path: Path, compression: str = "ZIP", *, parts: int = 1, **header: Any) -> Path:
    """A file of channels R and G in each part."""
    kind = getattr(OpenEXR, f"{compression}_COMPRESSION")
    header = {"type": OpenEXR.scanlineimage, "compression": kind, **header}
    made = [
        OpenEXR.Part({**header}, {"R": pixels(at), "G": pixels(at + 9)}, f"part{at}")
        for at in range(parts)
    ]
    OpenEXR.File(made).write(str(path))
    return path


def tiled(path: Path, compression: str = "ZIP") -> Path:
    """The same in tiles of 16 by 16 pixels."""
    made = OpenEXR.TileDescription()
    made.xSize = made.ySize = 16
    return written(path, compression, type=OpenEXR.tiledimage, tiles=made)


def deep(path: Path) -> Path:
    """A file of 30 lines of 20 deep pixels, with one to three samples each."""
    rng = np.random.default_rng(3)
    values = np.empty((30, 20), dtype=object)
    for at in np.ndindex(values.shape):
        values[at] = rng.integers(0, 4, int(rng.integers(1, 4))).astype(np.float32)
    header = {"type": OpenEXR.deepscanline, "compression": OpenEXR.ZIPS_COMPRESSION}
    OpenEXR.File(header, {"Z": values}).write(str(path))
    return path


def table(path: Path) -> int:
    """Where the offset table begins."""
    return wire.parse(path.read_bytes()).end


def offsets(path: Path, count: int) -> list[int]:
    """The first `count` entries of the offset table."""
    return [*struct.unpack_from(f"<{count}Q", path.read_bytes(), table(path))]


def put(path: Path, at: int, data: bytes) -> None:
    """Write other bytes there."""
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def only(stats: PixelStats) -> PartStats:
    """The one part of it."""
    (part,) = stats.parts
    return part


def counted(stats: PixelStats) -> set[int]:
    """How many values its channels have."""
    return {one.count for one in only(stats).channels}
