"""A delivery note as PDF: a cover with facts and totals, then every version with its picture."""

from __future__ import annotations

from datetime import UTC
from io import BytesIO
from typing import Any

from rushes import __version__
from rushes.exchange.delivery_papers import wording
from rushes.exchange.delivery_papers.facts import Facts
from rushes.exchange.delivery_papers.note_story import Story
from rushes.exchange.delivery_papers.pictures import Pictures
from rushes.qc.report.pdf_ink import WIDTH
from rushes.qc.report.pdf_type import Type, best_type

_MM = 72 / 25.4
_PAGE = (210 * _MM, 297 * _MM)
_LEFT, _TOP, _BOTTOM = 15 * _MM, 22 * _MM, 18 * _MM
_PADDING = 6  # points that the library leaves around a page's content
_GREY, _HAIR, _SMALL = 0.35, 0.75, 8


def delivery_note(facts: Facts, pictures: Pictures, *, type_: Type | None = None) -> bytes:
    """The whole file, A4; the same facts and pictures make the same bytes where the same fonts are.

    Its date is the delivery's.
    """
    from reportlab.platypus import CallerMacro, SimpleDocTemplate

    letters = type_ if type_ is not None else best_type()
    out = BytesIO()
    title = ": ".join(filter(None, (facts.show, facts.delivery)))
    document = SimpleDocTemplate(
        out,
        pagesize=_PAGE,
        leftMargin=_LEFT - _PADDING,
        rightMargin=_PAGE[0] - _LEFT - WIDTH - _PADDING,
        topMargin=_TOP,
        bottomMargin=_BOTTOM,
        title=f"{letters.line(title)[:200]}: delivery note",
        author=letters.line(facts.sender)[:200],
        creator=f"Rushes {__version__}",
        lang="en",
        invariant=1,
    )
    frame = _Frame(facts, letters)
    story = Story(letters).of(facts, pictures)
    story.append(CallerMacro(drawCallable=lambda made: frame.count(made.canv)))
    document.build(story, onFirstPage=frame.first, onLaterPages=frame.later)
    return _dated(out.getvalue(), facts)


def _dated(data: bytes, facts: Facts) -> bytes:
    """The file with the delivery's date in the place of the one that stands for none."""
    stamp = f"D:{facts.made.astimezone(UTC):%Y%m%d%H%M%S}+00'00'".encode()
    return data.replace(b"D:20000101000000+00'00'", stamp)


class _Frame:
    """What stands on the pages: the delivery above all but the first, the page's number below."""

    def __init__(self, facts: Facts, letters: Type) -> None:
        self._type = letters
        self._name = letters.line(": ".join(filter(None, (facts.show, facts.delivery))))
        self._day = letters.line(wording.day(facts))

    def first(self, canvas: Any, _document: Any) -> None:
        """The cover tells all that would stand above."""
        canvas.saveState()
        self._below(canvas)
        canvas.restoreState()

    def later(self, canvas: Any, _document: Any) -> None:
        """Any other page."""
        right, above = _LEFT + WIDTH, _PAGE[1] - 13 * _MM
        canvas.saveState()
        self._ink(canvas)
        canvas.drawString(_LEFT, above, self._fitting(canvas))
        canvas.drawRightString(right, above, self._day)
        canvas.line(_LEFT, above - 5, right, above - 5)
        self._below(canvas)
        canvas.restoreState()

    def count(self, canvas: Any) -> None:
        """Say on all pages how many there are: this is the last."""
        canvas.beginForm("pages")
        self._ink(canvas)
        canvas.drawString(_LEFT + WIDTH - 24, 10 * _MM, f"{canvas.getPageNumber():,}")
        canvas.endForm()

    def _below(self, canvas: Any) -> None:
        self._ink(canvas)
        canvas.drawString(_LEFT, 10 * _MM, "Delivery note")
        canvas.drawRightString(_LEFT + WIDTH - 26, 10 * _MM, f"Page {canvas.getPageNumber():,} of")
        canvas.doForm("pages")

    def _ink(self, canvas: Any) -> None:
        canvas.setFillGray(_GREY)
        canvas.setStrokeGray(_HAIR)
        canvas.setFont(self._type.regular, _SMALL)

    def _fitting(self, canvas: Any) -> str:
        room = WIDTH - canvas.stringWidth(self._day) - 20
        text = self._name
        while text and canvas.stringWidth(f"{text}…") > room:
            text = text[:-1]
        return text if text == self._name else f"{text}…"
