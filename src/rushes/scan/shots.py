"""The frames that a shot has, as what its file sequences are held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from pathlib import PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.frames.missing import Expectation, step_of
from rushes.frames.notation import format_frames, parse_frames
from rushes.model.files import FileSequence, Kind
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameRange, FrameSet
from rushes.scan.layout import Layout, Place
from rushes.scan.roots import Root

# A show, a sequence and a shot, or a show and a shot.
Key = tuple[str, ...]


class ShotRanges:
    """Expects of each file sequence the frames of its shot, and knows which shots it never met.

    `mount` is the folder of all shows; only below it do places name shots of the settings.
    Of shots in `spared` nothing is said where there is nothing.
    """

    def __init__(
        self,
        ranges: Mapping[Key, Expectation],
        layout: Layout,
        mount: str | None,
        *,
        spared: Set[Key] = frozenset(),
    ) -> None:
        self._ranges = ranges
        self._layout = layout
        self._mount = mount
        self._spared = spared
        self._met: set[Key] = set()

    def __call__(self, sequence: FileSequence) -> Expectation | None:
        """What ought to be there of `sequence`."""
        place = self._layout.place(sequence.folder)
        key = self.key(place)
        return self.held(sequence, key) if key is not None else None

    def key(self, place: Place) -> Key | None:
        """What the shot that `place` is in is called here; None where it has no range."""
        if not place.shot:
            return None
        keys = ((place.show, place.sequence, place.shot), (place.show, place.shot))
        return next((one for one in keys if one in self._ranges), None)

    def held(self, sequence: FileSequence, key: Key) -> Expectation | None:
        """What `sequence` is held against as one of the shot `key`, which has a range."""
        if sequence.kind is not Kind.FRAMES:
            return None
        wanted = _concerning(sequence, self._ranges[key])
        if wanted is not None:
            self._met.add(key)
        return wanted

    def ends(self) -> list[tuple[str, str, str, int, int]]:
        """Show, sequence, shot, first and last frame of each; no sequence where none is named."""
        return [
            (key[0], key[1] if len(key) == 3 else "", key[-1], one.frames.first, one.frames.last)
            for key, one in self._ranges.items()
            if one.frames
        ]

    def absent(self, root: Root) -> list[Finding]:
        """A finding for each shot that lies in `root` and had no file sequence with its frames.

        To be asked when all of `root` was looked at.
        """
        if root.mount != self._mount:
            return []
        return [
            _absent(key, wanted)
            for key, wanted in self._ranges.items()
            if key not in self._met | self._spared and self._lies_in(key, root.below)
        ]

    def _lies_in(self, key: Key, below: PurePosixPath) -> bool:
        place, above = self._layout.place(below), self._layout.place(below.parent)
        if place.shot and above.shot == place.shot:
            return False  # a part of a shot only
        show, shot = key[0], key[-1]
        sequence = key[1] if len(key) == 3 else place.sequence
        return (
            place.show in ("", show)
            and place.sequence in ("", sequence)
            and place.shot in ("", shot)
        )


def expectations(
    shots: Mapping[str, str],
    layout: Layout,
    *,
    source: Callable[[str], str],
    place: Callable[[str], str] | None = None,
    mount: str | None = None,
) -> ShotRanges:
    """Expect of each file sequence the frames of its shot, where `shots` has it.

    Keys are `show/shot` or `show/sequence/shot`; `source` says where the entry of a key is from
    in a few words, `place` where to find one that makes no sense.
    A sequence that has no frame in common with the range is held against nothing: it is a
    texture or an element with a time of its own. One that keeps a step is held against the range
    with that step. Raises `settings.invalid` on a key or a range that makes no sense.
    """
    ranges: dict[Key, Expectation] = {}
    for key, text in shots.items():
        try:
            name, frames = named(key), _frames(key, text)
        except RushesError as error:
            if place is None:
                raise
            told = f"{place(key)}: {error.message}"
            raise RushesError(error.code, told, hint=error.hint) from error
        ranges[name] = Expectation(frames, f"shot {key} ({source(key)})")
    return ShotRanges(ranges, layout, mount)


def _absent(key: Key, wanted: Expectation) -> Finding:
    return Finding(
        rule="shot.absent",
        severity=Severity.WARNING,
        subject=escape("/".join(key)),
        message=f"No file sequence has any frame of {wanted.source}.",
        wanted=format_frames(wanted.frames),
        fix="Check the spelling of the shot, and whether its frames are where they belong.",
    )


def named(key: str) -> Key:
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
