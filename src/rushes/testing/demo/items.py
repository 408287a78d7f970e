"""Every file of the demo studio, as data: what it holds, where it lies, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rushes.testing.demo.plants import PLANTS, Fault, Plant
from rushes.testing.demo.shots import FIRST, SHOTS, Shot

_PLATES = {"sq010": "dpx", "sq020": "exr", "sq030": "tif"}
COMPS = {"sq010": "png", "sq020": "exr", "sq030": "tif"}
_STEREO = ("sq030", "sh0030")
_TEXTURED = ("sq010", "sh0010")
_TILES = range(1001, 1005)
_WITH_SOUND = "sh0010"
WORKFILES = 3
# Faults that are in a file, rather than in which files there are.
_INSIDE = (Fault.EMPTY, Fault.TRUNCATED, Fault.CUT, Fault.RESIZED, Fault.NOT_FINITE)


@dataclass(frozen=True, slots=True)
class Item:
    """One file. `medium` says how it is made (see `make`), `frame` which frame of the shot it is;
    for a texture its tile, for a workfile its version, and 0 for the rest.
    """

    folder: str
    name: str
    medium: str
    shot: Shot
    frame: int = 0
    fault: Fault | None = None

    @property
    def path(self) -> str:
        """Relative to the folder of all shows."""
        return f"{self.folder}/{self.name}"


@dataclass(frozen=True, slots=True)
class _Strip:
    folder: str
    head: str
    tail: str
    medium: str
    shot: Shot

    @property
    def pattern(self) -> str:
        return f"{self.folder}/{self.head}%04d{self.tail}"

    def item(self, frame: int, *, padding: int = 4) -> Item:
        name = f"{self.head}{frame:0{padding}d}{self.tail}"
        return Item(self.folder, name, self.medium, self.shot, frame)


def items(plants: Iterable[Plant] = PLANTS) -> list[Item]:
    """All files, folder by folder, `plants` included."""
    by_place: dict[str, list[Plant]] = {}
    for plant in plants:
        by_place.setdefault(plant.where, []).append(plant)
    made: list[Item] = []
    for shot in SHOTS:
        for strip in _strips(shot):
            made += _with(by_place.get(strip.pattern, []), strip)
            made += _strays(by_place.get(strip.folder, []), strip)
        for plant in by_place.get(shot.folder, []):
            if plant.fault is Fault.OVERFULL:
                made += [_old_version(shot).item(frame) for frame in shot.frames]
        made += _single_files(shot)
    return made


def _strips(shot: Shot) -> Iterator[_Strip]:
    name, folder = shot.name, shot.folder
    plate, comp = _PLATES[shot.sequence], COMPS[shot.sequence]
    yield _Strip(
        f"{folder}/plates/v001", f"{name}_plate_v001.", f".{plate}", f"plate.{plate}", shot
    )
    kinds = [("", "render-parts.exr" if shot.sequence == "sq020" else "render.exr")]
    if (shot.sequence, name) == _STEREO:
        kinds = [("left.", "render-left.exr"), ("right.", "render-right.exr")]
    for view, medium in kinds:
        head = f"{name}_lighting_v002.{view}"
        yield _Strip(f"{folder}/renders/v002", head, ".exr", medium, shot)
    yield _Strip(f"{folder}/comps/v003", f"{name}_comp_v003.", f".{comp}", f"comp.{comp}", shot)


def _old_version(shot: Shot) -> _Strip:
    head = f"{shot.name}_lighting_v001."
    return _Strip(f"{shot.folder}/renders/v001", head, ".exr", "render-raw.exr", shot)


def _single_files(shot: Shot) -> Iterator[Item]:
    name, folder = shot.name, shot.folder
    yield Item(f"{folder}/comps/v003", f"{name}_comp_v003.mov", "movie.mov", shot)
    for version in range(1, WORKFILES + 1):
        script = f"{name}_comp_v{version:03}.nk"
        yield Item(f"{folder}/workfiles", script, "script.nk", shot, version)
    yield Item(f"{folder}/workfiles", f"{name}_lighting_v002.usda", "scene.usda", shot, 2)
    if name == _WITH_SOUND:
        yield Item(f"{folder}/reference", f"{name}_guide.wav", "guide.wav", shot)
    if (shot.sequence, name) == _TEXTURED:
        for tile in _TILES:
            texture = f"hull_basecolor.{tile}.tif"
            yield Item(f"{folder}/workfiles/textures", texture, "texture.tif", shot, tile)


def _with(plants: list[Plant], strip: _Strip) -> list[Item]:
    """The strip's files with what was planted in it."""
    made = {frame: strip.item(frame) for frame in strip.shot.frames}
    more: list[Item] = []
    for plant in plants:
        for frame in plant.frames:
            if plant.fault is Fault.LOST:
                del made[frame]
            elif plant.fault is Fault.HANDLES:
                made[frame] = strip.item(frame)
            elif plant.fault is Fault.WIDER:
                made[frame] = strip.item(frame, padding=5)
            elif plant.fault is Fault.TWICE:
                more.append(strip.item(frame, padding=5))
            elif plant.fault is Fault.TEMPORARY:
                whole = strip.item(frame)
                more.append(replace(whole, name=f"{whole.name}.tmp", fault=Fault.TRUNCATED))
            elif plant.fault in _INSIDE:
                made[frame] = replace(made[frame], fault=plant.fault)
    return [made[frame] for frame in sorted(made)] + more


def _strays(plants: list[Plant], strip: _Strip) -> Iterator[Item]:
    for plant in plants:
        if plant.fault is Fault.STRAY:
            yield Item(strip.folder, "Thumbs.db", "thumbs.db", strip.shot, FIRST)
