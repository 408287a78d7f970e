"""Many small pictures in rows on one page, each with its name below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rushes.core.errors import Code, RushesError
from rushes.inspection.thumbnail import Made

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_PAGE = 297 / 210  # width to height of a landscape page
_UPRIGHT = 1.5  # so much worse is a page that stands upright
_MOST_PIXELS = 1 << 26  # of the whole page, which is made in memory
_MOST_SIDE = 16_383  # what WebP can hold
_PAPER, _CELL, _INK = 22, 34, 200
_ALARM = (235, 120, 70)
_FONT = "DroidSans"  # comes with OpenImageIO, so that pages look the same everywhere


@dataclass(frozen=True, slots=True)
class Cell:
    """A picture (of the form `RAW`) and its name; where there is none, the word that says why."""

    label: str
    picture: Made | None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where cells lie: how many in a row, how many rows, and the size of one, all in pixels."""

    columns: int
    rows: int
    width: int
    height: int
    font: int

    @property
    def gap(self) -> int:
        """Between two cells, and around the page."""
        return max(4, self.width // 24)

    @property
    def strip(self) -> int:
        """The height of a name."""
        return self.font * 7 // 4

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the page."""
        down = self.height + self.strip + self.gap
        return self.columns * (self.width + self.gap) + self.gap, self.rows * down + self.gap

    def corner(self, at: int) -> tuple[int, int]:
        """Where the picture of cell `at`, counted from 0 in reading order, begins: x and y."""
        row, column = divmod(at, self.columns)
        x = self.gap + column * (self.width + self.gap)
        return x, self.gap + row * (self.height + self.strip + self.gap)


def grid(count: int, *, cell: tuple[int, int], columns: int | None = None) -> Grid:
    """Places for `count` cells of that width and height, in `columns` or as suits a landscape page.

    Raises `usage` where the page would be too large.
    """
    width, height = cell
    font = min(20, max(9, width // 16))
    if columns is not None:
        across = min(columns, count)
        best = Grid(across, -(-count // across), width, height, font)
    else:
        tried = (Grid(n, -(-count // n), width, height, font) for n in range(1, count + 1))
        best = min(tried, key=lambda one: _unlike_a_page(one, count))
    wide, high = best.size
    if wide > _MOST_SIDE or high > _MOST_SIDE or wide * high > _MOST_PIXELS:
        raise RushesError(
            Code.USAGE,
            f"A contact sheet of {count:,} pictures would be {wide:,} × {high:,} pixels.",
            hint="Show fewer of them, or make each smaller.",
        )
    return best


def contact_sheet(cells: Sequence[Cell], *, width: int, columns: int | None = None) -> Picture:
    """A page of the cells as 8-bit RGB, in reading order; without any picture they are 16:9.

    Raises `usage` where the page would be too large, and `dependency.missing` where there is no
    font.
    """
    import numpy as np
    import OpenImageIO

    places = grid(len(cells), cell=_cell_size(cells, width), columns=columns)
    wide, high = places.size
    page = np.full((high, wide, 3), _PAPER, np.uint8)
    for at, cell in enumerate(cells):
        _fill(page, cell, places, places.corner(at))
    buffer = OpenImageIO.ImageBuf(page)
    pen = _Pen(buffer, places.font)
    for at, cell in enumerate(cells):
        x, y = places.corner(at)
        middle = x + places.width // 2
        pen.write(cell.label, middle, y + places.height + places.strip // 2, most=places.width)
        if cell.picture is None:
            pen.write(cell.word, middle, y + places.height // 2, most=places.width, ink=_ALARM)
    return np.asarray(buffer.get_pixels(OpenImageIO.UINT8), np.uint8)


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
        _cross(frame)
        return
    columns, rows, data = cell.picture
    top, left = (places.height - rows) // 2, (places.width - columns) // 2
    frame[top : top + rows, left : left + columns] = np.frombuffer(data, np.uint8).reshape(
        rows, columns, 3
    )


def _cross(frame: Picture) -> None:
    """A border and both diagonals, faint enough to read a word on."""
    import numpy as np

    faint = [part // 2 for part in _ALARM]
    rows, columns, _ = frame.shape
    frame[0] = frame[-1] = frame[:, 0] = frame[:, -1] = faint
    steps = np.arange(max(rows, columns))
    down, across = steps * rows // len(steps), steps * columns // len(steps)
    frame[down, across] = frame[down, columns - 1 - across] = faint


class _Pen:
    """Writes names onto a page."""

    def __init__(self, page: Any, size: int) -> None:
        self._page, self._size = page, size
        self._font = next((one for one in (_FONT, "") if self._width("0", one) is not None), None)
        if self._font is None:
            raise RushesError(
                Code.DEPENDENCY_MISSING,
                "This OpenImageIO cannot write text onto a picture.",
                hint="Install the wheel from the package index, which comes with fonts.",
            )

    def write(
        self, text: str, x: int, y: int, *, most: int, ink: tuple[int, ...] = (_INK,) * 3
    ) -> None:
        """`text` centred on x and, but for what hangs down, on y; cut to `most` pixels."""
        import OpenImageIO

        OpenImageIO.ImageBufAlgo.render_text(
            *(self._page, x, y + self._size // 3, self._short(text, most)),
            *(self._size, self._font or ""),
            textcolor=tuple(part / 255 for part in ink),
            alignx="center",
        )

    def _short(self, text: str, most: int) -> str:
        plain = "".join(one if one.isprintable() else "?" for one in text)
        short, kept = plain, len(plain)
        while kept > 2 and (self._width(short, self._font) or 0) > most:
            kept -= 1
            short = f"{plain[: kept // 2]}...{plain[len(plain) - (kept - kept // 2) :]}"
        return short

    def _width(self, text: str, font: str | None) -> int | None:
        """In pixels; None without that font."""
        import OpenImageIO

        box = OpenImageIO.ImageBufAlgo.text_size(text, self._size, font or "")
        if not box.defined:
            OpenImageIO.geterror()
            return None
        return int(box.xend - box.xbegin)
