"""Small OpenEXR files, also such as no library writes, and what numpy says of their values."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rushes.inspection.header.values import encode
from rushes.inspection.header.wire import MULTIPART, SINGLE_TILE, VERSION, Attribute, Header, Part
from rushes.model.pixels import PERCENTILES, ChannelStats, PixelType

_DEEP = 0x800
_TYPES = {"float16": "HALF", "float32": "FLOAT", "uint32": "UINT"}


def check(stats: ChannelStats, values: Any) -> None:
    """Compare with what numpy makes of all values at once."""
    flat = np.asarray(values).ravel()
    wide = flat.astype(np.float64)
    finite = wide[np.isfinite(wide)]
    assert stats.type is PixelType(_TYPES[flat.dtype.name])
    assert stats.count == flat.size
    assert stats.nan == np.isnan(wide).sum()
    assert stats.positive_infinity == np.isposinf(wide).sum()
    assert stats.negative_infinity == np.isneginf(wide).sum()
    assert stats.finite == finite.size
    assert stats.negative == (finite < 0).sum()
    assert stats.zero == (finite == 0).sum()
    if not finite.size:
        assert (stats.min, stats.max, stats.mean, stats.stddev) == (None, None, None, None)
        return
    assert stats.min == finite.min()
    assert stats.max == finite.max()
    scale = np.abs(finite).max()
    assert stats.mean == pytest.approx(finite.mean(), rel=1e-12, abs=1e-13 * scale)
    assert stats.stddev == pytest.approx(finite.std(), rel=1e-10, abs=1e-13 * scale)
    if stats.type is PixelType.HALF:
        ranked = np.percentile(finite, PERCENTILES, method="inverted_cdf")
        assert stats.percentiles == tuple(zip(PERCENTILES, ranked, strict=True))
    else:
        assert stats.percentiles == ()


@pytest.fixture(name="check")
def _check() -> Callable[..., None]:
    return check


@dataclass
class Laid:
    """A part to be laid out by hand. `counts` (rows, columns) makes it deep: then a channel's
    values are those of all samples, pixel by pixel.
    """

    channels: Mapping[str, Any]
    width: int
    height: int
    samplings: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    compression: str = "NONE"
    corner: tuple[int, int] = (0, 0)
    tile: tuple[int, int] | None = None
    counts: Any = None
    name: str = ""

    @property
    def kind(self) -> str:
        words = ("scanlineimage", "tiledimage", "deepscanline", "deeptile")
        return words[2 * (self.counts is not None) + (self.tile is not None)]


def lay_out(path: Path, *parts: Laid, order: Callable[[list[Any]], list[Any]] = list) -> Path:
    """Write a file of these parts, its chunks in the `order` that is made of the usual one."""
    several = len(parts) > 1
    flags = MULTIPART if several else 0
    if not several and parts[0].counts is not None:
        flags |= _DEEP
    elif not several and parts[0].tile:
        flags |= SINGLE_TILE
    chunks = [_chunks(one, number if several else None) for number, one in enumerate(parts)]
    headers = tuple(
        _header(one, len(found), whole=several or one.counts is not None)
        for one, found in zip(parts, chunks, strict=True)
    )
    head = Header(VERSION, flags, headers, 0).data()
    every = [(part, at) for part, found in enumerate(chunks) for at in range(len(found))]
    place = len(head) + 8 * len(every)
    offsets: dict[tuple[int, int], int] = {}
    body: list[bytes] = []
    for part, at in order(every):
        offsets[part, at] = place
        body.append(chunks[part][at])
        place += len(chunks[part][at])
    table = b"".join(struct.pack("<Q", offsets[one]) for one in every)
    path.write_bytes(head + table + b"".join(body))
    return path


@pytest.fixture(name="lay_out")
def _lay_out() -> Callable[..., Path]:
    return lay_out


@pytest.fixture(name="laid")
def _laid() -> type[Laid]:
    return Laid


def _header(part: Laid, chunks: int, *, whole: bool) -> Part:
    left, top = part.corner
    window = {"min": [left, top], "max": [left + part.width - 1, top + part.height - 1]}
    listed = [
        {
            "name": name,
            "type": _TYPES[np.asarray(part.channels[name]).dtype.name],
            "linear": 0,
            "x_sampling": part.samplings.get(name, (1, 1))[0],
            "y_sampling": part.samplings.get(name, (1, 1))[1],
        }
        for name in sorted(part.channels)
    ]
    values: list[tuple[str, str, Any]] = [
        ("channels", "chlist", listed),
        ("compression", "compression", part.compression),
        ("dataWindow", "box2i", window),
        ("displayWindow", "box2i", window),
        ("lineOrder", "lineOrder", "INCREASING_Y"),
        ("pixelAspectRatio", "float", 1.0),
        ("screenWindowCenter", "v2f", [0.0, 0.0]),
        ("screenWindowWidth", "float", 1.0),
    ]
    if part.tile:
        tile = {"x_size": part.tile[0], "y_size": part.tile[1]}
        tile |= {"level_mode": "ONE_LEVEL", "rounding_mode": "ROUND_DOWN"}  # type: ignore[dict-item]
        values.append(("tiles", "tiledesc", tile))
    if whole:
        values += [("type", "string", part.kind), ("name", "string", part.name or "part")]
        values += [("chunkCount", "int", chunks), ("version", "int", 1)]
    return Part(tuple(Attribute(n.encode(), k.encode(), encode(k, v)) for n, k, v in values))


def _chunks(part: Laid, number: int | None) -> list[bytes]:
    lines = {"ZIP": 16}.get(part.compression, 1)
    wide, high = part.tile or (part.width, lines)
    start = b"" if number is None else struct.pack("<i", number)
    found = []
    for row in range(-(-part.height // high)):
        for column in range(-(-part.width // wide)):
            xs = range(column * wide, min(part.width, (column + 1) * wide))
            ys = range(row * high, min(part.height, (row + 1) * high))
            if part.tile:
                place = struct.pack("<4i", column, row, 0, 0)
            else:
                place = struct.pack("<i", part.corner[1] + row * high)
            body = _flat(part, xs, ys) if part.counts is None else _deep(part, xs, ys)
            found.append(start + place + body)
    return found


def _flat(part: Laid, xs: Sequence[int], ys: Sequence[int]) -> bytes:
    raw = b""
    for y in ys:
        for name in sorted(part.channels):
            across, down = part.samplings.get(name, (1, 1))
            if (part.corner[1] + y) % down == 0:
                line = np.asarray(part.channels[name])[y // down]
                raw += line[xs[0] // across : (xs[-1] + 1) // across].tobytes()
    packed = pack(part.compression, raw)
    return struct.pack("<i", len(packed)) + packed


def _deep(part: Laid, xs: Sequence[int], ys: Sequence[int]) -> bytes:
    counts = np.asarray(part.counts)
    starts = np.concatenate([[0], np.cumsum(counts.ravel())])
    table = np.cumsum(counts[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1], axis=1).astype("<i4")
    raw = b""
    for y in ys:
        first = y * part.width + xs[0]
        for name in sorted(part.channels):
            values = np.asarray(part.channels[name])
            raw += values[starts[first] : starts[first + len(xs)]].tobytes()
    head, body = pack(part.compression, table.tobytes()), pack(part.compression, raw)
    return struct.pack("<3Q", len(head), len(body), len(raw)) + head + body


def pack(compression: str, raw: bytes) -> bytes:
    """As the format packs bytes; as they are where that saves nothing."""
    if compression == "NONE" or not raw:
        return raw
    data = np.frombuffer(raw, np.uint8)
    apart = np.concatenate([data[0::2], data[1::2]])
    steps = np.diff(apart, prepend=apart[:1]) + np.uint8(128)
    steps[0] = apart[0]
    made = _runs(steps.tobytes()) if compression == "RLE" else zlib.compress(steps.tobytes())
    return made if len(made) < len(raw) else raw


def _runs(data: bytes) -> bytes:
    made = bytearray()
    at = 0
    while at < len(data):
        end = at + 1
        while end < min(len(data), at + 128) and data[end] == data[at]:
            end += 1
        if end - at >= 3:
            made += struct.pack("<bB", end - at - 1, data[at])
        else:
            end = min(len(data), at + 5)
            made += struct.pack("<b", at - end) + data[at:end]
        at = end
    return bytes(made)
