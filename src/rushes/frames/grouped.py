"""What a folder's names are grouped by, and into."""

from __future__ import annotations

from dataclasses import dataclass, field

from rushes.frames.temporary import TEMPORARY
from rushes.model.files import Kind
from rushes.model.finding import Finding
from rushes.model.frames import FrameSet


@dataclass(frozen=True, slots=True)
class Rules:
    """How names are grouped.

    `temporary` are shell patterns of names to leave out. With `subframes`, 1001.25 is a frame
    between 1001 and 1002. Numbers that leave more than `max_missing` frames out, and more than
    `max_sparsity` times as many as there are, count something else than frames.
    """

    temporary: tuple[str, ...] = TEMPORARY
    subframes: bool = False
    max_missing: int = 10_000
    max_sparsity: int = 50

    def too_sparse(self, *, span: int, count: int) -> bool:
        """Whether `count` files over `span` frames are no sequence."""
        missing = span - count
        return missing > self.max_missing and missing > self.max_sparsity * count


@dataclass(slots=True)
class Group:
    """A sequence, or a single file, whose head is the whole name then.

    `members` are the positions of its names in the list that was grouped, ascending; None
    stands for all of them.
    """

    head: str
    tail: str
    padding: int
    kind: Kind
    frames: FrameSet
    members: list[int] | None
    subframe_digits: int = 0


@dataclass(slots=True)
class Grouping:
    """All names of a folder, each in one group, or hidden, or temporary.

    Subjects of findings are names and patterns as the file system spells them, without a folder.
    """

    groups: list[Group] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    temporary: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
