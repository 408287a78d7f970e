"""8-bit pixels as the bytes of a picture file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rushes.core.errors import Code, RushesError
from rushes.inspection.look import Form

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COMPRESSION = {Form.JPEG: "jpeg:82", Form.PNG: "zip:6", Form.WEBP: "webp:85"}
_LARGEST = {Form.JPEG: 65_535, Form.WEBP: 16_383}  # pixels of one side that the format can tell
_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"\0\0\0\0IEND\xaeB`\x82"
HEAD = 12  # bytes by which `begins` can tell


def encoded(pixels: NDArray[np.uint8], form: Form = Form.JPEG) -> bytes:
    """8-bit RGB (rows, columns, 3) as a file of that form; the same pixels give the same bytes.

    Raises `write.failed` without room to work in, and `usage` for more pixels than fit.
    """
    import numpy as np

    if form is Form.RAW:
        return np.ascontiguousarray(pixels).tobytes()
    largest = _LARGEST.get(form, max(pixels.shape))
    if max(pixels.shape) > largest:
        raise RushesError(
            Code.USAGE,
            f"A picture of {pixels.shape[1]} × {pixels.shape[0]} pixels is too large for"
            f" {form.value}.",
            hint=f"It holds {largest:,} pixels a side. Make it smaller, or a PNG.",
        )
    data, problem = _written(pixels, form)
    # On a full disk the writer may say nothing, and leave the file short.
    if not _whole(data, form):
        raise RushesError(
            Code.WRITE_FAILED,
            f"A thumbnail could not be written: {problem or 'it came out short'}.",
            hint="Check free space in the folder for temporary files (TMPDIR).",
        )
    return data


def begins(head: bytes, form: Form) -> bool:
    """Whether the first `HEAD` bytes of a file are those of a picture of that form."""
    if form is Form.WEBP:
        return head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return head.startswith(_PNG if form is Form.PNG else b"\xff\xd8\xff")


def _written(pixels: NDArray[np.uint8], form: Form) -> tuple[bytes, str]:
    """What came out, and what the writer had to say."""
    import numpy as np
    import OpenImageIO

    rows, columns, channels = pixels.shape
    spec = OpenImageIO.ImageSpec(columns, rows, channels, OpenImageIO.UINT8)
    spec.attribute("Compression", _COMPRESSION[form])
    # Half-size colour would wash out the one magenta pixel.
    spec.attribute("jpeg:subsampling", "4:4:4")
    out = OpenImageIO.ImageOutput.create(form.value)
    if out is None:
        raise RushesError(
            Code.DEPENDENCY_MISSING, f"This OpenImageIO cannot write {form.value.upper()}."
        )
    with _place(form) as place:
        done = out.open(place, spec) and out.write_image(np.ascontiguousarray(pixels))
        data = Path(place).read_bytes() if out.close() and done else b""
    return data, str(out.geterror())


def _whole(data: bytes, form: Form) -> bool:
    if form is Form.WEBP:
        return begins(data, form) and int.from_bytes(data[4:8], "little") + 8 == len(data)
    return data.endswith(_PNG_END if form is Form.PNG else b"\xff\xd9")


@contextmanager
def _place(form: Form) -> Iterator[str]:
    """Where OpenImageIO, which writes to files only, may write: in memory if the system can."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("thumbnail")
        try:
            yield f"/proc/self/fd/{number}"
        finally:
            os.close(number)
    else:
        with TemporaryDirectory(prefix="rushes-") as folder:
            yield os.path.join(folder, f"thumbnail.{form.value}")
