"""Making the files of the demo studio, each with the library its format is at home in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.testing.demo import text
from rushes.testing.demo.items import Item
from rushes.testing.demo.plants import Fault
from rushes.testing.media import clip, exr, raster, scene

if TYPE_CHECKING:
    from rushes.testing.media.scene import Values

_OTHER_SIZE = (256, 144)
_EYE = 0.06
_DAY_S = 86_400
_WRITTEN = 1_772_442_000  # 2 March 2026, 09:00 UTC: when work on the show began
_STAGE = {"plate": 0, "guide": 0, "texture": 3, "render": 8, "scene": 7, "script": 11, "thumbs": 1}


def make(item: Item, path: Path) -> None:
    """Write the file at `path`, fault and time of change included."""
    maker = _MAKERS[item.medium]
    if item.fault is Fault.EMPTY:
        path.write_bytes(b"")
    else:
        maker(item, path)
    if item.fault in (Fault.TRUNCATED, Fault.CUT):
        size = path.stat().st_size
        os.truncate(path, size * 12 // 100 if item.fault is Fault.TRUNCATED else size - 700)
    moment = written(item) * 1_000_000_000
    os.utime(path, ns=(moment, moment))


def written(item: Item) -> int:
    """When the file was written, in seconds: made up, and the same every time."""
    kind = item.medium.partition(".")[0].partition("-")[0]
    day = _STAGE.get(kind, 12) * _DAY_S
    return _WRITTEN + day + item.shot.number * 2400 + item.frame % 1000 * 47


def _size(item: Item) -> tuple[int, int]:
    return _OTHER_SIZE if item.fault is Fault.RESIZED else scene.SIZE


def _plate(item: Item, path: Path) -> None:
    _picture(path, scene.plate(item.shot.look, item.shot.at(item.frame), size=_size(item)))


def _comp(item: Item, path: Path) -> None:
    _picture(path, scene.comp(item.shot.look, item.shot.at(item.frame), size=_size(item)))


def _picture(path: Path, values: Values) -> None:
    # A temporary file has the format of the file it was to become.
    if ".exr" in path.suffixes:
        exr.write(path, [exr.Part("rgb", exr.colour(values))])
    else:
        raster.write(path, raster.for_screen(values))


def _render(item: Item, path: Path) -> None:
    eye = {"render-left.exr": -_EYE, "render-right.exr": _EYE}.get(item.medium, 0.0)
    at = item.shot.at(item.frame)
    frame = scene.passes(item.shot.look, at, size=_size(item), eye=eye)
    if item.fault is Fault.NOT_FINITE:
        _spoil(frame)
    parts = exr.render(frame, multipart=item.medium == "render-parts.exr")
    exr.write(path, parts, compressed=item.medium != "render-raw.exr")


def _spoil(frame: scene.Passes) -> None:
    """A handful of pixels in the middle of what is seen become not a number."""
    import numpy as np

    rows, columns = np.nonzero(frame.alpha >= 1)
    row, column = int(np.median(rows)), int(np.median(columns[rows == int(np.median(rows))]))
    frame.specular[row : row + 4, column : column + 6] = np.nan


def _texture(item: Item, path: Path) -> None:
    import numpy as np

    rows, columns = np.mgrid[0:64, 0:64].astype(np.float32) / 64
    check = ((np.floor(rows * 8) + np.floor(columns * 8)) % 2)[..., None]
    tint = np.asarray(item.shot.look.balls[item.frame % 3], np.float32)
    raster.write(path, raster.for_screen(tint * (0.5 + 0.5 * check)))


def _movie(item: Item, path: Path) -> None:
    shot = item.shot
    pictures = (scene.comp(shot.look, shot.at(frame)) for frame in shot.frames)
    clip.write_movie(path, map(raster.for_screen, pictures), size=scene.SIZE)


def _guide(item: Item, path: Path) -> None:
    seconds = len(item.shot.frames) / clip.FPS
    clip.write_sound(path, seconds=seconds, pitch=110 + 15 * item.shot.number)


def _script(item: Item, path: Path) -> None:
    path.write_text(text.nuke_script(item.shot, version=item.frame), "utf-8")


def _scene(item: Item, path: Path) -> None:
    path.write_text(text.usd_layer(item.shot), "utf-8")


def _thumbs(_item: Item, path: Path) -> None:
    # How the compound files begin that Windows keeps its previews in.
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0"))


_MAKERS: dict[str, Callable[[Item, Path], None]] = {
    **dict.fromkeys(("plate.dpx", "plate.exr", "plate.tif"), _plate),
    **dict.fromkeys(("comp.png", "comp.exr", "comp.tif"), _comp),
    **dict.fromkeys(("render.exr", "render-parts.exr", "render-raw.exr"), _render),
    **dict.fromkeys(("render-left.exr", "render-right.exr"), _render),
    "texture.tif": _texture,
    "movie.mov": _movie,
    "guide.wav": _guide,
    "script.nk": _script,
    "scene.usda": _scene,
    "thumbs.db": _thumbs,
}
