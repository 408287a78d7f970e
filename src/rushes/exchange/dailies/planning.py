"""From Versions to a plan of a reel: which frames of each, and which of them are on disk."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path, PurePosixPath

from rushes.core.errors import RushesError
from rushes.core.escape import unescape
from rushes.exchange.dailies.clips import Clip, Media, Plan, Shown
from rushes.frames.notation import brief_frames, parse_pattern
from rushes.inspection.media.facts import Probed
from rushes.inspection.media.many import Wanted as Probe
from rushes.inspection.media.many import probed
from rushes.inspection.media.names import is_media
from rushes.model.files import FileSequence, Kind
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameRange, FrameSet
from rushes.ports.progress import Progress, Silent

MISSING, NOTHING, RANGE = "dailies.missing", "dailies.nothing", "dailies.range"
FAR, CLOSED = "dailies.far", "dailies.unreadable"
_FAR = "Bring them to a disk, or have a movie of them on one; then make the reel again."
_LONGEST = 1_000_000  # frames of one clip; more are a slip of the pen


@dataclass(frozen=True, slots=True)
class Making:
    """What of each Version is shown: all of it with `handles`, else what is cut in."""

    show: str
    name: str
    title: str
    fps: Fraction
    handles: bool = False
    slate: int = 0


def planned(
    shown: Sequence[Shown],
    making: Making,
    *,
    workers: int | None = None,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Plan:
    """The plan of a reel of these Versions, in their order.

    Where no frame of one is on disk, its movie is looked at. A Version of which nobody knows how
    long it is and nothing is there is left out, and said. Raises `cancelled`.
    """
    there = [_on_disk(one) for one in shown]
    movies = _movies([one for one, disk in zip(shown, there, strict=True) if not disk.frames],
                     workers=workers, progress=progress)  # fmt: skip
    clips: list[Clip] = []
    findings: list[Finding] = []
    for one, disk in zip(shown, there, strict=True):
        clip = _clip(one, disk, movies.get(one.id), handles=making.handles)
        if clip is None:
            findings.append(_closed(one, disk.closed) if disk.closed else _left_out(one))
            continue
        clips.append(clip)
        findings += [_closed(one, disk.closed)] if disk.closed else _said(clip)
    return Plan(
        *(making.show, making.name, making.title, making.fps, making.slate),
        clips=tuple(clips),
        findings=tuple(findings),
    )


@dataclass(frozen=True, slots=True)
class _Disk:
    """The folder and the files of a Version's frames, and which of them are there.

    `closed` tells why nobody can say that.
    """

    folder: Path | None = None
    files: FileSequence | None = None
    closed: str = ""

    @property
    def frames(self) -> FrameSet:
        return self.files.frames if self.files is not None else FrameSet()


def _on_disk(one: Shown) -> _Disk:
    """What its record calls its frames, as a listing of that folder has them."""
    if not one.frames_path or "://" in one.frames_path:
        return _Disk()
    try:
        path = PurePosixPath(unescape(one.frames_path))
        pattern = parse_pattern(path.name).views()[0]
    except RushesError:
        return _single(one)
    if pattern.tiles or pattern.subframe_digits:
        return _Disk()
    sign = re.compile(
        rf"{re.escape(pattern.head)}(-?\d{{{pattern.padding},}}){re.escape(pattern.tail)}",
        re.ASCII | re.DOTALL,
    )
    try:
        names = os.listdir(path.parent)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        names = []
    except OSError as error:
        return _Disk(closed=error.strerror or str(error))
    found = [sign.fullmatch(name) for name in names]
    folder = PurePosixPath(".")
    files = FileSequence(folder, pattern.head, pattern.tail, pattern.padding, FrameSet())
    numbers = [int(hit[1]) for hit in found if hit and files.name(int(hit[1])) == hit.string]
    there = FileSequence(folder, pattern.head, pattern.tail, pattern.padding, FrameSet.of(numbers))
    return _Disk(Path(path.parent), there)


def _single(one: Shown) -> _Disk:
    """A single picture: it is the Version's first frame."""
    try:
        path = Path(unescape(one.frames_path))
    except RushesError:
        return _Disk()
    if not path.is_file() or is_media(path.name):
        return _Disk()
    first = one.first if one.first is not None else 1
    frames = FrameSet.of([first])
    return _Disk(path.parent, FileSequence(PurePosixPath("."), path.name, "", 1, frames, Kind.FILE))


def _movies(
    shown: Sequence[Shown], *, workers: int | None, progress: Progress
) -> Mapping[int, int]:
    """How many frames the movie of each has, by the Version's number; those that can be read."""
    asked = []
    for one in shown:
        try:
            place = Path(unescape(one.movie_path))
        except RushesError:
            continue
        if one.movie_path and "://" not in one.movie_path and is_media(place.name):
            asked.append((one.id, Probe(place, one.movie_path)))
    outcomes = probed(asked, workers=workers, progress=progress)
    counts = {number: _count(one) for number, one in outcomes if isinstance(one, Probed)}
    return {number: count for number, count in counts.items() if count}


def _count(one: Probed) -> int:
    if one.facts is None or not one.facts.video:
        return 0
    video = one.facts.video[0]
    if video.frames:
        return video.frames
    seconds = video.seconds or one.facts.seconds
    return round(seconds * video.fps) if seconds and video.fps else 0


def _clip(one: Shown, disk: _Disk, movie: int | None, *, handles: bool) -> Clip | None:
    told = _told(one)
    if disk.frames:
        held = told or FrameRange(disk.frames.first, disk.frames.last)
        frames = _shown(one, held, handles=handles)
        missing = FrameSet((frames,)) - disk.frames
        return Clip(one, frames, Media.FRAMES, disk.folder, disk.files, missing=missing)
    if movie:
        start = told.first if told else one.whole.first if one.whole else 1
        held = told or FrameRange(start, start + movie - 1)
        frames = _shown(one, held, handles=handles)
        missing = FrameSet((frames,)) - FrameSet((FrameRange(start, start + movie - 1),))
        place = Path(unescape(one.movie_path))
        return Clip(one, frames, Media.MOVIE, place, start=start, missing=missing)
    held_blind = told or one.whole
    if held_blind is None or len(held_blind) > _LONGEST:
        return None
    frames = _shown(one, held_blind, handles=handles)
    return Clip(one, frames, missing=FrameSet() if one.is_far else FrameSet((frames,)))


def _told(one: Shown) -> FrameRange | None:
    """The frames that the Version says it has."""
    if one.first is None or one.last is None or not 0 <= one.last - one.first < _LONGEST:
        return None
    return FrameRange(one.first, one.last)


def _shown(one: Shown, held: FrameRange, *, handles: bool) -> FrameRange:
    """What of it is shown: without handles, what is cut in, as far as it has that."""
    if handles or one.cut is None:
        return held
    first, last = max(held.first, one.cut.first), min(held.last, one.cut.last)
    return FrameRange(first, last) if first <= last else held


def _said(clip: Clip) -> list[Finding]:
    one, whole = clip.shown, FrameSet((clip.frames,))
    if clip.is_unseen:
        what = f"lies on S3, which is not read for a reel: cards stand for {_frames(whole)}"
        return [_finding(FAR, one, what, fix=_FAR)]
    if clip.media is Media.NONE:
        why = "has neither frames nor a movie that can be read here"
        return [_finding(NOTHING, one, f"{why}: cards stand for {_frames(whole)}")]
    if clip.missing:
        return [_finding(MISSING, one, f"lacks {_frames(clip.missing)}")]
    return []


def _closed(one: Shown, why: str) -> Finding:
    what = f"lies in a folder that cannot be read ({why}), so nobody knows what is there"
    return _finding(CLOSED, one, what, fix="Have the folder readable, then make the reel again.")


def _frames(frames: FrameSet) -> str:
    noun = "frame" if len(frames) == 1 else "frames"
    return f"{noun} {brief_frames(frames)}"


def _left_out(one: Shown) -> Finding:
    if one.is_far:
        what = "is not in the reel: S3 is not read, and nobody says how long it is"
        return _finding(FAR, one, what, fix=_FAR)
    return _finding(
        NOTHING, one, "is not in the reel: nothing of it is there, and nobody says how long it is"
    )


def _finding(
    rule: str,
    one: Shown,
    what: str,
    *,
    fix: str = "Render or copy what is missing, then make the reel again.",
) -> Finding:
    return Finding(
        rule,
        Severity.ERROR,
        one.frames_path or one.movie_path or one.name,
        f"{one.of}, {one.label}, {what}.",
        fix=fix,
    )
