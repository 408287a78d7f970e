"""The content of the PDF from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from rushes.model.finding import Severity
from rushes.qc.report import wording
from rushes.qc.report.content import QcReport, Standing
from rushes.qc.report.limits import Limits, cut
from rushes.qc.report.page import Card, Group, Line, Page
from rushes.qc.report.pdf_type import Type
from rushes.qc.report.pictures import Picture
from rushes.qc.report.rollup import Row
from rushes.report.wording import count

WIDTH = 510.0  # points between the margins of A4
_COLOURS: dict[Standing | Severity, str] = {
    Standing.FAIL: "#b3261e",
    Standing.UNREADABLE: "#b3261e",
    Standing.PENDING: "#8a5a00",
    Standing.PASS: "#1f6b42",
    Severity.ERROR: "#b3261e",
    Severity.WARNING: "#8a5a00",
    Severity.NOTE: "#1f4f9c",
}
_GREY, _LINE = "#666666", "#bbbbbb"
_THUMB = 84.0  # points, three of them beside a card's text
_AT_ONCE = 200  # rows: setting one long table takes time that grows with its square


class Sheet:
    """Builds the flowables; every text goes through the type, so that none is taken for markup."""

    def __init__(self, letters: Type, limits: Limits) -> None:
        from reportlab.lib.styles import ParagraphStyle

        self._type = letters
        self._limits = limits
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

    def story(self, report: QcReport, page: Page) -> list[Any]:
        """Everything, in order."""
        from reportlab.platypus import Spacer

        made: list[Any] = [self._say("title", report.title)]
        made += [self._say("small", tree, _GREY) for tree in report.trees]
        pieces = (self._coloured(text, standing) for text, standing in page.headline)
        made += [self._markup("headline", "".join(pieces)), self._say("text", page.detail, _GREY)]
        made += [*self._roll_up(page), *self._unreadable(report, page)]
        if page.groups:
            made.append(self._say("heading", "Failed and pending"))
        for group in page.groups:
            made += self._group(group)
        if page.lines:
            made.append(self._say("heading", "The rest" if page.groups else "Assets"))
            made += self._lines(page.lines)
        made.append(self._say("heading", "What this rests on"))
        made += [self._say("text", f"• {line}") for line in page.trust]
        made += [self._say("text", f"• Left out of this print: {line}.") for line in page.cuts]
        return [*made, Spacer(1, 4)]

    def _roll_up(self, page: Page) -> Iterator[Any]:
        if not page.roll_up.rows:
            yield self._say("text", "No record matches what was asked for.")
            return
        yield self._say("heading", "By folder")
        head = ("Folder", "Stands", "Failed", "Unreadable", "Pending", "Passed")
        widths = (WIDTH - 270, 62, 46, 62, 50, 50)
        rows = [self._place(row) for row in page.roll_up.rows]
        yield from self._table(head, rows, widths)

    def _place(self, row: Row) -> list[Any]:
        worst = row.tally.worst
        assert worst is not None  # a place is there for what lies in it
        indent = "&#160;" * (4 * row.depth)
        name = self._markup("small", indent + self._type.text(cut(row.name, 80)))
        numbers = [self._say("small", f"{number:,}") for _, number in row.tally.rows]
        return [name, self._result(worst), *numbers]

    def _unreadable(self, report: QcReport, page: Page) -> Iterator[Any]:
        if not page.unreadable:
            return
        number = count(len(report.unreadable), "record")
        yield self._say("heading", f"{number} cannot be read")
        for one in page.unreadable:
            yield self._say("name", one.subject, _COLOURS[Standing.UNREADABLE])
            yield self._say("small", cut(one.error.message, self._limits.words))

    def _group(self, group: Group) -> Iterator[Any]:
        yield self._say("place", " / ".join(group.place))
        for card in group.cards:
            yield self._card(card)

    def _card(self, card: Card) -> Any:
        """A card may be longer than a page: its text splits, with the pictures at its top."""
        from reportlab.platypus import Table

        texts = list(self._told(card))
        if not card.pictures:
            return Table([[one] for one in texts], colWidths=[WIDTH], style=self._box(1))
        strip = self._strip(card.pictures, _THUMB * 0.66)
        rows: list[list[Any]] = [[texts[0], strip], *([one, ""] for one in texts[1:])]
        span = min(len(rows), 4) - 1
        style = [*self._box(2), ("SPAN", (1, 0), (1, span))]
        return Table(rows, colWidths=[WIDTH - 182, 182], style=style)

    def _told(self, card: Card) -> Iterator[Any]:
        asset = card.asset
        told = self._coloured(asset.standing.value, asset.standing)
        yield self._markup("name", f"{told} &#160; {self._type.text(asset.subject)}")
        facts = [
            f"{asset.operator or 'nobody named'}, {wording.time_text(asset)}",
            wording.policy_text(asset),
            " ".join(filter(None, (wording.frames_text(asset), wording.holes_text(asset)))),
            wording.short_hash(asset.content_hash),
            wording.signature_text(asset),
            wording.records_text(asset),
        ]
        yield self._say("small", cut(" · ".join(filter(None, facts)), 600), _GREY)
        if asset.notes:
            yield self._say("text", cut(asset.notes, self._limits.words))
        why = filter(None, (asset.reason, wording.changes_text(asset.changes, reason=asset.reason)))
        if reason := " · ".join(why):
            yield self._say("small", cut(reason, self._limits.words), _GREY)
        for finding in card.findings:
            label = self._coloured(finding.severity.value, finding.severity)
            message = self._type.text(cut(finding.message, self._limits.words))
            yield self._markup("small", f"{label} &#160; {message}")
        if card.more:
            yield self._say("small", f"and {count(card.more, 'more finding')}", _GREY)

    def _lines(self, lines: Sequence[Line]) -> Iterator[Any]:
        head = ("", "Result", "Asset", "Frames", "Recorded", "Said, content, signature")
        widths = (84, 40, 132, 76, 76, WIDTH - 408)
        yield from self._table(head, [self._line(one) for one in lines], widths)

    def _line(self, line: Line) -> list[Any]:
        asset = line.asset
        frames = filter(None, (wording.frames_text(asset, most=40), wording.holes_text(asset)))
        who = f"{wording.time_text(asset)}\n{cut(asset.operator, 60)}"
        said = (
            cut(asset.notes or asset.reason, self._limits.brief),
            wording.short_hash(asset.content_hash),
            cut(f"{wording.signature_text(asset)}, {wording.records_text(asset)}", 120),
        )
        return [
            self._strip(line.pictures, 26.0),
            self._result(asset.standing),
            self._say("small", asset.subject),
            self._say("small", "\n".join(frames)),
            self._say("small", who),
            self._say("small", "\n".join(filter(None, said)), _GREY),
        ]

    def _table(
        self, head: Sequence[str], rows: list[list[Any]], widths: Sequence[float]
    ) -> Iterator[Any]:
        from reportlab.lib.colors import HexColor
        from reportlab.platypus import LongTable

        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(_LINE)),
        ]
        titles = [self._say("small", one, _GREY) for one in head]
        for at in range(0, len(rows), _AT_ONCE):
            # Only the first piece begins with the titles; each repeats them on further pages.
            part = rows[at : at + _AT_ONCE]
            yield LongTable([titles, *part], colWidths=widths, repeatRows=1, style=style)

    def _strip(self, pictures: Sequence[Picture], width: float) -> Any:
        from reportlab.platypus import Image, Table

        if not pictures:
            return ""
        cells: list[Any] = []
        for one in pictures:
            if not one.data:
                cells.append(self._say("small", one.why, _GREY))
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

    def _box(self, columns: int) -> list[tuple[Any, ...]]:
        from reportlab.lib.colors import HexColor

        return [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BOX", (0, 0), (columns - 1, -1), 0.5, HexColor(_LINE)),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]

    def _result(self, standing: Standing) -> Any:
        return self._markup("small", self._coloured(standing.value, standing))

    def _coloured(self, text: str, what: Standing | Severity | None) -> str:
        said = self._type.text(text)
        return said if what is None else f'<font color="{_COLOURS[what]}">{said}</font>'

    def _say(self, style: str, text: str, colour: str = "") -> Any:
        said = self._type.text(text)
        return self._markup(style, f'<font color="{colour}">{said}</font>' if colour else said)

    def _markup(self, style: str, markup: str) -> Any:
        from reportlab.platypus import Paragraph

        return Paragraph(markup, self._styles[style])
