"""What was found out about one image file, as JSON that `schemas/rushes.exr.1.json` describes.

The parts' attributes hold all that their bytes held: `header_bytes` makes the very header again.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

from rushes.core import clock
from rushes.core.errors import RushesError
from rushes.core.escape import unescape
from rushes.inspection.header import wire
from rushes.inspection.header.reading import ReadHeader
from rushes.inspection.header.values import encode
from rushes.model.finding import Finding, Severity
from rushes.model.image import Attribute, Channel, Image, Part, Window

SCHEMA = "rushes.exr/1"
VERSION = 1
Document = dict[str, Any]

_FILE_FIELDS = (
    *("size_bytes", "mtime", "format_version", "format_flags", "multipart", "deep"),
    *("header_bytes", "header_hash"),
)

# Most attributes and all channels of a sequence's frames are the same; nobody changes what is here.
_entries: dict[Attribute, Document] = {}
_channel_lists: dict[tuple[int, int], tuple[tuple[Channel, ...], list[Document]]] = {}
_MOST, _LONG = 4096, 2048


def document(
    read: ReadHeader,
    *,
    stats: Mapping[str, Any] | None = None,
    validation: Mapping[str, Any] | None = None,
    errors: tuple[Finding, ...] = (),
) -> Document:
    """All about one file. The same file gives the same document."""
    image = read.image
    last = tail(read, stats=stats, validation=validation, errors=errors)
    return {**head(read, image), **body(image), **last}


def head(read: ReadHeader, image: Image | None) -> Document:
    """The beginning of a document: what is told of the file as a whole."""
    return {"schema": SCHEMA, "schema_version": VERSION, "file": _file(read, image)}


def body(image: Image | None) -> Document:
    """The middle of a document: what is told of parts, channels and attributes."""
    parts = image.parts if image is not None else ()
    return {
        "parts": [part_entry(part) for part in parts],
        "channels": [one for part in parts for one in channel_entries(part)],
        "attributes": _flat(parts),
    }


def tail(
    read: ReadHeader,
    *,
    stats: Mapping[str, Any] | None,
    validation: Mapping[str, Any] | None,
    errors: tuple[Finding, ...],
) -> Document:
    """The end of a document: what was found out besides."""
    return {
        "stats": dict(stats or {}),
        "validation": dict(validation or {}),
        "errors": [one.row() for one in (*read.findings, *errors)],
    }


def refused(path: str, error: RushesError) -> Document:
    """All about a file that could not be read: why. `path` is escaped."""
    why = Finding(error.code.value, Severity.ERROR, path, error.message, fix=error.hint)
    return {
        "schema": SCHEMA,
        "schema_version": VERSION,
        "file": {"path": path, **dict.fromkeys(_FILE_FIELDS)},
        "parts": [],
        "channels": [],
        "attributes": {},
        "stats": {},
        "validation": {},
        "errors": [why.row()],
    }


def header_bytes(document: Mapping[str, Any]) -> bytes:
    """The header of the file that `document` tells of, byte for byte."""
    return wire.Header(
        document["file"]["format_version"],
        document["file"]["format_flags"],
        tuple(
            wire.Part(tuple(_restored(one) for one in part["attributes"]))
            for part in document["parts"]
        ),
        0,
    ).data()


def _restored(entry: Mapping[str, Any]) -> wire.Attribute:
    raw = entry.get("raw")
    return wire.Attribute(
        _bytes(entry["name"]),
        _bytes(entry["type"]),
        b64decode(raw) if raw is not None else encode(entry["type"], entry["value"]),
    )


def _bytes(name: str) -> bytes:
    return unescape(name).encode("utf-8", "surrogateescape")


def _file(read: ReadHeader, image: Image | None) -> Document:
    return {
        "path": read.path,
        "size_bytes": read.size,
        "mtime": clock.iso_ns(read.mtime_ns),
        "format_version": image.version if image else None,
        "format_flags": image.flags if image else None,
        "multipart": bool(image.flags & wire.MULTIPART) if image else None,
        "deep": any(one.deep for one in image.parts) if image else None,
        "header_bytes": image.header_bytes if image else None,
        "header_hash": image.header_hash if image else None,
    }


def part_entry(part: Part) -> Document:
    """One part, with all its attributes."""
    data, shown, tiles = part.data_window, part.display_window, part.tiles
    return {
        "index": part.index,
        "name": part.name,
        "view": part.view,
        "type": part.kind,
        "width": data.width if data else None,
        "height": data.height if data else None,
        "display_width": shown.width if shown else None,
        "display_height": shown.height if shown else None,
        "data_window": _window(data),
        "display_window": _window(shown),
        "pixel_aspect_ratio": part.pixel_aspect_ratio,
        "line_order": part.line_order,
        "compression": part.compression,
        "tiled": part.tiled,
        "tile_width": tiles.width if tiles else None,
        "tile_height": tiles.height if tiles else None,
        "level_mode": tiles.level_mode if tiles else None,
        "rounding_mode": tiles.rounding_mode if tiles else None,
        "deep": part.deep,
        "chunk_count": part.chunk_count,
        "attributes": [_entries.get(one) or entry(one) for one in part.attributes],
    }


def entry(one: Attribute) -> Document:
    """One attribute; `raw` (base64) only where the value alone would not give its bytes again."""
    made: Document = {"name": one.name, "type": one.type, "value": one.value}
    if not one.exact:
        made["raw"] = b64encode(one.raw).decode("ascii")
    if len(one.raw) > _LONG:
        return made
    if len(_entries) >= _MOST:
        _entries.clear()
    _entries[one] = made
    return made


def _flat(parts: tuple[Part, ...]) -> Document:
    """Values by name, of the first part that has the name."""
    every = list(chain.from_iterable([part.attributes for part in parts]))
    every.reverse()
    return {one.name: one.value for one in every}


def channel_entries(part: Part) -> list[Document]:
    """The channels of one part; nobody changes them."""
    key = (part.index, id(part.channels))
    known = _channel_lists.get(key)
    if known is None:
        made = [_channel(part.index, one) for one in part.channels]
        if len(_channel_lists) >= _MOST:
            _channel_lists.clear()
        # The channels are kept, lest others come to have their number.
        known = _channel_lists[key] = part.channels, made
    return known[1]


def _window(window: Window | None) -> Document | None:
    if window is None:
        return None
    return {"min": [window.x_min, window.y_min], "max": [window.x_max, window.y_max]}


@lru_cache(maxsize=_MOST)
def _channel(part: int, channel: Channel) -> Document:
    return {
        "part_index": part,
        "name": channel.name,
        "layer": channel.layer,
        "component": channel.component,
        "type": channel.type,
        "x_sampling": channel.x_sampling,
        "y_sampling": channel.y_sampling,
        "linear": channel.linear,
    }
