"""Which subframes ought to be there, where somebody said which frames."""

from __future__ import annotations

from rushes.core.errors import Code, RushesError
from rushes.model.frames import FrameRange, FrameSet

# Frames that do not lie on the step, or have one of their own, are counted out one by one.
_MOST = 1_000_000


def between(wanted: FrameSet, found: FrameSet, *, unit: int, step: int) -> FrameSet:
    """The whole frames `wanted`, and between them what lies on the `step` of those `found`.

    All but `wanted` is in the unit of the sequence, where a whole frame counts `unit`. A range of
    whole frames does not say how many subframes its last frame has: those count up to the last one
    found. Raises `notation.invalid` for more frames than can be told one by one.
    """
    anchor = found.first % step
    on_step = unit % step == 0 and anchor == 0
    ranges: list[FrameRange] = []
    for run in wanted.runs:
        if (run.step > 1 or not on_step) and len(run) * (unit // step + 2) > _MOST:
            raise _too_many(run)
        last = run.last * unit
        inside = found & FrameSet((FrameRange(last, last + unit - 1),))
        end = inside.last if inside else last
        if not on_step:
            ranges.append(FrameRange(run.first * unit, last, run.step * unit))
        for begin, stop in _pieces(run, unit, end):
            first = begin + (anchor - begin) % step
            if first <= stop:
                ranges.append(FrameRange(first, stop, step))
    return FrameSet.joined(ranges)


def in_unit(frames: FrameSet, *, digits: int, of: int) -> FrameSet:
    """Frames with `digits` behind the point, as a sequence with `of` digits counts them.

    A sequence without subframes is held against the whole frames alone. Raises
    `notation.invalid` where the sequence cannot name a subframe that is wanted.
    """
    if digits <= of:
        factor = int(10 ** (of - digits))
        return FrameSet.joined(
            FrameRange(run.first * factor, run.last * factor, run.step * factor)
            for run in frames.runs
        )
    factor = int(10 ** (digits - of))
    first = frames.first - frames.first % factor
    kept = frames & FrameSet((FrameRange(first, max(first, frames.last), factor),))
    if of and kept != frames:
        raise RushesError(
            Code.NOTATION_INVALID,
            f"Frames with {digits} digits behind the point are expected, and there is a file"
            f" sequence with {of}.",
            hint="Look at that one by itself, and write its frames as `rushes ls` shows them.",
        )
    return FrameSet.joined(
        FrameRange(run.first // factor, run.last // factor, max(1, run.step // factor))
        for run in kept.runs
    )


def _pieces(run: FrameRange, unit: int, end: int) -> list[tuple[int, int]]:
    """From where to where subframes follow on one another; both included."""
    if run.step == 1:
        return [(run.first * unit, end)]
    return [(frame * unit, end if frame == run.last else frame * unit + unit - 1) for frame in run]


def _too_many(run: FrameRange) -> RushesError:
    step = f"x{run.step}" if run.step > 1 else ""
    return RushesError(
        Code.NOTATION_INVALID,
        f"{run.first}-{run.last}{step} is too many frames to say which subframes are expected.",
        hint="Write them as `rushes ls --subframes` does, as in 1001.00-1004.75x0.25.",
    )
