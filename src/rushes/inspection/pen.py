"""Writing onto a picture: one line at a time, in letters that can be read everywhere."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rushes.inspection.letters import Lettered, lettered

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

INK = (200, 200, 200)
_ANCHORS = {"left": "ls", "center": "ms", "right": "rs"}  # where on the baseline x is


class Pen:
    """Writes onto a picture in letters of `size` pixels.

    Through Pillow, because OpenImageIO sets the same text differently by what it wrote before.
    """

    def __init__(self, page: Image, size: int) -> None:
        self._page, self._size = page, size

    def write(
        self,
        text: str,
        x: int,
        y: int,
        *,
        most: int,
        ink: tuple[int, int, int] = INK,
        align: str = "center",
    ) -> None:
        """`text` at x (its middle, or where it is aligned to) and, but for what hangs down, with
        its middle on y; cut to `most` pixels.
        """
        from PIL import ImageDraw

        shown = lettered(text)
        ImageDraw.Draw(self._page).text(
            (x, y + self._size // 3),
            self._short(shown, most),
            fill=ink,
            font=_font(shown.font, self._size),
            anchor=_ANCHORS[align],
        )

    def width(self, text: str) -> int:
        """How wide it would be, in pixels."""
        shown = lettered(text)
        return self._width(shown.text, shown.font)

    def _short(self, shown: Lettered, most: int) -> str:
        plain, short, kept = shown.text, shown.text, len(shown.text)
        while kept > 2 and self._width(short, shown.font) > most:
            kept -= 1
            short = f"{plain[: kept // 2]}...{plain[len(plain) - (kept - kept // 2) :]}"
        return short

    def _width(self, text: str, font: str) -> int:
        return round(_font(font, self._size).getlength(text))


@lru_cache(maxsize=32)
def _font(path: str, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
