"""A file sequence made up: so many files in so many ranges, empty, random, or real pictures."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from random import Random

from rushes.core.atomic import create_bytes
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.files import FileSequence
from rushes.model.frames import FrameRange, FrameSet
from rushes.ports.progress import Progress, Silent
from rushes.testing.media.made_picture import FORMATS, pictures

_ENDING = re.compile(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted; `size` is in bytes, None for empty files or `real` pictures."""

    folder: Path
    base: str
    start: int = 1
    frames: int = 100
    pad: int = 4
    ext: str = "tif"
    holes: int = 0
    ranges: int = 1
    size: int | None = None
    real: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class MadeSequence:
    """What is there now. `size` is in bytes, `first` and `last` are file names."""

    folder: Path
    pattern: str
    first: str
    last: str
    frames: FrameSet
    holes: int
    size: int


def make(wish: Wish, *, progress: Progress | None = None) -> MadeSequence:
    """Write all files, each whole or not at all.

    Raises `usage` for what makes no sense and for names that are taken, before anything is
    written, `write.failed`, and `cancelled`.
    """
    progress = progress or Silent()
    _refuse_nonsense(wish)
    frames = frames_of(wish)
    tail = f".{wish.ext.removeprefix('.')}"
    sequence = FileSequence(PurePosixPath(), f"{wish.base}.", tail, wish.pad, frames)
    names = [sequence.name(one) for one in frames]
    taken = next((one for one in names if os.path.lexists(wish.folder / one)), None)
    if taken is not None:
        raise _refused(
            f"{escape(str(wish.folder / taken))} is there already.",
            "Name another folder or another --base: nothing is overwritten.",
        )
    _make_folder(wish.folder)
    size = 0
    for at, (frame, data) in enumerate(_contents(wish, frames, progress), start=1):
        create_bytes(wish.folder / sequence.name(frame), data)
        size += len(data)
        progress.report(at, len(names), note="files")
        if progress.cancelled():
            raise RushesError(Code.CANCELLED, f"Only {at:,} files were made.")
    return MadeSequence(
        wish.folder, sequence.pattern, names[0], names[-1], frames, wish.holes, size
    )


def frames_of(wish: Wish) -> FrameSet:
    """The frames: ranges as long as one another, with gaps as wide as one another, or nearly.

    Where it does not come out even, the first ones are longer and wider.
    """
    lengths = _shared(wish.frames, wish.ranges)
    gaps = _shared(wish.holes, wish.ranges - 1) if wish.ranges > 1 else []
    runs, first = [], wish.start
    for length, gap in zip(lengths, [*gaps, 0], strict=True):
        runs.append(FrameRange(first, first + length - 1))
        first += length + gap
    return FrameSet(tuple(runs))


def _shared(whole: int, parts: int) -> list[int]:
    each, rest = divmod(whole, parts)
    return [each + (at < rest) for at in range(parts)]


def _refuse_nonsense(wish: Wish) -> None:
    for problem, hint in _nonsense(wish):
        raise _refused(problem, hint)


def _nonsense(wish: Wish) -> Iterator[tuple[str, str]]:
    between = wish.ranges - 1
    if wish.ranges > wish.frames:
        told = f"{wish.frames:,} frames cannot be in {wish.ranges:,} ranges."
        yield told, "Give as many --frames as --ranges, or more."
    if wish.holes < between:
        told = f"Between {wish.ranges:,} ranges at least {between:,} frames are missing."
        yield told, f"Give --holes {between} or more, or fewer --ranges."
    if wish.holes and not between:
        told = f"{wish.holes:,} frames cannot be missing within a single range."
        yield told, "Give --ranges 2 or more: holes lie between ranges."
    if not wish.base or "/" in wish.base or "\0" in wish.base:
        yield "The base is no name of a file.", "Give --base a name without a slash."
    if not _ENDING.fullmatch(wish.ext.removeprefix(".")):
        yield f"{wish.ext!r} is no ending of a name.", "Give --ext letters, as in exr."
    if wish.real and wish.size is not None:
        yield "Real pictures have a size of their own.", "Give --real or --bytes, not both."
    if wish.real and _kind(wish) not in FORMATS:
        told = f"No real picture can be written as {wish.ext}."
        yield told, f"With --real, --ext is one of {', '.join(FORMATS)}."


def _contents(wish: Wish, frames: FrameSet, progress: Progress) -> Iterator[tuple[int, bytes]]:
    if wish.real:
        yield from pictures(_kind(wish), frames, seed=wish.seed, progress=progress)
        return
    for frame in frames:
        yield frame, Random(f"{wish.seed}/{frame}").randbytes(wish.size or 0)


def _kind(wish: Wish) -> str:
    return wish.ext.removeprefix(".").lower()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not make the folder {escape(str(folder))}: {error.strerror or error}.",
            hint="Check permissions, or name another --out.",
        ) from error


def _refused(problem: str, hint: str) -> RushesError:
    return RushesError(Code.USAGE, problem, hint=hint)
