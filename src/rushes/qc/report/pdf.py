"""The report as PDF, to be printed or sent: A4, black on white, with page numbers."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from rushes.qc.report.content import QcReport
from rushes.qc.report.limits import PRINTED, Limits
from rushes.qc.report.page import page
from rushes.qc.report.pdf_ink import WIDTH
from rushes.qc.report.pdf_story import Story
from rushes.qc.report.pdf_type import Type, best_type
from rushes.qc.report.pictures import Pictures
from rushes.qc.report.sheets import NO_SHEETS, ContactSheets
from rushes.report.wording import moment

MARK = b"Rushes quality checks report"
_MM = 72 / 25.4
_WIDTH, _HEIGHT = 210 * _MM, 297 * _MM
_LEFT, _TOP, _BOTTOM = 15 * _MM, 22 * _MM, 18 * _MM
# What the library says of itself in the first lines of the file, where a reader skips it.
_OWN_COMMENT = b"ReportLab Generated PDF document (opensource)"


def pdf(
    report: QcReport,
    pictures: Pictures,
    *,
    sheets: ContactSheets = NO_SHEETS,
    limits: Limits = PRINTED,
    type_: Type | None = None,
) -> bytes:
    """The whole file. The same report makes the same bytes where the same fonts are."""
    from reportlab.platypus import CallerMacro, SimpleDocTemplate

    letters = type_ if type_ is not None else best_type()
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=(_WIDTH, _HEIGHT),
        leftMargin=_LEFT,
        rightMargin=_WIDTH - _LEFT - WIDTH,
        topMargin=_TOP,
        bottomMargin=_BOTTOM,
        title=f"{letters.line(report.title)[:200]}: quality checks",
        author="",
        creator=f"Rushes {report.tool_version}",
        lang="en",
        invariant=1,
    )
    frame = _Frame(report, letters)
    shown = page(report, pictures, sheets=sheets, limits=limits)
    story = Story(letters, limits).of(report, shown)
    story.append(CallerMacro(drawCallable=lambda made: frame.count(made.canv)))
    document.build(story, onFirstPage=frame.draw, onLaterPages=frame.draw)
    data = out.getvalue()
    return data.replace(_OWN_COMMENT, MARK.ljust(len(_OWN_COMMENT)), 1)


class _Frame:
    """What stands on every page: tree and date above, the page's number below."""

    def __init__(self, report: QcReport, letters: Type) -> None:
        self._type = letters
        self._tree = letters.line(", ".join(report.trees))
        self._date = moment(report.made)
        self._tool = f"Rushes {report.tool_version}, quality checks"

    def draw(self, canvas: Any, _document: Any) -> None:
        """Draw it; how many pages there are is filled in at the end."""
        right = _LEFT + WIDTH
        canvas.saveState()
        canvas.setFillGray(0.35)
        canvas.setStrokeGray(0.75)
        canvas.setFont(self._type.regular, 8)
        above = _HEIGHT - 13 * _MM
        room = WIDTH - canvas.stringWidth(self._date) - 20
        canvas.drawString(_LEFT, above, self._fitting(canvas, room))
        canvas.drawRightString(right, above, self._date)
        canvas.line(_LEFT, above - 5, right, above - 5)
        canvas.drawString(_LEFT, 10 * _MM, self._tool)
        canvas.drawRightString(right - 26, 10 * _MM, f"Page {canvas.getPageNumber():,} of")
        canvas.doForm("pages")
        canvas.restoreState()

    def count(self, canvas: Any) -> None:
        """Say on all pages how many there are: this is the last."""
        canvas.beginForm("pages")
        canvas.setFillGray(0.35)
        canvas.setFont(self._type.regular, 8)
        canvas.drawString(_LEFT + WIDTH - 24, 10 * _MM, f"{canvas.getPageNumber():,}")
        canvas.endForm()

    def _fitting(self, canvas: Any, room: float) -> str:
        text = self._tree
        if canvas.stringWidth(text) <= room:
            return text
        while text and canvas.stringWidth(f"…{text}") > room:
            text = text[max(1, len(text) // 20) :]
        return f"…{text}"
