"""Which pictures a report shows of an asset, and the room they have on a page."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from rushes.core.errors import RushesError
from rushes.frames.notation import parse_frames, parse_pattern
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet
from rushes.model.signoff import SequencePrint
from rushes.ports.progress import Progress, Silent
from rushes.qc.report.content import ReportedAsset
from rushes.report.wording import frame_text

_WIDTH = 200  # pixels; they are shown at 124
_JPEG = b"\xff\xd8\xff"
# How records write a file's name that looks like a pattern.
_DOUBLED = re.compile(r"%%(?=0?\d*d|UDIM)")


class Wanted(NamedTuple):
    """A file to be pictured: `label` is its frame, empty for a single file."""

    label: str
    path: Path


@dataclass(frozen=True, slots=True)
class Pictures:
    """Thumbnails (JPEG) by the file that they are of, files that are not there any more, and why
    others could not be made.
    """

    made: Mapping[Path, bytes] = field(default_factory=dict)
    gone: frozenset[Path] = frozenset()
    failed: Mapping[Path, RushesError] = field(default_factory=dict)

    def __contains__(self, path: Path) -> bool:
        """Whether a picture of that file was asked for."""
        return path in self.made or path in self.gone or path in self.failed


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of one frame, or why there is none, in a few words and in a sentence."""

    label: str
    data: bytes = b""
    why: str = ""
    told: str = ""

    @property
    def uri(self) -> str:
        """The picture as a data URI."""
        return f"data:image/jpeg;base64,{b64encode(self.data).decode('ascii')}"


class Album:
    """The pictures of assets, as long as there is room for them."""

    def __init__(self, pictures: Pictures, *, room: int) -> None:
        self._pictures = pictures
        self._room = room
        self.left_out = 0

    def of(self, asset: ReportedAsset) -> tuple[Picture, ...]:
        """First, middle and last frame; none where none was asked for."""
        files = wanted(asset)
        if not any(one.path in self._pictures for one in files):
            return ()
        return tuple(self._picture(one) for one in files)

    def _picture(self, one: Wanted) -> Picture:
        if one.path in self._pictures.gone:
            return Picture(one.label, why="gone", told="The file is not there any more.")
        data = self._pictures.made.get(one.path, b"")
        if not data.startswith(_JPEG):
            error = self._pictures.failed.get(one.path)
            return Picture(one.label, why="cannot be shown", told=error.message if error else "")
        if len(data) > self._room:
            self.left_out += 1
            return Picture(one.label, why="left out", told="There was no room for it.")
        self._room -= len(data)
        return Picture(one.label, data)


def pictured(
    assets: Iterable[ReportedAsset],
    *,
    workers: int | None = None,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Pictures:
    """Pictures of the assets' files, made in processes that a bad file can crash, but no more.

    Raises `cancelled`.
    """
    from rushes.inspection.thumbnails import thumbnails

    paths = [one.path for asset in assets for one in wanted(asset)]
    there = {path: path.exists() for path in paths}
    asked = ((path, path) for path, is_there in there.items() if is_there)
    made = thumbnails(asked, width=_WIDTH, workers=workers, progress=progress)
    gone = frozenset(path for path, is_there in there.items() if not is_there)
    return Pictures(made, gone, made.failed)


def wanted(asset: ReportedAsset) -> tuple[Wanted, ...]:
    """First, middle and last frame as the record has them, or the single file.

    Whatever a record says, only files of the asset's own folder are named.
    """
    made = asset.sequence
    if made is None:
        name = _DOUBLED.sub("%", asset.file)
        plain = name and "/" not in name and not asset.earlier_tool
        return (Wanted("", asset.media / name),) if plain else ()
    with suppress(RushesError):
        frames = parse_frames(made.frames, subframe_digits=made.subframe_digits)
        sequence = _sequence(asset.file, made, frames)
        return tuple(
            Wanted(frame_text(frame, made.subframe_digits), asset.media / sequence.name(frame))
            for frame in _some(frames)
            if "/" not in sequence.name(frame)
        )
    return ()


def _sequence(name: str, made: SequencePrint, frames: FrameSet) -> FileSequence:
    tiles = made.kind == Kind.TILES.value
    pattern = parse_pattern(name.replace("%UDIM", "<UDIM>") if tiles else name)
    return FileSequence(
        PurePosixPath("."),
        pattern.head,
        pattern.tail,
        pattern.padding,
        frames,
        Kind.TILES if tiles else Kind.FRAMES,
        made.subframe_digits,
    )


def _some(frames: FrameSet) -> tuple[int, ...]:
    if not frames:
        return ()
    place = (len(frames) - 1) // 2
    for run in frames.runs:
        if place < len(run):
            middle = run.first + place * run.step
            return tuple(dict.fromkeys((frames.first, middle, frames.last)))
        place -= len(run)
    return (frames.first, frames.last)
