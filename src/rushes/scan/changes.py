"""Two scans of one part of a storage root: which two, and what they differ in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.frames import FrameSet
from rushes.model.scan import ScanRecord, ScanState, SequenceChange, overlap
from rushes.ports.records import Records, every
from rushes.scan.roots import Root

_ID = re.compile(r"\d{1,18}", re.ASCII)
_NO_FRAMES = FrameSet()


@dataclass(frozen=True, slots=True)
class Span:
    """The two scans to compare.

    `oldest` says that `since` is younger than what was asked for, because nothing older is
    there. `seen` are the parts of the root that had been scanned up to `since`, and `partly`
    says that they are not all that is compared.
    """

    since: ScanRecord
    until: ScanRecord
    seen: tuple[PurePosixPath, ...]
    oldest: bool = False
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What happened to one file sequence: frames in its own unit, sizes in bytes.

    Of what was added or removed, all frames count as gained or lost. `first_seen` says that
    nobody had looked there before: it may be as old as it likes.
    """

    change: SequenceChange
    gained: FrameSet
    lost: FrameSet
    size: int
    first_seen: bool = False

    @property
    def rewritten(self) -> bool:
        """Whether files that are in both scans were written again, or at least touched."""
        before, after = self.change.before, self.change.after
        return before is not None and after is not None and not (self.gained or self.lost)


def known_scans(records: Records, root: Root | None) -> list[ScanRecord]:
    """Scans in every state, the last that began first; of `root` those with any of it in common."""
    mount = root.mount if root is not None else None
    return [
        scan
        for scan in every(lambda page: records.scans(mount=mount, page=page))
        if root is None or overlap(scan.below, root.below)
    ]


def finished_scans(records: Records, root: Root | None) -> list[ScanRecord]:
    """Those that became the record, the first that finished first."""
    known = known_scans(records, root)
    return sorted((scan for scan in known if scan.state is ScanState.FINISHED), key=_finished)


def span(
    scans: Sequence[ScanRecord],
    root: Root,
    *,
    since: str | None = None,
    until: str | None = None,
    now: datetime,
) -> Span:
    """Which of `scans`, in the order they finished, are compared: the last two by themselves.

    `since` and `until` are a scan's id, a date in ISO 8601 (UTC where it says nothing), or how
    long ago as in 12h or 7d; a moment means the last scan finished by then. Raises
    `record.not_found` where there are no two such scans, `usage` on what is no such text.
    """
    where = escape(str(root.path))
    if not scans:
        raise _none_of(where)
    later = len(scans) - 1 if until is None else _place(scans, until, where=where, now=now)
    if later is None:
        raise _none_by(until or "", scans[0])
    earlier: int | None = later - 1
    if since is not None:
        earlier = _place(scans, since, where=where, now=now)
    oldest = earlier is None
    earlier = earlier or 0
    if earlier == later or earlier < 0:
        raise _only_one(scans[later], where)
    if earlier > later:
        raise RushesError(
            Code.USAGE,
            f"Scan {scans[earlier].id} finished after scan {scans[later].id}.",
            hint="Give the earlier one to --since and the later one to --until.",
        )
    seen = tuple(scan.below for scan in scans[: earlier + 1])
    whole = any(root.below.is_relative_to(below) for below in seen)
    return Span(scans[earlier], scans[later], seen, oldest=oldest, partly=not whole)


def _none_of(where: str) -> RushesError:
    return RushesError(
        Code.RECORD_NOT_FOUND,
        f"No finished scan of {where} is recorded.",
        hint="Scan it now, and again later: rushes scan PATH. `rushes changes --scans` lists"
        " what is recorded.",
    )


def differences(records: Records, root: Root, between: Span) -> Iterator[Difference]:
    """What differs in the part `root`, in path order."""
    since, until = between.since.id, between.until.id
    for change in every(
        lambda page: records.changes(root.mount, since=since, until=until, page=page)
    ):
        found = change.after or change.before
        if found is not None and found.sequence.folder.is_relative_to(root.below):
            yield difference(change, between.seen)


def difference(change: SequenceChange, seen: Sequence[PurePosixPath]) -> Difference:
    """Frames gained and lost, and bytes, where the parts `seen` had been scanned before."""
    before = change.before.sequence.frames if change.before else _NO_FRAMES
    after = change.after.sequence.frames if change.after else _NO_FRAMES
    size = (change.after.facts.size if change.after else 0) - (
        change.before.facts.size if change.before else 0
    )
    first = change.before is None and not any(
        change.after.sequence.folder.is_relative_to(below) for below in seen if change.after
    )
    return Difference(change, after - before, before - after, size, first)


def is_recorded(records: Records, root: Root) -> bool:
    """Whether any file below `root` is on record now."""
    return bool(records.sequences(root.mount, below=root.below).rows)


def _place(scans: Sequence[ScanRecord], text: str, *, where: str, now: datetime) -> int | None:
    """The position of the scan that `text` means; None where none had finished by then."""
    if _ID.fullmatch(text):
        for at, scan in enumerate(scans):
            if scan.id == int(text):
                return at
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"There is no finished scan {text} of {where}.",
            hint="rushes changes --scans PATH lists those there are.",
        )
    moment = clock.meant(text, by=now)
    if moment is None:
        raise _no_moment(text)
    return max((at for at, scan in enumerate(scans) if _finished(scan) <= moment), default=None)


def _no_moment(text: str) -> RushesError:
    return RushesError(
        Code.USAGE,
        f"{text!r} is neither a scan, nor a date, nor a time ago.",
        hint="Write a scan's number, 2026-11-20, 2026-11-20T18:00 (UTC), 12h or 7d.",
    )


def _none_by(until: str, first: ScanRecord) -> RushesError:
    return RushesError(
        Code.RECORD_NOT_FOUND,
        f"No scan had finished by {until}; the first one recorded,"
        f" scan {first.id}, finished {clock.iso(_finished(first))}.",
        hint="rushes changes --scans lists all of them.",
    )


def _only_one(scan: ScanRecord, where: str) -> RushesError:
    return RushesError(
        Code.RECORD_NOT_FOUND,
        f"There is nothing to compare scan {scan.id} of {where} with: it finished"
        f" {clock.iso(_finished(scan))}, and no other scan is recorded in that time.",
        hint="Scan again (rushes scan PATH), or choose others: rushes changes --scans lists them.",
    )


def _finished(scan: ScanRecord) -> datetime:
    assert scan.finished is not None
    return scan.finished
