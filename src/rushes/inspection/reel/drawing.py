"""What is drawn onto the frames of a reel: burn-ins, slates, and cards for what is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING

from rushes.inspection.fill import crossed
from rushes.inspection.pen import Pen
from rushes.inspection.reel.fitting import Seen, fitted
from rushes.inspection.shrink import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

PAPER, CARD = (18, 18, 20), (38, 20, 18)
BRIGHT, DIM, ALARM = (235, 235, 235), (150, 150, 155), (240, 130, 80)
_BAND = 20  # a burn-in's band is this part of the height
_LEAST = 8  # pixels of letters that can be read
_SHADE = 3  # a band leaves a third of the picture's light


class Corner(Enum):
    """Where a burn-in stands: the row (0 top, 1 bottom), and how it is aligned there."""

    TOP_LEFT = (0, "left")
    TOP = (0, "center")
    TOP_RIGHT = (0, "right")
    BOTTOM_LEFT = (1, "left")
    BOTTOM = (1, "center")
    BOTTOM_RIGHT = (1, "right")


Texts = Mapping[Corner, str]


def burnt_in(frame: Picture, texts: Texts) -> Picture:
    """The frame with the texts on darkened bands at its top and its bottom."""
    import numpy as np
    from PIL import Image

    rows, columns, _ = frame.shape
    band = max(rows // _BAND, _LEAST * 3 // 2)
    used = {corner.value[0] for corner, text in texts.items() if text}
    if not used:
        return frame
    shaded = frame.copy()
    for row in used:
        place = slice(max(0, rows - band), None) if row else slice(0, band)
        shaded[place] //= _SHADE
    drawn = Image.fromarray(shaded)
    pen = Pen(drawn, max(_LEAST, band * 11 // 20))
    edge = max(2, band // 3)
    for corner, text in texts.items():
        row, align = corner.value
        x = {"left": edge, "center": columns // 2, "right": columns - edge}[align]
        y = rows - band // 2 if row else band // 2
        most = _room(texts, corner, columns - 2 * edge)
        pen.write(text, x, y, most=most, ink=BRIGHT, align=align)
    return np.array(drawn)


def card(box: Box, word: str, told: Sequence[str]) -> Picture:
    """A frame that stands for one that is not there: crossed out, with the word that says why."""
    import numpy as np
    from PIL import Image

    page = np.full((box.height, box.width, 3), CARD, np.uint8)
    crossed(page, [part // 2 for part in ALARM])
    drawn = Image.fromarray(page)
    large = max(_LEAST, box.height // 12)
    middle, most = box.width // 2, box.width * 9 // 10
    Pen(drawn, large).write(word, middle, box.height * 9 // 20, most=most, ink=ALARM)
    pen = Pen(drawn, max(_LEAST, box.height // 28))
    for at, line in enumerate(told):
        y = box.height * 11 // 20 + at * box.height // 20
        pen.write(line, middle, y, most=most, ink=DIM)
    return np.array(drawn)


def slate(box: Box, title: str, rows: Sequence[tuple[str, str]], seen: Seen | None) -> Picture:
    """A frame that says what comes after it, with a picture of it where there is one."""
    import numpy as np
    from PIL import Image

    page = np.full((box.height, box.width, 3), PAPER, np.uint8)
    edge = max(2, box.height // 14)
    across = box.width - 2 * edge
    left = across * 9 // 20 if seen is not None else across
    if seen is not None:
        inset = Box(max(1, across // 2), max(1, box.height // 2))
        wide, high = inset.fitted(seen.pixels.shape[1] * seen.aspect, seen.pixels.shape[0])
        small = fitted(seen.pixels, Box(wide, high), pixel_aspect=seen.aspect)
        top = (box.height - high) // 2 + edge // 2
        page[top : top + high, box.width - edge - wide : box.width - edge] = small
    drawn = Image.fromarray(page)
    large, size = max(_LEAST, box.height // 14), max(_LEAST, box.height // 34)
    Pen(drawn, large).write(title, edge, edge + large // 2, most=across, ink=BRIGHT, align="left")
    pen = Pen(drawn, size)
    label = max(pen.width(one) for one, _ in rows) + size if rows else 0
    y = edge + large * 2 + size // 2
    step = max(size * 3 // 2, min(size * 9 // 4, (box.height - y - edge) // max(1, len(rows))))
    for name, text in rows:
        pen.write(name, edge, y, most=label, ink=DIM, align="left")
        pen.write(text, edge + label, y, most=max(8, left - label), ink=BRIGHT, align="left")
        y += step
    return np.array(drawn)


def _room(texts: Texts, corner: Corner, whole: int) -> int:
    """How wide a text may be beside the others in its row."""
    row = corner.value[0]
    beside = sum(bool(text) for one, text in texts.items() if one.value[0] == row)
    return whole if beside < 2 else whole * 19 // 20 // (3 if _middle(texts, row) else 2)


def _middle(texts: Texts, row: int) -> bool:
    return bool(texts.get(Corner.BOTTOM if row else Corner.TOP))
