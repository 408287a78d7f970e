"""Text as a font can show it: which font has its letters, and what stands for those none has."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from unicodedata import bidirectional

from rushes.core.errors import Code, RushesError

_OWN = "DroidSans"  # comes with OpenImageIO, so that pages look the same everywhere
# Where systems keep fonts with many letters, regular and bold, the richest first.
FAMILIES = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("segoeui.ttf", "segoeuib.ttf"),
    ("Arial Unicode.ttf", "Arial Unicode.ttf"),
    ("arial.ttf", "arialbd.ttf"),
)
FOLDERS = (
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/truetype/liberation",
    "/usr/share/fonts/dejavu-sans-fonts",
    "/usr/share/fonts/google-noto",
    "/usr/share/fonts/liberation-sans",
    "/usr/share/fonts/dejavu",
    "/usr/share/fonts/noto",
    "/usr/share/fonts/TTF",
    "/usr/local/share/fonts",
    "/System/Library/Fonts/Supplemental",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
# Right to left, which nothing here would set in the right order.
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


class Lettered(NamedTuple):
    """A text on one line, and the file of the font that can show all of it."""

    text: str
    font: str


def lettered(text: str) -> Lettered:
    r"""The text in the font that comes along, or in one of this machine that has its letters.

    A letter that none of them has is written out as `\uXXXX`, never left blank. Raises
    `dependency.missing` where there is no font.
    """
    plain = " ".join(text.split())
    fonts = _fonts()
    font = next((font for font in fonts if all(_shows(font, one) for one in plain)), fonts[-1])
    return Lettered(
        "".join(one if _shows(font, one) else _spelled(one) for one in plain), str(font)
    )


def _shows(font: Path, letter: str) -> bool:
    if " " <= letter <= "~":
        return True
    return ord(letter) in _letters(font) and bidirectional(letter) not in _RIGHT_TO_LEFT


def _spelled(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a name that is not UTF-8
        return f"\\x{code & 0xFF:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


@lru_cache(maxsize=1)
def _fonts() -> tuple[Path, ...]:
    """The own font, and the first of the rich ones that is here."""
    import OpenImageIO

    listed = str(OpenImageIO.get_string_attribute("font_file_list")).split(";")
    own = next((Path(one) for one in listed if Path(one).stem == _OWN), None)
    if own is None:
        raise RushesError(
            Code.DEPENDENCY_MISSING,
            "This OpenImageIO cannot write text onto a picture.",
            hint="Install the wheel from the package index, which comes with fonts.",
        )
    rich = (Path(folder, regular) for regular, _ in FAMILIES for folder in FOLDERS)
    return (own, *(one for one in rich if one.is_file()))[:2]


@lru_cache(maxsize=8)
def _letters(font: Path) -> frozenset[int]:
    from reportlab.pdfbase.ttfonts import TTFError, TTFontFile

    try:
        return frozenset(TTFontFile(str(font)).charToGlyph)
    except (TTFError, OSError):
        return frozenset()
