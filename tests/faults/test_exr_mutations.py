"""Two thousand damaged files: no crash, no hang, little memory, and what was damaged is told."""

from __future__ import annotations

import random
import struct
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import OpenImageIO
import orjson
import pytest

from rushes.adapters.storage.local import LocalStorage
from rushes.inspection.header import wire
from rushes.inspection.header.document import document, header_bytes
from rushes.inspection.header.reading import ReadHeader, read_header
from rushes.inspection.pixels.many import statistics_of
from rushes.model.image import Image
from rushes.model.pixels import PixelStats
from rushes.policy.facts import Facts, measured
from rushes.policy.judging import judge
from rushes.policy.shelf import find

COUNT, SEED = 2_000, 20_261
ROWS, COLUMNS = 48, 40
TIMEOUT_S = 60.0
MEMORY = 1 << 20  # bytes that reading a header of a few KB may take at its peak
COMPRESSIONS = (
    *("NO", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "B44A", "DWAA", "DWAB"),
    *("HTJ2K256", "HTJ2K32"),
)
NEEDED = (
    *(b"channels", b"compression", b"dataWindow", b"displayWindow", b"lineOrder"),
    *(b"pixelAspectRatio", b"screenWindowCenter", b"screenWindowWidth"),
)


@dataclass(frozen=True)
class Base:
    """A sound file: its bytes and where things are in them.

    `attributes` are where each begins, its size stands, and it ends; `chunks` are the places of
    those that hold the full picture, `entries` how many the offset table has.
    """

    name: str
    data: bytes
    table: int
    attributes: tuple[tuple[int, int, int], ...]
    chunks: tuple[int, ...]
    entries: int


@dataclass(frozen=True)
class Mutant:
    """A damaged file. `told` says that something has to be reported of it."""

    base: Base
    kind: str
    data: bytes
    told: bool


# --- sound files


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> list[Base]:
    """Small files of every kind of part and every compression."""
    folder = tmp_path_factory.mktemp("sound")
    for name in COMPRESSIONS:
        _picture(folder / f"scanline.{name}.exr", name)
        _picture(folder / f"tiled.{name}.exr", name, tile=16)
    for name in ("ZIP", "PIZ"):
        _picture(folder / f"multipart.{name}.exr", name, parts=3)
        _picture(folder / f"multipart.tiled.{name}.exr", name, parts=2, tile=16)
    for name in ("NO", "RLE", "ZIPS"):
        _deep(folder / f"deep.{name}.exr", name)
    _levels(folder / "mipmap.exr")
    return [_base(path) for path in sorted(folder.iterdir())]


def _picture(path: Path, compression: str, *, parts: int = 1, tile: int = 0) -> None:
    rng = np.random.default_rng(1)
    header: dict[str, Any] = {
        "type": OpenEXR.tiledimage if tile else OpenEXR.scanlineimage,
        "compression": getattr(OpenEXR, f"{compression}_COMPRESSION"),
        "comment": "a picture of noise",
    }
    if tile:
        header["tiles"] = OpenEXR.TileDescription()
        header["tiles"].xSize = header["tiles"].ySize = tile
    noise = np.round(rng.normal(0, 2, (ROWS, COLUMNS)) * 4) / 4
    channels = {"R": noise.astype(np.float16), "Z": noise.astype(np.float32)}
    made = [OpenEXR.Part({**header}, {**channels}, f"part{at}") for at in range(parts)]
    OpenEXR.File(made).write(str(path))


def _deep(path: Path, compression: str) -> None:
    rng = np.random.default_rng(3)
    values = np.empty((ROWS, COLUMNS), dtype=object)
    for at in np.ndindex(values.shape):
        values[at] = rng.integers(0, 4, int(rng.integers(1, 4))).astype(np.float32)
    kind = getattr(OpenEXR, f"{compression}_COMPRESSION")
    header = {"type": OpenEXR.deepscanline, "compression": kind}
    OpenEXR.File(header, {"Z": values}).write(str(path))


def _levels(path: Path) -> None:
    """A texture with all smaller levels."""
    size = 32
    out: Any = OpenImageIO.ImageOutput.create(str(path))
    mode = "Create"
    while size:
        spec = OpenImageIO.ImageSpec(size, size, 1, "half")
        spec.tile_width = spec.tile_height = 16
        spec.attribute("compression", "zip")
        spec.attribute("textureformat", "Plain Texture")
        assert out.open(str(path), spec, mode), out.geterror()
        assert out.write_image(np.full((size, size, 1), 0.5, np.float32)), out.geterror()
        size, mode = size // 2, "AppendMIPLevel"
    out.close()


def _base(path: Path) -> Base:
    data = path.read_bytes()
    found = wire.parse(data)
    places: list[tuple[int, int, int]] = []
    at = 8
    for part in found.parts:
        for one in part.attributes:
            size = at + len(one.name) + len(one.type) + 2
            places.append((at, size, size + 4 + len(one.raw)))
            at = places[-1][2]
        at += 1
    image = _read(path).image
    assert image is not None
    entries = sum(part.chunk_count or 0 for part in image.parts)
    table = struct.unpack_from(f"<{entries}Q", data, found.end)
    full = 4 if path.name == "mipmap.exr" else entries
    return Base(path.stem, data, found.end, tuple(places), table[:full], entries)


# --- damage


def _mutants(bases: list[Base]) -> Iterator[Mutant]:
    chance = random.Random(SEED)
    while True:
        for base in bases:
            kind = chance.choice([*DAMAGES])
            data, told = DAMAGES[kind](base, chance)
            yield Mutant(base, kind, data, told)


def _cut(base: Base, chance: random.Random) -> tuple[bytes, bool]:
    return base.data[: chance.randrange(len(base.data))], True


def _flipped(base: Base, chance: random.Random) -> tuple[bytes, bool]:
    """Anything may come of it, even another sound file."""
    low, high = chance.choice([(0, base.table), (base.table, len(base.data))])
    made = bytearray(base.data)
    for _ in range(chance.choice([1, 1, 4, 40])):
        made[chance.randrange(low, high)] ^= 1 << chance.randrange(8)
    return bytes(made), False


def _window(base: Base, chance: random.Random) -> tuple[bytes, bool]:
    edge = (1 << 31) - 1
    corners = chance.choice(
        [
            *((0, 0, edge, edge), (-edge - 1, -edge - 1, edge, edge), (0, 0, edge, 7)),
            *((0, 0, 7, edge), (5, 5, 4, 4), (0, 0, 1 << 20, 1 << 20), (0, 0, -edge, 9)),
        ]
    )
    at = base.data.index(b"dataWindow\0box2i\0") + len(b"dataWindow\0box2i\0") + 4
    return _put(base.data, at, struct.pack("<4i", *corners)), True


def _size(base: Base, chance: random.Random) -> tuple[bytes, bool]:
    _, at, _ = chance.choice(base.attributes)
    size = chance.choice([-1, -(1 << 31), (1 << 31) - 1, 1 << 28, 1 << 20, 65_536])
    return _put(base.data, at, struct.pack("<i", size)), True


def _offset(base: Base, chance: random.Random) -> tuple[bytes, bool]:
    number = chance.randrange(len(base.chunks))
    others = [one for one in base.chunks if one != base.chunks[number]]
    wrong = [0, 1, base.table, len(base.data), 1 << 40, (1 << 64) - 1, *others[:3]]
    return _put(base.data, base.table + 8 * number, struct.pack("<Q", chance.choice(wrong))), True


def _inserted(base: Base, chance: random.Random) -> tuple[bytes, bool]:
    """Bytes among the attributes or between header and pixels, where nothing fits any more."""
    at = chance.randrange(8, base.chunks[0])
    more = bytes(chance.randrange(256) for _ in range(chance.choice([1, 2, 3, 5, 8, 100])))
    return base.data[:at] + more + base.data[at:], True


def _removed(base: Base, chance: random.Random) -> tuple[bytes, bool]:
    at = chance.randrange(base.chunks[0])
    return base.data[:at] + base.data[at + chance.choice([1, 2, 3, 5, 8, 100]) :], True


def _needed(base: Base, chance: random.Random) -> tuple[bytes, bool]:
    """A name or a type of an attribute that every file needs, damaged."""
    name = chance.choice(NEEDED)
    whole = next(one for one in base.attributes if base.data.startswith(name + b"\0", one[0]))
    at = chance.randrange(whole[0], whole[1])
    return _put(base.data, at, bytes([base.data[at] ^ 1 << chance.randrange(8)])), True


def _flags(base: Base, chance: random.Random) -> tuple[bytes, bool]:
    """A bit of the version field; that of long names harms nobody."""
    bit = chance.choice([one for one in range(32) if 1 << one != wire.LONG_NAMES])
    (field,) = struct.unpack_from("<I", base.data, 4)
    return _put(base.data, 4, struct.pack("<I", field ^ 1 << bit)), True


def _put(data: bytes, at: int, piece: bytes) -> bytes:
    return data[:at] + piece + data[at + len(piece) :]


DAMAGES: dict[str, Callable[[Base, random.Random], tuple[bytes, bool]]] = {
    "cut": _cut,
    "flipped": _flipped,
    "window": _window,
    "size": _size,
    "offset": _offset,
    "inserted": _inserted,
    "removed": _removed,
    "needed": _needed,
    "flags": _flags,
}


# --- what is made of them


@pytest.fixture(scope="module")
def mutants(
    bases: list[Base], tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Mutant, Path]]:
    """All of them, as files."""
    folder = tmp_path_factory.mktemp("damaged")
    made = []
    for number, one in enumerate(islice(_mutants(bases), COUNT)):
        path = folder / f"{number:04}.{one.kind}.{one.base.name}.exr"
        path.write_bytes(one.data)
        made.append((one, path))
    return made


@pytest.fixture(scope="module")
def counted(mutants: list[tuple[Mutant, Path]]) -> dict[Path, PixelStats]:
    """Their pixels, counted by bounded workers."""
    wanted = [(path, path) for _, path in mutants]
    found: dict[Path, PixelStats] = {}
    for path, stats in statistics_of(wanted, workers=2, timeout=TIMEOUT_S):
        assert isinstance(stats, PixelStats), path
        found[path] = stats
    return found


def _read(path: Path) -> ReadHeader:
    return read_header(LocalStorage(), str(path))


def test_sound_files_have_no_findings(bases: list[Base], tmp_path: Path) -> None:
    paths = []
    for base in bases:
        paths.append(tmp_path / f"{base.name}.exr")
        paths[-1].write_bytes(base.data)
        assert _read(paths[-1]).findings == (), base.name
    for _, stats in statistics_of([(path, path) for path in paths], workers=2):
        assert isinstance(stats, PixelStats)
        assert stats.complete, stats.findings


def test_headers_are_read_or_refused_in_little_memory(mutants: list[tuple[Mutant, Path]]) -> None:
    tracemalloc.start()
    try:
        for _, path in mutants:
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            found = _read(path)
            orjson.dumps(document(found))
            _, peak = tracemalloc.get_traced_memory()
            assert peak - before < MEMORY, path
    finally:
        tracemalloc.stop()


def test_a_document_holds_the_header_that_the_damaged_file_has(
    mutants: list[tuple[Mutant, Path]],
) -> None:
    for mutant, path in mutants:
        told = orjson.loads(orjson.dumps(document(_read(path))))
        size = told["file"]["header_bytes"]
        if size is not None:
            assert header_bytes(told) == mutant.data[:size], path
        else:
            assert told["errors"], path


def test_policies_judge_what_there_is(
    mutants: list[tuple[Mutant, Path]], counted: dict[Path, PixelStats]
) -> None:
    policy = find("studio-default", None)
    for _, path in mutants:
        found = _read(path)
        if isinstance(found.image, Image):
            stats = counted[path]
            judge(policy, Facts(found.path, found.size, found.image))
            judge(policy, Facts(found.path, found.size, found.image, measured(stats)))


def test_no_worker_is_lost_and_every_count_is_right(counted: dict[Path, PixelStats]) -> None:
    for path, stats in counted.items():
        for one in stats.findings:
            assert "cannot be read: reading it" not in one.message, (path, one.message)
            assert "Error" not in one.message, (path, one.message)
        for part in stats.parts if stats.complete else ():
            pixels = part.width * part.height
            if part.samples is not None:
                assert part.samples.pixels == pixels, path
            else:
                assert {channel.count for channel in part.channels} == {pixels}, path


def test_what_was_damaged_is_told(
    mutants: list[tuple[Mutant, Path]], counted: dict[Path, PixelStats]
) -> None:
    silent = [
        path.name
        for mutant, path in mutants
        if mutant.told and not _read(path).findings and not counted[path].findings
    ]
    assert silent == []
