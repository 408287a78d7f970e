"""Links that lead nowhere: what is told of them, and which frames they would be."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from rushes.core.escape import escape
from rushes.model.files import FileSequence, FoundFolder, Kind
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameRange, FrameSet

if TYPE_CHECKING:
    from rushes.frames.group import Rules

RULE = "files.dead_link"
_NAMED = 3  # links in one message
_NONE = FrameSet()


def shown(names: Sequence[str], rules: Rules) -> tuple[str, ...]:
    """The links of one folder that are told, in order: hidden and temporary ones are not.

    Editors lock files with hidden links that were never meant to lead anywhere.
    """
    from rushes.frames.group import group  # few folders have any

    left = group(names, rules)
    unseen = {*left.hidden, *left.temporary}
    return tuple(sorted(name for at, name in enumerate(names) if at not in unseen))


def finding(subject: str, names: Sequence[str]) -> Finding:
    """What is told of the links `names` in one folder; they are one at least."""
    some = ", ".join(map(escape, names[:_NAMED])) + (", …" if len(names) > _NAMED else "")
    number = f"{len(names):,} links lead" if len(names) > 1 else "1 link leads"
    return Finding(
        rule=RULE,
        severity=Severity.WARNING,
        subject=subject,
        message=f"{number} nowhere: {some}",
        fix="Bring back what they point at, or remove them.",
    )


def frames(sequence: FileSequence, names: Sequence[str]) -> FrameSet:
    """The frames of `sequence` that the links `names`, which are in order, stand for.

    Those so far away that files of such names would be no frames either are none.
    """
    if sequence.kind is not Kind.FRAMES:
        return _NONE
    from rushes.frames.group import Rules

    head = sequence.head
    begun = takewhile(lambda name: name.startswith(head), names[bisect_left(names, head) :])
    dead = FrameSet.of(frame for name in begun if (frame := sequence.frame(name)) is not None)
    both, unit = sequence.frames | dead, 10**sequence.subframe_digits
    if Rules().too_sparse(span=(both.last - both.first) // unit + 1, count=len(both)):
        return dead & FrameSet((FrameRange(sequence.frames.first, sequence.frames.last),))
    return dead


def stray(folder: FoundFolder, rules: Rules) -> int:
    """How many dead links are frames by their names and belong to no sequence that was found."""
    from rushes.frames.group import group

    dead = folder.left_out.dead_links
    sequences = [found.sequence for found in folder.sequences]
    taken = {one.name(frame) for one in sequences for frame in frames(one, dead)}
    left = [name for name in dead if name not in taken]
    beside = [one.head for one in sequences if one.kind is Kind.FILE]
    return sum(
        sum(1 for at in one.members or range(len(left) + len(beside)) if at < len(left))
        for one in group([*left, *beside], rules, folder=str(folder.path)).groups
        if one.kind is Kind.FRAMES
    )
