"""Wherever chunks lie and whatever they hold, each value is counted once."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import OpenImageIO
import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.header import wire
from rushes.inspection.pixels import bands
from rushes.inspection.pixels.statistics import statistics

Check = Callable[..., None]
LayOut = Callable[..., Path]


@pytest.fixture(autouse=True, params=[1 << 20, 3000], ids=["whole", "many bands"])
def _banded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bands, "_VALUES", request.param)


def pixels(rows: int, columns: int, *, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(0, 2, (rows, columns)).astype(np.float16)


def written(path: Path, channels: dict[str, Any], **header: Any) -> Path:
    header = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION, **header}
    OpenEXR.File(header, channels).write(str(path))
    return path


def tiles(across: int, down: int) -> Any:
    made = OpenEXR.TileDescription()
    made.xSize, made.ySize = across, down
    return made


@pytest.mark.parametrize("compression", ["NO", "RLE", "ZIP", "PIZ", "DWAA", "B44"])
@pytest.mark.parametrize("size", [(64, 64), (100, 130), (16, 48), (300, 300)], ids=str)
def test_tiles_of_any_size(
    size: tuple[int, int], compression: str, tmp_path: Path, check: Check
) -> None:
    channels = {name: pixels(150, 203, seed=at) for at, name in enumerate("RGB")}
    kind = getattr(OpenEXR, f"{compression}_COMPRESSION")
    path = written(
        tmp_path / "tiled.exr",
        channels,
        type=OpenEXR.tiledimage,
        tiles=tiles(*size),
        compression=kind,
    )
    stats = statistics(path)
    assert stats.findings == ()
    with OpenEXR.File(str(path), separate_channels=True) as file:
        for one in stats.parts[0].channels:
            check(one, file.channels()[one.name].pixels)


@pytest.mark.parametrize("compression", ["none", "zip", "piz", "dwaa"])
def test_smaller_levels_do_not_count(compression: str, tmp_path: Path, check: Check) -> None:
    plain = OpenImageIO.ImageBuf(OpenImageIO.ImageSpec(150, 90, 3, "half"))
    noise = np.random.default_rng(4).random((90, 150, 3)).astype(np.float32)
    plain.set_pixels(OpenImageIO.ROI(), noise)
    path = tmp_path / "levels.exr"
    config = OpenImageIO.ImageSpec()
    config.attribute("maketx:fileformatname", "openexr")
    config.attribute("compression", compression)
    made = OpenImageIO.ImageBufAlgo.make_texture(
        OpenImageIO.MakeTxTexture, plain, str(path), config
    )
    assert made, OpenImageIO.geterror()
    stats = statistics(path)
    assert stats.findings == ()
    (part,) = stats.parts
    assert part.kind == "tiledimage"
    assert {one.count for one in part.channels} == {150 * 90}
    with OpenEXR.File(str(path), separate_channels=True) as file:
        for one in part.channels:
            check(one, file.channels()[one.name].pixels)


@pytest.mark.parametrize("compression", ["NO", "ZIPS", "ZIP", "PIZ"])
def test_windows_may_be_anywhere_and_lines_upside_down(
    compression: str, tmp_path: Path, check: Check
) -> None:
    values = pixels(101, 53)
    window = (np.array([-17, -29], np.int32), np.array([35, 71], np.int32))
    kind = getattr(OpenEXR, f"{compression}_COMPRESSION")
    path = written(
        tmp_path / "image.exr",
        {"Y": values},
        compression=kind,
        dataWindow=window,
        lineOrder=OpenEXR.DECREASING_Y,
    )
    stats = statistics(path)
    assert stats.findings == ()
    check(stats.parts[0].channels[0], values)


@pytest.mark.parametrize("compression", ["NONE", "RLE", "ZIPS", "ZIP"])
@pytest.mark.parametrize("corner", [(0, 0), (-6, -12)], ids=str)
def test_channels_may_be_subsampled(
    corner: tuple[int, int],
    compression: str,
    tmp_path: Path,
    lay_out: LayOut,
    laid: Any,
    check: Check,
) -> None:
    channels = {
        "Y": pixels(102, 60),
        "RY": pixels(51, 30, seed=1),
        "BY": pixels(34, 20, seed=2).astype(np.float32),
    }
    samplings = {"RY": (2, 2), "BY": (3, 3)}
    part = laid(channels, 60, 102, samplings, compression, corner)
    stats = statistics(lay_out(tmp_path / "image.exr", part))
    assert stats.findings == ()
    for one in stats.parts[0].channels:
        check(one, channels[one.name])
        assert (one.x_sampling, one.y_sampling) == samplings.get(one.name, (1, 1))


@pytest.mark.parametrize("bad", [8, 9])
def test_lines_that_share_a_sample_are_lost_together(
    bad: int, tmp_path: Path, lay_out: LayOut, laid: Any, check: Check
) -> None:
    channels = {"Y": pixels(102, 60), "RY": pixels(51, 30, seed=1)}
    path = lay_out(tmp_path / "image.exr", laid(channels, 60, 102, {"RY": (2, 2)}))
    data = bytearray(path.read_bytes())
    at = wire.parse(bytes(data)).end + 8 * bad
    data[at : at + 8] = bytes(8)
    path.write_bytes(data)
    stats = statistics(path)
    (finding,) = stats.findings
    assert finding.message.startswith("Lines 8 to 9 of the image")
    colour, luminance = stats.parts[0].channels
    check(luminance, np.delete(channels["Y"], [8, 9], axis=0))
    check(colour, np.delete(channels["RY"], 4, axis=0))


def test_parts_may_be_mixed_up_in_the_file(
    tmp_path: Path, lay_out: LayOut, laid: Any, check: Check
) -> None:
    parts = [
        laid({"Y": pixels(70, 40, seed=at)}, 40, 70, compression=kind, name=f"part {at}")
        for at, kind in enumerate(["NONE", "ZIP", "ZIPS"])
    ]
    parts.append(laid({"Z": pixels(70, 40, seed=9)}, 40, 70, tile=(16, 16), name="tiles"))

    def shuffled(every: list[Any]) -> list[Any]:
        return random.Random(5).sample(every, len(every))

    path = lay_out(tmp_path / "image.exr", *parts, order=shuffled)
    stats = statistics(path)
    assert stats.findings == ()
    assert [one.name for one in stats.parts] == ["part 0", "part 1", "part 2", "tiles"]
    for part, given in zip(stats.parts, parts, strict=True):
        check(part.channels[0], next(iter(given.channels.values())))
    only = statistics(path, parts={1, 3})
    assert only.parts == (stats.parts[1], stats.parts[3])


def test_views_are_named(tmp_path: Path) -> None:
    made = [
        OpenEXR.Part(
            {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION, "view": view},
            {"R": pixels(20, 20)},
            f"rgba.{view}",
        )
        for view in ("left", "right")
    ]
    path = tmp_path / "stereo.exr"
    OpenEXR.File(made).write(str(path))
    stats = statistics(path)
    assert [(one.name, one.view) for one in stats.parts] == [
        ("rgba.left", "left"),
        ("rgba.right", "right"),
    ]


def test_a_name_longer_than_usual(tmp_path: Path, check: Check) -> None:
    values = pixels(20, 20)
    name = "a layer with a very long name indeed.R"
    path = written(tmp_path / "image.exr", {name: values})
    (found,) = statistics(path).parts[0].channels
    assert found.name == name
    check(found, values)


def test_a_sample_reads_every_nth_band(tmp_path: Path, check: Check) -> None:
    values = pixels(170, 60)
    stats = statistics(written(tmp_path / "image.exr", {"Y": values}), sample=3)
    (part,) = stats.parts
    assert stats.sample == 3
    assert stats.findings == ()
    assert part.bands_read == -(-part.bands_there // 3)
    if part.bands_there > 1:
        lines = 48  # 3,000 values are 50 lines: 3 chunks of 16
        assert part.bands_there == 4
        check(part.channels[0], np.concatenate([values[:lines], values[3 * lines :]]))


def test_no_file_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(RushesError) as raised:
        statistics(tmp_path / "absent.exr")
    assert raised.value.code is Code.PATH_NOT_FOUND
    with pytest.raises(RushesError) as raised:
        statistics(tmp_path)
    assert raised.value.code is Code.PATH_UNREADABLE
