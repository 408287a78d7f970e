"""Attributes that differ from frame to frame of one take, and say nothing about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rushes.model.image import Value

_FPS = 24
_KEYCODE = ("film_mfc_code", "film_type", "prefix", "count")
_KEYCODE_PERFORATIONS = {"perf_offset": 0, "perfs_per_frame": 4, "perfs_per_count": 64}


def changing(names: Iterable[str], frame: int) -> Iterator[tuple[str, str, Value]]:
    """Name, type and value of each at that frame."""
    for name in names:
        yield name, *_at(name, frame)


def _at(name: str, frame: int) -> tuple[str, Value]:
    leaf = name.rpartition("/")[2]
    if leaf == "timeCode":
        return "timecode", {"time_and_flags": _timecode(frame), "user_data": 0}
    if leaf == "keyCode":
        film = dict(zip(_KEYCODE, (1, 2, 123456, frame % 10_000), strict=True))
        return "keycode", film | _KEYCODE_PERFORATIONS
    if leaf in ("frame", "rays", "primitives"):
        return "int", frame
    if leaf in ("worldToCamera", "worldToNDC", "cameraTransform", "Nl", "NP"):
        moved = frame / 100
        return "m44f", [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [moved, 0, -moved, 1]]
    if leaf in ("renderTime", "rendertime", "renderMemory", "memory", "vram"):
        return "float", 100 + (frame * 7919 % 1000) / 10
    minutes, seconds = divmod(frame, 60)
    hours = 9 + minutes // 60 % 12
    day = 1 + minutes // 720 % 28
    return "string", f"2024:05:{day:02} {hours:02}:{minutes % 60:02}:{seconds:02}"


def _timecode(frame: int) -> int:
    """Frames as SMPTE 12M packs them: two decimal digits to a byte."""
    seconds, frames = divmod(frame, _FPS)
    fields = (seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, frames)
    packed = 0
    for field in fields:
        packed = packed << 8 | field // 10 << 4 | field % 10
    return packed
