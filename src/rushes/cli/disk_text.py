"""Disk use as text: a table, what is too full, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rushes.cli import show
from rushes.cli.disk_sheet import DiskSheet, Line
from rushes.core import clock
from rushes.core.escape import escape
from rushes.core.settings.schema import Disk
from rushes.core.units import human_bytes, signed_bytes
from rushes.scan.thresholds import Fill, Fullness, findings, limits
from rushes.scan.usage import Use

_MARKS = {Fullness.WARN: ("WARN", "yellow"), Fullness.CRITICAL: ("CRITICAL", "red")}
_HEADS = ("", "bytes", "on disk", "files", "largest", "oldest")


def show_disk(sheet: DiskSheet, lines: Sequence[Line], disk: Disk, *, heaviest: bool) -> None:
    """The sums, a line for each place or folder, and in which folders most lies."""
    total = sheet.usage.total
    show.text(escape(str(sheet.root.path)), bold=True)
    show.text(
        f"  {human_bytes(total.size)} in {show.counted(total.files, 'file')}"
        f" ({human_bytes(total.allocated)} on disk){_grown(sheet)}"
    )
    for fill in sheet.fills:
        if fill.of:
            share = f"{100 * fill.used / fill.of:.0f} % full"
            free = human_bytes(fill.of - fill.used)
            show.text(f"  file system {share}, {free} free{_marked(fill)}")
    heads = _HEADS if sheet.before is None else (*_HEADS, "growth")
    if lines:
        show.text()
        rows = [(*heads, ""), *(_cells(one, len(heads)) for one in lines)]
        show.table(rows, right=(1, 2, 3, 4) if sheet.before is None else (1, 2, 3, 4, 6))
    folders = sheet.usage.heaviest() if heaviest else []
    if folders:
        show.text("\nMost lies in the folders")
        show.table([_folder(str(path), use) for path, use in folders], right=(1, 2))
    remarks = list(_remarks(sheet, disk))
    if remarks:
        show.text()
    for remark in remarks:
        show.text(remark, colour="bright_black")


def warn_of(fills: Sequence[Fill]) -> None:
    """Tell what is too full on stderr, beside a listing that has no room for it."""
    for one in findings(fills):
        show.note(f"{one.severity.value}: {one.subject}: {one.message}")


def note_unread(unread: int) -> None:
    """Say that a part was not seen, if so."""
    if unread:
        folders = show.counted(unread, "folder")
        show.note(f"{folders} could not be read; what lies there is not counted.")


def _remarks(sheet: DiskSheet, disk: Disk) -> Iterator[str]:
    """What the numbers do not tell."""
    for fill in sheet.fills:
        if fill.kind == "renders" and fill.fullness is not Fullness.OK:
            yield f"The renders of {fill.subject} hold {human_bytes(fill.used)}{_marked(fill)}"
    without = [f"{kind}s" for kind in ("show", "shot") if kind not in limits(disk)]
    if without:
        yield f"No limit is set for {' and '.join(without)} ([disk] in the settings)."
    for name in sheet.not_judged(disk):
        yield f"Not held against its limit, for only a part of it was looked at: {name}."
    if not any(fill.of for fill in sheet.fills):
        yield "How full the file system is cannot be told."
    if not sheet.in_shows:
        yield "No shows_root holds this folder, so its own folders were taken for shows."
    if sheet.before is None:
        yield f"Growth is not known: {sheet.why}."


def _cells(line: Line, count: int) -> tuple[str, ...]:
    use = line.use
    cells = (
        "  " * line.depth + line.name,
        human_bytes(use.size),
        human_bytes(use.allocated),
        f"{use.files:,}",
        human_bytes(use.largest) if use.files else "",
        f"{clock.from_ns(use.oldest_ns):%Y-%m-%d}" if use.files else "",
        signed_bytes(line.growth) if line.growth is not None else "",
    )[:count]
    return (*cells, _mark(line.fill) if line.fill else "")


def _folder(path: str, use: Use) -> tuple[str, ...]:
    return (f"  {escape(path)}", human_bytes(use.size), show.counted(use.files, "file"))


def _mark(fill: Fill) -> str:
    if fill.fullness not in _MARKS:
        return ""
    word, colour = _MARKS[fill.fullness]
    limit = fill.limit.critical if fill.fullness is Fullness.CRITICAL else fill.limit.warn
    assert limit is not None
    return show.styled(f"[{word} >= {human_bytes(limit)}]", colour)


def _marked(fill: Fill) -> str:
    """The mark behind other words."""
    return f"  {mark}" if (mark := _mark(fill)) else ""


def _grown(sheet: DiskSheet) -> str:
    if sheet.before is None or sheet.growth is None:
        return ""
    scan = sheet.before.scan
    return (
        f", {signed_bytes(sheet.growth)} since scan {scan.id} of {scan.started:%Y-%m-%d %H:%M} UTC"
    )
