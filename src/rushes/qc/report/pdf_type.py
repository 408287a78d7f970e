"""The letters of a PDF: a font of this machine that has many, and text it can show."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from unicodedata import bidirectional
from xml.sax.saxutils import escape

from rushes.inspection.letters import FAMILIES, FOLDERS
from rushes.report.render import plain

# Right to left, which nothing here would set in the right order.
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


class _WindowsLetters:
    """What the fonts that every PDF reader has can show."""

    def __contains__(self, code: object) -> bool:
        try:
            return isinstance(code, int) and bool(chr(code).encode("cp1252"))
        except UnicodeEncodeError:
            return False


@dataclass(frozen=True, slots=True)
class Type:
    """Names of a regular and a bold font, and the code points that both have."""

    regular: str
    bold: str
    letters: Container[int]

    def text(self, value: object) -> str:
        r"""Text for a paragraph: markup in it means nothing, and what has no letter is written
        out as `\uXXXX`, never as a box.
        """
        shown = "".join(map(self._letter, str(plain(value)).replace("\t", "    ")))
        return escape(shown).replace("\n", "<br/>")

    def line(self, value: object) -> str:
        """Text to be drawn as it is, on one line."""
        return "".join(map(self._letter, str(plain(value)).replace("\n", " ").replace("\t", " ")))

    def _letter(self, one: str) -> str:
        if " " <= one <= "~" or one == "\n":
            return one
        if ord(one) in self.letters and bidirectional(one) not in _RIGHT_TO_LEFT:
            return one
        return f"\\u{ord(one):04x}" if one <= "\uffff" else f"\\U{ord(one):08x}"


STANDARD = Type("Helvetica", "Helvetica-Bold", _WindowsLetters())


@lru_cache(maxsize=1)
def best_type() -> Type:
    """The first of the fonts with many letters that is here, else those that every reader has."""
    for regular, bold in FAMILIES:
        for folder in map(Path, FOLDERS):
            if (folder / regular).is_file() and (folder / bold).is_file():
                found = _registered(folder / regular, folder / bold)
                if found is not None:
                    return found
    return STANDARD


def _registered(regular: Path, bold: Path) -> Type | None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    try:
        fonts = TTFont("Rushes", str(regular)), TTFont("Rushes-Bold", str(bold))
    except (TTFError, OSError):
        return None
    for font in fonts:
        pdfmetrics.registerFont(font)
    letters = frozenset(fonts[0].face.charToGlyph) & frozenset(fonts[1].face.charToGlyph)
    return Type("Rushes", "Rushes-Bold", letters)
