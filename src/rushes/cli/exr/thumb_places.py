"""Where thumbnails are written, and what they may take the place of."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rushes.cli.exr.thumb_pages import Page
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection.encode import HEAD, begins
from rushes.inspection.look import Form

SUFFIXES = {Form.JPEG: (".jpg", ".jpeg"), Form.PNG: (".png",), Form.WEBP: (".webp",)}


def form_of(out: Path | None, asked: str | None) -> Form:
    """The form that was asked for, by name or by the suffix of a file. Raises `usage`."""
    named = None
    if out is not None and not out.is_dir():
        suffix = out.suffix.lower()
        named = next((form for form, known in SUFFIXES.items() if suffix in known), None)
        if named is None and asked is None:
            raise RushesError(
                Code.USAGE,
                f"What kind of picture {escape(str(out))} is to be cannot be told from its name.",
                hint="Call it .jpg, .png or .webp, or say --format. A folder has to be there.",
            )
    if asked is None:
        return named or Form.JPEG
    if named not in (None, Form(asked)):
        raise RushesError(
            Code.USAGE,
            f"{escape(str(out))} is not what a {asked} is called.",
            hint="Leave --format out, or name another file.",
        )
    return Form(asked)


def places(
    pages: Sequence[Page], out: Path | None, form: Form, *, force: bool = False
) -> list[Path]:
    """Where each page is written. Raises `usage` and `write.failed` before anything is."""
    if out is not None and not out.is_dir():
        if len(pages) > 1:
            raise RushesError(
                Code.USAGE,
                f"{len(pages):,} pictures would be made, and {escape(str(out))} is one file.",
                hint="Name a folder that is there, or ask for a --contact-sheet.",
            )
        found = [out] * len(pages)
    else:
        folder = out or Path()
        found = [folder / f"{page.stem}{SUFFIXES[form][0]}" for page in pages]
    _apart(found)
    media = _media(pages)
    for page, place in zip(pages, found, strict=True):
        _in_a_folder(place)
        if out is None:
            _not_beside(place, page)
        _free(place, form, media, force=force)
    return found


def _apart(found: Sequence[Path]) -> None:
    """No two pages in one place."""
    taken: set[Path] = set()
    for place in found:
        if place in taken:
            raise RushesError(
                Code.USAGE,
                f"Two of the pictures would both be written to {escape(str(place))}.",
                hint="Make them in two runs with two --out, or ask for a --contact-sheet.",
            )
        taken.add(place)


def _in_a_folder(place: Path) -> None:
    if not place.parent.is_dir():
        raise RushesError(
            Code.WRITE_FAILED,
            f"There is no folder {escape(str(place.parent))} for {escape(place.name)}.",
            hint="Make it first, or name another place.",
        )


def _not_beside(place: Path, page: Page) -> None:
    """Nothing is put beside media that was not told to go there.

    What is not there is no media: that it is not there is told when it is to be read.
    """
    folder = os.path.realpath(place.parent)
    for one in page.wishes:
        if not os.path.lexists(one.path):
            continue
        if os.path.realpath(os.path.dirname(one.path) or ".") == folder:
            raise RushesError(
                Code.USAGE,
                f"{escape(str(place))} would lie beside {one.source}, among the media.",
                hint="Name a place with --out; --out . puts it there nevertheless.",
            )


def _media(pages: Sequence[Page]) -> set[tuple[int, int]]:
    """Which files are read, by device and inode."""
    found = set()
    for one in (one for page in pages for one in page.wishes):
        with suppress(OSError):
            there = os.stat(one.path)
            found.add((there.st_dev, there.st_ino))
    return found


def _free(place: Path, form: Form, media: set[tuple[int, int]], *, force: bool) -> None:
    """Nothing is there, or something that may be replaced; what is read never may."""
    if not os.path.lexists(place):
        return
    with suppress(OSError):
        there = os.stat(place)
        if (there.st_dev, there.st_ino) in media:
            raise RushesError(
                Code.USAGE,
                f"{escape(str(place))} is one of the files to be read; it was left alone.",
                hint="Name another place with --out.",
            )
    if place.is_dir() or not (force or _is_picture(place, form)):
        raise RushesError(
            Code.USAGE,
            f"{escape(str(place))} is there and is no {form.value}; it was left alone.",
            hint="Name another place with --out, or say --force to replace a file.",
        )


def _is_picture(place: Path, form: Form) -> bool:
    """Whether a file there may be replaced: an empty one, or a picture of that form."""
    if not place.is_file():
        return False
    with suppress(OSError), place.open("rb") as file:
        head = file.read(HEAD)
        return not head or begins(head, form)
    return False
