"""A report as page and print show it: what is told at length, what in a table, what is left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from itertools import islice, takewhile

from rushes.model.finding import Finding, Severity
from rushes.qc.report import wording
from rushes.qc.report.content import QcReport, ReportedAsset, Standing, Unreadable
from rushes.qc.report.limits import Limits
from rushes.qc.report.pictures import Album, Picture, Pictures
from rushes.qc.report.rollup import TOP, RollUp, rolled_up
from rushes.qc.report.sheets import NO_SHEETS, Binder, ContactSheet, ContactSheets

# What the page takes without names and notes, about.
_ROW_BYTES, _CARD_BYTES, _FINDING_BYTES = 590, 1_600, 240
_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Card:
    """An asset told at length; `more` findings are not among `findings`."""

    asset: ReportedAsset
    findings: tuple[Finding, ...]
    more: int
    pictures: tuple[Picture, ...]
    sheet: ContactSheet | None


@dataclass(frozen=True, slots=True)
class Group:
    """The cards of one shot or folder."""

    place: tuple[str, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An asset as a row of the table."""

    asset: ReportedAsset
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that is shown, in order: the worst first."""

    headline: tuple[tuple[str, Standing | None], ...]
    detail: str
    roll_up: RollUp
    unreadable: tuple[Unreadable, ...]
    groups: tuple[Group, ...]
    lines: tuple[Line, ...]
    trust: tuple[str, ...]
    cuts: tuple[str, ...]


def to_picture(report: QcReport, limits: Limits) -> list[ReportedAsset]:
    """The assets whose pictures are wanted, in the order in which they are shown."""
    return report.worst_first[: limits.pictured]


def to_sheet(report: QcReport, limits: Limits) -> list[ReportedAsset]:
    """The assets whose contact sheets are wanted: sequences told at length, the worst first."""
    sequences = (one for one in _grave(report, limits) if one.sequence is not None)
    return list(islice(sequences, limits.sheets))


def page(
    report: QcReport, pictures: Pictures, *, sheets: ContactSheets = NO_SHEETS, limits: Limits
) -> Page:
    """Work out what to show and what there is no room for, and say the latter."""
    album = Album(pictures, room=limits.picture_bytes)
    room = _Room(limits)
    told = list(takewhile(room.has_card, _grave(report, limits)))
    rest = report.worst_first[len(told) :]
    shown = list(takewhile(room.has_line, rest[: limits.rows]))
    binder = Binder(sheets, room=room.for_sheets)
    groups = _groups([_card(one, album, binder, limits) for one in told])
    roll_up = rolled_up(report, most=limits.places)
    return Page(
        headline=tuple(wording.headline(report.tally)),
        detail=wording.detail(report),
        roll_up=roll_up,
        unreadable=report.unreadable[: limits.unreadable],
        groups=groups,
        lines=tuple(Line(one, album.of(one)) for one in shown),
        trust=tuple(wording.trust(report)),
        cuts=tuple(
            wording.cuts(
                limits,
                assets=len(rest) - len(shown),
                places=roll_up.more,
                unreadable=len(report.unreadable) - limits.unreadable,
                thumbnails=album.left_out,
                sheets=binder.left_out,
            )
        ),
    )


def _grave(report: QcReport, limits: Limits) -> list[ReportedAsset]:
    """What may be told at length."""
    grave = (one for one in report.worst_first if one.standing is not Standing.PASS)
    return list(islice(grave, limits.cards))


class _Room:
    """How many bytes of markup are left, about; cards may take a third of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.text_bytes

    def has_card(self, one: ReportedAsset) -> bool:
        """Take the room for a card, if there is any."""
        texts = [one.notes, one.reason]
        for found in one.findings[: self._limits.findings]:
            texts += [found.message, found.fix]
        cost = _CARD_BYTES + _size(one.shown)
        cost += sum(_FINDING_BYTES + _size(text, self._limits.words) for text in texts)
        self._left -= cost
        return self._left >= self._limits.text_bytes * 2 // 3

    def has_line(self, one: ReportedAsset) -> bool:
        """Take the room for a row of the table, if there is any."""
        said = _size(one.notes or one.reason, self._limits.brief)
        self._left -= _ROW_BYTES + said + sum(map(_size, (one.shown, one.operator, one.policy)))
        return self._left >= 0

    @property
    def for_sheets(self) -> int:
        """Bytes of contact sheets that there is room for, which take a third more as text."""
        free = max(0, self._left) * 3 // 4 + self._limits.sheet_bytes_kept
        return min(self._limits.sheet_bytes, free)


def _size(text: str, most: int | None = None) -> int:
    """Bytes of a text as the page writes it."""
    return len(escape(text[:most]).encode("utf-8", "surrogatepass"))


def _groups(cards: list[Card]) -> tuple[Group, ...]:
    """Cards by place; a place with a failure comes before all without."""
    by_place: dict[tuple[str, ...], list[Card]] = defaultdict(list)
    for one in cards:
        by_place[one.asset.place or (TOP,)].append(one)
    return tuple(Group(place, tuple(found)) for place, found in by_place.items())


def _card(one: ReportedAsset, album: Album, binder: Binder, limits: Limits) -> Card:
    ranked = sorted(one.findings, key=lambda found: (_RANK[found.severity], found.rule))
    shown = tuple(ranked[: limits.findings])
    return Card(one, shown, len(ranked) - len(shown), album.of(one), binder.of(one))
