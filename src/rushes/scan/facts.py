"""What the file system says of a group of files, added up, and what is wrong with their sizes."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from rushes.core.digest import fingerprint
from rushes.frames.notation import brief_frames, format_frames
from rushes.model.files import FileSequence, Kind
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.ports.storage import BLOCK, Sums
from rushes.scan.rows import FactsRow, Runs, runs
from rushes.scan.short import short, suspected

if TYPE_CHECKING:
    from rushes.frames.group import Group

_LAST_NS = 2**63 - 1  # in the year 2262; file systems go further

Odd = tuple[FrameSet, FrameSet]


class Files(NamedTuple):
    """Some files in the columns of a listing."""

    names: Sequence[str]
    sizes: Sequence[int]
    mtimes: Sequence[int]
    blocks: Sequence[int]
    known: Sums | None = None  # what they add up to, where that is known

    def only(self, members: Sequence[int]) -> Files:
        """The files at these positions."""
        if len(members) == 1:
            at = members[0]
            return Files(
                (self.names[at],), (self.sizes[at],), (self.mtimes[at],), (self.blocks[at],)
            )
        return Files(*map(itemgetter(*members), self[:4]))

    def sums(self) -> Sums:
        """What they add up to; there is one at least."""
        return self.known or Sums.of(self.sizes, self.mtimes, self.blocks)


def measure(group: Group, files: Files, frames: Runs) -> tuple[FactsRow, Odd | None]:
    """Sums over the `files` of a group with `frames`, and its empty and its short frames.

    The fingerprint is over the frames, the count, and the sums of bytes and of times.
    """
    count = len(files.sizes)
    size, time, blocks, smallest, largest, oldest, newest = files.sums()
    odd = None
    if group.kind is not Kind.FILE and (not smallest or suspected(files.sizes, size, smallest)):
        odd = _odd(group, files)
    facts = (
        count,
        size,
        BLOCK * blocks,
        smallest,
        largest,
        *span(oldest, newest),
        fingerprint(frames, count, size, time),
        runs(odd[0].runs) if odd else (),
        runs(odd[1].runs) if odd else (),
    )
    return facts, odd


def span(oldest: int, newest: int) -> tuple[int, int]:
    """Both times; those that 64 bits cannot hold become the last that they can."""
    if newest > _LAST_NS or oldest < -_LAST_NS:
        oldest, newest = (max(-_LAST_NS, min(one, _LAST_NS)) for one in (oldest, newest))
    return oldest, newest


def findings(sequence: FileSequence, odd: Odd, subject: str) -> list[Finding]:
    """Empty and short frames, told for people; `subject` is the sequence's pattern, escaped."""
    empty, little = odd
    told = []
    if empty:
        told.append(
            Finding(
                rule="frames.empty",
                severity=Severity.ERROR,
                subject=subject,
                message=_message(sequence, empty, "of zero bytes"),
                found=_text(sequence, empty),
                fix="Render or copy them again, and check the free space where they were written.",
            )
        )
    if little:
        told.append(
            Finding(
                rule="frames.short",
                severity=Severity.WARNING,
                subject=subject,
                message=_message(sequence, little, "far smaller than the others"),
                found=_text(sequence, little),
                fix="Open them: they may be written only in part; then render or copy them again.",
            )
        )
    return told


def frame_of(name: str, group: Group) -> int:
    """The frame number in `name`; with subframes, in the unit of the sequence."""
    number = name[len(group.head) : len(name) - len(group.tail)]
    if not group.subframe_digits:
        return int(number)
    whole, _, part = number.partition(".")
    value: int = int(whole.lstrip("-")) * 10**group.subframe_digits + int(part)
    return -value if number.startswith("-") else value


def _odd(group: Group, files: Files) -> Odd:
    numbered = sorted(
        zip([frame_of(name, group) for name in files.names], files.sizes, strict=True)
    )
    empty = FrameSet.of(frame for frame, size in numbered if not size)
    if group.kind is not Kind.FRAMES:
        return empty, FrameSet()
    little = short([size for _, size in numbered])
    return empty, FrameSet.of(numbered[at][0] for at in little)


def _text(sequence: FileSequence, frames: FrameSet) -> str:
    return format_frames(frames, subframe_digits=sequence.subframe_digits)


def _message(sequence: FileSequence, frames: FrameSet, what: str) -> str:
    noun = "tile" if sequence.kind is Kind.TILES else "frame"
    plural = "s" if len(frames) > 1 else ""
    brief = brief_frames(frames, subframe_digits=sequence.subframe_digits)
    return f"{len(frames):,} {noun}{plural} {what}: {brief}"
