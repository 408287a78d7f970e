"""What was found out about an image, as rows of four tables; see `tables` for their columns.

Times are text in UTC, `2026-11-21T01:02:03.000004Z`, so that they sort as they are. NULL stands
for what a header does not say.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from rushes.core import clock
from rushes.core.canonical import Json, canonical
from rushes.core.digest import digester
from rushes.model.image import Attribute, Image, Part, Window
from rushes.ports.catalog import EMBEDDING, FINGERPRINT, Inspected, Vector

Row = dict[str, Any]

# Where programs write these down, the first that is there counts.
_COLOR_SPACE = ("colorInteropID", "oiio:ColorSpace", "colorspace", "colorSpace")
_SOFTWARE = ("software", "Software")


def normalized(path: str) -> str:
    """The path without `//`, `/./` and `/../`, which is one text for one file; a URL as it is.

    Neither case nor accents are touched: on the storage, names that differ there are two files.
    """
    if "://" in path:
        return path
    plain = posixpath.normpath(path)
    return f"/{plain.lstrip('/')}" if plain.startswith("/") else plain


def file_id(path: str) -> str:
    """32 hexadecimal digits: BLAKE2b with 16 bytes of the normalized, escaped path in UTF-8.

    The same path is the same file for ever, in every store and on every machine that calls it so.
    """
    digest = digester()
    digest.update(normalized(path).encode("utf-8"))
    return digest.hexdigest()


def misfit(one: Inspected) -> str:
    """Why these vectors fit no table; nothing where they do."""
    if len(one.metadata_embedding) not in (0, EMBEDDING):
        return f"its embedding has {len(one.metadata_embedding)} numbers, not {EMBEDDING}"
    given, channels = one.channel_fingerprints, sum(len(part.channels) for part in one.image.parts)
    if given and len(given) != channels:
        return f"there are {len(given)} fingerprints for {channels} channels"
    if any(len(vector) != FINGERPRINT for vector in given):
        return f"a channel's fingerprint has not {FINGERPRINT} numbers"
    return ""


def file_row(one: Inspected) -> Row:
    """The row of `files`, as of a file that is inspected for the first time."""
    moment = clock.iso(one.inspected)
    return {
        **_of_file(one),
        "file_path_normalized": normalized(one.path),
        "header_hash": one.image.header_hash,
        "size_bytes": one.size,
        "mtime": clock.iso_ns(one.mtime_ns),
        "multipart_count": len(one.image.parts),
        "is_deep": any(part.deep for part in one.image.parts),
        "metadata_embedding": one.metadata_embedding or None,
        "frame_number": _int32(one.frame_number),
        "inspection_timestamp": moment,
        "inspection_count": 1,
        "last_inspected": moment,
    }


def detail_rows(one: Inspected, table: str) -> Iterator[Row]:
    """The rows of `parts`, `channels` or `attributes`, in the order of the file."""
    rows = {"parts": _parts, "channels": _channels, "attributes": _attributes}[table]
    return rows(one)


def _of_file(one: Inspected) -> Row:
    return {"file_id": file_id(one.path), "file_path": one.path}


def _parts(one: Inspected) -> Iterator[Row]:
    common = _of_file(one)
    several_views = _several_views(one.image)
    for part in one.image.parts:
        data, shown, tiles = part.data_window, part.display_window, part.tiles
        yield {
            **common,
            "part_index": part.index,
            "width": _int32(data.width) if data else None,
            "height": _int32(data.height) if data else None,
            "display_width": _int32(shown.width) if shown else None,
            "display_height": _int32(shown.height) if shown else None,
            "data_x_offset": data.x_min if data else None,
            "data_y_offset": data.y_min if data else None,
            "part_name": part.name,
            "view_name": part.view,
            "multi_view": several_views,
            "data_window": _window(data),
            "display_window": _window(shown),
            "pixel_aspect_ratio": part.pixel_aspect_ratio,
            "line_order": part.line_order,
            "compression": part.compression,
            "color_space": _said(part, _COLOR_SPACE),
            "render_software": _said(part, _SOFTWARE),
            "is_tiled": part.tiled,
            "tile_width": _int32(tiles.width) if tiles else None,
            "tile_height": _int32(tiles.height) if tiles else None,
            "tile_depth": 1 if tiles else None,
            "is_deep": part.deep,
        }


def _channels(one: Inspected) -> Iterator[Row]:
    common = _of_file(one)
    vectors: Iterator[Vector] = iter(one.channel_fingerprints)
    for part in one.image.parts:
        for channel in part.channels:
            yield {
                **common,
                "part_index": part.index,
                "channel_name": channel.name,
                "layer_name": channel.layer,
                "component_name": channel.component,
                "channel_type": channel.type,
                "x_sampling": channel.x_sampling,
                "y_sampling": channel.y_sampling,
                "channel_fingerprint": next(vectors, None),
            }


def _attributes(one: Inspected) -> Iterator[Row]:
    common = _of_file(one)
    for part in one.image.parts:
        for attribute in part.attributes:
            yield {**common, "part_index": part.index, **_attribute(attribute)}


def _attribute(one: Attribute) -> Row:
    """`value_json` holds any value there is; text and numbers have a column of their own, too.

    JSON has no NaN and no infinity: there, they are text; in `value_float` they are numbers.
    """
    value = one.value
    row: Row = {
        "attr_name": one.name,
        "attr_type": one.type,
        "value_json": None if value is None else canonical(value).decode("utf-8"),
        "value_text": None,
        "value_int": None,
        "value_float": None,
    }
    if one.type in ("float", "double"):
        row["value_float"] = None if value is None else float(value)
    elif isinstance(value, str):
        row["value_text"] = value
    elif isinstance(value, int):
        row["value_int"] = value
    return row


def _said(part: Part, names: tuple[str, ...]) -> str | None:
    return next((found for name in names if (found := part.value(name, "string"))), None)


def _several_views(image: Image) -> bool:
    named = any(part.attribute("multiView") for part in image.parts)
    return named or len({part.view for part in image.parts if part.view}) > 1


def _window(window: Window | None) -> str | None:
    if window is None:
        return None
    corners: Json = {"min": [window.x_min, window.y_min], "max": [window.x_max, window.y_max]}
    return canonical(corners).decode("utf-8")


def _int32(number: int | None) -> int | None:
    """The number where it makes sense; windows of billions of pixels are nonsense."""
    return number if number is not None and -(2**31) <= number < 2**31 else None
