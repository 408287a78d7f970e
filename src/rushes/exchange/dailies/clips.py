"""What a reel is made of, as pure values: clips in order, and where each lies in the reel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from rushes.model.files import FileSequence
from rushes.model.finding import Finding
from rushes.model.frames import FrameRange, FrameSet


class Media(StrEnum):
    """Where a clip's pictures come from."""

    FRAMES = "frames"
    MOVIE = "movie"
    NONE = "none"  # nothing of it is there, or it lies on S3: cards stand for all of its frames


@dataclass(frozen=True, slots=True)
class Shown:
    """A Version as the records have it, with the names of what it is of.

    Paths are escaped. `first` and `last` are the frames that it says it has, `cut` those of its
    shot that are cut in and `whole` those with handles, each None where nobody says. `made` is when
    it was recorded, as text.
    """

    id: int
    name: str
    number: int
    status: str
    publish: int | None
    frames_path: str
    movie_path: str
    first: int | None
    last: int | None
    cut: FrameRange | None = None
    whole: FrameRange | None = None
    sequence: str = ""
    shot: str = ""
    task: str = ""
    artist: str = ""
    comment: str = ""
    made: str = ""

    @property
    def is_far(self) -> bool:
        """Whether its frames, or else its movie, lie where nobody looks for a reel: on S3."""
        return "://" in (self.frames_path or self.movie_path)

    @property
    def of(self) -> str:
        """`sq010 / sh0020`, or the Version's own name where it is of neither shot nor asset."""
        return " / ".join(filter(None, (self.sequence, self.shot))) or self.name

    @property
    def label(self) -> str:
        """`comp v003`."""
        return " ".join(filter(None, (self.task, f"v{self.number:03d}")))


@dataclass(frozen=True, slots=True)
class Clip:
    """A Version and the frames of it that are in the reel, whether or not they are there.

    `place` is the folder of its frames (`files`), or the movie, whose first frame is `start`.
    `missing` are those of `frames` that are not there; none where nobody looked.
    """

    shown: Shown
    frames: FrameRange
    media: Media = Media.NONE
    place: Path | None = None
    files: FileSequence | None = None
    start: int = 0
    missing: FrameSet = FrameSet()

    @property
    def is_unseen(self) -> bool:
        """Whether nobody looked for its pictures: they are not missing, and not shown."""
        return self.media is Media.NONE and self.shown.is_far

    @property
    def path(self) -> str:
        """Where its pictures lie, as the record has it; escaped."""
        return self.shown.movie_path if self.media is Media.MOVIE else self.shown.frames_path


class Placed(NamedTuple):
    """A clip in the reel: its slate's frames, and its first and last, counted from 0, inclusive."""

    clip: Clip
    slate: int
    first: int
    last: int

    @property
    def begins(self) -> int:
        """The reel's frame that its slate, or without one the clip, begins at."""
        return self.first - self.slate


@dataclass(frozen=True, slots=True)
class Plan:
    """A reel before it is made. `title` is the playlist's name, or the day; `fps` is the reel's,
    `slate` the number of frames of each slate. `findings` say what is not there.
    """

    show: str
    name: str
    title: str
    fps: Fraction
    slate: int
    clips: tuple[Clip, ...]
    findings: tuple[Finding, ...] = ()

    def placed(self) -> Iterator[Placed]:
        """Every clip with its place, in order."""
        at = 0
        for clip in self.clips:
            first = at + self.slate
            at = first + len(clip.frames)
            yield Placed(clip, self.slate, first, at - 1)

    @property
    def frames(self) -> int:
        """How many the reel has, slates included."""
        return sum(self.slate + len(one.frames) for one in self.clips)

    @property
    def missing(self) -> int:
        """How many of them are not there."""
        return sum(len(one.missing) for one in self.clips)
