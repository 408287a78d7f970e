"""Every compression and pixel type gives what numpy makes of the whole decoded image."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes.inspection.pixels.statistics import statistics
from rushes.model.pixels import PixelType

Check = Callable[..., None]

COMPRESSIONS = (
    *("NO", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "B44A", "DWAA", "DWAB"),
    *("HTJ2K256", "HTJ2K32"),
)
TYPES = {"half": np.float16, "float": np.float32, "uint": np.uint32}


def pixels(kind: Any, *, rows: int = 301, columns: int = 37, seed: int = 0) -> Any:
    """Smooth with noise, some of it below zero where the type allows, some of it zero."""
    rng = np.random.default_rng(seed)
    smooth = np.sin(np.arange(rows)[:, None] / 30) * np.cos(np.arange(columns) / 9) * 40
    values = smooth + rng.normal(0, 1, (rows, columns))
    values[5:9] = 0
    return (np.abs(values) * 1e6 if kind is np.uint32 else values).astype(kind)


def written(path: Path, channels: dict[str, Any], compression: str, **header: Any) -> Path:
    """A file of one part."""
    kind = getattr(OpenEXR, f"{compression}_COMPRESSION")
    header = {"type": OpenEXR.scanlineimage, "compression": kind, **header}
    OpenEXR.File(header, channels).write(str(path))
    return path


def decoded(path: Path, part: int = 0) -> dict[str, Any]:
    """All channels of the whole image."""
    with OpenEXR.File(str(path), separate_channels=True) as file:
        return {name: one.pixels for name, one in file.channels(part).items()}


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_each_pixel_type_in_each_compression(
    kind: Any, compression: str, tmp_path: Path, check: Check
) -> None:
    channels = {name: pixels(kind, seed=at) for at, name in enumerate("RGBA")}
    path = written(tmp_path / "image.exr", channels, compression)
    stats = statistics(path)
    assert stats.findings == ()
    (part,) = stats.parts
    assert (part.width, part.height) == (37, 301)
    assert part.bands_read == part.bands_there > 0
    whole = decoded(path)
    assert [one.name for one in part.channels] == [*whole]
    for one in part.channels:
        check(one, whole[one.name])


@pytest.mark.parametrize("compression", ["NO", "ZIP", "PIZ", "DWAA"])
def test_types_may_be_mixed(compression: str, tmp_path: Path, check: Check) -> None:
    channels = {f"layer.{name}": pixels(kind) for name, kind in TYPES.items()}
    path = written(tmp_path / "image.exr", channels, compression)
    for one in statistics(path).parts[0].channels:
        check(one, decoded(path)[one.name])


@pytest.mark.parametrize("compression", ["NO", "ZIPS", "PIZ"])
@pytest.mark.parametrize("kind", [np.float16, np.float32], ids=["half", "float"])
def test_values_that_are_no_numbers_are_counted_apart(
    kind: Any, compression: str, tmp_path: Path, check: Check
) -> None:
    values = pixels(kind)
    values[3, :5], values[50, :3], values[200, 7:9] = np.nan, np.inf, -np.inf
    values[7, 0] = -0.0
    odd = np.full_like(values, np.nan)
    path = written(tmp_path / "image.exr", {"Y": values, "odd": odd}, compression)
    stats = {one.name: one for one in statistics(path).parts[0].channels}
    check(stats["Y"], values)
    check(stats["odd"], odd)
    assert (stats["Y"].nan, stats["Y"].positive_infinity, stats["Y"].negative_infinity) == (5, 3, 2)
    assert str(stats["Y"].zero) == str((values == 0).sum())


def test_every_half_there_is(tmp_path: Path, check: Check) -> None:
    values = np.arange(65536, dtype=np.uint16).view(np.float16).reshape(256, 256)
    path = written(tmp_path / "image.exr", {"Y": values}, "ZIP")
    check(statistics(path).parts[0].channels[0], values)


@pytest.mark.parametrize("odd", [None, 0, 40_000, -1])
@pytest.mark.parametrize("value", [1.0, 0.0, -0.0, np.nan, -np.inf])
def test_one_value_all_over_is_counted_as_often_as_it_is_there(
    odd: int | None, value: float, tmp_path: Path, check: Check
) -> None:
    values = np.full(100_000, value, np.float16)
    if odd is not None:
        values[odd] = 0.5
    values = values.reshape(400, 250)
    path = written(tmp_path / "image.exr", {"A": values}, "ZIP")
    check(statistics(path).parts[0].channels[0], values)


@pytest.mark.parametrize("compression", ["NO", "ZIP"])
def test_a_large_mean_does_not_hide_a_small_spread(compression: str, tmp_path: Path) -> None:
    values = np.random.default_rng(2).normal(1e6, 0.5, (700, 501)).astype(np.float32)
    path = written(tmp_path / "image.exr", {"Z": values}, compression)
    (found,) = statistics(path).parts[0].channels
    assert found.stddev == pytest.approx(values.astype(np.longdouble).std(), rel=1e-9)
    assert found.mean == pytest.approx(values.astype(np.longdouble).mean(), rel=1e-13)


def test_whole_numbers_are_exact(tmp_path: Path) -> None:
    values = np.random.default_rng(3).integers(0, 1 << 32, (600, 601), np.uint32)
    values[0, :2] = 0, (1 << 32) - 1
    path = written(tmp_path / "image.exr", {"id": values}, "ZIP")
    (found,) = statistics(path).parts[0].channels
    numbers = [int(one) for one in values.ravel()]
    total, squares, count = sum(numbers), sum(one * one for one in numbers), len(numbers)
    assert (found.type, found.min, found.max) == (PixelType.UINT, 0, (1 << 32) - 1)
    assert (found.total, found.squares) == (total, squares)
    assert found.mean == total / count
    exact = ((count * squares - total * total) / count**2) ** 0.5
    assert found.stddev == pytest.approx(exact, rel=1e-15)


def test_one_value_everywhere_has_no_spread(tmp_path: Path) -> None:
    for kind in TYPES.values():
        path = written(tmp_path / "image.exr", {"A": np.full((40, 40), 3, kind)}, "ZIP")
        (found,) = statistics(path).parts[0].channels
        assert (found.min, found.max, found.mean, found.stddev) == (3, 3, 3.0, 0.0)
