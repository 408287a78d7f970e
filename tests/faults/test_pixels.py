"""Pixels of damaged and lying files: no crash, no memory for them, and everything is told."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.pixels.statistics import statistics
from rushes.testing.marred_images import (
    CHUNKS,
    COLUMNS,
    LINES,
    ROWS,
    counted,
    offsets,
    only,
    path,
    pixels,
    put,
    table,
    tiled,
    written,
)
from rushes.testing.marred_images import deep as _deep

__all__ = ["path"]


def replaced(path: Path, name: bytes, form: str, *values: Any) -> None:
    """Give an attribute another value of the same size."""
    data = path.read_bytes()
    at = data.index(name + b"\0")
    kind = data.index(b"\0", at + len(name) + 1)
    put(path, kind + 5, struct.pack(form, *values))


def test_a_chunk_that_cannot_be_decoded_costs_only_itself(path: Path) -> None:
    put(path, offsets(path, CHUNKS)[3] + 8, b"\xa5" * 40)
    stats = statistics(path)
    (finding,) = stats.findings
    assert finding.rule == "exr.pixels"
    assert finding.message == "Lines 48 to 63 of the image cannot be read: their data are damaged."
    values = np.delete(pixels(), np.s_[48:64], axis=0)
    red = {one.name: one for one in only(stats).channels}["R"]
    assert red.count == values.size
    assert (red.min, red.max) == (values.min(), values.max())
    assert red.mean == pytest.approx(values.astype(float).mean(), rel=1e-12)


def test_nothing_is_printed_on_standard_output(
    path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    put(path, offsets(path, CHUNKS)[3] + 8, b"\xa5" * 40)
    assert statistics(path).findings
    assert capfd.readouterr().out == ""


def test_a_tile_that_cannot_be_decoded_costs_only_itself(tmp_path: Path) -> None:
    path = tiled(tmp_path / "tiled.exr")
    across = -(-COLUMNS // 16)
    put(path, offsets(path, 9)[across + 1] + 20, b"\xa5" * 40)
    stats = statistics(path)
    (finding,) = stats.findings
    assert finding.message.startswith("Tile (1, 1) of the image cannot be read")
    assert counted(stats) == {ROWS * COLUMNS - 256}


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (0, "the offset table has no place for them"),
        (20, "before the first pixels"),
        (1 << 40, "the file ends before them"),
        ((1 << 64) - 1, "the file ends before them"),
        (None, "something else"),
    ],
)
def test_a_wrong_offset_is_told(path: Path, place: int | None, told: str) -> None:
    other = offsets(path, CHUNKS)[7]
    put(path, table(path) + 8 * 2, struct.pack("<Q", other if place is None else place))
    stats = statistics(path)
    (finding,) = stats.findings
    assert "Lines 32 to 47" in finding.message
    assert told in finding.message
    assert counted(stats) == {(ROWS - LINES) * COLUMNS}


def test_a_chunk_of_another_part_is_not_taken(tmp_path: Path) -> None:
    path = written(tmp_path / "parts.exr", parts=2)
    places = offsets(path, 2 * CHUNKS)
    put(path, table(path), struct.pack("<Q", places[CHUNKS]))
    stats = statistics(path)
    (finding,) = stats.findings
    assert finding.message.startswith("Lines 0 to 15 of part 0 (part0) cannot be read")
    left, right = stats.parts
    assert {one.count for one in left.channels} == {(ROWS - LINES) * COLUMNS}
    assert {one.count for one in right.channels} == {ROWS * COLUMNS}


@pytest.mark.parametrize("size", [-1, 0, 1 << 30, (1 << 31) - 1])
def test_a_chunk_of_impossible_size_is_told(path: Path, size: int) -> None:
    put(path, offsets(path, CHUNKS)[0] + 4, struct.pack("<i", size))
    stats = statistics(path)
    assert [one.rule for one in stats.findings] == ["exr.pixels"]
    assert counted(stats) == {(ROWS - LINES) * COLUMNS}


@pytest.mark.parametrize("compression", ["NO", "ZIPS", "ZIP", "PIZ"])
def test_a_file_cut_anywhere_is_told(compression: str, tmp_path: Path) -> None:
    path = written(tmp_path / "image.exr", compression)
    data = path.read_bytes()
    for size in [*range(1, len(data), len(data) // 23), len(data) - 1]:
        path.write_bytes(data[:size])
        stats = statistics(path)
        assert stats.findings, size
        assert all(one.count < ROWS * COLUMNS for part in stats.parts for one in part.channels)


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "empty.exr"
    path.touch()
    (finding,) = statistics(path).findings
    assert finding.rule == "exr.header"


@pytest.mark.parametrize(
    "corners",
    [
        (0, 0, (1 << 31) - 1, (1 << 31) - 1),
        (-(1 << 31), -(1 << 31), (1 << 31) - 1, (1 << 31) - 1),
        (0, 0, (1 << 31) - 2, 9),
        (0, 0, 39, (1 << 31) - 2),
        (0, 0, -5, 9),
        (0, 0, 1 << 20, 1 << 20),
    ],
)
@pytest.mark.parametrize("compression", ["NO", "ZIP", "PIZ", "DWAB"])
def test_an_absurd_window_takes_no_memory_and_no_time(
    corners: tuple[int, ...], compression: str, tmp_path: Path
) -> None:
    for make in (written, tiled):
        path = make(tmp_path / "image.exr", compression)
        replaced(path, b"dataWindow", "<4i", *corners)
        stats = statistics(path)
        assert stats.findings
        assert len(stats.findings) < 30


@pytest.mark.parametrize("size", [0, 1, 15, 1 << 20, (1 << 32) - 1])
def test_absurd_tiles_take_no_memory(size: int, tmp_path: Path) -> None:
    path = tiled(tmp_path / "tiled.exr")
    replaced(path, b"tiles", "<2I", size, size)
    assert statistics(path).findings


@pytest.mark.parametrize("count", [-1, 0, 3, 1 << 30, (1 << 31) - 1])
def test_an_absurd_number_of_chunks_is_told(count: int, tmp_path: Path) -> None:
    path = written(tmp_path / "parts.exr", parts=2)
    replaced(path, b"chunkCount", "<i", count)
    stats = statistics(path)
    assert stats.findings
    assert len(stats.parts) == 2


def test_more_channels_than_anybody_has_take_no_memory(path: Path) -> None:
    channels = {f"c{at:05}": np.zeros((1, 1), np.float16) for at in range(5000)}
    header = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.NO_COMPRESSION}
    OpenEXR.File(header, channels).write(str(path))
    (finding,) = statistics(path).findings
    assert "5,000 channels" in finding.message


def test_a_name_that_is_no_text_is_told(path: Path) -> None:
    at = path.read_bytes().index(b"G\0\1\0\0\0")
    put(path, at, b"\xe9")
    (finding,) = statistics(path).findings
    assert "is not UTF-8" in finding.message


def test_a_library_that_is_too_old_is_no_damage(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def file(*given: Any, **named: Any) -> Any:
        raise TypeError("incompatible constructor arguments")

    monkeypatch.setattr(OpenEXR, "File", file)
    with pytest.raises(RushesError) as raised:
        statistics(path)
    assert raised.value.code is Code.DEPENDENCY_MISSING


def test_no_more_is_told_than_anybody_reads(tmp_path: Path) -> None:
    path = written(tmp_path / "image.exr", "NO")
    for line in range(0, ROWS, 2):
        put(path, table(path) + 8 * line, bytes(8))
    findings = statistics(path).findings
    assert len(findings) == 21
    assert findings[0].message.startswith("Line 0 of the image cannot be read")
    assert findings[-1].message == "60 more runs of lines of the image cannot be read."
    assert counted(statistics(path)) == {ROWS // 2 * COLUMNS}


def test_a_header_without_what_it_takes_is_told(path: Path) -> None:
    data = path.read_bytes()
    for name in (b"channels", b"compression", b"dataWindow"):
        path.write_bytes(data.replace(name + b"\0", name[:-1] + b"_\0", 1))
        (finding,) = statistics(path).findings
        assert finding.message.startswith("Nothing of the image can be read: ")


def test_deep_chunks_that_are_damaged_cost_only_themselves(tmp_path: Path) -> None:
    path = _deep(tmp_path / "deep.exr")
    places = offsets(path, 30)
    put(path, places[4] + 4, struct.pack("<Q", 1 << 40))  # the size of the table
    put(path, places[9] + 12, struct.pack("<Q", 1 << 62))  # of the packed samples
    put(path, places[14] + 20, struct.pack("<Q", 1 << 30))  # of the samples
    put(path, places[19] + 28, b"\xa5" * 20)  # the table
    put(path, places[25] - 12, b"\xa5" * 12)  # the end of samples
    stats = statistics(path)
    lines = [finding.message.split(" of ")[0] for finding in stats.findings]
    assert lines == [f"Line {one}" for one in (4, 9, 14, 19, 24)]
    samples = only(stats).samples
    assert samples is not None
    assert samples.pixels == 25 * 20
    assert counted(stats) == {samples.total}


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    path = tmp_path / "text.exr"
    path.write_text("no picture " * 1000)
    stats = statistics(path)
    assert stats.parts == ()
    assert "not an OpenEXR file" in stats.findings[0].message
