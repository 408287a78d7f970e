"""One small picture of one file, as JPEG."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection import movie, picture
from rushes.inspection.display import displayed
from rushes.inspection.refusal import unreadable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH = 240
_COMPRESSION = "jpeg:82"
_END = b"\xff\xd9"  # of every JPEG


def thumbnail(path: Path, *, width: int = WIDTH) -> bytes:
    """A JPEG, at most `width` pixels wide, of the picture in the file; of a movie, its first frame.

    Scene-linear values go through the view transform of OpenColorIO (the config that `$OCIO`
    names, else the built-in one); whole numbers are taken as ready for a screen. Pixels that are
    not finite are magenta. The same file gives the same bytes. Raises `path.not_found`,
    `media.unreadable`, or `settings.invalid` (a colour config that cannot be read).

    The libraries that decode can crash on hostile files; `thumbnails` keeps that apart.
    """
    name = escape(str(path))
    _check(path, name)
    with _plain_name(path) as readable:
        read = movie.read_small if movie.is_movie(path.name) else picture.read_small
        try:
            raster = read(readable, name, width=width)
        except UnicodeDecodeError as error:
            raise unreadable(name, f"its header is no text: {error.reason}") from error
    return encoded(displayed(raster))


def encoded(pixels: NDArray[np.uint8]) -> bytes:
    """8-bit RGB (rows, columns, 3) as a JPEG. Raises `write.failed` without room to work in."""
    import numpy as np
    import OpenImageIO

    rows, columns, channels = pixels.shape
    spec = OpenImageIO.ImageSpec(columns, rows, channels, OpenImageIO.UINT8)
    spec.attribute("Compression", _COMPRESSION)
    # Half-size colour would wash out the one magenta pixel.
    spec.attribute("jpeg:subsampling", "4:4:4")
    out = OpenImageIO.ImageOutput.create("jpeg")
    if out is None:
        raise RushesError(Code.DEPENDENCY_MISSING, "This OpenImageIO cannot write JPEG.")
    with _place() as place:
        done = out.open(place, spec) and out.write_image(np.ascontiguousarray(pixels))
        data = Path(place).read_bytes() if out.close() and done else b""
    # On a full disk the writer may say nothing, and leave the file short.
    if not data.endswith(_END):
        raise RushesError(
            Code.WRITE_FAILED,
            f"A thumbnail could not be written: {out.geterror() or 'it came out short'}.",
            hint="Check free space in the folder for temporary files (TMPDIR).",
        )
    return data


@contextmanager
def _place() -> Iterator[str]:
    """Where OpenImageIO, which writes to files only, may write: in memory if the system can."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("thumbnail")
        try:
            yield f"/proc/self/fd/{number}"
        finally:
            os.close(number)
    else:
        with TemporaryDirectory(prefix="rushes-") as folder:
            yield os.path.join(folder, "thumbnail.jpg")


def _check(path: Path, name: str) -> None:
    try:
        size = path.stat().st_size
        regular = path.is_file()
    except FileNotFoundError as error:
        raise RushesError(
            Code.PATH_NOT_FOUND, f"There is no file {name}.", hint="Check the spelling."
        ) from error
    except OSError as error:
        raise unreadable(name, error.strerror or str(error)) from error
    if not regular:
        raise unreadable(name, "it is no file")
    if not size:
        raise unreadable(name, "it has zero bytes")
    if not os.access(path, os.R_OK):
        raise unreadable(name, "permission denied")


@contextmanager
def _plain_name(path: Path) -> Iterator[Path]:
    """A name for the file that libraries can take: they refuse bytes that are not UTF-8."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        with TemporaryDirectory(prefix="rushes-") as folder:
            suffix = path.suffix.encode("utf-8", "ignore").decode("utf-8")
            link = Path(folder, f"picture{suffix}")
            link.symlink_to(path.absolute())
            yield link
    else:
        yield path.absolute()
