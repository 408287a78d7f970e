"""Telling UDIM tiles from frames, which both count from 1001.

A tile is 1001 + column + 10 × row, with ten columns. Taking frames for tiles would hide missing
frames, so every doubt is decided for frames.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rushes.model.frames import FrameSet

FIRST, LAST = 1001, 1999
_UDIM = re.compile(r"(?<![A-Za-z])udims?(?![A-Za-z])", re.IGNORECASE)
_TEXTURE_FORMATS = frozenset((".tx", ".tex", ".rat"))
_TEXTURE_FOLDERS = frozenset(
    [
        "map",
        "maps",
        "sourceimages",
        "surfacing",
        "tex",
        "texture",
        "textures",
        "txt",
        "tx",
        "udim",
        "udims",
    ]
)
_CHANNELS = frozenset(
    [
        "albedo",
        "alb",
        "ao",
        "basecolor",
        "base",
        "bump",
        "cavity",
        "clearcoat",
        "coat",
        "col",
        "color",
        "colour",
        "diff",
        "diffuse",
        "disp",
        "displacement",
        "dmap",
        "emission",
        "emissive",
        "gloss",
        "glossiness",
        "height",
        "ior",
        "metal",
        "metallic",
        "metalness",
        "nml",
        "normal",
        "nrm",
        "occlusion",
        "opacity",
        "rough",
        "roughness",
        "scatter",
        "sheen",
        "spec",
        "specular",
        "sss",
        "subsurface",
        "thickness",
        "translucency",
        "transmission",
        "vdisp",
    ]
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


def are_tiles(head: str, tail: str, frames: FrameSet, folder: str) -> bool:
    """Whether four-digit numbers between `head` and `tail` are tiles. In this order:

    - a number outside 1001 to 1999: frames;
    - `udim` as a word of the name, or a texture format (tx, tex, rat): tiles;
    - more than ten in a row without a gap: frames, a full row of tiles has ten;
    - a folder for textures above them: tiles;
    - a texture channel's name before the number, and the layout of tiles: tiles;
    - anything else: frames.
    """
    runs = frames.runs
    if runs[0].first < FIRST or runs[-1].last > LAST:
        return False
    if _says_udim(head, tail):
        return True
    if len(runs) == 1 and runs[0].step == 1 and len(runs[0]) > 10:
        return False
    return _is_texture_folder(folder) or (_names_channel(head) and _is_layout(frames))


def _is_layout(frames: FrameSet) -> bool:
    """Two rows or more, none skipped, each from its first column on without a hole, none full.

    Lost frames leave such holes only if each ten loses its last frames, and none of the others;
    every second or every tenth frame never looks like this.
    """
    rows: dict[int, list[int]] = {}
    for tile in frames:
        row, column = divmod(tile - FIRST, 10)
        rows.setdefault(row, []).append(column)
    widest = max(len(columns) for columns in rows.values())
    return (
        len(rows) > 1
        and max(rows) == len(rows) - 1
        and 1 < widest < 10
        and all(columns == list(range(len(columns))) for columns in rows.values())
    )


def _says_udim(head: str, tail: str) -> bool:
    if tail.lower() in _TEXTURE_FORMATS:
        return True
    name = f"{head} {tail}"
    return "udim" in name.lower() and _UDIM.search(name) is not None


@lru_cache(maxsize=1024)
def _is_texture_folder(folder: str) -> bool:
    return not _TEXTURE_FOLDERS.isdisjoint(folder.lower().split("/"))


def _names_channel(head: str) -> bool:
    """Whether the last word before the number is a texture channel: hero_baseColor."""
    words = [word.lower() for word in _WORDS.findall(head)]
    return bool(words) and (words[-1] in _CHANNELS or "".join(words[-2:]) in _CHANNELS)
