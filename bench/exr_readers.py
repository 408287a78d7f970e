"""Reads the headers of the files named in a list, as JSON, and says how long that took.

    .venv/bin/python bench/exr_readers.py rushes|OpenImageIO|OpenEXR LIST

Prints the seconds that all files took, without loading libraries, and the bytes of all JSON.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

Read = Callable[[str], bytes]


def rushes() -> Read:
    """What `rushes exr info --json` prints of a file."""
    import orjson  # noqa: F401 (what it takes to load is not counted for any way)

    from rushes.bootstrap import storage
    from rushes.inspection.header.document_text import document_json
    from rushes.inspection.header.reading import read_header

    disk = storage()
    return lambda path: document_json(read_header(disk, path))


def openimageio() -> Read:
    """All attributes of all subimages, as OpenImageIO understands them."""
    import OpenImageIO
    import orjson

    def read(path: str) -> bytes:
        file = OpenImageIO.ImageInput.open(path)
        if file is None:
            raise SystemExit(f"OpenImageIO: {OpenImageIO.geterror()}")
        parts: list[dict[str, Any]] = []
        while file.seek_subimage(len(parts), 0):
            parts.append(_described(file.spec()))
        file.close()
        return orjson.dumps({"path": path, "parts": parts}, option=orjson.OPT_SERIALIZE_NUMPY)

    return read


def _described(spec: Any) -> dict[str, Any]:
    return {
        "data_window": (spec.x, spec.y, spec.width, spec.height),
        "display_window": (spec.full_x, spec.full_y, spec.full_width, spec.full_height),
        "tile": (spec.tile_width, spec.tile_height),
        "deep": spec.deep,
        "channels": spec.channelnames,
        "types": [str(one) for one in spec.channelformats] or str(spec.format),
        "attributes": [
            {"name": one.name, "type": str(one.type), "value": one.value}
            for one in spec.extra_attribs
        ],
    }


def openexr() -> Read:
    """All attributes of all parts, as the format's own library gives them."""
    import OpenEXR
    import orjson

    def read(path: str) -> bytes:
        file = OpenEXR.File(path, header_only=True)
        headers = [part.header for part in file.parts]
        return orjson.dumps(
            {"path": path, "parts": headers}, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY
        )

    return read


def _plain(value: Any) -> Any:
    """A value of the library's own types as something that JSON has."""
    name = getattr(value, "name", None)
    if name is None:
        return repr(value)
    if hasattr(value, "xSampling"):
        return {"name": name, "x": value.xSampling, "y": value.ySampling, "linear": value.pLinear}
    return name


READERS = {"rushes": rushes, "OpenImageIO": openimageio, "OpenEXR": openexr}


def main() -> None:
    _, way, listed = sys.argv
    paths = Path(listed).read_text().splitlines()
    read = READERS[way]()
    gc.disable()  # for all of them, as the command does
    for path in paths:
        Path(path).read_bytes()  # the cache of the file system is to be warm
    began = perf_counter()
    size = sum([len(read(path)) for path in paths])
    print(perf_counter() - began, size)


if __name__ == "__main__":
    main()
