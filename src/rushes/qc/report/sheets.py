"""Contact sheets of the sequences that a report tells at length, and the room they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from types import MappingProxyType

from rushes.core.errors import Code, RushesError
from rushes.inspection.contact_sheet import Cell
from rushes.inspection.contact_sheet_worker import contact_sheet_file
from rushes.inspection.look import Form, Look
from rushes.inspection.thumbnail import Made
from rushes.inspection.thumbnails import Bounds, making
from rushes.ports.progress import Progress, Silent
from rushes.qc.report.content import ReportedAsset
from rushes.qc.report.files import Wanted, is_gone, on_sheet
from rushes.qc.report.pictures import data_uri
from rushes.report.wording import count

_WIDTH = 160  # pixels of one frame
_COLUMNS = (6, 5)  # frames in a row, so many that few places stay empty
_WORDS = {
    Code.PATH_NOT_FOUND: "gone",
    Code.PATH_UNREADABLE: "unreadable",
    Code.MEDIA_UNREADABLE: "unreadable",
}


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """A page of small pictures (JPEG) and what is on it; without `data`, why there is none."""

    told: str
    data: bytes = b""

    @property
    def title(self) -> str:
        """What to write above it, or in its place."""
        return f"{'Contact sheet' if self.data else 'No contact sheet'}: {self.told}"

    @property
    def uri(self) -> str:
        """The sheet as a data URI."""
        return data_uri(self.data)


# By the assets' subjects: all that were asked for.
ContactSheets = Mapping[str, ContactSheet]
NO_SHEETS: ContactSheets = MappingProxyType({})


class Binder:
    """The contact sheets of assets, as long as there is room for them."""

    def __init__(self, sheets: ContactSheets, *, room: int) -> None:
        self._sheets = sheets
        self._room = room
        self.left_out = 0

    def of(self, asset: ReportedAsset) -> ContactSheet | None:
        """The asset's; None where there is no room, and of what never has one."""
        if asset.sequence is None or not self._sheets:
            return None
        found = self._sheets.get(asset.subject)
        if found is None or len(found.data) > self._room:
            self.left_out += 1
            return None
        self._room -= len(found.data)
        return found


def contact_sheets(
    assets: Sequence[ReportedAsset],
    *,
    workers: int | None = None,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> ContactSheets:
    """A sheet of each of the assets, of frames spread over it.

    All of it is made in processes that a bad file can crash, but no more. Raises `cancelled`.
    """
    pages = [_Page(one, on_sheet(one)) for one in assets]
    with closing(_filled(pages, workers, progress)) as filled:
        return {one.asset.subject: one.sheet() for one in filled}


@dataclass(slots=True)
class _Page:
    """A sheet on the way: the cells of `files` that are known, by their places."""

    asset: ReportedAsset
    files: tuple[Wanted, ...]
    cells: dict[int, Cell] = field(default_factory=dict)

    def sheet(self) -> ContactSheet:
        """The sheet; its pixels are forgotten."""
        cells = [self.cells[at] for at in range(len(self.files))]
        self.cells.clear()
        shown = sum(cell.picture is not None for cell in cells)
        words = Counter(cell.word for cell in cells if cell.picture is None)
        marked = ", ".join(f"{number} {word}" for word, number in words.items())
        if not shown:
            why = f"none of its frames can be shown ({marked})" if cells else "no frame is known"
            return ContactSheet(why)
        try:
            columns = min(_COLUMNS, key=lambda number: -len(cells) % number)
            made = contact_sheet_file(cells, width=_WIDTH, columns=columns)
        except RushesError as error:
            return ContactSheet(error.message)
        assert self.asset.sequence is not None
        noun = "tile" if self.asset.sequence.kind == "tiles" else "frame"
        told = f"{shown} of {count(self.asset.sequence.frame_count, noun)}"
        return ContactSheet(f"{told}; marked: {marked}" if marked else told, made.data)


def _filled(pages: list[_Page], workers: int | None, progress: Progress) -> Generator[_Page]:
    """Each page as soon as all of its cells are known."""
    asked = []
    for number, page in enumerate(pages):
        for at, file in enumerate(page.files):
            if file.missing or is_gone(file.path):
                page.cells[at] = Cell(file.label, None, "missing" if file.missing else "gone")
            else:
                asked.append(((number, at), file.path, Look(form=Form.RAW)))
        if len(page.cells) == len(page.files):
            yield page
    bounds = Bounds(workers=workers)
    with closing(making(asked, width=_WIDTH, bounds=bounds, progress=progress)) as made:
        for (number, at), outcome in made:
            page = pages[number]
            page.cells[at] = _cell(page.files[at], outcome)
            if len(page.cells) == len(page.files):
                yield page


def _cell(file: Wanted, outcome: Made | RushesError) -> Cell:
    if isinstance(outcome, RushesError):
        return Cell(file.label, None, _WORDS.get(outcome.code, "not shown"))
    return Cell(file.label, outcome)
