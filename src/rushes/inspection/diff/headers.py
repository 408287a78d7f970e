"""What the headers of two files differ in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rushes.inspection.diff.differences import (
    FILLED,
    FOLLOWS,
    IGNORED,
    VOLATILE,
    AttributeChange,
    ChannelChange,
    PartChanges,
    WindowChange,
)
from rushes.inspection.diff.pairing import pairs
from rushes.inspection.header.delta import volatile
from rushes.model.image import Attribute, Image, Part, Window

_FOLLOWING = "chunkCount"  # from windows, compression and tiles
_CHANNELS = "channels"


@dataclass(frozen=True, slots=True)
class Excuses:
    """What of headers is told and does not count: attributes that are called like one of `ignore`
    (`*` and `?` stand for any text and character) and, unless `strict`, volatile ones.
    """

    ignore: tuple[str, ...] = ()
    strict: bool = False
    outside_is_zero: bool = False

    def attribute(self, name: str) -> str:
        """Why a change of that attribute does not count, or nothing."""
        if any(fnmatchcase(name, one) for one in self.ignore):
            return IGNORED
        if self.strict:
            return ""
        if name == _FOLLOWING:
            return FOLLOWS
        return VOLATILE if volatile(name.encode()) else ""

    def window(self, name: str) -> str:
        """The same for a window: those count though they may be others in every frame."""
        if any(fnmatchcase(name, one) for one in self.ignore):
            return IGNORED
        filled = name == "dataWindow" and self.outside_is_zero and not self.strict
        return FILLED if filled else ""


def header_changes(a: Image, b: Image, excuses: Excuses) -> tuple[PartChanges, ...]:
    """All parts of both, those without a difference among them."""
    return tuple(_part(ours, theirs, excuses) for ours, theirs in pairs(a.parts, b.parts))


def _part(a: Part | None, b: Part | None, excuses: Excuses) -> PartChanges:
    if a is None or b is None:
        return PartChanges(a, b)
    channels = tuple(_channels(a, b))
    windows = tuple(_windows(a, b, excuses))
    told = {one.name for one in windows} | ({_CHANNELS} if channels else set())
    attributes = tuple(one for one in _attributes(a, b, excuses) if one.name not in told)
    return PartChanges(a, b, attributes, channels, windows)


def _attributes(a: Part, b: Part, excuses: Excuses) -> Iterator[AttributeChange]:
    ours, theirs = _numbered(a), _numbered(b)
    for key in {**ours, **theirs}:
        one, other = ours.get(key), theirs.get(key)
        if one is None or other is None or (one.type, one.raw) != (other.type, other.raw):
            yield AttributeChange(key[0], one, other, excuses.attribute(key[0]))


def _numbered(part: Part) -> dict[tuple[str, int], Attribute]:
    """Attributes by their names and how many of that name came before."""
    seen: Counter[str] = Counter()
    found = {}
    for one in part.attributes:
        found[one.name, seen[one.name]] = one
        seen[one.name] += 1
    return found


def _channels(a: Part, b: Part) -> Iterator[ChannelChange]:
    ours = {one.name: one for one in a.channels}
    theirs = {one.name: one for one in b.channels}
    for name in {**ours, **theirs}:
        if ours.get(name) != theirs.get(name):
            yield ChannelChange(name, ours.get(name), theirs.get(name))


def _windows(a: Part, b: Part, excuses: Excuses) -> Iterator[WindowChange]:
    both: tuple[tuple[str, Window | None, Window | None], ...] = (
        ("dataWindow", a.data_window, b.data_window),
        ("displayWindow", a.display_window, b.display_window),
    )
    for name, ours, theirs in both:
        if ours != theirs:
            yield WindowChange(name, ours, theirs, excuses.window(name))
