"""DPX, TIFF and PNG files, ready for a screen, through OpenImageIO."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rushes.core.errors import Code, RushesError

if TYPE_CHECKING:
    from rushes.testing.media.scene import Values

_BITS = {".dpx": 10, ".tif": 16, ".png": 8}
_DPX_NAME = (36, 100)  # where a DPX header holds the file's name, and its room (SMPTE ST 268)
_MADE = "2026:03:02 09:00:00"  # the same bytes every time


def for_screen(values: Values) -> Values:
    """Scene-linear values brought into 0 to 1 with a soft shoulder and a screen's gamma."""
    import numpy as np

    return np.asarray((1 - np.exp(-1.5 * np.maximum(values, 0))) ** (1 / 2.2), np.float32)


def write(path: Path, values: Values) -> None:
    """Write display-referred values (rows, columns, channels) in the depth usual for the format."""
    import numpy as np
    import OpenImageIO

    rows, columns, channels = values.shape
    bits = _BITS[path.suffix]
    kind = OpenImageIO.UINT8 if bits == 8 else OpenImageIO.UINT16
    spec = OpenImageIO.ImageSpec(columns, rows, channels, kind)
    spec.attribute("oiio:BitsPerSample", bits)
    spec.attribute("DateTime", _MADE)
    spec.attribute("Software", "Rushes")
    if path.suffix == ".tif":
        spec.attribute("Compression", "lzw")
    out = OpenImageIO.ImageOutput.create(str(path))
    if out is None:
        raise RushesError(Code.DEPENDENCY_MISSING, f"This OpenImageIO writes no {path.suffix}.")
    pixels = np.ascontiguousarray(np.clip(values, 0, 1), np.float32)
    done = out.open(str(path), spec) and out.write_image(pixels)
    if not out.close() or not done:
        raise _failed(path, str(out.geterror()))
    # On a full disk the PNG writer says nothing, and leaves the file short.
    written = OpenImageIO.ImageBuf(str(path))
    if not written.read(0, 0, True):
        raise _failed(path, str(written.geterror()))
    if path.suffix == ".dpx":
        _name(path)


def _failed(path: Path, problem: str) -> RushesError:
    return RushesError(
        Code.WRITE_FAILED,
        f"Could not write {path}: {problem.splitlines()[0] if problem else 'it came out short'}.",
        hint="Check free space and permissions, then try again.",
    )


def _name(path: Path) -> None:
    """Put the bare name into a DPX header: OpenImageIO writes the path it was written at."""
    place, room = _DPX_NAME
    with open(path, "r+b") as file:
        file.seek(place)
        file.write(path.name.encode("utf-8")[: room - 1].ljust(room, b"\0"))
