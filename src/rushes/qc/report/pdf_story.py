"""The content of the PDF from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rushes.qc.report import wording
from rushes.qc.report.content import QcReport, Standing
from rushes.qc.report.limits import Limits, cut
from rushes.qc.report.page import Group, Line, Page
from rushes.qc.report.pdf_card import Cards
from rushes.qc.report.pdf_ink import COLOURS, GREY, LINE, WIDTH, Ink
from rushes.qc.report.pdf_type import Type
from rushes.qc.report.rollup import Row
from rushes.report.wording import count

_AT_ONCE = 200  # rows: setting one long table takes time that grows with its square


class Story:
    """Builds the flowables, from top to bottom."""

    def __init__(self, letters: Type, limits: Limits) -> None:
        self._ink = Ink(letters)
        self._cards = Cards(self._ink, limits)
        self._limits = limits

    def of(self, report: QcReport, page: Page) -> list[Any]:
        """Everything, in order."""
        from reportlab.platypus import Spacer

        made: list[Any] = [self._ink.say("title", report.title)]
        made += [self._ink.say("small", tree, GREY) for tree in report.trees]
        pieces = (self._ink.coloured(text, standing) for text, standing in page.headline)
        made += [
            self._ink.markup("headline", "".join(pieces)),
            self._ink.say("text", page.detail, GREY),
        ]
        made += [*self._roll_up(page), *self._unreadable(report, page)]
        if page.groups:
            made.append(self._ink.say("heading", "Failed and pending"))
        for group in page.groups:
            made += self._group(group)
        if page.lines:
            made.append(self._ink.say("heading", "The rest" if page.groups else "Assets"))
            made += self._lines(page.lines)
        made.append(self._ink.say("heading", "What this rests on"))
        made += [self._ink.say("text", f"• {line}") for line in page.trust]
        made += [self._ink.say("text", f"• Left out of this print: {line}.") for line in page.cuts]
        return [*made, Spacer(1, 4)]

    def _roll_up(self, page: Page) -> Iterator[Any]:
        if not page.roll_up.rows:
            yield self._ink.say("text", "No record matches what was asked for.")
            return
        yield self._ink.say("heading", "By folder")
        head = ("Folder", "Stands", "Failed", "Unreadable", "Pending", "Passed")
        widths = (WIDTH - 270, 62, 46, 62, 50, 50)
        rows = [self._place(row) for row in page.roll_up.rows]
        yield from self._table(head, rows, widths)

    def _place(self, row: Row) -> list[Any]:
        worst = row.tally.worst
        assert worst is not None  # a place is there for what lies in it
        indent = "&#160;" * (4 * row.depth)
        name = self._ink.markup("small", indent + self._ink.type.text(cut(row.name, 80)))
        numbers = [self._ink.say("small", f"{number:,}") for _, number in row.tally.rows]
        return [name, self._ink.result(worst), *numbers]

    def _unreadable(self, report: QcReport, page: Page) -> Iterator[Any]:
        if not page.unreadable:
            return
        number = count(len(report.unreadable), "record")
        yield self._ink.say("heading", f"{number} cannot be read")
        for one in page.unreadable:
            yield self._ink.say("name", one.shown, COLOURS[Standing.UNREADABLE])
            yield self._ink.say("small", cut(one.error.message, self._limits.words))

    def _group(self, group: Group) -> Iterator[Any]:
        yield self._ink.say("place", " / ".join(group.place))
        for card in group.cards:
            yield self._cards.of(card)

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
            self._ink.strip(line.pictures, 26.0),
            self._ink.result(asset.standing),
            self._ink.say("small", asset.shown),
            self._ink.say("small", "\n".join(frames)),
            self._ink.say("small", who),
            self._ink.say("small", "\n".join(filter(None, said)), GREY),
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
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(LINE)),
        ]
        titles = [self._ink.say("small", one, GREY) for one in head]
        for at in range(0, len(rows), _AT_ONCE):
            # Only the first piece begins with the titles; each repeats them on further pages.
            part = rows[at : at + _AT_ONCE]
            yield LongTable([titles, *part], colWidths=widths, repeatRows=1, style=style)
