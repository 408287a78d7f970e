"""Images' headers, as 0002 made their tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

_MOMENT = datetime(2026, 11, 1, 8, tzinfo=UTC)
_PART = {
    "index": 0, "name": "beauty", "compression": "ZIP", "tiled": False, "deep": False,
    "data_window": {"min": [0, 0], "max": [9, 4]}, "data_window_at": 2,
}  # fmt: skip
_CHANNEL = {"part_index": 0, "name": "diffuse.R", "layer": "diffuse", "type": "HALF"}
# Nothing is skipped, then at place 2 stand 16 bytes: a data window from (1, 2) to (3, 5).
_DELTA = bytes([2, 17]) + b"".join(one.to_bytes(4, "little") for one in (1, 2, 3, 5))


def fill(make: Any) -> None:
    """One structure, and two frames of it of which one has a window of its own."""
    root = make("StorageRoot", name="images", linux="/mnt/images")
    base = make(
        "ImageBase", kin=UUID(int=3), parts=1, channel_count=1, compressions=["ZIP"],
        layers=["diffuse"], channels=["diffuse.R"], views=[], kinds=["scanline"], pixels=["HALF"],
        colour_space="ACEScg", software="test",
    )  # fmt: skip
    make(
        "ImageHeader", base=base, data=b"header", attributes={"owner": "ILM"}, names=["owner"],
        varying=[], changing={}, listed=[[0, "owner", "string", "ILM"]],
        details={"parts": [_PART], "channels": [_CHANNEL]},
    )  # fmt: skip
    make("ImageWord", kind="layer", word="diffuse")
    sequence = make(
        "ImageSequence", root=root, key=UUID(int=4), folder="NV/sq010", head="plate.", tail=".exr",
        padding=4, kind="frames", subframe_digits=0, show="NV",
    )  # fmt: skip
    seen = {"sequence": sequence, "inspected": _MOMENT, "last_inspected": _MOMENT, "problem": ""}
    make("ImageFile", **seen, base=base, frame=1001, inspection_count=1, delta=b"")
    make("ImageFile", **seen, base=base, frame=1002, inspection_count=2, delta=_DELTA)


def check(url: str) -> None:
    """The views tell files, parts, channels and attributes."""
    with psycopg.connect(url) as connection:

        def asked(query: str) -> list[Any]:
            return connection.execute(query.encode()).fetchall()

        assert asked("SELECT file_path, frame_number FROM exr.files ORDER BY 2") == [
            (f"/mnt/images/NV/sq010/plate.{frame}.exr", frame) for frame in (1001, 1002)
        ]
        assert asked("SELECT width, height, compression FROM exr.parts ORDER BY file_path") == [
            (10, 5, "ZIP"),
            (3, 4, "ZIP"),
        ]
        assert asked(
            "SELECT DISTINCT channel_name, layer_name, channel_type FROM exr.channels"
        ) == [("diffuse.R", "diffuse", "HALF")]
        assert asked("SELECT DISTINCT attr_name, value_text FROM exr.attributes") == [
            ("owner", "ILM")
        ]
