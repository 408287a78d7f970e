"""What changed between two scans, as lines and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rushes.cli import show
from rushes.cli.rows import file_row, found_row, is_single, record_row
from rushes.core import clock
from rushes.core.escape import escape, unescape
from rushes.core.units import human_bytes, signed_bytes
from rushes.frames.notation import format_frames
from rushes.model.files import FileSequence, FoundSequence
from rushes.model.frames import FrameSet
from rushes.model.scan import ChangeKind, ScanRecord
from rushes.scan.changes import Difference, Span
from rushes.scan.gaps import subject
from rushes.scan.roots import Root

Row = dict[str, Any]

_MARKS = {
    ChangeKind.ADDED: ("+", "green"),
    ChangeKind.REMOVED: ("-", "red"),
    ChangeKind.CHANGED: ("~", "yellow"),
}
_FIRST_SEEN = ("?", "cyan")


@dataclass(slots=True)
class Sums:
    """How much changed; `size` is growth in bytes, negative where it shrank.

    What was first seen is no change: it is counted apart, with its bytes in `first_seen_size`.
    """

    added: int = 0
    removed: int = 0
    changed: int = 0
    gained: int = 0
    lost: int = 0
    size: int = 0
    first_seen: int = 0
    first_seen_size: int = 0

    @property
    def any(self) -> bool:
        """Whether anything differs at all."""
        return bool(self.added or self.removed or self.changed)

    def take(self, one: Difference) -> None:
        """Count one more."""
        if one.first_seen:
            self.first_seen += 1
            self.first_seen_size += one.size
            return
        kind = one.change.kind
        self.added += kind is ChangeKind.ADDED
        self.removed += kind is ChangeKind.REMOVED
        self.changed += kind is ChangeKind.CHANGED
        self.gained += len(one.gained)
        self.lost += len(one.lost)
        self.size += one.size

    def row(self) -> Row:
        """As JSON."""
        return {
            "added": self.added,
            "removed": self.removed,
            "changed": self.changed,
            "frames_gained": self.gained,
            "frames_lost": self.lost,
            "bytes": self.size,
            "first_seen": self.first_seen,
            "first_seen_bytes": self.first_seen_size,
        }

    def line(self) -> str:
        """One sentence."""
        if not self.any:
            rest = " where scans had looked before" if self.first_seen else ""
            return f"Nothing changed{rest}."
        grown = f"grew by {human_bytes(self.size)}" if self.size >= 0 else ""
        return (
            f"{self.added:,} added, {self.removed:,} removed, {self.changed:,} changed:"
            f" {show.counted(self.gained, 'frame')} gained, {self.lost:,} lost;"
            f" {grown or f'shrank by {human_bytes(-self.size)}'}."
        )


def title(root: Root, between: Span) -> str:
    """Which scans are compared."""
    return f"{escape(str(root.path))}: {_named(between.until)} against {_named(between.since)}"


def line(one: Difference) -> str:
    """One change: the file sequence, the frames that came and went, and the bytes."""
    mark, colour = _FIRST_SEEN if one.first_seen else _MARKS[one.change.kind]
    sequence = _found(one).sequence
    return f"{show.styled(mark, colour)} {subject(sequence)}  {'  '.join(_parts(one))}"


def change_row(one: Difference) -> Row:
    """One change as JSON."""
    sequence = _found(one).sequence
    return {
        "kind": "first-seen" if one.first_seen else one.change.kind.value,
        "path": subject(sequence),
        "frames_gained": _text(sequence, one.gained),
        "frames_lost": _text(sequence, one.lost),
        "bytes": one.size,
        "before": _side(one.change.before),
        "after": _side(one.change.after),
    }


def scan_row(record: ScanRecord) -> Row:
    """One known scan as JSON, with who began it."""
    actor = record.actor
    began = {"name": escape(actor.name), "on_behalf_of": escape(actor.on_behalf_of)}
    return {**record_row(record), "actor": {**began, "tool": escape(actor.tool)}}


def scan_line(record: ScanRecord) -> tuple[str, ...]:
    """One known scan as the cells of a table."""
    totals = record.totals
    return (
        str(record.id),
        clock.iso(record.started)[:19].replace("T", " "),
        record.state.value,
        escape(record.actor.name),
        f"{totals.sequences:,}",
        f"{totals.files:,}",
        human_bytes(totals.size),
        f"+{record.added:,} -{record.removed:,} ~{record.changed:,}",
        _where(record),
    )


SCAN_TITLES = (
    "scan", "began (UTC)", "state", "by", "sequences", "files", "bytes", "changes", "of",
)  # fmt: skip


def document(root: Root, between: Span, changes: list[Row], sums: Sums) -> Row:
    """All of it as JSON."""
    return {
        "root": escape(root.mount),
        "below": escape(str(root.below)),
        "since": record_row(between.since),
        "until": record_row(between.until),
        "since_is_oldest": between.oldest,
        "since_is_partial": between.partly,
        "changes": changes,
        "totals": sums.row(),
    }


def _parts(one: Difference) -> list[str]:
    found = _found(one)
    sequence = found.sequence
    if one.change.kind is not ChangeKind.CHANGED:
        frames = _text(sequence, sequence.frames)
        return [*([frames] if frames else []), signed_bytes(one.size)]
    parts = []
    if one.gained:
        parts.append(f"gained {_text(sequence, one.gained)}")
    if one.lost:
        parts.append(f"lost {_text(sequence, one.lost)}")
    if one.rewritten:
        parts.append("written again")
    return [*parts, signed_bytes(one.size)]


def _found(one: Difference) -> FoundSequence:
    found = one.change.after or one.change.before
    assert found is not None
    return found


def _side(found: FoundSequence | None) -> Row | None:
    if found is None:
        return None
    return file_row(found) if is_single(found) else found_row(found)


def _text(sequence: FileSequence, frames: FrameSet) -> str:
    return format_frames(frames, subframe_digits=sequence.subframe_digits)


def _named(record: ScanRecord) -> str:
    finished = clock.iso(record.finished)[:16].replace("T", " ") if record.finished else "-"
    return f"scan {record.id} ({finished} UTC)"


def _where(record: ScanRecord) -> str:
    return escape(str(Root(unescape(record.root.mount), record.below).path))
