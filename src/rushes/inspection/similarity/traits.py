"""What two headers may have in common, as weighted tokens.

A header is seen from several sides, and each side has a share of the whole, so that a hundred
passes do not drown out the compression. What a header says nothing of leaves its share to the
other sides: the weights of a header have a sum of 1.

Nothing here tells the frames of one sequence apart. Of most attributes only name and type count,
and of those that come and go with frames not even that; nor does the data window, which follows
what is in the picture.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from rushes.inspection.header.values import PIXEL_TYPES
from rushes.model.image import Attribute, Channel, Image, Part, Value

Tokens = dict[str, float]
Views = frozenset[str]

SHARES: Mapping[str, float] = {
    "storage": 0.20,
    "channels": 0.15,
    "amounts": 0.14,
    "software": 0.10,
    "attributes": 0.10,
    "colour": 0.09,
    "pixels": 0.08,
    "picture": 0.07,
    "layers": 0.05,
    "views": 0.02,
}
MANY = 10  # as a power of two: more channels or parts than that are as many
SPACES = ("colorInteropID", "oiio:ColorSpace", "colorspace", "colorSpace")
SOFTWARE = ("software", "Software")
# What every file has, or what is told by more than its name.
_TOLD = frozenset(
    (
        *("channels", "compression", "dataWindow", "displayWindow", "lineOrder", "name", "type"),
        *("pixelAspectRatio", "screenWindowCenter", "screenWindowWidth", "chunkCount", "version"),
        *("tiles", "view", "multiView", "chromaticities", *SPACES, *SOFTWARE),
    )
)
# By the last word of the name, in small letters. Those that begin with `render` are so, too.
_VOLATILE = frozenset(
    (
        *("timecode", "keycode", "capdate", "date", "datetime", "time", "ctime", "mtime"),
        *("frame", "framenumber", "imagecounter"),
    )
)
_LOSSY = frozenset(("PXR24", "B44", "B44A", "DWAA", "DWAB"))
_WORD = re.compile(r"[^/:.]*\Z")
_CRYPTOMATTE = re.compile(r"\Acryptomatte/[^/]*/")  # and a key that is made of the layer's name
_NUMBER = re.compile(r"\d+")
_KNOWN = 1 << 15  # names whose tokens are remembered


def tokens(image: Image) -> Tokens:
    """Every token of a header with its weight, which is more than 0.

    A header without a channel or an attribute has none.
    """
    parts = [part for part in image.parts if part.attributes or part.channels]
    firsts = [{one.name: one for one in reversed(part.attributes)} for part in parts]
    views = [
        view for part, first in zip(parts, firsts, strict=True) for view in _views(part, first)
    ]
    known = frozenset(views)
    channels = dict.fromkeys([one for part in parts for one in part.channels])
    return _shared(
        {
            "storage": [token for part in parts for token in _storage(part)],
            "channels": [_channel(one, known) for one in channels],
            "amounts": [*_about("channels", len(channels)), *_about("parts", len(parts))],
            "software": [token for first in firsts for token in _software(first)],
            "attributes": [
                token
                for part in parts
                for one in part.attributes
                if (token := _attribute(one.name, one.type))
            ],
            "colour": [token for first in firsts for token in _colour(first)],
            "pixels": _pixels(channels),
            "picture": [token for part in parts for token in _picture(part)],
            "layers": [_layer(one, known) for one in channels],
            "views": [f"view {one}" for one in views],
        }
    )


def channel_tokens(channels: Iterable[Channel]) -> Tokens:
    """The tokens of channels alone: names with types, layers, components, types, and how many."""
    given = dict.fromkeys(channels)
    nothing: Views = frozenset()
    return _shared(
        {
            "channels": [_channel(one, nothing) for one in given],
            "amounts": _about("channels", len(given)),
            "pixels": _pixels(given),
            "layers": [
                token for one in given for token in (_layer(one, nothing), f"as {one.component}")
            ],
        }
    )


def weighted_jaccard(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """What two have in common of all they have: 1 for the same tokens, 0 for none in common.

    The sum of the smaller weights over the sum of the larger ones; two without tokens have 0.
    """
    common = math.fsum([min(weight, b[token]) for token, weight in a.items() if token in b])
    everything = math.fsum(a.values()) + math.fsum(b.values()) - common
    return common / everything if everything > 0 else 0.0


def _shared(sides: Mapping[str, Iterable[str]]) -> Tokens:
    """Each side's share, in even pieces for its tokens; shares of empty sides go to the others."""
    there = {side: distinct for side, found in sides.items() if (distinct := dict.fromkeys(found))}
    whole = math.fsum([SHARES[side] for side in there])
    weights: Tokens = {}
    for side, found in there.items():
        weights |= dict.fromkeys(found, SHARES[side] / whole / len(found))
    return weights


def _views(part: Part, first: Mapping[str, Attribute]) -> Iterator[str]:
    if part.view:
        yield part.view
    yield from _said(first, "multiView", "stringvector") or ()


@lru_cache(_KNOWN)
def _channel(one: Channel, views: Views) -> str:
    """A channel by its name in any view: two views in one part are as two parts of one view."""
    sparse = "" if one.x_sampling == one.y_sampling == 1 else f" {one.x_sampling}x{one.y_sampling}"
    return f"channel {_bare(one.name, views)} {one.type}{sparse}"


@lru_cache(_KNOWN)
def _layer(one: Channel, views: Views) -> str:
    return f"layer {_bare(one.name, views).rpartition('.')[0]}"


def _bare(name: str, views: Views) -> str:
    """A channel's name without its view, which is the last word but one.

    Source: "Storing Multi-View Images in OpenEXR Files" (openexr.com).
    """
    words = name.split(".")
    return ".".join(words[:-2] + words[-1:]) if len(words) > 1 and words[-2] in views else name


def _about(what: str, amount: int) -> list[str]:
    """Three neighbouring powers of two, so that near amounts have one or two of them in common."""
    middle = min(amount.bit_length(), MANY)
    return [f"{what} 2^{power}" for power in range(middle - 1, middle + 2)] if amount else []


def _pixels(channels: Iterable[Channel]) -> list[str]:
    types = {one.type for one in channels}
    return [f"{'some' if one in types else 'no'} {one}" for one in PIXEL_TYPES] if types else []


def _storage(part: Part) -> Iterator[str]:
    yield f"kind {part.kind}"
    yield "deep" if part.deep else "flat"
    yield f"lines {part.line_order}"
    yield f"compression {part.compression}"
    yield "some loss" if part.compression in _LOSSY else "no loss"
    yield f"levels {part.tiles.level_mode if part.tiles else None}"
    if part.tiles:
        yield f"tiles {part.tiles.width}x{part.tiles.height}"


@lru_cache(_KNOWN)
def _attribute(name: str, kind: str) -> str:
    """Name and type; nothing for what changes with frames, or is told otherwise."""
    found = _WORD.search(name)
    word = found[0].lower() if found else ""
    if name in _TOLD or word in _VOLATILE or word.startswith("render"):
        return ""
    return f"attribute {_CRYPTOMATTE.sub('cryptomatte/*/', name)} {kind}"


def _said(first: Mapping[str, Attribute], name: str, kind: str) -> Value:
    found = first.get(name)
    return found.value if found is not None and found.type == kind else None


def _colour(first: Mapping[str, Attribute]) -> Iterator[str]:
    for name in SPACES:
        if space := _said(first, name, "string"):
            yield f"space {space}"
    if corners := _said(first, "chromaticities", "chromaticities"):
        yield f"primaries {[_rounded(one) for pair in corners.values() for one in pair]}"


def _rounded(number: Value) -> Value:
    """To three digits: programs differ in the fourth. 0.0 makes one zero of two."""
    return round(number, 3) + 0.0 if isinstance(number, float) else number


def _software(first: Mapping[str, Attribute]) -> Iterator[str]:
    for name in SOFTWARE:
        if said := _said(first, name, "string"):
            yield from _program(said)


@lru_cache(_KNOWN)
def _program(said: str) -> tuple[str, str, str]:
    """What comes before the first number, with that number, and all: `Nuke`, `Nuke 14`, …"""
    found = _NUMBER.search(said)
    name = (said[: found.start()] if found else said).strip()
    number = found[0] if found else ""
    return f"program {name}", f"major {name} {number}", f"exactly {said}"


def _picture(part: Part) -> Iterator[str]:
    """Size and shape of the display window in steps of a fifth, and the shape of a pixel."""
    window = part.display_window
    if window and window.width > 0 and window.height > 0:
        yield f"width {round(4 * math.log2(window.width))}"
        yield f"shape {round(4 * math.log2(window.width / window.height))}"
    if part.pixel_aspect_ratio is not None:
        yield f"pixel shape {part.pixel_aspect_ratio:.1f}"
