"""What is told of sequences whose numbers are written with several paddings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rushes.core.escape import escape
from rushes.frames.family import Track
from rushes.frames.notation import brief_frames
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet


def findings(head: str, tail: str, tracks: Sequence[Track], *, sequences: int) -> Iterator[Finding]:
    """Mixed padding, and frames that are there more than once.

    `tracks` go by one name, the narrowest first, of which `sequences` became file sequences.
    """
    digits = tracks[0].cells[0].slot.subframe_digits
    subject = f"{head}{_number(tracks[0].padding, digits)}{tail}"
    if sequences:
        counts = " and ".join(
            f"{track.count:,} with {_number(track.padding, digits)}" for track in tracks
        )
        yield Finding(
            rule="frames.padding",
            severity=Severity.WARNING,
            subject=subject,
            message=f"{escape(head)}*{escape(tail)} is numbered with several paddings: {counts}.",
            found=", ".join(_number(track.padding, digits) for track in tracks),
            wanted="one padding",
            fix="Rename the files so that all numbers are padded alike; until then they are"
            " separate sequences.",
        )
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


def _number(padding: int, subframe_digits: int) -> str:
    number = f"%0{padding}d" if padding > 1 else "%d"
    return f"{number}.%0{subframe_digits}d" if subframe_digits else number
