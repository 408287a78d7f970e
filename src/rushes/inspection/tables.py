"""The four tables of image facts in outside stores: files, parts, channels, attributes.

Every one has `file_id` and `file_path`. People's queries stand on these names: they stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Kind(Enum):
    """What a column holds. Numbers of 32 bits are what such stores mostly know."""

    TEXT = "text"
    INT = "int32"
    LONG = "int64"
    FLOAT = "float32"
    DOUBLE = "float64"
    BOOL = "bool"
    EMBEDDING = "384 × float32"
    FINGERPRINT = "128 × float32"


_OF_FILE = {"file_id": Kind.TEXT, "file_path": Kind.TEXT}
_OF_PART = {**_OF_FILE, "part_index": Kind.INT}

FILES: Mapping[str, Kind] = {
    **_OF_FILE,
    "file_path_normalized": Kind.TEXT,
    "header_hash": Kind.TEXT,
    "size_bytes": Kind.LONG,
    "mtime": Kind.TEXT,
    "multipart_count": Kind.INT,
    "is_deep": Kind.BOOL,
    "metadata_embedding": Kind.EMBEDDING,
    "frame_number": Kind.INT,
    "inspection_timestamp": Kind.TEXT,
    "inspection_count": Kind.INT,
    "last_inspected": Kind.TEXT,
}
PARTS: Mapping[str, Kind] = {
    **_OF_PART,
    "width": Kind.INT,
    "height": Kind.INT,
    "display_width": Kind.INT,
    "display_height": Kind.INT,
    "data_x_offset": Kind.INT,
    "data_y_offset": Kind.INT,
    "part_name": Kind.TEXT,
    "view_name": Kind.TEXT,
    "multi_view": Kind.BOOL,
    "data_window": Kind.TEXT,
    "display_window": Kind.TEXT,
    "pixel_aspect_ratio": Kind.FLOAT,
    "line_order": Kind.TEXT,
    "compression": Kind.TEXT,
    "color_space": Kind.TEXT,
    "render_software": Kind.TEXT,
    "is_tiled": Kind.BOOL,
    "tile_width": Kind.INT,
    "tile_height": Kind.INT,
    "tile_depth": Kind.INT,
    "is_deep": Kind.BOOL,
}
CHANNELS: Mapping[str, Kind] = {
    **_OF_PART,
    "channel_name": Kind.TEXT,
    "layer_name": Kind.TEXT,
    "component_name": Kind.TEXT,
    "channel_type": Kind.TEXT,
    "x_sampling": Kind.INT,
    "y_sampling": Kind.INT,
    "channel_fingerprint": Kind.FINGERPRINT,
}
ATTRIBUTES: Mapping[str, Kind] = {
    **_OF_PART,
    "attr_name": Kind.TEXT,
    "attr_type": Kind.TEXT,
    "value_json": Kind.TEXT,
    "value_text": Kind.TEXT,
    "value_int": Kind.LONG,
    "value_float": Kind.DOUBLE,
}
# The file's own row comes last: who writes in this order says by it that all the rest is there.
TABLES: Mapping[str, Mapping[str, Kind]] = {
    "parts": PARTS,
    "channels": CHANNELS,
    "attributes": ATTRIBUTES,
    "files": FILES,
}
