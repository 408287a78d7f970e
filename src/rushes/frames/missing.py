"""Which frames of a sequence are missing, held against what ought to be there."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from rushes.frames.subframes import between, in_unit
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameRange, FrameSet

FOUND = "first to last found"
_NONE = FrameSet()


@dataclass(frozen=True, slots=True)
class Expectation:
    """Frames that ought to be there, and who says so.

    They are whole frames unless there are `subframe_digits`: then they count 10**-n frames, and
    are all there is to be. `source` is for people: "--expect", "shot sh010 (rushes.toml)".
    """

    frames: FrameSet
    source: str
    subframe_digits: int = 0


@dataclass(frozen=True, slots=True)
class Gaps:
    """How the frames on disk differ from those expected, in the unit of the sequence.

    `extra` are on disk and not expected. `source` says what was expected, for people.
    """

    missing: FrameSet
    extra: FrameSet
    expected: FrameSet
    source: str


_NO_GAPS = Gaps(_NONE, _NONE, _NONE, FOUND)


def missing(
    sequence: FileSequence, expectation: Expectation | None, *, dead: FrameSet = _NONE
) -> Gaps:
    """The gaps of `sequence` against the expectation, or from the first to the last frame found.

    Tiles and single files never miss any. With subframes, whole frames that are expected have
    those between them that lie on the step found. A lone frame outside of the expected range is not
    held against it: it is a still, or belongs to something else. Without an expectation, frames
    at equal distances are taken for a sequence with that step. Frames that are there by name only,
    as `dead` links, count as found for where first and last are, and are missing.
    """
    frames = sequence.frames
    if not frames.runs:
        return _NO_GAPS
    if sequence.kind is not Kind.FRAMES:
        return Gaps(_NONE, _NONE, frames, FOUND)
    unit = int(10**sequence.subframe_digits)
    if not dead and expectation is None and frames.runs[0].step == unit and len(frames.runs) == 1:
        return Gaps(_NONE, _NONE, frames, FOUND)  # nearly every sequence
    expected = None if expectation is None else _wanted(expectation, sequence)
    if expectation is None or not expected or not _concerns(expected, frames):
        return _from_disk(frames, frames | dead if dead else frames, unit)
    source, extra = expectation.source, frames - expected
    if unit > 1 and not expectation.subframe_digits:
        step = step_of(frames, unit)
        if step < unit:
            expected = between(expectation.frames, frames, unit=unit, step=step)
            source = f"{source}, {_every(step, unit)}"
        # What lies between two whole frames is as welcome as they are.
        extra = frames - expected - FrameSet((FrameRange(expected.first, expected.last),))
    return Gaps(expected - frames, extra, expected, source)


def _from_disk(frames: FrameSet, named: FrameSet, unit: int) -> Gaps:
    """The gaps from the first to the last frame that there is by name."""
    step = step_of(named, unit)
    expected = FrameSet((FrameRange(named.first, named.last, step),))
    source = FOUND if step == unit or len(named) == 1 else f"{FOUND}, {_every(step, unit)}"
    if (named.first, named.last) != (frames.first, frames.last):
        source += ", dead links included"
    return Gaps(expected - frames, _NONE, expected, source)


def _concerns(expected: FrameSet, frames: FrameSet) -> bool:
    return len(frames) > 1 or expected.first <= frames.first <= expected.last


def _wanted(expectation: Expectation, sequence: FileSequence) -> FrameSet:
    """The frames that are expected, in the unit of the sequence."""
    digits, of = expectation.subframe_digits, sequence.subframe_digits
    frames = expectation.frames
    return frames if digits == of or not frames else in_unit(frames, digits=digits, of=of)


def step_of(frames: FrameSet, unit: int) -> int:
    """The step that most of the frames on disk keep, if all lie on it; else one frame, or what
    subframes share. `unit` is what one frame counts as.
    """
    step = frames.step if len(frames) > 2 else unit
    distances = [run.first - frames.first for run in frames.runs]
    distances += [run.step for run in frames.runs if len(run) > 1]
    if all(distance % step == 0 for distance in distances):
        return step
    return gcd(unit, *distances)


def _every(step: int, unit: int) -> str:
    return f"every {step / unit:g} frames"
