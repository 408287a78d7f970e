"""OpenEXR files as studios have them, that every library reads: headers, tables, hollow chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random

from rushes.inspection.header.facts import image
from rushes.inspection.header.wire import MULTIPART
from rushes.model.image import Image, Value
from rushes.testing.media.headers import file
from rushes.testing.media.industry import takes
from rushes.testing.media.take import Take, attributes_of

RENDERS, MULTIPARTS, DEEP, SMALL, ALONE = "2K renders", "multipart", "deep", "small", "single"
COUNTS = {RENDERS: 500, MULTIPARTS: 500, DEEP: 300, SMALL: 500, ALONE: 400}
_FRAMES = (50, 100)  # of a render
_ATTRIBUTES, _CHANNELS, _WIDTHS = 62, 24, range(1998, 2250)
_CLAIM = 1 << 30  # bytes of pixels; OpenImageIO refuses to open small files that claim more
_SIZES = {"UINT": 4, "FLOAT": 4, "HALF": 2}
# What a farm notes of every frame, besides what the renderer does.
_MOVING = ("timeCode", "stats/renderMemory", "stats/rays", "stats/primitives")
_SETTINGS = (
    *("aaSamples", "diffuseDepth", "specularDepth", "transmissionDepth", "volumeDepth"),
    *("giSamples", "bucketSize", "threads", "filterWidth", "lightSamples", "textureCache"),
)
_WORDS = ("filter", "scene", "camera", "licence", "host", "job", "plugin", "denoiser")


def made(folder: Path, *, shrink: int = 1) -> dict[str, list[str]]:
    """Paths of the files of each kind, in the order of frames; one in `shrink` of all counts."""
    random = Random(5)
    ways: Mapping[str, Callable[[], Iterator[tuple[Take, int]]]] = {
        RENDERS: partial(_renders, random),
        MULTIPARTS: partial(_chosen, 11, lambda one: bool(one.flags & MULTIPART)),
        DEEP: partial(_chosen, 12, lambda one: any(part.deep for part in one.parts)),
        SMALL: partial(_chosen, 13, _small),
        ALONE: partial(_chosen, 14, lambda _: True, frames=1),
    }
    return {
        kind: _written(folder / kind.replace(" ", "_"), islice(way(), COUNTS[kind] // shrink))
        for kind, way in ways.items()
    }


def _renders(random: Random) -> Iterator[tuple[Take, int]]:
    """Frames of whole renders, in one part, of many passes and with much to tell of them."""
    for one in _takes(10, _rendered):
        given = _noted(random, _ATTRIBUTES - len(one.parts[0]) - len(one.changing) - len(_MOVING))
        parts = tuple([{**part, **attributes_of(given)} for part in one.parts])
        long = replace(one, parts=parts, changing=(*one.changing, *_MOVING))
        yield from ((long, frame) for frame in range(random.randint(*_FRAMES)))


def _chosen(
    seed: int, wanted: Callable[[Image], bool], *, frames: int = 0
) -> Iterator[tuple[Take, int]]:
    """All frames of takes that are wanted, or the first `frames` of each."""
    for one in _takes(seed, wanted):
        yield from ((one, at) for at in range(frames or one.count))


def _takes(seed: int, wanted: Callable[[Image], bool]) -> Iterator[Take]:
    for one in takes(seed):
        header = one.header(0)
        found = image(header, header.data())
        if wanted(found) and _claimed(found) < _CLAIM:
            yield one


def _rendered(found: Image) -> bool:
    (first, *others) = found.parts
    window = first.display_window
    return (
        not (others or first.tiled or first.deep)
        and len(first.channels) >= _CHANNELS
        and window is not None
        and window.width in _WIDTHS
    )


def _small(found: Image) -> bool:
    return len(found.parts) == 1 and len(found.parts[0].channels) <= 4


def _claimed(found: Image) -> int:
    """Bytes that all pixels would take; windows that wander are taken for a whole picture."""
    total = 0
    for part in found.parts:
        window = part.display_window
        assert window is not None
        area = (window.width + 200) * (window.height + 200)
        total += area * sum(_SIZES[channel.type] for channel in part.channels)
    return total


def _noted(random: Random, count: int) -> list[tuple[str, str, Value]]:
    """So many attributes that a render has and that never change."""
    numbers = [(f"render/{name}", "int", random.randint(1, 64)) for name in _SETTINGS]
    words = [(f"render/{name}", "string", f"{name}_{random.randint(1, 999):03}") for name in _WORDS]
    lights = [(f"render/light{at}/exposure", "float", at / 8) for at in range(60)]
    found: list[tuple[str, str, Value]] = [*words, *numbers, *lights]
    return found[: max(0, count)]


def _written(folder: Path, frames: Iterator[tuple[Take, int]]) -> list[str]:
    folder.mkdir()
    paths: list[str] = []
    for number, (take, at) in enumerate(frames):
        path = folder / f"{number:05}.exr"
        path.write_bytes(file(take.header(at), bodies=True))
        paths.append(str(path))
    return paths
