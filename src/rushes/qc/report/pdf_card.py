"""An asset told at length in the PDF, with its pictures and its contact sheet."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from rushes.qc.report import wording
from rushes.qc.report.limits import Limits, cut
from rushes.qc.report.page import Card
from rushes.qc.report.pdf_ink import GREY, WIDTH, Ink
from rushes.qc.report.sheets import ContactSheet
from rushes.report.wording import count

# In points: three pictures beside a card's text, and what a sheet may take below it.
_THUMB, _STRIP = 55.0, 182.0
_SHEET_WIDTH, _SHEET_HEIGHT = WIDTH - 14, 400.0
_PIXEL = 0.5  # points of one of a sheet's, at most


class Cards:
    """Builds the flowable of a card."""

    def __init__(self, ink: Ink, limits: Limits) -> None:
        self._ink = ink
        self._limits = limits

    def of(self, card: Card) -> Any:
        """A card may be longer than a page: its text splits, with the pictures at its top."""
        from reportlab.platypus import Table

        rows: list[list[Any]] = [[one] for one in self._told(card)]
        widths, style = [WIDTH], self._ink.box()
        if card.pictures:
            widths = [WIDTH - _STRIP, _STRIP]
            style.append(("SPAN", (1, 0), (1, min(len(rows), 4) - 1)))
            strip = self._ink.strip(card.pictures, _THUMB)
            rows = [[*row, "" if at else strip] for at, row in enumerate(rows)]
        if card.sheet is not None:
            style += [("SPAN", (0, -1), (-1, -1)), ("BOTTOMPADDING", (0, -1), (-1, -1), 6)]
            rows.append([list(self._sheet(card.sheet)), ""][: len(widths)])
        return Table(rows, colWidths=widths, style=style)

    def _sheet(self, sheet: ContactSheet) -> Iterator[Any]:
        from reportlab.platypus import Image

        yield self._ink.say("small", sheet.title, GREY)
        if sheet.data:
            made = Image(BytesIO(sheet.data), hAlign="LEFT")
            across, down = made.imageWidth, made.imageHeight
            scale = min(_PIXEL, _SHEET_WIDTH / across, _SHEET_HEIGHT / down)
            made.drawWidth, made.drawHeight = across * scale, down * scale
            yield made

    def _told(self, card: Card) -> Iterator[Any]:
        asset = card.asset
        told = self._ink.coloured(asset.standing.value, asset.standing)
        yield self._ink.markup("name", f"{told} &#160; {self._ink.type.text(asset.shown)}")
        facts = [
            f"{asset.operator or 'nobody named'}, {wording.time_text(asset)}",
            wording.policy_text(asset),
            ", ".join(filter(None, (wording.frames_text(asset), wording.holes_text(asset)))),
            wording.short_hash(asset.content_hash),
            wording.signature_text(asset),
            wording.records_text(asset),
        ]
        yield self._ink.say("small", cut(" · ".join(filter(None, facts)), 600), GREY)
        if asset.notes:
            yield self._ink.say("text", cut(asset.notes, self._limits.words))
        why = filter(None, (asset.reason, wording.changes_text(asset.changes, reason=asset.reason)))
        if reason := " · ".join(why):
            yield self._ink.say("small", cut(reason, self._limits.words), GREY)
        for finding in card.findings:
            label = self._ink.coloured(finding.severity.value, finding.severity)
            message = self._ink.type.text(cut(finding.message, self._limits.words))
            yield self._ink.markup("small", f"{label} &#160; {message}")
        if card.more:
            yield self._ink.say("small", f"and {count(card.more, 'more finding')}", GREY)
