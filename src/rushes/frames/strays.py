"""Numbers too far from the others to be frames."""

from __future__ import annotations

from rushes.core.escape import escape
from rushes.frames.family import Track
from rushes.frames.grouped import Group, Rules
from rushes.frames.pattern import pattern_of
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet


def core(track: Track, rules: Rules) -> tuple[FrameSet, list[int]]:
    """What is left of a track that is too sparse without its strays: frames and positions.

    Cut at every gap that is too long by itself, the longest part stays, if it is a sequence and
    holds most of the files. Otherwise the numbers count something else, and nothing stays.
    """
    numbered: list[tuple[int, int]] = []
    for cell in track.cells:
        every = range(len(cell.names)) if cell.members is None else cell.members
        numbered += zip(cell.numbers(), every, strict=True)
    numbered.sort()
    unit = int(10 ** track.cells[0].slot.subframe_digits)
    parts: list[list[tuple[int, int]]] = []
    for number, at in numbered:
        if not parts or number - parts[-1][-1][0] > rules.max_missing * unit:
            parts.append([])
        parts[-1].append((number, at))
    best = max(parts, key=len)
    span = (best[-1][0] - best[0][0]) // unit + 1
    if 2 * len(best) <= len(numbered) or rules.too_sparse(span=span, count=len(best)):
        return FrameSet(), []
    return FrameSet.of([number for number, _ in best]), sorted([at for _, at in best])


def finding(group: Group, count: int, so: str = ", count as single files") -> Finding:
    """What is told of `count` files that go by the name of `group`, far from its frames, and `so`
    of what they are then.
    """
    pattern = pattern_of(group)
    return Finding(
        rule="frames.stray",
        severity=Severity.WARNING,
        subject=pattern,
        message=f"{count:,} file{'s' if count > 1 else ''} named like frames of {escape(pattern)},"
        f" but too far from the others to belong to them{so}.",
        fix="Rename or remove them if they are not meant to be there.",
    )
