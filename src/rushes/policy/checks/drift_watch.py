"""What is remembered of a sequence's frames while they go by, to tell what differs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rushes.core.digest import digester
from rushes.model.frames import FrameSet
from rushes.model.image import Attribute, Image, Part
from rushes.policy.checks.attribute import brief
from rushes.policy.checks.check import Problem, listed
from rushes.policy.facts import Facts

OF_FILE = {"version_field": "The version field", "parts": "The list of parts"}
_MOST_KINDS = 16  # of lists of parts
_MOST_VALUES = 8  # of one attribute that are told apart
_OTHERS = "other values"
_WORDS = ("", "compression", "lineOrder")  # types whose values are words
_SHORT = 64  # bytes that are kept as they are

_Key = tuple[int, str]  # part and attribute


class _Value(NamedTuple):
    text: str
    runs: list[list[int]]  # first and last position of frames that have it


class _Told(NamedTuple):
    words: str
    found: str
    usual: str
    frames: FrameSet


@dataclass(slots=True)
class _Track:
    """The values of one attribute so far. The last is kept by its object, which is often shared."""

    values: dict[bytes, _Value] = field(default_factory=dict)
    last: Attribute | None = None
    value: _Value | None = None
    at: int = -1
    more: _Value | None = None  # where all values beyond those told apart go

    def take(self, at: int, one: Attribute) -> None:
        """The value at a position, unless the attribute came before in this very frame."""
        if at == self.at:
            return
        if self.value is None or one is not self.last:
            self.last, self.value = one, self._known(one)
        _lengthen(self.value.runs, at)
        self.at = at

    def _known(self, one: Attribute) -> _Value:
        same = _compared(one)
        found = self.values.get(same)
        if found is None and len(self.values) >= _MOST_VALUES:
            self.more = self.more or _Value(_OTHERS, [])
            return self.more
        if found is None:
            found = self.values[same] = _Value(_said(one), [])
        return found

    def join(self, later: _Track, by: int) -> None:
        """Take the values at positions that count from `by`."""
        for same, one in later.values.items():
            found = self.values.get(same)
            if found is None and len(self.values) >= _MOST_VALUES:
                found = self.more = self.more or _Value(_OTHERS, [])
            elif found is None:
                found = self.values[same] = _Value(one.text, [])
            _append(found.runs, one.runs, by)
        if later.more is not None:
            self.more = self.more or _Value(_OTHERS, [])
            _append(self.more.runs, later.more.runs, by)
        self.forget()

    def forget(self) -> None:
        """Let go of the attribute that came last, which may be large."""
        self.last = self.value = None


@dataclass(slots=True)
class _Alike:
    """Frames that have the same parts, whose attributes can be compared."""

    parts: tuple[tuple[int, str], ...]
    frames: _Value = field(default_factory=lambda: _Value("", []))
    tracks: dict[_Key, _Track] = field(default_factory=dict)

    def where(self, parts: Sequence[int]) -> str:
        """What a message about some of the parts begins with."""
        if len(self.parts) == 1:
            return ""
        if len(parts) == len(self.parts):
            return "All parts: "
        return f"Part{'s' * (len(parts) > 1)} {listed(map(str, parts))}: "


class DriftWatch:
    """What is remembered of the frames that went by: their values where those changed."""

    def __init__(self, fields: Collection[str], holds: Callable[[str], bool]) -> None:
        self._holds = holds
        self._frames: list[int] = []
        self._file = {name: _Track() for name in OF_FILE if name in fields}
        self._alike: dict[tuple[tuple[int, str], ...], _Alike] = {}
        self._left_out = _Value("", [])  # frames beyond the kinds that are told apart
        self._held: dict[str, bool] = {}

    def take(self, facts: Facts, parts: Sequence[Part], frame: int) -> None:
        """Look at one more frame; its attributes are compared to those of frames with its parts."""
        at = len(self._frames)
        self._frames.append(frame)
        shown = _of_file(facts.image)
        for name, track in self._file.items():
            track.take(at, shown[name])
        there = tuple((one.index, one.name) for one in parts)
        alike = self._alike.get(there)
        if alike is None:
            if len(self._alike) >= _MOST_KINDS:
                _lengthen(self._left_out.runs, at)
                return
            alike = self._alike[there] = _Alike(there)
        _lengthen(alike.frames.runs, at)
        for part in parts:
            for one in part.attributes:
                self._attribute(alike.tracks, at, part.index, one)

    def join(self, later: DriftWatch) -> None:
        """Take what another watch saw of the frames after these."""
        by = len(self._frames)
        self._frames += later._frames
        for name, track in later._file.items():
            self._file[name].join(track, by)
        for there, other in later._alike.items():
            alike = self._alike.get(there)
            if alike is None:
                if len(self._alike) >= _MOST_KINDS:
                    _append(self._left_out.runs, other.frames.runs, by)
                    continue
                alike = self._alike[there] = _Alike(there)
            _append(alike.frames.runs, other.frames.runs, by)
            for key, track in other.tracks.items():
                alike.tracks.setdefault(key, _Track()).join(track, by)
        _append(self._left_out.runs, later._left_out.runs, by)

    def __getstate__(self) -> dict[str, object]:
        """What travels between processes: all but the attributes that came last."""
        for alike in self._alike.values():
            for track in alike.tracks.values():
                track.forget()
        for track in self._file.values():
            track.forget()
        return self.__dict__

    def end(self) -> list[tuple[Problem, FrameSet]] | None:
        """What drifted, and on which frames: those that are unlike most."""
        if len(self._frames) < 2:
            return None
        found = [
            (Problem(OF_FILE[name] + told.words, told.found, told.usual), told.frames)
            for name, track in self._file.items()
            for told in _told(self._values(track))
        ]
        for alike in self._alike.values():
            found += self._of_parts(alike)
        if self._left_out.runs:
            words = "The parts are others in nearly every frame, so that nothing was compared."
            problem = Problem(words, "many lists of parts", "the same parts")
            found.append((problem, self._of(self._left_out)))
        return found

    def _of_parts(self, alike: _Alike) -> Iterator[tuple[Problem, FrameSet]]:
        every = self._of(alike.frames)
        # The same in several parts is told once.
        found: dict[tuple[str, _Told], list[int]] = {}
        for (part, name), track in alike.tracks.items():
            values = self._values(track)
            present = sum(len(frames) for _, frames in values)
            if present < len(every):
                there = FrameSet.joined(run for _, frames in values for run in frames.runs)
                values.append(("not there", every - there))
            for told in _told(values, many=track.more is not None):
                found.setdefault((name, told), []).append(part)
        for (name, told), parts in found.items():
            message = f"{alike.where(parts)}The attribute {name}{told.words}"
            yield Problem(message, told.found, told.usual), told.frames

    def _attribute(self, tracks: dict[_Key, _Track], at: int, part: int, one: Attribute) -> None:
        held = self._held.get(one.name)
        if held is None:
            held = self._held[one.name] = self._holds(one.name)
        if held:
            track = tracks.get((part, one.name))
            if track is None:
                track = tracks[part, one.name] = _Track()
            track.take(at, one)

    def _values(self, track: _Track) -> list[tuple[str, FrameSet]]:
        values = [*track.values.values(), *([track.more] if track.more else [])]
        return [(one.text, self._of(one)) for one in values]

    def _of(self, value: _Value) -> FrameSet:
        return FrameSet.of(
            frame for first, last in value.runs for frame in self._frames[first : last + 1]
        )


def _told(values: Sequence[tuple[str, FrameSet]], *, many: bool = False) -> Iterator[_Told]:
    """What is to be told of values and the frames that have them, if they are not one."""
    if len(values) < 2:
        return
    usual = max(values, key=lambda one: len(one[1]) * (one[0] != _OTHERS))
    odd = [one for one in values if one is not usual]
    if many:
        found = listed((text for text, _ in values), most=3)
        frames = FrameSet.joined(run for _, some in odd for run in some.runs)
        yield _Told(f" has many values: {found}.", found, "one value", frames)
        return
    for text, frames in odd:
        yield _Told(f" is {text}; in most frames it is {usual[0]}.", text, usual[0], frames)


def _lengthen(runs: list[list[int]], at: int) -> None:
    """Add a position to runs that end before it."""
    if runs and runs[-1][1] == at - 1:
        runs[-1][1] = at
    else:
        runs.append([at, at])


def _append(runs: list[list[int]], later: Sequence[Sequence[int]], by: int) -> None:
    """Add runs whose positions count from `by`, in any order."""
    for first, last in later:
        if runs and runs[-1][1] == first + by - 1:
            runs[-1][1] = last + by
        else:
            runs.append([first + by, last + by])


def _said(one: Attribute) -> str:
    return str(one.value) if one.type in _WORDS else brief(one)


def _of_file(image: Image) -> dict[str, Attribute]:
    number = str(image.version | image.flags)
    named = ", ".join(one.name or str(one.index) for one in image.parts)
    return {
        "version_field": _text(number),
        "parts": _text(named if len(image.parts) > 1 else "one part"),
    }


def _text(value: str) -> Attribute:
    return Attribute("", "", value, value.encode("utf-8", "surrogatepass"))


def _compared(one: Attribute) -> bytes:
    if len(one.raw) <= _SHORT:
        return one.type.encode() + b"\0" + one.raw
    digest = digester()
    digest.update(one.type.encode() + b"\0" + one.raw)
    return digest.digest()
