"""What the parts of the PDF are made of: paragraphs, strips of pictures, and boxes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from rushes.model.finding import Severity
from rushes.qc.report.content import Standing
from rushes.qc.report.pdf_type import Type
from rushes.qc.report.pictures import Picture

WIDTH = 510.0  # points between the margins of A4
COLOURS: dict[Standing | Severity, str] = {
    Standing.FAIL: "#b3261e",
    Standing.UNREADABLE: "#b3261e",
    Standing.PENDING: "#8a5a00",
    Standing.PASS: "#1f6b42",
    Severity.ERROR: "#b3261e",
    Severity.WARNING: "#8a5a00",
    Severity.NOTE: "#1f4f9c",
}
GREY, LINE = "#666666", "#bbbbbb"


class Ink:
    """Every text goes through the type, so that none is taken for markup."""

    def __init__(self, letters: Type) -> None:
        from reportlab.lib.styles import ParagraphStyle

        self.type = letters
        base = {"fontName": letters.regular, "splitLongWords": 1, "wordWrap": None}
        bold = {**base, "fontName": letters.bold}
        self._styles = {
            "title": ParagraphStyle("title", fontSize=13, leading=17, **bold),
            "headline": ParagraphStyle("headline", fontSize=21, leading=27, spaceBefore=4, **bold),
            "heading": ParagraphStyle(
                "heading",
                fontSize=12,
                leading=16,
                spaceBefore=16,
                spaceAfter=5,
                keepWithNext=1,
                **bold,
            ),
            "place": ParagraphStyle(
                "place",
                fontSize=10,
                leading=13,
                spaceBefore=9,
                spaceAfter=3,
                keepWithNext=1,
                **bold,
            ),
            "name": ParagraphStyle("name", fontSize=9, leading=12, **bold),
            "text": ParagraphStyle("text", fontSize=9, leading=12, **base),
            "small": ParagraphStyle("small", fontSize=7.5, leading=10, **base),
        }

    def result(self, standing: Standing) -> Any:
        """How something stands, in its colour."""
        return self.markup("small", self.coloured(standing.value, standing))

    def coloured(self, text: str, what: Standing | Severity | None) -> str:
        """Markup of a text in the colour of what it speaks of."""
        said = self.type.text(text)
        return said if what is None else f'<font color="{COLOURS[what]}">{said}</font>'

    def say(self, style: str, text: str, colour: str = "") -> Any:
        """A paragraph."""
        said = self.type.text(text)
        return self.markup(style, f'<font color="{colour}">{said}</font>' if colour else said)

    def markup(self, style: str, markup: str) -> Any:
        """A paragraph of text that went through the type already."""
        from reportlab.platypus import Paragraph

        return Paragraph(markup, self._styles[style])

    def strip(self, pictures: Sequence[Picture], width: float) -> Any:
        """Pictures side by side, each as wide, and the word for one that is not there."""
        from reportlab.platypus import Image, Table

        if not pictures:
            return ""
        cells: list[Any] = []
        for one in pictures:
            if not one.data:
                cells.append(self.say("small", one.why, GREY))
                continue
            cells.append(Image(BytesIO(one.data), width, width, kind="proportional"))
        style = [
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
        return Table([cells], colWidths=[width + 2] * len(cells), style=style, hAlign="LEFT")

    def box(self) -> list[tuple[Any, ...]]:
        """The style of a table with a border around all of it."""
        from reportlab.lib.colors import HexColor

        return [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BOX", (0, 0), (-1, -1), 0.5, HexColor(LINE)),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
