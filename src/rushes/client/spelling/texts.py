"""Paths, names, frames and moments as JSON's text, and back."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.model.frames import FrameRange, FrameSet

_RUN = re.compile(r"(-?[0-9]{1,18})(?:-(-?[0-9]{1,18})(?:x([0-9]{1,18}))?)?")


def refused(field: str, why: str) -> RushesError:
    """A value makes no sense; to be raised."""
    return RushesError(Code.FIELD_INVALID, f"{field}: {why}.")


@lru_cache(4_096)
def folder_of(text: str) -> PurePosixPath:
    """A folder below a storage root. Raises `usage` or `field.invalid`."""
    path = unescape(text)
    made = PurePosixPath(path)
    if str(made) != path or made.is_absolute() or ".." in made.parts or "\0" in path:
        raise refused("folder", "write it relative to its storage root, as in show/sh010 or .")
    return made


def folder_text(folder: PurePosixPath) -> str:
    """`folder_of` back."""
    return escape(str(folder))


def root_of(text: str) -> str:
    """Where a storage root is mounted. Raises `usage` or `field.invalid`."""
    mount = unescape(text)
    if (mount[:1] != "/" and mount[1:2] != ":") or "\0" in mount:
        raise refused("root", "write the absolute path that the storage root is mounted at")
    if ".." in mount.replace("\\", "/").split("/"):
        raise refused("root", "write where it is mounted without '..', which leads elsewhere")
    return mount


def name_of(text: str) -> str:
    """A file's name, or a part of it. Raises `usage` or `field.invalid`."""
    name = unescape(text)
    if "/" in name or "\0" in name:
        raise refused("name", "no name of a file holds a slash or a NUL")
    return name


def frames_text(frames: FrameSet) -> str:
    """`1001-1050x2,1060`, run by run."""
    return ",".join(map(_run_text, frames.runs))


@lru_cache(4_096)
def frames_of(text: str) -> FrameSet:
    """The very runs that `frames_text` wrote. Raises `field.invalid`."""
    if not text:
        return FrameSet()
    runs: list[FrameRange] = []
    for piece in text.split(","):
        found = _RUN.fullmatch(piece)
        if found is None:
            raise refused("frames", f"{piece[:40]!r} is no range such as 1001-1050x2")
        first, last, step = found.groups()
        try:
            run = FrameRange(int(first), int(last or first), int(step or 1))
        except ValueError:
            raise refused("frames", f"there is no frame in {piece[:40]!r}") from None
        if runs and run.first <= runs[-1].last:
            raise refused("frames", "ranges ascend, and do not overlap")
        runs.append(run)
    return FrameSet(tuple(runs))


def _run_text(run: FrameRange) -> str:
    if run.first == run.last:
        return str(run.first)
    return f"{run.first}-{run.last}" + (f"x{run.step}" if run.step != 1 else "")


def moment_of(text: str) -> datetime:
    """A moment in UTC, as `core.clock.iso` writes it. Raises `field.invalid`."""
    try:
        made = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if made.tzinfo is None:
            raise ValueError(text)
        return made.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise refused("time", f"write {text[:40]!r} as in 2026-11-21T01:02:03.000004Z") from None
