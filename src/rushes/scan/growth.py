"""Disk use as an earlier scan left it, to tell growth."""

from __future__ import annotations

from dataclasses import dataclass

from rushes.model.scan import ScanRecord, ScanState
from rushes.ports.records import Records, every
from rushes.scan.known import recorded
from rushes.scan.layout import Layout
from rushes.scan.roots import Root
from rushes.scan.usage import Usage


@dataclass(frozen=True, slots=True)
class Before:
    """What a part of a root held after `scan`; `root` is what the records know it as."""

    scan: ScanRecord
    root: Root
    usage: Usage


def before(records: Records, root: Root, layout: Layout, *, depth: int = 1) -> Before | None:
    """Use of `root` as it was after the last scan of all of it; None where there was none.

    Later scans of parts of it are left aside, or what they saw grow would be missed.
    """
    known = recorded(root, records)
    scan = _covering(records, known)
    if scan is None:
        return None
    usage = Usage(layout, below=root.below, depth=depth)
    for row in every(lambda page: records.folder_use(known.mount, at=scan.id, page=page)):
        if row.path.is_relative_to(known.below):
            inside = row.path.relative_to(known.below)
            usage.take_use(root.below / inside, row.use)
    return Before(scan, known, usage)


def _covering(records: Records, root: Root) -> ScanRecord | None:
    """The newest finished scan of `root` or of what lies around it."""
    for scan in every(lambda page: records.scans(mount=root.mount, page=page)):
        if scan.state is ScanState.FINISHED and root.below.is_relative_to(scan.below):
            return scan
    return None
