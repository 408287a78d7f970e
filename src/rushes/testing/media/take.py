"""A file sequence made up: what its frames have in common, and what differs between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import starmap

from rushes.inspection.header.values import encode
from rushes.inspection.header.wire import LONG_NAMES, MOST_NAME, VERSION, Attribute, Header, Part
from rushes.model.image import Value, Window
from rushes.testing.media.changing import changing


@dataclass(frozen=True, slots=True)
class Take:
    """A file sequence: its first frame, how many there are, and what each part always holds.

    `changing` differ from frame to frame, in every part; so does the window that it `trims`.
    Frames from `drift` on, counted from nothing, are written as `later` says.
    """

    first: int
    count: int
    parts: tuple[Mapping[bytes, Attribute], ...]
    flags: int
    changing: tuple[str, ...]
    trims: Window | None
    drift: int | None
    later: Attribute

    def header(self, at: int) -> Header:
        """The header of a frame, counted from nothing."""
        frame = self.first + at
        moved = attributes_of(changing(self.changing, frame))
        if self.trims:
            moved |= attributes_of([("dataWindow", "box2i", box(_trimmed(self.trims, frame)))])
        if self.drift is not None and at >= self.drift:
            moved[self.later.name] = self.later
        parts = [{**part, **moved} for part in self.parts]
        long = LONG_NAMES if max(map(len, parts[0])) > MOST_NAME else 0
        whole = tuple([Part(tuple([part[name] for name in sorted(part)])) for part in parts])
        return Header(VERSION, self.flags | long, whole, 0)


def attributes_of(given: Iterable[tuple[str, str, Value]]) -> dict[bytes, Attribute]:
    """Attributes as they lie in a file, by name."""

    def made(name: str, kind: str, value: Value) -> Attribute:
        return Attribute(name.encode(), kind.encode(), encode(kind, value))

    return {one.name: one for one in starmap(made, given)}


def _trimmed(window: Window, frame: int) -> Window:
    """Where something is that wanders through the picture."""
    aside = frame * 3 % (window.width // 4)
    return Window(aside, frame % 50, window.x_max - frame * 5 % 70, window.y_max - aside // 2)


def box(window: Window) -> Value:
    """A window as the value of a `box2i`."""
    return {"min": [window.x_min, window.y_min], "max": [window.x_max, window.y_max]}
