"""What file sequences, files and use look like in JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rushes.core import clock
from rushes.core.escape import escape
from rushes.frames.notation import format_frames
from rushes.model.files import FileFacts, FoundSequence, Kind
from rushes.model.scan import ScanRecord, ScanTotals
from rushes.scan.gaps import Judged, subject

Row = dict[str, Any]


def sequence_row(judged: Judged) -> Row:
    """A file sequence: where, which frames, which are missing and against what, how much."""
    sequence, gaps = judged.found.sequence, judged.gaps
    digits = sequence.subframe_digits
    row = found_row(judged.found)
    row["missing"] = format_frames(gaps.missing, subframe_digits=digits)
    row["missing_count"] = len(gaps.missing)
    row["extra"] = format_frames(gaps.extra, subframe_digits=digits)
    as_found = gaps.expected == sequence.frames
    row["expected"] = (
        row["frames"] if as_found else format_frames(gaps.expected, subframe_digits=digits)
    )
    row["expected_from"] = gaps.source
    return row


def found_row(found: FoundSequence) -> Row:
    """A file sequence as it lies on disk."""
    sequence = found.sequence
    digits = sequence.subframe_digits
    return {
        "path": subject(sequence),
        "folder": escape(str(sequence.folder)),
        "head": escape(sequence.head),
        "tail": escape(sequence.tail),
        "padding": sequence.padding,
        "kind": sequence.kind.value,
        "frames": format_frames(sequence.frames, subframe_digits=digits),
        "first": sequence.frames.first if sequence.frames else None,
        "last": sequence.frames.last if sequence.frames else None,
        "subframe_digits": digits,
        **facts_row(found.facts),
        "empty": format_frames(found.facts.empty, subframe_digits=digits),
        "short": format_frames(found.facts.short, subframe_digits=digits),
    }


def facts_row(facts: FileFacts) -> Row:
    """Sizes in bytes, times in UTC."""
    return {
        "files": facts.files,
        "bytes": facts.size,
        "allocated": facts.allocated,
        "smallest": facts.smallest,
        "largest": facts.largest,
        "oldest": clock.iso_ns(facts.oldest_ns),
        "newest": clock.iso_ns(facts.newest_ns),
        "fingerprint": facts.fingerprint,
    }


def file_row(found: FoundSequence) -> Row:
    """A single file."""
    return {
        "path": subject(found.sequence),
        "bytes": found.facts.size,
        "allocated": found.facts.allocated,
        "modified": clock.iso_ns(found.facts.newest_ns),
        "fingerprint": found.facts.fingerprint,
    }


def is_single(found: FoundSequence) -> bool:
    """Whether this is a single file, not a sequence."""
    return found.sequence.kind is Kind.FILE


def totals_row(totals: ScanTotals) -> Row:
    """A scan's sums."""
    row: Row = asdict(totals)
    row["bytes"] = row.pop("size")
    return row


def record_row(record: ScanRecord) -> Row:
    """A scan as the records hold it."""
    return {
        "id": record.id,
        "root": record.root.mount,
        "root_name": record.root.name,
        "below": escape(str(record.below)),
        "state": record.state.value,
        "started": clock.iso(record.started),
        "finished": clock.iso(record.finished) if record.finished else None,
        "added": record.added,
        "removed": record.removed,
        "changed": record.changed,
        "totals": totals_row(record.totals),
    }
