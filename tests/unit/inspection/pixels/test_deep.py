"""Deep parts: samples per pixel, and every sample's values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes.inspection.pixels.statistics import statistics

Check = Callable[..., None]
LayOut = Callable[..., Path]


def deep(laid: Any, **more: Any) -> Any:
    """A part of 50 × 41 pixels with 0 to 6 samples each."""
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 7, (41, 50))
    counts[10:12] = 0
    total = int(counts.sum())
    channels = {
        "A": np.round(rng.random(total), 1).astype(np.float16),
        "Z": (np.floor(rng.random(total) * 9) * 100).astype(np.float32),
        "id": rng.integers(0, 9, total, np.uint32),
    }
    return laid(channels, 50, 41, counts=counts, **more)


@pytest.mark.parametrize("compression", ["NONE", "RLE", "ZIPS"])
@pytest.mark.parametrize("tile", [None, (16, 16), (64, 64)], ids=str)
def test_samples_are_counted_in_lines_and_tiles(
    tile: Any, compression: str, tmp_path: Path, lay_out: LayOut, laid: Any, check: Check
) -> None:
    part = deep(laid, compression=compression, tile=tile)
    if tile:  # samples are laid out line by line of the whole picture, and counted tile by tile
        assert part.kind == "deeptile"
    stats = statistics(lay_out(tmp_path / "deep.exr", part))
    assert stats.findings == ()
    (found,) = stats.parts
    assert found.kind == part.kind
    samples = found.samples
    assert samples is not None
    assert (samples.pixels, samples.total) == (50 * 41, part.counts.sum())
    assert (samples.min, samples.max) == (0, 6)
    assert samples.empty == (part.counts == 0).sum()
    assert samples.mean == pytest.approx(part.counts.mean())
    for one in found.channels:
        check(one, part.channels[one.name])


@pytest.mark.parametrize("compression", ["NO", "RLE", "ZIPS"])
@pytest.mark.parametrize("kind", ["deepscanline", "deeptile"])
def test_what_the_library_writes_is_read(
    kind: str, compression: str, tmp_path: Path, check: Check
) -> None:
    rng = np.random.default_rng(2)
    values = np.empty((40, 50), dtype=object)
    for at in np.ndindex(values.shape):
        values[at] = (np.floor(rng.random(int(rng.integers(1, 5))) * 4)).astype(np.float32)
    header = {
        "type": getattr(OpenEXR, kind),
        "compression": getattr(OpenEXR, f"{compression}_COMPRESSION"),
    }
    if kind == "deeptile":
        header["tiles"] = OpenEXR.TileDescription()
    path = tmp_path / "deep.exr"
    OpenEXR.File(header, {"Z": values}).write(str(path))
    stats = statistics(path)
    assert stats.findings == ()
    whole = np.concatenate([*values.ravel()])
    check(stats.parts[0].channels[0], whole)
    assert stats.parts[0].samples is not None
    assert stats.parts[0].samples.total == whole.size


def test_deep_parts_may_be_left_out(tmp_path: Path, lay_out: LayOut, laid: Any) -> None:
    flat = laid({"Y": np.zeros((5, 5), np.float16)}, 5, 5)
    path = lay_out(tmp_path / "both.exr", flat, deep(laid, compression="ZIPS"))
    left, right = statistics(path, deep=False).parts
    assert left.channels[0].count == 25
    assert right.channels == ()
    assert "not asked for" in right.left_out
    left, right = statistics(path).parts
    assert left.channels[0].count == 25
    assert right.samples is not None
    assert right.samples.max == 6


def test_pixels_without_any_sample(tmp_path: Path, lay_out: LayOut, laid: Any) -> None:
    part = laid({"Z": np.zeros(0, np.float32)}, 8, 4, counts=np.zeros((4, 8), int))
    stats = statistics(lay_out(tmp_path / "deep.exr", part))
    assert stats.findings == ()
    (found,) = stats.parts
    assert found.samples is not None
    assert (found.samples.total, found.samples.max, found.samples.empty) == (0, 0, 32)
    assert found.channels[0].count == 0
    assert found.channels[0].mean is None
