"""Pixels of two files, held against numpy on whole images, and the picture of what differs."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import OpenImageIO
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rushes.inspection.diff.differences import ChannelDelta, FileDiff, Limits, PixelDelta
from rushes.inspection.diff.files import compared
from rushes.inspection.diff.rows import as_row, from_row
from rushes.testing.image_pairs import EXACT, Write, _striped, altered, noise, pixels, write

__all__ = ["_striped", "write"]


def by_name(delta: PixelDelta) -> dict[str, ChannelDelta]:
    return {one.name: one for one in delta.channels}


def check(
    one: ChannelDelta,
    a: Any,
    b: Any,
    limits: Limits = EXACT,
    *,
    corner: tuple[int, int] = (0, 0),
) -> None:
    """Compare with what numpy makes of both images at once."""
    ours, theirs = np.asarray(a, np.float64), np.asarray(b, np.float64)
    alike = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    known = alike | (np.isfinite(ours) & np.isfinite(theirs))
    with np.errstate(invalid="ignore"):
        apart = np.where(alike, 0, np.abs(ours - theirs))
        size = np.maximum(np.abs(ours), np.abs(theirs))
        over = ~alike & (~known | (apart > np.maximum(limits.tolerance, limits.relative * size)))
    assert one.compared == ours.size
    assert one.differing == (~alike).sum()
    assert one.unlike == (~known).sum()
    assert one.over == over.sum()
    found = apart[known]
    if not found.size:
        assert (one.max_abs, one.mean_abs, one.rms) == (None, None, None)
        return
    assert one.max_abs == found.max()
    assert one.mean_abs == pytest.approx(found.mean(), rel=1e-12)
    assert one.rms == pytest.approx(np.sqrt((found**2).mean()), rel=1e-12)
    if one.max_abs:
        row, column = np.unravel_index(np.where(known, apart, -1).argmax(), apart.shape)
        assert one.at == (corner[0] + column, corner[1] + row)
        assert one.values == (ours[row, column], theirs[row, column])
    else:
        assert one.at is None


def read(path: Path) -> dict[str, Any]:
    with OpenEXR.File(str(path), separate_channels=True) as file:
        return {name: one.pixels for name, one in file.channels().items()}


FORMS: list[dict[str, Any]] = [
    {"compression": "NO"},
    {"compression": "ZIPS", "lineOrder": OpenEXR.DECREASING_Y},
    {"compression": "PIZ"},
    {"compression": "DWAB"},
    {"compression": "ZIP", "tile": (16, 48)},
    {"compression": "NO", "tile": (64, 20)},
    {"compression": "B44", "tile": (128, 128)},
]
IDS = [f"{one['compression']} {one.get('tile', 'lines')}" for one in FORMS]


@pytest.mark.parametrize("ours", FORMS, ids=IDS)
@pytest.mark.parametrize("theirs", FORMS[::2], ids=IDS[::2])
def test_however_the_files_are_laid_out_their_values_are_compared(
    ours: dict[str, Any], theirs: dict[str, Any], write: Write
) -> None:
    channels = {"R": noise(), "G": noise(seed=1), "Z": noise(seed=2, kind=np.float32)}
    a = write("a.exr", channels, **ours)
    b = write("b.exr", {name: altered(one) for name, one in channels.items()}, **theirs)
    found = by_name(pixels(a, b))
    inside, other = read(a), read(b)
    for name in channels:
        check(found[name], inside[name], other[name])


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.uint32])
def test_numbers_are_those_of_numpy(kind: Any, write: Write) -> None:
    values = noise(kind=kind)
    other = altered(values)
    limits = Limits(tolerance=0.25, relative=0.02)
    delta = pixels(write("a.exr", {"Y": values}), write("b.exr", {"Y": other}), limits)
    check(delta.channels[0], values, other, limits)


def test_whole_numbers_are_exact(write: Write) -> None:
    values = np.full((40, 30), 4_294_967_295, np.uint32)
    other = values - np.arange(1200, dtype=np.uint32).reshape(40, 30) * 3_000_001
    (found,) = pixels(write("a.exr", {"id": values}), write("b.exr", {"id": other})).channels
    apart = [int(x) - int(y) for x, y in zip(values.ravel(), other.ravel(), strict=True)]
    assert found.max_abs == max(apart)
    assert isinstance(found.max_abs, int)
    assert found.mean_abs == sum(apart) / 1200
    assert found.rms == pytest.approx((sum(one * one for one in apart) / 1200) ** 0.5, rel=1e-15)
    assert found.values == (4_294_967_295, 4_294_967_295 - max(apart))


def test_what_is_as_far_apart_as_is_tolerated_is_not_over(write: Write) -> None:
    a = write("a.exr", {"Y": np.array([[1, 2, 4, 8]], np.float32)})
    b = write("b.exr", {"Y": np.array([[1.5, 2.25, 4, 10]], np.float32)})

    def over(**limits: float) -> int:
        return pixels(a, b, Limits(**limits)).channels[0].over

    assert over() == 3
    assert over(tolerance=0.25) == 2
    assert over(tolerance=0.5) == 1
    assert over(tolerance=2) == 0
    assert over(relative=0.2) == 1
    assert over(relative=0.19) == 2
    assert over(relative=0.2, tolerance=0.5) == 0
    assert over(relative=0.1, tolerance=0.5) == 1


def test_nan_and_infinities_are_equal_to_their_own_kind_alone(write: Write) -> None:
    odd = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0]
    ours, theirs = (np.array(list(product(odd, odd)))[:, at].reshape(6, 6) for at in (0, 1))
    for kind in (np.float16, np.float32):
        a = write("a.exr", {"Y": ours.astype(kind)})
        b = write("b.exr", {"Y": theirs.astype(kind)})
        (found,) = pixels(a, b, Limits(tolerance=1e9)).channels
        check(found, ours, theirs, Limits(tolerance=1e9))
        assert found.strange == (1, 0)
        assert found.strangers == ("NaN", "Infinity")
        assert found.over == found.unlike == 24


def test_nan_with_other_bits_is_the_same(write: Write) -> None:
    values = np.array([[np.nan, 1]], np.float32)
    other = values.copy()
    other.view(np.uint32)[0, 0] ^= 0x80000005
    (found,) = pixels(write("a.exr", {"Y": values}), write("b.exr", {"Y": other})).channels
    assert (found.differing, found.max_abs) == (0, 0)


def test_channels_of_other_types_are_compared_as_numbers(write: Write) -> None:
    values = noise(kind=np.float32)
    whole = noise(kind=np.uint32)
    a = write("a.exr", {"Y": values, "id": whole})
    b = write("b.exr", {"Y": values.astype(np.float16), "id": whole.astype(np.float32)})
    found = by_name(pixels(a, b))
    check(found["Y"], values, values.astype(np.float16))
    check(found["id"], whole, whole.astype(np.float32))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    corners=st.tuples(*[st.integers(-30, 30)] * 4),
    sizes=st.tuples(*[st.integers(1, 60)] * 4),
    forms=st.tuples(st.sampled_from(FORMS), st.sampled_from(FORMS)),
)
def test_what_lies_in_both_windows_is_compared_or_all_of_it(
    corners: Any, sizes: Any, forms: Any, write: Write
) -> None:
    made, canvases, covered = [], [], []
    for side in (0, 1):
        (x, y), (wide, high) = corners[2 * side :][:2], sizes[2 * side :][:2]
        path = write(
            f"{side}.exr", {"Y": noise(high, wide, seed=side)}, corner=(x, y), **forms[side]
        )
        canvas, there = np.zeros((200, 200)), np.zeros((200, 200), bool)
        area = np.s_[y + 50 : y + 50 + high, x + 50 : x + 50 + wide]
        canvas[area], there[area] = read(path)["Y"], True
        made.append(path)
        canvases.append(canvas)
        covered.append(there)
    both, either = covered[0] & covered[1], covered[0] | covered[1]
    delta = compared(*made, [(0, 0)], Limits()).parts[0]
    assert delta.compared == both.sum()
    if both.any():
        assert (delta.outside_a, delta.outside_b) == tuple((one & ~both).sum() for one in covered)
        box = np.ix_(both.any(axis=1), both.any(axis=0))
        left, top = both.any(axis=0).argmax() - 50, both.any(axis=1).argmax() - 50
        check(delta.channels[0], canvases[0][box], canvases[1][box], corner=(left, top))
    else:
        assert "no pixel in common" in delta.left_out
        assert not FileDiff(pixels=(delta,)).same
    filled = compared(*made, [(0, 0)], Limits(outside_is_zero=True)).parts[0]
    assert filled.compared == filled.channels[0].compared == either.sum()
    apart = np.abs(canvases[0] - canvases[1])[either]
    assert filled.channels[0].differing == np.count_nonzero(apart)
    assert filled.channels[0].max_abs == apart.max()
    assert filled.channels[0].rms == pytest.approx(np.sqrt((apart**2).mean()))


def deep(write: Write, name: str, counts: Any, *, tiled: bool, move: float = 0.0) -> Path:
    rng = np.random.default_rng(3)
    values = np.empty(counts.shape, dtype=object)
    for at in np.ndindex(counts.shape):
        values[at] = rng.random(int(counts[at])).astype(np.float32)
    values[4, 7] = values[4, 7] + np.float32(move)
    header: dict[str, Any] = {"type": OpenEXR.deeptile if tiled else OpenEXR.deepscanline}
    if tiled:
        header["tiles"] = OpenEXR.TileDescription()
        header["tiles"].xSize, header["tiles"].ySize = 16, 12
    return write(name, {"Z": values}, compression="ZIPS", **header)


@pytest.mark.parametrize("tiled", [False, True])
def test_deep_samples_are_compared_one_by_one(tiled: bool, write: Write) -> None:
    counts = np.random.default_rng(2).integers(1, 5, (40, 50))
    a = deep(write, "a.exr", counts, tiled=False)
    same = pixels(a, deep(write, "b.exr", counts, tiled=tiled))
    assert not same.differs
    assert same.samples is not None
    assert (same.samples.pixels, same.samples.total_a) == (2000, counts.sum())
    assert same.channels[0].compared == counts.sum()
    moved = pixels(a, deep(write, "b.exr", counts, tiled=tiled, move=2.0))
    assert moved.channels[0].at == (7, 4)
    assert moved.channels[0].max_abs == pytest.approx(2)
    assert moved.channels[0].differing == counts[4, 7]


def test_deep_pixels_with_other_counts_are_told_and_their_samples_left_out(write: Write) -> None:
    counts = np.random.default_rng(2).integers(1, 5, (40, 50))
    other = counts.copy()
    other[30, 20] += 2
    delta = pixels(
        deep(write, "a.exr", counts, tiled=False), deep(write, "b.exr", other, tiled=True)
    )
    assert delta.differs
    samples = delta.samples
    assert samples is not None
    assert (samples.unequal, samples.at) == (1, (20, 30))
    assert samples.counts == (counts[30, 20], other[30, 20])
    assert delta.channels[0].compared == counts.sum() - counts[30, 20]


def test_deep_and_flat_are_not_compared_and_not_the_same(write: Write) -> None:
    a = deep(write, "a.exr", np.ones((40, 50), int), tiled=False)
    delta = pixels(a, write("b.exr", {"Z": noise(40, 50, kind=np.float32)}))
    assert "deep" in delta.left_out
    assert not FileDiff(pixels=(delta,)).same


def test_differences_go_through_json_without_loss(write: Write) -> None:
    values = noise()
    values[3, 4] = np.nan
    found = compared(
        write("a.exr", {"Y": values}), write("b.exr", {"Y": noise()}), [(0, 0)], Limits()
    )
    text = json.dumps(as_row(found), allow_nan=False)
    assert from_row(json.loads(text), found.picture) == found


# The picture.


def painted(png: bytes, tmp_path: Path) -> Any:
    place = tmp_path / "seen.png"
    place.write_bytes(png)
    return OpenImageIO.ImageBuf(str(place)).get_pixels(OpenImageIO.UINT8).astype(int)


def test_the_picture_has_a_colour_for_every_kind_of_pixel(write: Write, tmp_path: Path) -> None:
    values = np.zeros((40, 60), np.float32)
    other = values.copy()
    other[5, 6], other[7, 8], other[9, 10], other[11, 12] = 4.0, 1.0, 0.1, np.nan
    low, high = np.array([-2, -3], np.int32), np.array([69, 49], np.int32)
    a = write("a.exr", {"Y": values}, displayWindow=(low, high))
    b = write("b.exr", {"Y": other}, tile=(16, 16))
    found = compared(a, b, [(0, 0)], Limits(tolerance=0.1001), picture=True)
    seen = painted(found.picture, tmp_path)
    assert seen.shape == (53, 72, 3)
    assert found.white == 4.0

    def at(x: int, y: int) -> tuple[int, ...]:
        return tuple(seen[y + 3, x + 2])

    assert at(0, 0) == (0, 0, 0)
    assert at(6, 5) == (255, 255, 255)
    assert at(8, 7)[0] > at(8, 7)[1] > 0
    assert at(10, 9) == (0, 48, 128)
    assert at(12, 11) == (255, 0, 255)
    assert at(-1, 0) == at(60, 0) == at(0, 40) == (64, 64, 64)


def test_a_large_picture_is_painted_in_blocks_and_loses_no_pixel(
    write: Write, tmp_path: Path
) -> None:
    values = np.zeros((35, 5000), np.float16)
    other = values.copy()
    other[34, 4999], other[17, 1234] = 1, 1
    a, b = write("a.exr", {"Y": values}), write("b.exr", {"Y": other}, tile=(64, 64))
    seen = painted(compared(a, b, [(0, 0)], Limits(), picture=True).picture, tmp_path)
    assert seen.shape == (12, 1667, 3)
    hot = np.argwhere(seen.sum(axis=2) == 765)
    assert hot.tolist() == [[5, 411], [11, 1666]]
