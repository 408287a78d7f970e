"""One small picture of one file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection import movie, picture
from rushes.inspection.display import displayed
from rushes.inspection.encode import encoded
from rushes.inspection.look import Look
from rushes.inspection.refusal import unreadable

WIDTH = 240


class Made(NamedTuple):
    """A thumbnail: its size in pixels, and the bytes of its file."""

    columns: int
    rows: int
    data: bytes


def thumbnail(path: Path, *, width: int = WIDTH) -> bytes:
    """A JPEG, at most `width` pixels wide, of the picture in the file, as `make` makes it."""
    return make(path, Look(), width=width).data


def make(path: Path, look: Look, *, width: int = WIDTH) -> Made:
    """A picture, at most `width` pixels wide, of what is in the file; of a movie, its first frame.

    Scene-linear values go through the view transform of OpenColorIO (the config that `look` or
    `$OCIO` names, else the built-in one); whole numbers are taken as ready for a screen. Pixels
    that are not finite are magenta. The same file gives the same bytes. Raises `path.not_found`,
    `path.unreadable`, `media.unreadable`, `nothing.found` (no such part, layer or channel),
    `usage` (an exposure or view of what is ready for a screen), or `settings.invalid` (a colour
    config that cannot be read, or that does not have what `look` names).

    The libraries that decode can crash on hostile files; `thumbnails` keeps that apart.
    """
    name = escape(str(path))
    with readable(path, name) as plain:
        read = movie.read_small if movie.is_movie(path.name) else picture.read_small
        try:
            raster = read(plain, name, width=width, selection=look.selection)
        except UnicodeDecodeError as error:
            raise unreadable(name, f"its header is no text: {error.reason}") from error
    pixels = displayed(raster, look.viewing, name=name)
    rows, columns, _ = pixels.shape
    return Made(columns, rows, encoded(pixels, look.form))


@contextmanager
def readable(path: Path, name: str) -> Iterator[Path]:
    """The file under a name that libraries can take, once it is known that it can be read.

    Raises `path.not_found`, `path.unreadable` and `media.unreadable`; errors call it `name`.
    """
    _check(path, name)
    with _plain_name(path) as plain:
        yield plain


def _check(path: Path, name: str) -> None:
    try:
        size = path.stat().st_size
        regular = path.is_file()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RushesError(
            Code.PATH_NOT_FOUND, f"There is no file {name}.", hint="Check the spelling."
        ) from error
    except OSError as error:
        raise _closed(name, error.strerror or str(error)) from error
    if not regular:
        raise unreadable(name, "it is no file")
    if not size:
        raise unreadable(name, "it has zero bytes")
    if not os.access(path, os.R_OK):
        raise _closed(name, "permission denied")


def _closed(name: str, problem: str) -> RushesError:
    return RushesError(
        Code.PATH_UNREADABLE,
        f"{name} cannot be opened: {problem}.",
        hint="Check its permissions, and those of its folders.",
    )


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
