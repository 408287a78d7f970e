"""Compares the pixels of two files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from rushes.core.escape import escape
from rushes.inspection.diff.differences import Limits, PixelDelta, PixelsCompared
from rushes.inspection.diff.grid import overlap, window
from rushes.inspection.diff.heat import Heat
from rushes.inspection.diff.side_by_side import SideBySide, shared
from rushes.inspection.diff.stripes import Stripes
from rushes.inspection.header import wire
from rushes.inspection.pixels.layout import Layout, RefusedError
from rushes.inspection.pixels.losses import finding
from rushes.inspection.pixels.opening import (
    changed,
    header_of,
    keep_memory,
    opened,
    placed,
    tables,
    titled,
)
from rushes.inspection.pixels.source import Source
from rushes.model.finding import Finding
from rushes.model.image import Part, Window

Numbers = tuple[int, int]


def compared(
    a: Path, b: Path, pairs: Sequence[Numbers], limits: Limits, *, picture: bool = False
) -> PixelsCompared:
    """What the pixels of these `pairs` of parts (by their numbers) differ in, at full resolution.

    Both files are read in bands of whole chunks, in memory that does not grow with them but by
    their width. What cannot be read becomes a finding, and everything else is compared. Raises
    `path.not_found`, `path.unreadable` and `dependency.missing`.

    The library that decodes can crash or hang on hostile files; `many.pixels_of` keeps that apart.
    """
    keep_memory()
    with closing(_Side(a)) as ours, closing(_Side(b)) as theirs:
        findings = [one.header for one in (ours, theirs) if isinstance(one.header, Finding)]
        made: list[PixelDelta] = []
        heat = _heat(ours, pairs) if picture else None
        if not findings:
            for pair in pairs:
                delta, told = _pair(ours, theirs, pair, limits, heat)
                made.append(delta)
                findings += told
        findings += [changed(one.subject) for one in (ours, theirs) if one.source.changed()]
    png, white = (heat.png(), heat.white) if heat else (b"", 0.0)
    return PixelsCompared(tuple(made), tuple(findings), png, white)


class _Side:
    """One of the two files, open."""

    def __init__(self, path: Path) -> None:
        self.subject = escape(str(path))
        self.source: Source = opened(path, self.subject)
        self.header: wire.Header | Finding = header_of(self.source, self.subject)
        self.parts: list[tuple[Part, int | str]] = []
        if not isinstance(self.header, Finding):
            self.parts = list(tables(self.header))

    def close(self) -> None:
        """Let go of the file."""
        self.source.close()

    def layout(self, number: int) -> Layout:
        """How a part lies. Raises `RefusedError`."""
        if isinstance(self.header, Finding) or number >= len(self.parts):
            raise RefusedError("it is no longer in the file")
        part, table = self.parts[number]
        return placed(self.header, part, table)

    def title(self, number: int) -> str:
        """What findings call a part."""
        if isinstance(self.header, Finding) or number >= len(self.parts):
            return f"part {number}"
        return titled(self.header, self.parts[number][0])


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """Why two parts are not compared; a finding where that is the fault of one of them."""

    why: str
    findings: tuple[Finding, ...] = ()


def _pair(
    ours: _Side, theirs: _Side, pair: Numbers, limits: Limits, heat: Heat | None
) -> tuple[PixelDelta, Sequence[Finding]]:
    both = _stripes(ours, theirs, pair, limits)
    if isinstance(both, _LeftOut):
        return PixelDelta(*pair, left_out=both.why), both.findings
    a, b = both
    delta = SideBySide(a, b, shared(a.layout, b.layout), limits, heat).run()
    told: list[Finding] = []
    for side, one, number in ((ours, a, pair[0]), (theirs, b, pair[1])):
        title = side.title(number)
        told += one.losses.findings(one.layout, subject=side.subject, title=title)
    if not delta.compared:
        delta = replace(delta, left_out="no pixel of them could be read on both sides")
    return delta, told


def _stripes(
    ours: _Side, theirs: _Side, pair: Numbers, limits: Limits
) -> tuple[Stripes, Stripes] | _LeftOut:
    """Both parts, open; or why they cannot be compared."""
    layouts: list[Layout] = []
    for side, number in ((ours, pair[0]), (theirs, pair[1])):
        try:
            layouts.append(side.layout(number))
        except RefusedError as refused:
            return _refused(side, number, refused)
    a, b = layouts
    if a.deep is not b.deep:
        return _LeftOut("one of them is deep and the other is not")
    names = {one.name for one in shared(a, b)}
    if not names:
        return _LeftOut("they have no channel in common that could be compared")
    if not limits.outside_is_zero and overlap(window(a), window(b)) is None:
        return _LeftOut("their data windows have no pixel in common")
    made: list[Stripes] = []
    for side, layout, number in ((ours, a, pair[0]), (theirs, b, pair[1])):
        try:
            made.append(Stripes(side.source, layout, names))
        except RefusedError as refused:
            return _refused(side, number, refused)
    return made[0], made[1]


def _refused(side: _Side, number: int, why: RefusedError) -> _LeftOut:
    message = f"Nothing of {side.title(number)} can be compared: {why}."
    return _LeftOut(str(why), (finding(side.subject, message),))


def _heat(ours: _Side, pairs: Sequence[Numbers]) -> Heat:
    """A picture of the size of the first part's display window."""
    shown = None
    if pairs and pairs[0][0] < len(ours.parts):
        part = ours.parts[pairs[0][0]][0]
        shown = next(
            (one for one in (part.display_window, part.data_window) if one and _sound(one)), None
        )
    return Heat(shown or Window(0, 0, 0, 0))


def _sound(window: Window) -> bool:
    return window.width > 0 and window.height > 0
