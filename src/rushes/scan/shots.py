"""The frames that a shot has, as what its file sequences are held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rushes.core.errors import Code, RushesError
from rushes.frames.missing import Expectation, step_of
from rushes.frames.notation import parse_frames
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameRange, FrameSet
from rushes.scan.gaps import Expect
from rushes.scan.layout import Layout


def expectations(
    shots: Mapping[str, str], layout: Layout, *, source: Callable[[str], str]
) -> Expect:
    """Expect of each file sequence the frames of its shot, where `shots` has it.

    Keys are `show/shot` or `show/sequence/shot`; `source` says where the entry of a key is from.
    A sequence that has no frame in common with the range is held against nothing: it is a
    texture or an element with a time of its own. One that keeps a step is held against the range
    with that step. Raises `settings.invalid` on a key or a range that makes no sense.
    """
    ranges = {
        named(key): Expectation(_frames(key, text), f"shot {key} ({source(key)})")
        for key, text in shots.items()
    }

    def expect(sequence: FileSequence) -> Expectation | None:
        place = layout.place(sequence.folder)
        if sequence.kind is not Kind.FRAMES or not place.shot:
            return None
        found = ranges.get((place.show, place.sequence, place.shot))
        found = found or ranges.get((place.show, place.shot))
        return _concerning(sequence, found) if found is not None else None

    return expect


def named(key: str) -> tuple[str, ...]:
    """The names in a key of `shots`. Raises `settings.invalid` where they can name no shot."""
    names = tuple(key.split("/"))
    if len(names) not in (2, 3) or not all(names):
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"shots.{key}: {key!r} names no shot.",
            hint='Write show/shot or show/sequence/shot, as in "demo/sq010/sh0010" = "1001-1100".',
        )
    return names


def _frames(key: str, text: str) -> FrameSet:
    try:
        return parse_frames(text)
    except RushesError as error:
        raise RushesError(
            Code.SETTINGS_INVALID, f"shots.{key}: {error.message}", hint=error.hint
        ) from error


def _concerning(sequence: FileSequence, shot: Expectation) -> Expectation | None:
    """What the shot means for this sequence, if anything."""
    unit = int(10**sequence.subframe_digits)
    step = step_of(sequence.frames, unit) // unit or 1
    frames = shot.frames
    if step > 1 and all(run.step == 1 for run in frames.runs):
        first = sequence.frames.first // unit
        begin = frames.first + (first - frames.first) % step
        if begin > frames.last:
            return None
        kept = FrameSet.joined([FrameRange(begin, frames.last, step)]) & frames
        shot = Expectation(kept, f"{shot.source}, every {step} frames")
    return shot if _share(sequence.frames, shot.frames, unit) else None


def _share(on_disk: FrameSet, wanted: FrameSet, unit: int) -> bool:
    if unit > 1:
        wanted = FrameSet.joined(
            FrameRange(run.first * unit, run.last * unit, run.step * unit) for run in wanted.runs
        )
    return bool(on_disk & wanted)
