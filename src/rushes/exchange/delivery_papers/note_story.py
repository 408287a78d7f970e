"""The content of a delivery note from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from rushes.core.units import human_bytes
from rushes.exchange.delivery_papers import wording
from rushes.exchange.delivery_papers.facts import Facts, Row
from rushes.exchange.delivery_papers.pictures import Pictures
from rushes.qc.report.limits import cut
from rushes.qc.report.pdf_ink import GREY, LINE, WIDTH, Ink
from rushes.qc.report.pdf_type import Type
from rushes.report.wording import count, moment

_AT_ONCE = 100  # rows: setting one long table takes time that grows with its square
_NOTE, _NAME = 6_000, 300  # characters of the sender's words, and of any other text
_THUMB, _THUMB_HIGH = 96.0, 72.0  # points
_WIDTHS = (_THUMB + 8, 158.0, 122.0, WIDTH - _THUMB - 8 - 158.0 - 122.0)
_LABEL = 84.0
_ON_COVER, _COLUMNS = 12, 4  # pictures
_QUALITY = 82
_BARE = [
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 6),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
]
_NOBODY = "#8a5a00"  # what a recipient should ask about


class Story:
    """Builds the flowables, from top to bottom."""

    def __init__(self, letters: Type) -> None:
        self._ink = Ink(letters)
        self._jpegs: dict[Path, bytes] = {}

    def of(self, facts: Facts, pictures: Pictures) -> list[Any]:
        """Everything, in order."""
        from reportlab.platypus import PageBreak, Spacer

        made: list[Any] = [
            self._ink.say("text", "Delivery note", GREY),
            self._ink.say("headline", cut(facts.delivery, _NAME)),
            self._ink.say("title", wording.totals(facts)),
            Spacer(1, 12),
            self._cover(facts),
        ]
        if facts.note:
            made.append(self._ink.say("heading", "Note"))
            made += [self._ink.say("text", one) for one in cut(facts.note, _NOTE).splitlines()]
        told = [*facts.remarks, *_judged(facts, pictures)]
        if told:
            made.append(self._ink.say("heading", "To know"))
            made += [self._ink.say("text", f"• {cut(one, _NOTE)}") for one in told]
        made += [*self._strip(facts, pictures), PageBreak(), self._ink.say("heading", "Contents")]
        made += self._table(facts, pictures)
        return [*made, Spacer(1, 4)]

    def _cover(self, facts: Facts) -> Any:
        from reportlab.platypus import Table

        sequences = {one.sequence for one in facts.rows if one.sequence}
        shots = {(one.sequence, one.shot) for one in facts.rows if one.shot}
        held = [count(len(facts.rows), "version")]
        held += [f"of {count(len(shots), 'shot')}"] if shots else []
        held += [f"in {count(len(sequences), 'sequence')}"] if sequences else []
        frames = sum(one.frame_count or 0 for one in facts.rows)
        lines = (
            ("Show", facts.show),
            ("For", ", ".join(filter(None, (facts.recipient, facts.context)))),
            ("From", facts.sender),
            ("Date", moment(facts.made)),
            ("Contents", " ".join(held)),
            ("Frames", f"{frames:,}" if frames else ""),
            ("Size", f"{human_bytes(facts.size)} in {count(facts.files, 'file')}"),
        )
        rows = [
            [self._ink.say("text", label, GREY), self._ink.say("text", cut(text, _NAME))]
            for label, text in lines
            if text
        ]
        return Table(rows, colWidths=(_LABEL, WIDTH - _LABEL), style=_ruled(2), hAlign="LEFT")

    def _strip(self, facts: Facts, pictures: Pictures) -> Iterator[Any]:
        """Some of the pictures, spread over all, to know the delivery by."""
        from reportlab.platypus import Image, Spacer, Table

        shown = [one for one in facts.rows if pictures.of(one) is not None]
        number = min(len(shown), _ON_COVER)
        picked = [shown[at * len(shown) // number] for at in range(number)]
        width = WIDTH / _COLUMNS
        cells: list[Any] = [
            Image(BytesIO(self._jpeg(one, pictures)), width - 6, width - 6, kind="proportional")
            for one in picked
        ]
        rows = [cells[at : at + _COLUMNS] for at in range(0, number, _COLUMNS)]
        if rows:
            rows[-1] += [""] * (_COLUMNS - len(rows[-1]))
            yield Spacer(1, 18)
            yield Table(rows, colWidths=[width] * _COLUMNS, style=_BARE, hAlign="LEFT")

    def _table(self, facts: Facts, pictures: Pictures) -> Iterator[Any]:
        from reportlab.platypus import LongTable

        if not facts.rows:
            yield self._ink.say("text", "Nothing was delivered.")
            return
        head = ("", "Version", "Frames and image", "In the package")
        titles = [self._ink.say("small", one, GREY) for one in head]
        for at in range(0, len(facts.rows), _AT_ONCE):
            rows = [self._row(one, pictures) for one in facts.rows[at : at + _AT_ONCE]]
            # Only the first piece begins with the titles; each repeats them on further pages.
            yield LongTable([titles, *rows], colWidths=_WIDTHS, repeatRows=1, style=_ruled(4))

    def _row(self, row: Row, pictures: Pictures) -> list[Any]:
        return [
            self._picture(row, pictures),
            list(self._whose(row)),
            [
                self._ink.say("small", cut(wording.frames(row), _NAME) or "frames not told"),
                self._ink.say("small", cut(wording.image(row), _NAME), GREY),
            ],
            list(self._where(row)),
        ]

    def _picture(self, row: Row, pictures: Pictures) -> Any:
        from reportlab.platypus import Image

        data = self._jpeg(row, pictures)
        if not data:
            return self._ink.say("small", pictures.why(row).capitalize(), GREY)
        return Image(BytesIO(data), _THUMB, _THUMB_HIGH, kind="proportional", hAlign="LEFT")

    def _jpeg(self, row: Row, pictures: Pictures) -> bytes:
        from PIL import Image

        made = pictures.of(row)
        if made is None or row.picture is None:
            return b""
        if row.picture not in self._jpegs:
            out = BytesIO()
            page = Image.frombytes("RGB", (made.columns, made.rows), made.data)
            page.save(out, "JPEG", quality=_QUALITY)
            self._jpegs[row.picture] = out.getvalue()
        return self._jpegs[row.picture]

    def _whose(self, row: Row) -> Iterator[Any]:
        yield self._ink.say("name", cut(wording.shot(row), _NAME))
        if wording.shot(row) != row.version:
            yield self._ink.say("small", cut(row.version, _NAME))
        made = " ".join(filter(None, (row.task, row.number)))
        told = ", ".join(filter(None, (made, row.artist)))
        if told:
            yield self._ink.say("small", cut(told, _NAME), GREY)
        said = cut(wording.signed(row), _NAME)
        if row.signed_by:
            yield self._ink.say("small", f"Signed off: {said}", GREY)
        else:
            yield self._ink.say("small", said.capitalize(), _NOBODY)

    def _where(self, row: Row) -> Iterator[Any]:
        yield self._ink.say("small", cut(row.path, _NAME) or "path not told")
        if row.files:
            size = f"{count(row.files, 'file')}, {human_bytes(row.size)}"
            yield self._ink.say("small", size, GREY)
        if row.digest:
            yield self._ink.say("small", wording.short_digest(row.digest), GREY)


def _judged(facts: Facts, pictures: Pictures) -> Iterator[str]:
    """What the recipient may want to ask about."""
    unsigned = sum(not one.signed_by for one in facts.rows)
    if unsigned:
        are = "is" if unsigned == 1 else "are"
        yield f"{count(unsigned, 'version')} of {len(facts.rows):,} {are} not signed off."
    blank = sum(pictures.of(one) is None for one in facts.rows)
    if blank:
        yield f"{count(blank, 'version')} of {len(facts.rows):,} could not be pictured here."


def _ruled(room: float) -> list[tuple[Any, ...]]:
    from reportlab.lib.colors import HexColor

    return [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 8),
        ("TOPPADDING", (0, 0), (-1, -1), room),
        ("BOTTOMPADDING", (0, 0), (-1, -1), room),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(LINE)),
    ]
