"""The files of an asset that a report shows, as its record names them."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from rushes.core.errors import RushesError
from rushes.frames.notation import parse_frames, parse_pattern
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet
from rushes.model.signoff import SequencePrint
from rushes.qc.report.content import ReportedAsset
from rushes.report.wording import frame_text

MOST_ON_A_SHEET = 24  # frames
_GAPS = 8  # of which so many may be marks of gaps that the others would step over
# How records write a file's name that looks like a pattern.
_DOUBLED = re.compile(r"%%(?=0?\d*d|UDIM)")


class Wanted(NamedTuple):
    """A file to be pictured: `label` is its frame, empty for a single file.

    `missing` says that the record has it as a gap.
    """

    label: str
    path: Path
    missing: bool = False


def wanted(asset: ReportedAsset) -> tuple[Wanted, ...]:
    """First, middle and last frame as the record has them, or the single file.

    Whatever a record says, only files of the asset's own folder are named.
    """
    if asset.sequence is None:
        name = _DOUBLED.sub("%", asset.file)
        plain = name and "/" not in name and not asset.earlier_tool
        return (Wanted("", asset.media / name),) if plain else ()
    found = _sequence(asset, asset.sequence)
    return _named(asset, found, _thirds(found.frames)) if found is not None else ()


def on_sheet(asset: ReportedAsset) -> tuple[Wanted, ...]:
    """Frames spread over a sequence, the gaps in it among them; nothing of a single file."""
    made = asset.sequence
    found = _sequence(asset, made) if made is not None else None
    if made is None or found is None or not found.frames:
        return ()
    frames = found.frames
    # Of tiles and parts of frames nobody knows which there ought to be. Without a hole by the
    # record's count, a sequence on twos lacks nothing either.
    if made.holes == 0 or found.kind is Kind.TILES or found.subframe_digits:
        shown = [_nth(frames, place) for place in _spread(len(frames), MOST_ON_A_SHEET)]
    else:
        shown = _with_gaps(frames)
    return _named(asset, found, shown)


def is_gone(path: Path) -> bool:
    """Whether there is no such file; one that cannot be looked at may be there."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _named(asset: ReportedAsset, found: FileSequence, shown: list[int]) -> tuple[Wanted, ...]:
    return tuple(
        Wanted(
            frame_text(frame, found.subframe_digits),
            asset.media / found.name(frame),
            frame not in found.frames,
        )
        for frame in shown
        if "/" not in found.name(frame)
    )


def _sequence(asset: ReportedAsset, made: SequencePrint) -> FileSequence | None:
    """None where the record's frames or pattern make no sense."""
    tiles = made.kind == Kind.TILES.value
    with suppress(RushesError):
        frames = parse_frames(made.frames, subframe_digits=made.subframe_digits)
        pattern = parse_pattern(asset.file.replace("%UDIM", "<UDIM>") if tiles else asset.file)
        return FileSequence(
            PurePosixPath("."),
            pattern.head,
            pattern.tail,
            pattern.padding,
            frames,
            Kind.TILES if tiles else Kind.FRAMES,
            made.subframe_digits,
        )
    return None


def _thirds(frames: FrameSet) -> list[int]:
    if not frames:
        return []
    return sorted({frames.first, _nth(frames, (len(frames) - 1) // 2), frames.last})


def _with_gaps(frames: FrameSet) -> list[int]:
    """Numbers from the first frame to the last; no gap is stepped over, as far as there is room."""
    count = frames.last - frames.first + 1
    if count <= MOST_ON_A_SHEET:
        return list(range(frames.first, frames.last + 1))
    gaps = [one.last + 1 for one, after in pairwise(frames.runs) if after.first > one.last + 1]
    marked = {gaps[place] for place in _spread(len(gaps), _GAPS)}
    # Gaps that the spread meets anyway leave room for more of it.
    tried = (
        marked | {frames.first + place for place in _spread(count, most)}
        for most in range(MOST_ON_A_SHEET, MOST_ON_A_SHEET - _GAPS - 1, -1)
    )
    return sorted(next(shown for shown in tried if len(shown) <= MOST_ON_A_SHEET))


def _spread(count: int, most: int) -> list[int]:
    """The first and the last of `count` places from 0, and so many between them."""
    if count <= most:
        return list(range(count))
    return [at * (count - 1) // (most - 1) for at in range(most)]


def _nth(frames: FrameSet, place: int) -> int:
    for run in frames.runs:
        if place < len(run):
            return run.first + place * run.step
        place -= len(run)
    raise IndexError(place)
