"""What a watch tells: events, and how everything stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from rushes.frames.missing import Gaps
from rushes.model.files import FileSequence
from rushes.model.frames import FrameSet

_NO_FRAMES = FrameSet()


class What(StrEnum):
    """What an event tells."""

    FOUND = "found"  # it was there when watching began
    NEW = "new"
    GREW = "grew"
    REWRITTEN = "rewritten"
    REMOVED = "removed"
    COMPLETE = "complete"
    STALLED = "stalled"
    FOLDER_GONE = "folder-gone"
    FOLDER_UNREADABLE = "folder-unreadable"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in `folder`.

    `sequence` is the file sequence as it is now, `frames` are those that the event is about, in
    the sequence's unit. `gaps` are there only where it is known what to expect; `empty` are
    frames of zero bytes, `size` all bytes of the sequence, `quiet` for how many seconds nothing
    has changed.
    """

    what: What
    folder: PurePosixPath
    sequence: FileSequence | None = None
    frames: FrameSet = _NO_FRAMES
    gaps: Gaps | None = None
    empty: FrameSet = _NO_FRAMES
    size: int = 0
    quiet: float = 0.0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many file sequences there are, of how many it is known what to expect, and how many
    of those are complete, or have stalled; and how many folders could not be read, or only in part.
    """

    sequences: int = 0
    expected: int = 0
    complete: int = 0
    stalled: int = 0
    unreadable: int = 0

    @property
    def all_complete(self) -> bool:
        """Whether something is expected, and all of it is there."""
        return 0 < self.expected == self.complete

    @property
    def hopeless(self) -> bool:
        """Whether something is not complete, and all that is not has stalled."""
        return self.stalled > 0 and self.expected == self.complete + self.stalled
