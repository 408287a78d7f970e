"""Storage roots, scans, file sequences and folders as JSON objects, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from rushes.client.spelling.texts import (
    folder_of,
    folder_text,
    frames_of,
    frames_text,
    moment_of,
    name_of,
)
from rushes.core.clock import iso
from rushes.core.escape import escape, unescape
from rushes.model.files import (
    FileFacts,
    FileSequence,
    FolderUse,
    FoundFolder,
    FoundSequence,
    Kind,
)
from rushes.model.scan import (
    Actor,
    ChangeKind,
    FolderUseAt,
    ScanRecord,
    ScanState,
    ScanTotals,
    SequenceChange,
    StorageRoot,
)

Json = dict[str, Any]
Given = Mapping[str, Any]


def scan_row(scan: ScanRecord) -> Json:
    """A scan."""
    return {
        "id": scan.id,
        "root": asdict(scan.root),
        "below": folder_text(scan.below),
        "state": scan.state.value,
        "started": iso(scan.started),
        "finished": iso(scan.finished) if scan.finished is not None else None,
        "totals": asdict(scan.totals),
        "added": scan.added,
        "removed": scan.removed,
        "changed": scan.changed,
        "actor": actor_row(scan.actor),
    }


def scan_of(row: Given) -> ScanRecord:
    """`scan_row` back."""
    return ScanRecord(
        id=row["id"],
        root=StorageRoot(row["root"]["name"], row["root"]["mount"]),
        below=folder_of(row["below"]),
        state=ScanState(row["state"]),
        started=moment_of(row["started"]),
        finished=moment_of(row["finished"]) if row["finished"] is not None else None,
        totals=ScanTotals(**row["totals"]),
        added=row["added"],
        removed=row["removed"],
        changed=row["changed"],
        actor=actor_of(row["actor"]),
    )


def actor_row(actor: Actor) -> Json:
    """Who did something, on whose behalf, with what."""
    return {name: escape(text) for name, text in asdict(actor).items()}


def actor_of(row: Given) -> Actor:
    """`actor_row` back."""
    names = ("name", "on_behalf_of", "tool")
    return Actor(*(unescape(row[name]) for name in names))


def name_row(sequence: FileSequence) -> Json:
    """What names a file sequence in its folder."""
    return {
        "head": escape(sequence.head),
        "tail": escape(sequence.tail),
        "padding": sequence.padding,
        "kind": sequence.kind.value,
        "subframe_digits": sequence.subframe_digits,
    }


def found_row(found: FoundSequence) -> Json:
    """A file sequence as a scan met it, in a folder that is told elsewhere."""
    facts = found.facts
    row = name_row(found.sequence)
    row["frames"] = frames_text(found.sequence.frames)
    row["files"] = facts.files
    row["size"] = facts.size
    row["allocated"] = facts.allocated
    row["smallest"] = facts.smallest
    row["largest"] = facts.largest
    row["oldest_ns"] = facts.oldest_ns
    row["newest_ns"] = facts.newest_ns
    row["fingerprint"] = escape(facts.fingerprint)
    row["empty"] = frames_text(facts.empty)
    row["short"] = frames_text(facts.short)
    return row


def found_of(folder: PurePosixPath, row: Given) -> FoundSequence:
    """`found_row` back."""
    sequence = FileSequence(
        folder,
        name_of(row["head"]),
        name_of(row["tail"]),
        row["padding"],
        frames_of(row["frames"]),
        Kind(row["kind"]),
        row["subframe_digits"],
    )
    facts = FileFacts(
        row["files"],
        row["size"],
        row["allocated"],
        row["smallest"],
        row["largest"],
        row["oldest_ns"],
        row["newest_ns"],
        unescape(row["fingerprint"]),
        frames_of(row["empty"]),
        frames_of(row["short"]),
    )
    return FoundSequence(sequence, facts)


def sequence_row(found: FoundSequence) -> Json:
    """A file sequence with its folder."""
    return {"folder": folder_text(found.sequence.folder), **found_row(found)}


def sequence_of(row: Given) -> FoundSequence:
    """`sequence_row` back."""
    return found_of(folder_of(row["folder"]), row)


def change_row(change: SequenceChange) -> Json:
    """A file sequence that two scans do not agree on."""
    sides = {"before": change.before, "after": change.after}
    return {
        "kind": change.kind.value,
        **{name: sequence_row(one) if one is not None else None for name, one in sides.items()},
    }


def change_of(row: Given) -> SequenceChange:
    """`change_row` back."""
    before, after = (
        sequence_of(one) if (one := row[side]) is not None else None for side in ("before", "after")
    )
    return SequenceChange(ChangeKind(row["kind"]), before, after)


def use_row(use: FolderUse) -> Json:
    """What lies in a folder itself."""
    return {**use._asdict(), "largest_name": escape(use.largest_name)}


def use_of(row: Given) -> FolderUse:
    """`use_row` back."""
    return FolderUse(
        row["files"],
        row["size"],
        row["allocated"],
        row["largest"],
        name_of(row["largest_name"]),
        row["oldest_ns"],
        row["newest_ns"],
    )


def folder_use_row(use: FolderUseAt) -> Json:
    """The same with the folder."""
    return {"folder": folder_text(use.path), **use_row(use.use)}


def folder_use_of(row: Given) -> FolderUseAt:
    """`folder_use_row` back."""
    return FolderUseAt(folder_of(row["folder"]), use_of(row))


def folder_row(folder: FoundFolder, sequences: list[Json]) -> Json:
    """A folder as a scan met it, with some or all of its sequences (`found_row`)."""
    return {
        "folder": folder_text(folder.path),
        "unread": folder.unread,
        "use": use_row(folder.use),
        "sequences": sequences,
    }
