"""The whole screen of a terminal, drawn anew at each change, and given back as it was."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import click

from rushes.cli import show

_LABEL = 10  # columns of what stands before the text
_OPEN = "\x1b[?1049h\x1b[?25l\x1b[?2004h"
_CLOSE = "\x1b[?2004l\x1b[?25h\x1b[0m\x1b[?1049l"
_CELL = (8, 16)


class Size(NamedTuple):
    """A screen in characters, and a character in pixels."""

    columns: int
    rows: int
    cell_width: int = _CELL[0]
    cell_height: int = _CELL[1]


class Line(NamedTuple):
    """Text on the screen, of any characters; where it is too long it goes on below itself.

    `label` stands before it, and is a word of ours.
    """

    text: str
    label: str = ""
    colour: str | None = None
    bold: bool = False


@contextmanager
def whole_screen() -> Iterator[None]:
    """Draw on a screen of one's own; what was on the terminal comes back afterwards."""
    _write(_OPEN)
    try:
        yield
    finally:
        _write(_CLOSE)


def size() -> Size:
    """How large the terminal is now."""
    columns, rows = shutil.get_terminal_size()
    if sys.platform != "win32":
        import fcntl
        import struct
        import termios

        try:
            told = fcntl.ioctl(sys.stdout.fileno(), termios.TIOCGWINSZ, bytes(8))
        except OSError:
            return Size(columns, rows)
        high, wide, width, height = struct.unpack("HHHH", told)
        if high and wide:
            rows, columns = high, wide
        if width >= columns and height >= rows:
            return Size(columns, rows, width // columns, height // rows)
    return Size(columns, rows)


def draw(top: Sequence[str], bottom: Sequence[str], *, rows: int, picture: str = "") -> None:
    """Lines from the top, lines at the bottom, and what draws a picture in between."""
    parts = ["\x1b[H\x1b[2J", "\r\n".join(top), picture]
    parts.append(f"\x1b[{max(1, rows - len(bottom) + 1)};1H" + "\r\n".join(bottom))
    _write("".join(parts))


def laid_out(lines: Sequence[Line], columns: int) -> list[str]:
    """Lines as rows of the terminal: cleaned, wrapped and coloured."""
    return [row for line in lines for row in _rows(line, columns)]


def _rows(line: Line, columns: int) -> Iterator[str]:
    from rich.cells import chop_cells

    indent = _LABEL if line.label else 0
    first = f"{line.label:<{indent}}" if line.label else ""
    for part in line.text.split("\n"):
        for piece in chop_cells(show.printable(part), max(1, columns - indent)) or [""]:
            yield first + _styled(piece, line)
            first = " " * indent


def _styled(text: str, line: Line) -> str:
    if not (line.colour or line.bold) or os.environ.get("NO_COLOR"):
        return text
    return click.style(text, fg=line.colour, bold=line.bold or None)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
