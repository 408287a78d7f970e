"""Many small pictures in rows on one page, each with its name below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rushes.core.errors import Code, RushesError
from rushes.inspection.fill import crossed
from rushes.inspection.pen import INK, Pen
from rushes.inspection.thumbnail import Made

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Picture = NDArray[np.uint8]

_PAGE = 297 / 210  # width to height of a landscape page
_UPRIGHT = 1.5  # so much worse is a page that stands upright
_MOST_PIXELS = 1 << 26  # of the whole page, which is made in memory
_MOST_SIDE = 16_383  # what WebP can hold
_PAPER, _CELL = 22, 34
_SMALLEST = 9  # letters that can be read
_ALARM = (235, 120, 70)
_BRIGHT, _DIM = (225, 225, 225), (150, 150, 150)


@dataclass(frozen=True, slots=True)
class Cell:
    """A picture (of the form `RAW`) and its name; where there is none, the word that says why.

    A name may have several lines, of which the first stands out.
    """

    label: str
    picture: Made | None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where cells lie: how many in a row, how many rows, and the size of one, all in pixels.

    `lines` are those of a name, `headings` those above all cells.
    """

    columns: int
    rows: int
    width: int
    height: int
    font: int
    lines: int = 1
    headings: int = 0

    @property
    def gap(self) -> int:
        """Between two cells, and around the page."""
        return max(4, self.width // 24)

    @property
    def strip(self) -> int:
        """The height of a name."""
        return self.font * 7 // 4 + (self.lines - 1) * self.line

    @property
    def line(self) -> int:
        """From one line of a name to the next."""
        return self.font * 4 // 3

    @property
    def large(self) -> int:
        """The letters of the first line above all cells."""
        return self.font * 7 // 4

    @property
    def head(self) -> int:
        """The height of what stands above all cells."""
        return self.headings and self.gap + self.large * 2 + (self.headings - 1) * self.line

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the page."""
        down = self.height + self.strip + self.gap
        across = self.columns * (self.width + self.gap) + self.gap
        return across, self.head + self.rows * down + self.gap

    def corner(self, at: int) -> tuple[int, int]:
        """Where the picture of cell `at`, counted from 0 in reading order, begins: x and y."""
        row, column = divmod(at, self.columns)
        x = self.gap + column * (self.width + self.gap)
        return x, self.head + self.gap + row * (self.height + self.strip + self.gap)


def grid(
    count: int,
    *,
    cell: tuple[int, int],
    columns: int | None = None,
    lines: int = 1,
    headings: int = 0,
) -> Grid:
    """Places for `count` cells of that width and height, in `columns` or as suits a landscape page.

    Raises `usage` where the page would be too large.
    """
    width, height = cell
    font = min(20, max(9, width // 16))

    def made(across: int) -> Grid:
        return Grid(across, -(-count // across), width, height, font, lines, headings)

    if columns is not None:
        best = made(min(columns, count))
    else:
        tried = (made(across) for across in range(1, count + 1))
        best = min(tried, key=lambda one: _unlike_a_page(one, count))
    wide, high = best.size
    if wide > _MOST_SIDE or high > _MOST_SIDE or wide * high > _MOST_PIXELS:
        raise RushesError(
            Code.USAGE,
            f"A contact sheet of {count:,} pictures would be {wide:,} × {high:,} pixels.",
            hint="Show fewer of them, or make each smaller.",
        )
    return best


def contact_sheet(
    cells: Sequence[Cell],
    *,
    width: int,
    columns: int | None = None,
    heading: Sequence[str] = (),
) -> Picture:
    """A page of the cells as 8-bit RGB, in reading order; without any picture they are 16:9.

    The lines of `heading` stand above them, the first of them large. Raises `usage` where the page
    would be too large, and `dependency.missing` where there is no font.
    """
    import numpy as np
    from PIL import Image

    lines = max((one.label.count("\n") + 1 for one in cells), default=1)
    places = grid(
        *(len(cells),),
        cell=_cell_size(cells, width),
        columns=columns,
        lines=lines,
        headings=len(heading),
    )
    wide, high = places.size
    page = np.full((high, wide, 3), _PAPER, np.uint8)
    for at, cell in enumerate(cells):
        _fill(page, cell, places, places.corner(at))
    drawn = Image.fromarray(page)
    _head(drawn, heading, places)
    pen = Pen(drawn, places.font)
    for at, cell in enumerate(cells):
        x, y = places.corner(at)
        middle = x + places.width // 2
        first = y + places.height + places.font * 7 // 8
        for number, line in enumerate(cell.label.split("\n")):
            ink = INK if lines == 1 else _DIM if number else _BRIGHT
            pen.write(line, middle, first + number * places.line, most=places.width, ink=ink)
        if cell.picture is None:
            pen.write(cell.word, middle, y + places.height // 2, most=places.width, ink=_ALARM)
    return np.array(drawn)


def _head(page: Image, heading: Sequence[str], places: Grid) -> None:
    most = places.size[0] - 2 * places.gap
    y = places.gap + places.large
    for number, line in enumerate(heading):
        size, ink = (places.font, _DIM) if number else (places.large, _BRIGHT)
        while size > _SMALLEST and Pen(page, size).width(line) > most:
            size -= 1  # a page of one picture is narrow, and a name cut short names nothing
        Pen(page, size).write(line, places.gap, y, most=most, ink=ink, align="left")
        y += places.line if number else places.large * 3 // 2


def _cell_size(cells: Sequence[Cell], width: int) -> tuple[int, int]:
    there = [cell.picture for cell in cells if cell.picture is not None]
    if not there:
        return width, max(1, width * 9 // 16)
    wide, high = max(one.columns for one in there), max(one.rows for one in there)
    return max(wide, min(width, 96)), high  # names need some room


def _unlike_a_page(one: Grid, count: int) -> tuple[float, int]:
    """How far the grid is from a landscape page that is filled."""
    wide, high = one.size
    shape = wide / high / _PAGE
    empty = one.columns * one.rows - count
    upright = _UPRIGHT if wide < high else 1
    return max(shape, 1 / shape) * (1 + empty / count) * upright, one.columns


def _fill(page: Picture, cell: Cell, places: Grid, corner: tuple[int, int]) -> None:
    import numpy as np

    x, y = corner
    frame = page[y : y + places.height, x : x + places.width]
    if cell.picture is None:
        frame[:] = _CELL
        crossed(frame, [part // 2 for part in _ALARM])
        return
    columns, rows, data = cell.picture
    top, left = (places.height - rows) // 2, (places.width - columns) // 2
    frame[top : top + rows, left : left + columns] = np.frombuffer(data, np.uint8).reshape(
        rows, columns, 3
    )
