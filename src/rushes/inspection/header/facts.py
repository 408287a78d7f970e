"""What a header means: an `Image` of parts, channels and windows, from the bytes of its attributes.

A header may hold anything under a standard name: what is not of the standard's type counts as
not there, and stays to be seen among the attributes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import compress
from operator import is_not
from typing import NamedTuple

from rushes.core.digest import digester
from rushes.core.escape import escape
from rushes.inspection.header import wire
from rushes.inspection.header.offsets import Shape, UncountableError, chunk_count
from rushes.inspection.header.values import MEANINGLESS, channel, channel_pieces, reader
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
_BYTES = 1 << 20  # of a header of which parts are kept

# Attributes that decide other fields of a part than its list of attributes.
DECIDING = frozenset(
    [
        *(b"channels", b"chunkCount", b"compression", b"dataWindow", b"displayWindow"),
        *(b"lineOrder", b"name", b"pixelAspectRatio", b"tiles", b"type", b"view"),
    ]
)


def image(header: wire.Header, data: bytes) -> Image:
    """The meaning of a header that was read from the beginning of `data`; nothing is refused."""
    parts = tuple([part(header, index) for index in range(len(header.parts))])
    return Image(header.version, header.flags, parts, header.end, digest(data, header.end))


def digest(data: bytes, end: int) -> str:
    """What tells headers apart: the digest of the bytes before `end`."""
    made = digester()
    made.update(memoryview(data)[:end])
    return made.hexdigest()


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
    if index < _PARTS and header.end <= _BYTES:
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
        if one.name != name or one.type != kind or name in DECIDING:
            return None
        found = meaning(one)
        # Where either has no meaning, something is wrong with one file and not with the other.
        if found.value is None or attributes[at].value is None:
            return None
        attributes[at] = found
    return with_attributes(before, tuple(attributes))


def with_attributes(part: Part, attributes: tuple[Attribute, ...]) -> Part:
    """The part with other attributes; `dataclasses.replace` takes twice as long."""
    return Part(
        part.index,
        part.name,
        part.view,
        part.kind,
        part.data_window,
        part.display_window,
        part.pixel_aspect_ratio,
        part.compression,
        part.line_order,
        part.tiles,
        part.channels,
        attributes,
        part.chunk_count,
    )


def _whole(header: wire.Header, given: tuple[wire.Attribute, ...], index: int) -> Part:
    attributes = tuple([_meanings.get(one) or _kept(one) for one in given])
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
    return _meanings.get(given) or _kept(given)


def _kept(given: wire.Attribute) -> Attribute:
    found = understood(given)
    if len(given.raw) <= _LONG:
        if len(_meanings) >= _MOST:
            _meanings.clear()
        _meanings[given] = found
    return found


def understood(given: wire.Attribute) -> Attribute:
    """`meaning` of what is not looked for among what is known, nor kept there."""
    name, kind, raw = given
    said, read = _type(kind)
    try:
        value, exact = read(raw)
    except MEANINGLESS:
        value, exact = None, False
    return Attribute(text(name), said, value, raw, exact)


@lru_cache(maxsize=_MOST)
def _type(kind: bytes) -> tuple[str, Callable[[bytes], tuple[Value, bool]]]:
    """The name of a type as text, and what reads values of it."""
    said = text(kind)
    return said, reader(said)


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
        known = tuple([_channel(one) for one in channel_pieces(given.raw)])
        if len(_channels) >= _MOST:
            _channels.clear()
        _channels[given.raw] = known
    return known


@lru_cache(maxsize=_MOST)
def _channel(raw: bytes) -> Channel:
    one, _ = channel(raw)
    return Channel(
        one["name"], str(one["type"]), one["x_sampling"], one["y_sampling"], one["linear"]
    )
