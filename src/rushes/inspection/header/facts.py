"""What a header means: an `Image` of parts, channels and windows, from the bytes of its attributes.

A header may hold anything under a standard name: what is not of the standard's type counts as
not there, and stays to be seen among the attributes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import compress
from operator import is_not
from typing import NamedTuple

from rushes.core.digest import digester
from rushes.core.escape import escape
from rushes.inspection.header import wire
from rushes.inspection.header.offsets import Shape, UncountableError, chunk_count
from rushes.inspection.header.values import MeaninglessError, decode
from rushes.model.image import TILED, Attribute, Channel, Image, Part, Tiles, Value, Window

KINDS = ("scanlineimage", "tiledimage", "deepscanline", "deeptile")
DEEP = 0x800

# As the attributes of a sequence's frames are mostly the same, so are their meanings.
_meanings: dict[wire.Attribute, Attribute] = {}
_channels: dict[bytes, tuple[Channel, ...]] = {}
_MOST = 4096
_LONG = 2048


class _Kin(NamedTuple):
    """The last part of a number: its bytes, its meaning, and the first of those that are alike."""

    flags: int
    given: tuple[wire.Attribute, ...]
    part: Part
    model: Part


_last: dict[int, _Kin] = {}
_PARTS = 32  # of a file, of which the last is kept
_BYTES = 1 << 20  # of attributes of a part that is kept

# Attributes that decide other fields of a part than its list of attributes.
_DECIDING = frozenset(
    [
        *(b"channels", b"chunkCount", b"compression", b"dataWindow", b"displayWindow"),
        *(b"lineOrder", b"name", b"pixelAspectRatio", b"tiles", b"type", b"view"),
    ]
)


def image(header: wire.Header, data: bytes) -> Image:
    """The meaning of a header that was read from the beginning of `data`; nothing is refused."""
    parts = tuple([part(header, index) for index in range(len(header.parts))])
    digest = digester()
    digest.update(memoryview(data)[: header.end])
    return Image(header.version, header.flags, parts, header.end, digest.hexdigest())


def part(header: wire.Header, index: int) -> Part:
    """The meaning of one part."""
    given = header.parts[index].attributes
    kin = _last.get(index)
    if kin is not None and kin.flags == header.flags and len(kin.given) == len(given):
        made = _like(kin.part, kin.given, given)
        if made is not None:
            _last[index] = _Kin(header.flags, given, made, kin.model)
            return made
    made = _whole(header, given, index)
    if index < _PARTS and sum([len(one.raw) for one in given]) <= _BYTES:
        _last[index] = _Kin(header.flags, given, made, made)
    return made


def model(part: Part) -> Part:
    """The part itself, or an earlier one of the same number that differs from it in nothing but
    the values of attributes, which have a meaning and decide nothing else.
    """
    kin = _last.get(part.index)
    return kin.model if kin is not None and kin.part is part else part


def _like(
    before: Part, old: tuple[wire.Attribute, ...], new: tuple[wire.Attribute, ...]
) -> Part | None:
    """The meaning of `new`, where that is like the meaning `before` of `old` (see `model`)."""
    attributes = [*before.attributes]
    for at in compress(range(len(new)), map(is_not, new, old)):
        one = new[at]
        name, kind, _ = old[at]
        if one.name != name or one.type != kind or name in _DECIDING:
            return None
        found = _meanings.get(one) or meaning(one)
        # Where either has no meaning, something is wrong with one file and not with the other.
        if found.value is None or attributes[at].value is None:
            return None
        attributes[at] = found
    return replace(before, attributes=tuple(attributes))


def _whole(header: wire.Header, given: tuple[wire.Attribute, ...], index: int) -> Part:
    attributes = tuple([_meanings.get(one) or meaning(one) for one in given])
    first = {one.name: one for one in reversed(attributes)}

    def value(name: str, kind: str) -> Value:
        found = first.get(name)
        return found.value if found is not None and found.type == kind else None

    kind = _kind(header, value("type", "string"))
    data_window = window(value("dataWindow", "box2i"))
    compression = _word(value("compression", "compression"))
    tiles = _tiles(value("tiles", "tiledesc"))
    said = value("chunkCount", "int")
    try:
        chunks = chunk_count(Shape(said, data_window, compression, kind in TILED, tiles))
    except UncountableError:
        chunks = None
    return Part(
        index=index,
        name=value("name", "string") or "",
        view=value("view", "string") or "",
        kind=kind,
        data_window=data_window,
        display_window=window(value("displayWindow", "box2i")),
        pixel_aspect_ratio=_number(value("pixelAspectRatio", "float")),
        compression=compression,
        line_order=_word(value("lineOrder", "lineOrder")),
        tiles=tiles,
        channels=_read_channels(first.get("channels")),
        attributes=attributes,
        chunk_count=chunks,
    )


def meaning(given: wire.Attribute) -> Attribute:
    """The meaning of one attribute; None where its bytes are no value of its type."""
    kind = text(given.type)
    try:
        value, exact = decode(kind, given.raw)
    except MeaninglessError:
        value, exact = None, False
    made = Attribute(text(given.name), kind, value, given.raw, exact)
    if len(given.raw) <= _LONG:
        if len(_meanings) >= _MOST:
            _meanings.clear()
        _meanings[given] = made
    return made


@lru_cache(maxsize=4096)
def text(name: bytes) -> str:
    """A name as text, in one reversible escape."""
    return escape(name.decode("utf-8", "surrogateescape"))


def window(box: Value) -> Window | None:
    """A window from the value of a `box2i`."""
    return Window(*box["min"], *box["max"]) if box is not None else None


def _kind(header: wire.Header, said: Value) -> str:
    if said in KINDS:
        return str(said)
    tiled = bool(header.flags & wire.SINGLE_TILE)
    if header.flags & DEEP:
        return "deeptile" if tiled else "deepscanline"
    return "tiledimage" if tiled else "scanlineimage"


def _number(value: Value) -> float | None:
    return value if isinstance(value, float) else None


def _word(value: Value) -> str | None:
    return str(value) if value is not None else None


def _tiles(value: Value) -> Tiles | None:
    if value is None:
        return None
    modes = str(value["level_mode"]), str(value["rounding_mode"])
    return Tiles(value["x_size"], value["y_size"], *modes)


def _read_channels(given: Attribute | None) -> tuple[Channel, ...]:
    if given is None or given.type != "chlist" or given.value is None:
        return ()
    known = _channels.get(given.raw)
    if known is None:
        known = tuple(
            Channel(
                one["name"], str(one["type"]), one["x_sampling"], one["y_sampling"], one["linear"]
            )
            for one in given.value
        )
        if len(_channels) >= _MOST:
            _channels.clear()
        _channels[given.raw] = known
    return known
