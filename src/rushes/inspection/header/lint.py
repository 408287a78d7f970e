"""What is wrong with a header by the rules of the file format itself, whatever a studio wants.

Source: "OpenEXR File Layout" and "Technical Introduction to OpenEXR" (openexr.com).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

from rushes.inspection.header.facts import DEEP, model
from rushes.inspection.header.values import COMPRESSIONS, known
from rushes.inspection.header.wire import LONG_NAMES, MULTIPART, SINGLE_TILE
from rushes.model.finding import Finding, Severity
from rushes.model.image import Image, Part, Window

_STANDARD = {
    "channels": "chlist",
    "compression": "compression",
    "dataWindow": "box2i",
    "displayWindow": "box2i",
    "lineOrder": "lineOrder",
    "pixelAspectRatio": "float",
    "screenWindowCenter": "v2f",
    "screenWindowWidth": "float",
}
_TILED = {"tiles": "tiledesc"}
_OF_PARTS = {"name": "string", "type": "string", "chunkCount": "int"}
_PIXEL_TYPES = ("UINT", "HALF", "FLOAT")
_PLAIN = {(kind, 1, 1) for kind in _PIXEL_TYPES}  # type and sampling of nearly all channels
_ALL_BITS = 0xFFFFFFFF
_MOST_SIDE = 1 << 24  # pixels; nobody has made a picture half as wide


def lint(image: Image, name: str) -> list[Finding]:
    """Findings about the file called `name`, its parts in order."""
    multipart = bool(image.flags & MULTIPART)
    found = [
        Finding("exr.flags", Severity.ERROR, name, message, fix=_REWRITE)
        for message in _flags(image)
    ]
    for part in image.parts:
        where = f"Part {part.index}: " if multipart else ""
        for rule, message, fix in _problems(part, multipart=multipart):
            found.append(Finding(f"exr.{rule}", Severity.ERROR, name, f"{where}{message}", fix=fix))
    if multipart:
        counts = Counter(part.name for part in image.parts)
        for one in sorted(one for one, count in counts.items() if count > 1):
            message = (
                f"{counts[one]} parts are called {one!r}; the format wants names of their own."
            )
            found.append(Finding("exr.part", Severity.ERROR, name, message, fix=_REWRITE))
    return found


def _flags(image: Image) -> Iterator[str]:
    """What the version field says that the format does not know, or that the parts belie."""
    odd = image.flags & _ALL_BITS & ~(SINGLE_TILE | LONG_NAMES | DEEP | MULTIPART)
    if odd:
        yield f"The version field has flags that mean nothing, 0x{odd:x}; programs may refuse that."
    tiled = not image.flags & MULTIPART and image.parts[0].kind == "tiledimage"
    if bool(image.flags & SINGLE_TILE) is not tiled:
        yield f"The version field says {'nothing of' if tiled else 'there are'} tiles."
    deep = any(part.deep for part in image.parts)
    if bool(image.flags & DEEP) is not deep:
        yield f"The version field says {'nothing of' if deep else 'there are'} deep pixels."


_REWRITE = "Write the file again with a program that keeps to the format."
_Problem = tuple[str, str, str]

# What was wrong with the last part of a number, which is also wrong with those that are like it.
_last: dict[int, tuple[Part, bool, tuple[_Problem, ...]]] = {}
_PARTS = 32


def _problems(part: Part, *, multipart: bool) -> tuple[_Problem, ...]:
    alike = model(part)
    known = _last.get(part.index)
    if known is not None and known[0] is alike and known[1] is multipart:
        return known[2]
    found = tuple(_of_part(part, multipart=multipart))
    if part.index < _PARTS:
        _last[part.index] = (alike, multipart, found)
    return found


def _of_part(part: Part, *, multipart: bool) -> Iterator[_Problem]:
    types = {one.name: one.type for one in reversed(part.attributes)}
    wanted = _wanted(tiled=part.tiled, multipart=multipart)
    if not wanted.items() <= types.items():
        yield from _lacking(wanted, types)
    if len(types) < len(part.attributes):
        counts = Counter(one.name for one in part.attributes)
        twice = sorted(name for name, count in counts.items() if count > 1)
        yield (
            "attribute",
            f"{', '.join(twice)}: more than one attribute of that name; programs differ in which"
            " they believe.",
            _REWRITE,
        )
    for one in [one for one in part.attributes if one.value is None]:
        if known(one.type):
            yield (
                "attribute",
                f"the {len(one.raw):,} bytes of the attribute {one.name} are no {one.type}.",
                _REWRITE,
            )
    if part.compression is not None and part.compression not in COMPRESSIONS:
        yield (
            "compression",
            f"the compression number {part.compression} is not known.",
            "A newer program may have written it.",
        )
    yield from _windows(part)
    yield from _channels(part)


@cache
def _wanted(*, tiled: bool, multipart: bool) -> dict[str, str]:
    """The attributes that a part has to have, and their types."""
    return {**_STANDARD, **(_TILED if tiled else {}), **(_OF_PARTS if multipart else {})}


def _lacking(wanted: dict[str, str], types: dict[str, str]) -> Iterator[_Problem]:
    for name, kind in wanted.items():
        there = types.get(name)
        if there is None:
            yield "attribute", f"the attribute {name} ({kind}) is missing.", _REWRITE
        elif there != kind:
            yield "attribute", f"the attribute {name} is a {there}, not a {kind}.", _REWRITE


def _windows(part: Part) -> Iterator[_Problem]:
    for name, window in (
        ("data window", part.data_window),
        ("display window", part.display_window),
    ):
        if window is None:
            continue
        if window.width < 1 or window.height < 1:
            yield "window", f"the {name} is empty: {_corners(window)}.", _REWRITE
        elif max(window.width, window.height) > _MOST_SIDE:
            yield "window", f"the {name} is absurdly large: {window}.", _REWRITE


def _corners(window: Window) -> str:
    return f"from {window.x_min}, {window.y_min} to {window.x_max}, {window.y_max}"


def _channels(part: Part) -> Iterator[_Problem]:
    names = {one.name for one in part.channels}
    if len(names) < len(part.channels):
        counts = Counter(one.name for one in part.channels)
        twice = sorted(name for name, count in counts.items() if count > 1)
        yield "channel", f"{', '.join(twice)}: more than one channel of that name.", _REWRITE
    if {one[1:4] for one in part.channels} <= _PLAIN:
        return
    for one in part.channels:
        if one.type not in _PIXEL_TYPES:
            yield "channel", f"the channel {one.name} is of the unknown type {one.type}.", _REWRITE
        if one.x_sampling == one.y_sampling == 1:
            continue
        if one.x_sampling < 1 or one.y_sampling < 1:
            sampling = f"{one.x_sampling} × {one.y_sampling}"
            yield "channel", f"the channel {one.name} has a sampling of {sampling}.", _REWRITE
