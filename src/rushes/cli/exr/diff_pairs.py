"""Which files are compared with one another: two files, or the frames of two patterns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rushes.cli.exr.images import Wanted, WantedSequence, wanted
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings
from rushes.model.frames import FrameSet


@dataclass(frozen=True, slots=True)
class FilePair:
    """Two files to compare; `frame` is the number that both have as frames of a sequence."""

    a: Wanted
    b: Wanted
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class Paired:
    """What is compared, in order, and the frames that one side alone has. Names are escaped."""

    a: str
    b: str
    pairs: tuple[FilePair, ...]
    sequence: bool = False
    only_a: FrameSet = FrameSet()
    only_b: FrameSet = FrameSet()

    @property
    def whole(self) -> bool:
        """Whether every file of one side has one of the other."""
        return not self.only_a and not self.only_b


def paired(a: Path, b: Path, settings: Settings) -> Paired:
    """What A and B stand for. Raises `nothing.found`, `notation.invalid` and `usage`."""
    ours, theirs = wanted((a, b), settings)
    for one in (ours, theirs):
        if one.refused is not None:
            raise one.refused
    if ours.sequence is not theirs.sequence:
        pattern, file = (ours, theirs) if ours.sequence else (theirs, ours)
        raise RushesError(
            Code.USAGE,
            f"{pattern.asked} is a pattern and {file.asked} is not.",
            hint="Name two files, or two patterns, whose frames are compared by their numbers.",
        )
    if not ours.sequence:
        return Paired(ours.asked, theirs.asked, (FilePair(ours.files[0], theirs.files[0]),))
    left, right = _by_frame(ours), _by_frame(theirs)
    both = sorted(left.keys() & right.keys())
    return Paired(
        ours.asked,
        theirs.asked,
        tuple(FilePair(left[frame], right[frame], frame) for frame in both),
        sequence=True,
        only_a=FrameSet.of(left.keys() - right.keys()),
        only_b=FrameSet.of(right.keys() - left.keys()),
    )


def _by_frame(asked: WantedSequence) -> dict[int, Wanted]:
    numbers = Counter(one.frame for one in asked.files)
    twice = [frame for frame, count in numbers.items() if count > 1]
    if twice:
        raise RushesError(
            Code.USAGE,
            f"{asked.asked} stands for several files of frame {twice[0]}.",
            hint="Compare one view at a time: write left or right in place of %V.",
        )
    return {one.frame: one for one in asked.files if one.frame is not None}
