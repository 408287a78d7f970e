"""Which stored header a header is told by, and what is stored of one that is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rushes.inspection.header import wire
from rushes.inspection.header.delta import difference, kin_key, volatile
from rushes.inspection.header.document import channel_entries, part_entry
from rushes.model.image import Image
from rushes.ports.images import SeenImage

# A header that differs from its neighbour's in no more than this is told by the neighbour's.
_MOST_DIFFERENT, _MOST_SHARE = 16, 0.33
# What a base's columns and vectors are made of: headers that differ in any of it are no neighbours.
_STRUCTURE = frozenset(
    [
        *("channels", "compression", "displayWindow", "pixelAspectRatio", "lineOrder", "tiles"),
        *("type", "name", "view", "multiView", "chunkCount", "chromaticities", "deepImageState"),
        *("envmap",),
    ]
)
_COLOUR_SPACE = ("colorInteropID", "oiio:ColorSpace", "colorSpace", "ColorSpace")
# Types that the database reads from a difference as JSON documents have them.
_READABLE = frozenset(
    [
        *("string", "int", "float", "double", "v2i", "v2f", "v2d", "v3i", "v3f", "v3d"),
        *("box2i", "box2f", "m33f", "m33d", "m44f", "m44d", "timecode", "rational", "keycode"),
        *("floatvector",),
    ]
)
_LONGEST = 200  # characters of a word; no name is longer that means anything, and indexes end there
_SOFTWARE = ("Software", "software", "nuke/version", "appName", "renderer", "writer", "creator")
_NO_VALUES = ("preview",)  # pixels, of no use in a question


@dataclass(frozen=True, slots=True)
class Base:
    """A stored header by its id, and the names of attributes that headers told by it change."""

    id: int
    header: wire.Header
    varying: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """A header told by a base: by its kin key, what differs, and the names of what differs."""

    kin: UUID
    delta: bytes
    varying: frozenset[str]


@dataclass(slots=True)
class NewBase:
    """A header that none of the stored ones tells, with what it means."""

    kin: UUID
    header: wire.Header
    data: bytes
    image: Image
    varying: frozenset[str]


class Bases:
    """The stored headers that one batch may be told by, and those that the batch brings."""

    def __init__(self, stored: Mapping[UUID, Base]) -> None:
        self.stored = dict(stored)
        self.new: dict[UUID, NewBase] = {}

    def told(self, seen: SeenImage, header: wire.Header, kin: UUID, near: UUID | None) -> Told:
        """How the header is told; `near` is the base of the frame before, if there was one."""
        base = self._header(kin)
        if base is None and near is not None and (close := self._near(header, near)) is not None:
            return close
        if base is None:
            assert seen.image is not None
            self.new[kin] = NewBase(kin, header, seen.header, seen.image, _volatile(header))
            return Told(kin, b"", frozenset())
        found = difference(base, header)
        assert found is not None, "headers of one kin have one shape"
        delta, places = found
        return Told(kin, delta, _names(header, places))

    def _near(self, header: wire.Header, near: UUID) -> Told | None:
        base = self._header(near)
        found = difference(base, header) if base is not None else None
        if found is None:
            return None
        delta, places = found
        names = _names(header, places)
        if len(names) > _MOST_DIFFERENT or len(delta) > _MOST_SHARE * header.end:
            return None
        if not all(_may_differ(one) for one in _at(header, places)):
            return None
        return Told(near, delta, names)

    def _header(self, kin: UUID) -> wire.Header | None:
        if kin in self.stored:
            return self.stored[kin].header
        return self.new[kin].header if kin in self.new else None


def kin_of(header: wire.Header) -> UUID:
    """The key that headers share which differ in volatile attributes alone."""
    return UUID(bytes=kin_key(header))


BASE = (
    *("kin", "flags", "parts", "display_width", "display_height", "pixel_aspect"),
    *("channel_count", "compressions", "kinds", "pixels", "layers", "channels", "views"),
    *("software", "colour_space", "deep", "tiled", "multipart"),
)
HEADER = ("data", "attributes", "names", "varying", "changing", "listed", "details")


def row(new: NewBase, *, varying: Iterable[str] = ()) -> tuple[Any, ...]:
    """The values of `BASE`, then of `HEADER`; `varying` are names to be added to its own."""
    image, parts = new.image, new.image.parts
    channels = [one for part in parts for one in part.channels]
    first = parts[0] if parts else None
    shown = first.display_window if first else None
    return (
        new.kin,
        image.flags,
        len(parts),
        shown.width if shown else None,
        shown.height if shown else None,
        first.pixel_aspect_ratio if first else None,
        len(channels),
        _distinct(part.compression or "" for part in parts),
        _distinct(part.kind for part in parts),
        _distinct(one.type for one in channels),
        _distinct(one.layer for one in channels),
        _distinct(one.name for one in channels),
        _views(image),
        _software(image),
        _colour_space(image),
        any(part.deep for part in parts),
        any(part.tiled for part in parts),
        bool(image.flags & wire.MULTIPART),
        new.data,
        *_header(new, new.varying | frozenset(varying)),
    )


def _header(new: NewBase, varying: frozenset[str]) -> tuple[Any, ...]:
    listed = _listed(new.image)
    lasting: dict[str, Any] = {}
    changing: dict[str, Any] = {}
    for place, (_, name, kind, value) in reversed(list(enumerate(listed))):
        if name in varying:
            changing[name] = (place, kind, value)
        else:
            lasting[name] = value
    return (
        _json(lasting),
        sorted({*lasting, *changing}),
        sorted(changing),
        _json(changing),
        _json(listed),
        _json(_details(new.image)),
    )


def words(new: NewBase) -> set[tuple[str, str]]:
    """The words by which patterns find a structure."""
    channels = [one for part in new.image.parts for one in part.channels]
    return {
        *(("layer", _word(one.layer)) for one in channels),
        *(("channel", _word(one.name)) for one in channels),
        *(("compression", part.compression or "") for part in new.image.parts),
    }


def _volatile(header: wire.Header) -> frozenset[str]:
    from rushes.inspection.header.facts import text

    return frozenset(
        text(one.name) for part in header.parts for one in part.attributes if volatile(one.name)
    )


def _at(header: wire.Header, places: Sequence[int]) -> list[wire.Attribute]:
    every = [one for part in header.parts for one in part.attributes]
    return [every[at] for at in places]


def _names(header: wire.Header, places: Sequence[int]) -> frozenset[str]:
    from rushes.inspection.header.facts import text

    return frozenset(text(one.name) for one in _at(header, places))


def _may_differ(one: wire.Attribute) -> bool:
    """Whether the attribute is neither of the structure nor unreadable in a difference."""
    from rushes.inspection.header.facts import meaning

    meant = meaning(one)
    lasting = meant.name in _STRUCTURE or meant.name in (*_SOFTWARE, *_COLOUR_SPACE)
    return not lasting and meant.type in _READABLE and meant.exact


def _listed(image: Image) -> list[tuple[int, str, str, Any]]:
    return [
        (part.index, one.name, one.type, None if one.type in _NO_VALUES else one.value)
        for part in image.parts
        for one in part.attributes
    ]


def _details(image: Image) -> dict[str, Any]:
    parts, at = [], 0
    for part in image.parts:
        entry = part_entry(part)
        del entry["attributes"]
        names = [one.name for one in part.attributes]
        entry["data_window_at"] = at + names.index("dataWindow") if "dataWindow" in names else None
        at += len(names)
        parts.append(entry)
    return {
        "parts": parts,
        "channels": [one for part in image.parts for one in channel_entries(part)],
    }


def _distinct(several: Iterable[str]) -> list[str]:
    return sorted({_word(one) for one in several})


def _word(text: str) -> str:
    """A text that fits into an index: of one that is absurdly long, the beginning."""
    return _clean(text)[:_LONGEST]


def _views(image: Image) -> list[str]:
    found = [part.view for part in image.parts if part.view]
    for part in image.parts:
        found += part.value("multiView", "stringvector") or ()
    return _distinct(found)


def _software(image: Image) -> str:
    for name in _SOFTWARE:
        for part in image.parts:
            if value := part.value(name, "string"):
                return _clean(value)
    return ""


def _colour_space(image: Image) -> str:
    for name in _COLOUR_SPACE:
        for part in image.parts:
            if value := part.value(name, "string"):
                return _clean(value)
    return ""


def _clean(text: str) -> str:
    """PostgreSQL has no NUL in text."""
    return text.replace("\0", "\\x00")


def _json(value: Any) -> str:
    import orjson

    data = orjson.dumps(value)
    if b"\\u0000" in data:
        data = orjson.dumps(_cleaned(value))
    return data.decode("utf-8")


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):
        return {_clean(name): _cleaned(one) for name, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, (list, tuple)) else value
