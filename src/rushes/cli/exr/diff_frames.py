"""What the frames of two sequences differ in, a line for neighbours that differ alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rushes.cli import show
from rushes.cli.exr.diff_pairs import Paired
from rushes.cli.exr.diff_sheet import number, place, title
from rushes.cli.exr.diffing import Compared
from rushes.cli.show import counted, printable
from rushes.frames.notation import brief_frames
from rushes.inspection.diff.differences import FileDiff, PixelDelta
from rushes.model.frames import FrameSet


class FrameLines:
    """Frames of a sequence that are not the same; neighbours that differ alike share a line."""

    def __init__(self) -> None:
        self._frames: list[int] = []
        self._what = ""

    def add(self, one: Compared) -> None:
        """Tell of a frame, at once or with those that follow."""
        what = ", ".join(_brief(one.diff)) if one.diff else "could not be read"
        if one.same or what != self._what:
            self.end()
        if not one.same and one.pair.frame is not None:
            self._what = what
            self._frames.append(one.pair.frame)

    def end(self) -> None:
        """Tell what was not told yet."""
        if self._frames:
            frames = brief_frames(FrameSet.of(self._frames))
            show.text(printable(f"{frames:<9}  {self._what}"))
        self._frames = []


@dataclass(slots=True)
class Sums:
    """How many frames came out how."""

    same: int = 0
    differ: int = 0
    damaged: int = 0
    unread: int = 0

    def take(self, one: Compared) -> None:
        """Count this one, too."""
        if one.diff is None:
            self.unread += 1
        elif one.diff.differs:
            self.differ += 1
        elif one.diff.same:
            self.same += 1
        else:
            self.damaged += 1


def show_sums(paired: Paired, sums: Sums) -> None:
    """What there was of all frames."""
    told = [f"{sums.same:,} the same", f"{sums.differ:,} differ"]
    if sums.damaged:
        told.append(f"{sums.damaged:,} could not be compared as a whole")
    if sums.unread:
        told.append(f"{sums.unread:,} could not be read")
    if paired.pairs:
        show.text(f"{counted(len(paired.pairs), 'frame')} compared: {', '.join(told)}")
    else:
        show.text("No frame is on both sides: nothing was compared.")
    for side, frames in (("A", paired.only_a), ("B", paired.only_b)):
        if frames:
            show.text(f"Only {side} has {brief_frames(frames)}")


def _brief(diff: FileDiff) -> Iterator[str]:
    """What counts of a frame's differences, in a few words."""
    for part in diff.parts:
        if part.a is None or part.b is None:
            yield f"{title(part)}"
    attributes = {o.name for p in diff.parts for o in p.attributes if not o.excuse}
    windows = {one.name for part in diff.parts for one in part.windows if not one.excuse}
    channels = {one.name for part in diff.parts for one in part.channels}
    for noun, names in (("attribute", attributes), ("channel", channels), ("window", windows)):
        if names:
            listed = " ".join(sorted(names)[:4]) + (" …" if len(names) > 4 else "")
            yield f"{noun}{'s' if len(names) > 1 else ''} {listed}"
    yield from _brief_pixels(diff.pixels or ())
    if diff.findings:
        first = diff.findings[0]
        yield f"{counted(len(diff.findings), 'finding')} ({first.rule}: {first.message})"


def _brief_pixels(parts: Sequence[PixelDelta]) -> Iterator[str]:
    for part in parts:
        if part.left_out:
            yield f"pixels were not compared: {part.left_out}"
        if part.samples and part.samples.unequal:
            yield f"{counted(part.samples.unequal, 'pixel')} with another number of samples"
    over = [one for part in parts for one in part.channels if one.over]
    if over:
        worst = max(over, key=lambda one: (one.unlike > 0, one.max_abs or 0))
        at = worst.strange or worst.at
        values = counted(sum(one.over for one in over), "value")
        how = "NaN or infinite" if worst.strange else f"by {number(worst.max_abs)}"
        yield f"{values} over, {worst.name} {how} at {place(at)}" if at else f"{values} over"
