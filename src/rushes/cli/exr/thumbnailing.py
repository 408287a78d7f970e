"""Makes the pictures that were asked for, and puts each where it belongs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from rushes.cli.exr.reading import told
from rushes.cli.exr.thumb_pages import Page, Wish
from rushes.core.atomic import create_bytes, write_bytes
from rushes.core.errors import Code, RushesError
from rushes.inspection.contact_sheet import Cell
from rushes.inspection.contact_sheet_worker import contact_sheet_file
from rushes.inspection.look import Form, Look
from rushes.inspection.thumbnail import Made
from rushes.inspection.thumbnails import Bounds, making
from rushes.ports.progress import Progress

_WORDS = {
    Code.PATH_NOT_FOUND: "missing",
    Code.PATH_UNREADABLE: "unreadable",
    Code.MEDIA_UNREADABLE: "unreadable",
}


@dataclass(frozen=True, slots=True)
class Making:
    """How all pictures of one run are made: `width` is that of each, on a sheet, too."""

    look: Look
    width: int
    columns: int | None
    bounds: Bounds


class Written(NamedTuple):
    """A file that was written: its size in pixels and in bytes."""

    width: int
    height: int
    size: int


@dataclass(slots=True)
class Produced:
    """What became of one page: of its pictures (`errors`, by position), and of its file."""

    page: Page
    place: Path
    made: dict[int, Made] = field(default_factory=dict)
    errors: dict[int, RushesError] = field(default_factory=dict)
    written: Written | None = None
    unwritten: RushesError | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing more comes."""
        return len(self.made) + len(self.errors) == len(self.page.wishes)


def produce(
    pages: Sequence[Page], places: Sequence[Path], how: Making, progress: Progress
) -> list[Produced]:
    """Make all pages and write each as soon as all of it is there. Raises `cancelled`."""
    done = [Produced(page, place) for page, place in zip(pages, places, strict=True)]
    for one in done:
        for at, wish in enumerate(one.page.wishes):
            if wish.missing is not None:
                one.errors[at] = wish.missing
    pictures = making(
        _requests(pages, how.look), width=how.width, bounds=how.bounds, progress=progress
    )
    with closing(pictures):
        for (number, at), outcome in pictures:
            if isinstance(outcome, Made):
                done[number].made[at] = outcome
            else:
                wish = pages[number].wishes[at]
                done[number].errors[at] = told(wish.path, wish.source, outcome)
                if outcome.code is Code.SETTINGS_INVALID:  # so would all others end
                    _give_up(done, outcome)
                    break
            if done[number].complete:
                _finish(done[number], how)
    return done


def _give_up(done: Sequence[Produced], error: RushesError) -> None:
    """Nothing more is made, because of `error`."""
    for one in done:
        if one.written is None and one.unwritten is None:
            one.made.clear()
            one.errors = {at: one.errors.get(at, error) for at in range(len(one.page.wishes))}


def _requests(pages: Sequence[Page], look: Look) -> Iterator[tuple[tuple[int, int], Path, Look]]:
    for number, page in enumerate(pages):
        form = Form.RAW if page.sheet else look.form
        for at, wish in enumerate(page.wishes):
            if wish.missing is None:
                selection = wish.selection or look.selection
                yield (number, at), Path(wish.path), replace(look, selection=selection, form=form)


def _finish(one: Produced, how: Making) -> None:
    """Write the page, unless there is nothing on it."""
    if not one.made:
        return
    try:
        made = _sheet(one, how) if one.page.sheet else one.made[0]
        if os.path.lexists(one.place):
            write_bytes(one.place, made.data)
        else:
            create_bytes(one.place, made.data)
    except RushesError as error:
        one.unwritten = error
    else:
        one.written = Written(made.columns, made.rows, len(made.data))
    # The sizes are enough from here on; the pixels of many pages are not to be kept.
    one.made = {at: made._replace(data=b"") for at, made in one.made.items()}


def _sheet(one: Produced, how: Making) -> Made:
    cells = [_cell(one, at, wish) for at, wish in enumerate(one.page.wishes)]
    return contact_sheet_file(cells, width=how.width, columns=how.columns, form=how.look.form)


def _cell(one: Produced, at: int, wish: Wish) -> Cell:
    if at in one.made:
        return Cell(wish.label, one.made[at])
    if wish.missing is not None:
        return Cell(wish.label, None, "missing")
    return Cell(wish.label, None, _WORDS.get(one.errors[at].code, "not shown"))
