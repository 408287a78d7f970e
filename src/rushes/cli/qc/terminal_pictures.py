"""Pictures on a terminal, in whichever of four ways it understands."""

from __future__ import annotations

from base64 import b64encode
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from rushes.inspection.look import Form
from rushes.inspection.thumbnail import Made

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CHUNK = 4096  # what kitty's protocol lets one sequence carry
_WIDEST = 640  # pixels


class Way(StrEnum):
    """How a picture is shown."""

    KITTY = "kitty"  # kitty's graphics protocol
    ITERM2 = "iterm2"  # iTerm2's inline images
    SIXEL = "sixel"
    BLOCKS = "blocks"  # half a character is a pixel
    NONE = "none"


class Room(NamedTuple):
    """Where a picture may stand: characters, from `row` and `column` (1 at the top left)."""

    row: int
    column: int
    columns: int
    rows: int
    cell_width: int
    cell_height: int


def form(way: Way) -> Form:
    """As which kind of file a picture is wanted."""
    return Form.PNG if way in (Way.KITTY, Way.ITERM2) else Form.RAW


def pixels_across(way: Way, room: Room) -> int:
    """How wide a picture is wanted, in pixels."""
    wide = room.columns if way is Way.BLOCKS else room.columns * room.cell_width
    return max(1, min(wide, _WIDEST))


def painted(way: Way, made: Made, room: Room) -> str:
    """What draws the picture, of the form that `form` says, as large as it fits."""
    if way is Way.NONE or room.rows < 1 or room.columns < 1:
        return ""
    if way is Way.BLOCKS:
        return _blocks(made, room)
    width, height = _fitted(
        made, room.columns * room.cell_width, room.rows * room.cell_height
    )  # fmt: skip
    at = f"\x1b[{room.row};{room.column}H"
    if way is Way.SIXEL:
        return at + _sixel(_resized(made, width, height))
    columns, rows = max(1, width // room.cell_width), max(1, height // room.cell_height)
    if way is Way.KITTY:
        return at + _kitty(made.data, columns, rows)
    size = f"size={len(made.data)};width={columns};height={rows};preserveAspectRatio=1"
    return f"{at}\x1b]1337;File=inline=1;{size}:{b64encode(made.data).decode()}\x07"


def wiped(way: Way) -> str:
    """What takes away pictures that do not go with the text."""
    return "\x1b_Ga=d,d=A,q=2\x1b\\" if way is Way.KITTY else ""


def _kitty(data: bytes, columns: int, rows: int) -> str:
    text = b64encode(data).decode()
    chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    head = f"a=T,f=100,q=2,C=1,c={columns},r={rows},"
    sequences = []
    for number, chunk in enumerate(chunks, 1):
        more = int(number < len(chunks))
        sequences.append(f"\x1b_G{head}m={more};{chunk}\x1b\\")
        head = "q=2,"
    return "".join(sequences)


def _fitted(made: Made, width: int, height: int) -> tuple[int, int]:
    """The picture's size within so many pixels, never larger than it is."""
    scale = min(1.0, width / made.columns, height / made.rows)
    return max(1, int(made.columns * scale)), max(1, int(made.rows * scale))


def _resized(made: Made, width: int, height: int) -> NDArray[np.uint8]:
    import numpy as np

    pixels = np.frombuffer(made.data, np.uint8).reshape(made.rows, made.columns, 3)
    down = np.arange(height) * made.rows // height
    across = np.arange(width) * made.columns // width
    return np.ascontiguousarray(pixels[down][:, across])


def _blocks(made: Made, room: Room) -> str:
    import numpy as np

    width, height = _fitted(made, room.columns, room.rows * 2)
    pixels = _resized(made, width, height)
    if height % 2:
        pixels = np.concatenate([pixels, np.zeros_like(pixels[:1])])
    lines = []
    for row in range(0, len(pixels), 2):
        cells = [
            f"\x1b[38;2;{r};{g};{b};48;2;{under_r};{under_g};{under_b}m▀"
            for (r, g, b), (under_r, under_g, under_b) in zip(
                pixels[row].tolist(), pixels[row + 1].tolist(), strict=True
            )
        ]
        lines.append(f"\x1b[{room.row + row // 2};{room.column}H{''.join(cells)}\x1b[0m")
    return "".join(lines)


def _sixel(pixels: NDArray[np.uint8]) -> str:
    """A sixel picture in a palette of 6 × 6 × 6 colours, dithered."""
    import numpy as np

    height, width, _ = pixels.shape
    bayer = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])
    noise = np.tile((bayer + 0.5) / 16, (height // 4 + 1, width // 4 + 1))[:height, :width, None]
    steps = np.floor(pixels / 255 * 5 + noise).clip(0, 5).astype(int)
    colours = steps @ np.array([36, 6, 1])
    parts = [f'\x1bP0;1;0q"1;1;{width};{height}']
    parts += [
        f"#{one};2;{one // 36 * 20};{one // 6 % 6 * 20};{one % 6 * 20}"
        for one in np.unique(colours).tolist()
    ]
    weights = 1 << np.arange(6)
    for top in range(0, height, 6):
        band = colours[top : top + 6]
        for one in np.unique(band).tolist():
            bits = (weights[: len(band), None] * (band == one)).sum(axis=0)
            parts.append(f"#{one}{_repeated(bits.tolist())}$")
        parts.append("-")
    return "".join(parts) + "\x1b\\"


def _repeated(bits: list[int]) -> str:
    """Sixels as text, runs of more than three of a kind told by their length."""
    from itertools import groupby

    told = []
    for value, run in groupby(bits):
        count, letter = len(list(run)), chr(63 + value)
        told.append(f"!{count}{letter}" if count > 3 else letter * count)
    return "".join(told)
