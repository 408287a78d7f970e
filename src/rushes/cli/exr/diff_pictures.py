"""Where pictures of differences are written: one for each frame, or that of the worst."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from rushes.cli.exr.diff_pairs import Paired
from rushes.cli.exr.diffing import Compared
from rushes.core.atomic import write_bytes
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.frames.notation import parse_pattern
from rushes.model.files import FileSequence
from rushes.model.frames import FrameSet

_MARK = b"\x89PNG\r\n\x1a\n"
_HINT = "Name another place, as in --image difference.png."


class Pictures:
    """Takes in what was compared, and writes pictures; `written` tells of them.

    What is there already is replaced only where it is a PNG, or empty. Raises `usage` and
    `write.failed` at once where a picture could not be written later.
    """

    def __init__(self, given: Path, paired: Paired) -> None:
        self._given = given
        self._sequence = _sequence(given) if paired.sequence else None
        self._worst: Compared | None = None
        self.written: list[dict[str, Any]] = []
        for place in {self._place(one.frame) for one in paired.pairs}:
            _check(place)

    def take(self, one: Compared) -> None:
        """Write the picture of a frame, or keep it for `finish`. Raises `write.failed`."""
        if not one.picture:
            return
        if self._sequence is not None:
            self._write(one)
        elif self._worst is None or _badness(one) > _badness(self._worst):
            self._worst = one

    def finish(self) -> None:
        """Write the picture of the worst frame, if it is the only one. Raises `write.failed`."""
        if self._worst is not None:
            self._write(self._worst)

    def _write(self, one: Compared) -> None:
        place = self._place(one.pair.frame)
        write_bytes(place, one.picture)
        told = {"path": escape(str(place)), "frame": one.pair.frame, "white": one.white}
        self.written.append(told)

    def _place(self, frame: int | None) -> Path:
        if self._sequence is None or frame is None:
            return self._given
        return Path(self._sequence.name(frame))


def _sequence(given: Path) -> FileSequence | None:
    """The pictures' own sequence, where the place is a pattern."""
    with suppress(RushesError):
        found = parse_pattern(os.fspath(given))
        if found.frames is None and not found.tiles and not found.subframe_digits:
            return FileSequence(PurePosixPath(), found.head, found.tail, found.padding, FrameSet())
    return None


def _badness(one: Compared) -> tuple[bool, float, int]:
    """Pairs of values without a distance are the worst, then the largest distance."""
    pixels = one.diff.pixels or () if one.diff else ()
    channels = [channel for part in pixels for channel in part.channels]
    unequal = any(part.samples and part.samples.unequal for part in pixels)
    return (
        unequal or any(channel.unlike for channel in channels),
        max((float(channel.max_abs or 0) for channel in channels), default=0.0),
        sum(channel.over for channel in channels),
    )


def _check(place: Path) -> None:
    name = escape(str(place))
    if place.suffix.lower() != ".png":
        raise RushesError(Code.USAGE, f"{name} is no name of a PNG.", hint=_HINT)
    if not place.parent.is_dir():
        raise RushesError(
            Code.WRITE_FAILED,
            f"There is no folder {escape(str(place.parent))} for the picture.",
            hint="Make it first, or name another place.",
        )
    if os.path.lexists(place) and not _is_picture(place):
        raise RushesError(
            Code.USAGE, f"{name} is there and is no PNG; it was left alone.", hint=_HINT
        )


def _is_picture(place: Path) -> bool:
    """Whether a file there may be replaced: an empty one, or a PNG."""
    if not place.is_file():
        return False
    with suppress(OSError), place.open("rb") as file:
        return file.read(len(_MARK)) in (b"", _MARK)
    return False
