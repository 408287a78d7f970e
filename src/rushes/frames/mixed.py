"""What is told of sequences whose numbers are written with several paddings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rushes.core.escape import escape
from rushes.frames import strays
from rushes.frames.family import Track
from rushes.frames.grouped import Group
from rushes.frames.notation import brief_frames
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet


def findings(
    head: str, tail: str, tracks: Sequence[Track], groups: Sequence[Group | None]
) -> Iterator[Finding]:
    """Mixed padding, numbers that are too far from the others, and frames that are there more
    than once.

    `tracks` go by one name, the narrowest first; beside each stands the file sequence that it
    became, in `groups`.
    """
    digits = tracks[0].cells[0].slot.subframe_digits
    subject = f"{head}{_number(tracks[0].padding, digits)}{tail}"
    # A wider number is padded in another way only where a zero says so: %d writes 1000000, too.
    paddings = [track for at, track in enumerate(tracks) if not at or track.padded]
    if len(paddings) > 1 and any(groups):
        counts = " and ".join(
            f"{track.count:,} with {_number(track.padding, digits)}" for track in paddings
        )
        yield Finding(
            rule="frames.padding",
            severity=Severity.WARNING,
            subject=subject,
            message=f"{escape(head)}*{escape(tail)} is numbered with several paddings: {counts}.",
            found=", ".join(_number(track.padding, digits) for track in paddings),
            wanted="one padding",
            fix="Rename the files so that all numbers are padded alike; until then they are"
            " separate sequences.",
        )
    yield from _far(tracks, groups)
    seen, twice = FrameSet(), FrameSet()
    for track in tracks:
        frames = track.frames()
        twice |= seen & frames
        seen |= frames
    if twice:
        yield Finding(
            rule="frames.duplicate",
            severity=Severity.WARNING,
            subject=subject,
            message=f"{len(twice):,} frame{'s are' if len(twice) > 1 else ' is'} there more than"
            f" once, with different padding: {brief_frames(twice, subframe_digits=digits)}.",
            found=brief_frames(twice, subframe_digits=digits),
            wanted="each frame once",
            fix="Find out which file is the right one, and remove the other.",
        )


def _far(tracks: Sequence[Track], groups: Sequence[Group | None]) -> Iterator[Finding]:
    """Wider numbers that one padding writes as well, and that lie too far off to be its frames."""
    at = 0
    while at < len(tracks):
        near, count = groups[at], 0
        at += 1
        while at < len(tracks) and not tracks[at].padded:
            count += tracks[at].count
            at += 1
        if near is not None and count:
            yield strays.finding(near, count, so="")


def _number(padding: int, subframe_digits: int) -> str:
    number = f"%0{padding}d" if padding > 1 else "%d"
    return f"{number}.%0{subframe_digits}d" if subframe_digits else number
