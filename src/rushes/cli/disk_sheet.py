"""Disk use as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rushes.cli import show
from rushes.core import clock
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.scan.growth import Before
from rushes.scan.layout import Place
from rushes.scan.roots import Root
from rushes.scan.thresholds import Fill, Fullness
from rushes.scan.usage import Usage, Use, levels

_MARKS = {Fullness.WARN: ("WARN", "yellow"), Fullness.CRITICAL: ("CRITICAL", "red")}
_HEADS = ("", "bytes", "on disk", "files", "largest", "oldest")


@dataclass(frozen=True, slots=True)
class Line:
    """One place or folder. `growth` is in bytes, None where it is not known."""

    kind: str
    name: str
    depth: int
    use: Use
    growth: int | None
    fill: Fill | None


@dataclass(frozen=True, slots=True)
class DiskSheet:
    """Disk use of one walk. `before` is None where growth is not known, and `why` says why."""

    root: Root
    usage: Usage
    fills: Sequence[Fill]
    before: Before | None
    why: str
    unread: int

    @property
    def growth(self) -> int | None:
        """Bytes more than the last scan recorded."""
        if self.before is None:
            return None
        return self.usage.total.size - self.before.usage.total.size

    def lines(self, by: str, *, largest_first: bool) -> list[Line]:
        """Places down to the level `by`, or folders."""
        return list(self._folders(largest_first) if by == "folder" else self._places(by))

    def _places(self, by: str) -> Iterator[Line]:
        known = {(one.kind, one.subject): one for one in self.fills}
        found: list[tuple[Place, Use, int | None]] = []
        for level in levels(by):
            past = self.before.usage.places(level) if self.before is not None else None
            for place, use in self.usage.places(level).items():
                grown = None if past is None else use.size - past.get(place, Use()).size
                found.append((place, use, grown))
        for place, use, grown in sorted(found, key=lambda one: one[0].names):
            fill = known.get((place.level, escape("/".join(place.names))))
            name = escape(place.names[-1])
            yield Line(place.level, name, len(place.names) - 1, use, grown, fill)

    def _folders(self, largest_first: bool) -> Iterator[Line]:
        past = self.before.usage.folders() if self.before is not None else None
        found = sorted(self.usage.folders().items())
        if largest_first:
            found.sort(key=lambda one: -one[1].size)
        for path, use in found:
            grown = None if past is None else use.size - past.get(path, Use()).size
            yield Line("folder", escape(str(path)), 0, use, grown, None)


def show_disk(sheet: DiskSheet, lines: Sequence[Line]) -> None:
    """The table, what is too full, and what is not known."""
    total = sheet.usage.total
    show.text(escape(str(sheet.root.path)), bold=True)
    show.text(
        f"  {human_bytes(total.size)} in {show.counted(total.files, 'file')}"
        f" ({human_bytes(total.allocated)} on disk){_grown(sheet)}"
    )
    for fill in sheet.fills:
        if fill.of:
            share = 100 * fill.used / fill.of
            show.text(
                f"  file system {share:.0f} % full, {human_bytes(fill.of - fill.used)} free"
                f"{_mark(fill)}"
            )
    heads = _HEADS if sheet.before is None else (*_HEADS, "growth")
    if lines:
        show.text()
        show.table([heads, *(_cells(one, len(heads)) for one in lines)], right=(1, 2, 3, 4, 6))
    if not sheet.before:
        show.text(f"\nGrowth is not known: {sheet.why}.", colour="bright_black")
    if sheet.unread:
        show.note(
            f"{show.counted(sheet.unread, 'folder')} could not be read; what lies there is not"
            " counted."
        )


def disk_row(sheet: DiskSheet, lines: Sequence[Line]) -> dict[str, Any]:
    """The sheet as `rushes disk --json` has it."""
    scan = sheet.before.scan if sheet.before is not None else None
    return {
        "root": escape(sheet.root.mount),
        "below": escape(str(sheet.root.below)),
        "total": _use_row(sheet.usage.total),
        "growth": sheet.growth,
        "since": {"scan": scan.id, "started": clock.iso(scan.started)} if scan else None,
        "unread_folders": sheet.unread,
        "limits": [
            {
                "kind": one.kind,
                "subject": one.subject,
                "used": one.used,
                "of": one.of or None,
                "warn": one.limit.warn,
                "critical": one.limit.critical,
                "state": one.fullness.value,
            }
            for one in sheet.fills
        ],
        "lines": [
            {
                "kind": one.kind,
                "name": one.name,
                "depth": one.depth,
                **_use_row(one.use),
                "growth": one.growth,
                "state": one.fill.fullness.value if one.fill else None,
            }
            for one in lines
        ],
    }


def _use_row(use: Use) -> dict[str, Any]:
    path = use.largest_path
    return {
        "files": use.files,
        "bytes": use.size,
        "allocated": use.allocated,
        "largest": {"path": escape(str(path)), "bytes": use.largest} if path else None,
        "oldest": clock.iso_ns(use.oldest_ns) if use.files else None,
        "newest": clock.iso_ns(use.newest_ns) if use.files else None,
    }


def _cells(line: Line, count: int) -> tuple[str, ...]:
    use = line.use
    cells = (
        "  " * line.depth + line.name,
        human_bytes(use.size),
        human_bytes(use.allocated),
        f"{use.files:,}",
        human_bytes(use.largest) if use.files else "",
        f"{clock.from_ns(use.oldest_ns):%Y-%m-%d}" if use.files else "",
        _signed(line.growth) if line.growth is not None else "",
    )[:count]
    mark = _mark(line.fill).strip() if line.fill else ""
    return (*cells[:-1], f"{cells[-1]}  {mark}" if mark else cells[-1])


def _mark(fill: Fill) -> str:
    if fill.fullness not in _MARKS:
        return ""
    word, colour = _MARKS[fill.fullness]
    limit = fill.limit.critical if fill.fullness is Fullness.CRITICAL else fill.limit.warn
    assert limit is not None
    return "  " + show.styled(f"[{word} >= {human_bytes(limit)}]", colour)


def _grown(sheet: DiskSheet) -> str:
    if sheet.before is None or sheet.growth is None:
        return ""
    scan = sheet.before.scan
    return f", {_signed(sheet.growth)} since scan {scan.id} of {scan.started:%Y-%m-%d %H:%M} UTC"


def _signed(size: int) -> str:
    return f"+{human_bytes(size)}" if size > 0 else human_bytes(size)
