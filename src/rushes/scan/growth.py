"""Disk use as an earlier scan left it, to tell growth."""

from __future__ import annotations

from dataclasses import dataclass

from rushes.core.escape import unescape
from rushes.model.scan import ScanRecord, ScanState
from rushes.ports.records import Records
from rushes.scan.layout import Layout
from rushes.scan.roots import Root, among
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
    known = among(root, _mounts(records))
    scan = _covering(records, known)
    if scan is None:
        return None
    usage = Usage(layout, below=root.below, depth=depth)
    page = records.folder_use(known.mount, at=scan.id)
    while True:
        for row in page.rows:
            if row.path.is_relative_to(known.below):
                inside = row.path.relative_to(known.below)
                usage.take_use(root.below / inside, row.use)
        if page.next is None:
            return Before(scan, known, usage)
        page = records.folder_use(known.mount, at=scan.id, page=page.next)


def _mounts(records: Records) -> list[str]:
    mounts: list[str] = []
    page = records.storage_roots()
    while True:
        mounts += [unescape(one.mount) for one in page.rows]
        if page.next is None:
            return mounts
        page = records.storage_roots(page=page.next)


def _covering(records: Records, root: Root) -> ScanRecord | None:
    """The newest finished scan of `root` or of what lies around it."""
    page = records.scans(mount=root.mount)
    while True:
        for scan in page.rows:
            if scan.state is ScanState.FINISHED and root.below.is_relative_to(scan.below):
                return scan
        if page.next is None:
            return None
        page = records.scans(mount=root.mount, page=page.next)
