"""One scan from walk to record: what was found, what it lacks, and that it is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from time import monotonic
from typing import TYPE_CHECKING

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.files import FoundFolder
from rushes.model.finding import Finding
from rushes.model.scan import Actor, ScanRecord, ScanTotals
from rushes.ports.progress import Progress, Silent
from rushes.scan.gaps import Expect, Judged, findings, judge
from rushes.scan.roots import Root, moved
from rushes.scan.tally import Tally

if TYPE_CHECKING:
    from rushes.ports.records import Records

_BATCH = 2_000
_LOOK = 64  # folders between two looks at who waits

Sink = Callable[[FoundFolder, Sequence[Judged]], None]


@dataclass(frozen=True, slots=True)
class Survey:
    """What one scan came to. `record` is None where nothing was to be remembered.

    `root` is what all paths and subjects are relative to: the one asked for, or the one that
    the records know the same folder under.
    """

    root: Root
    started: datetime
    took_s: float
    totals: ScanTotals
    findings: tuple[Finding, ...]
    record: ScanRecord | None


def nothing_more(_root: Root) -> Iterable[Finding]:
    """Nothing is wrong with the whole."""
    return ()


def survey(
    root: Root,
    folders: Iterable[FoundFolder],
    *,
    expect: Expect,
    open_records: Callable[[], Records] | None,
    actor: Actor,
    sink: Sink,
    at_end: Callable[[Root], Iterable[Finding]] = nothing_more,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Survey:
    """Take in all `folders` of a walk of `root`, judge them, and have the records keep them.

    `sink` gets every folder with what was judged in it, in path order; nothing else is held on
    to but the findings. `at_end` tells what is wrong with the whole. The records are opened once
    the walk has begun, so that its workers are busy meanwhile. A walk that breaks off leaves the
    records as they were.
    """
    began, started = monotonic(), clock.now()
    walked = _started(folders)
    keep = None
    if open_records is not None:
        keep = _Keeper(open_records(), root, started=started, actor=actor)
        walked = keep.under_known_root(walked)
    tally = Tally()
    wrong: list[Finding] = []
    try:
        for folder in walked:
            judged = list(judge(folder, expect)) if folder.sequences else []
            found = [*folder.findings, *findings(judged)] if judged else folder.findings
            wrong += found
            tally.take(folder, judged, found)
            sink(folder, judged)
            if keep is not None:
                keep.add(folder)
            if not tally.folders % _LOOK:
                progress.report(tally.files, note=f"files in {tally.folders:,} folders")
                if progress.cancelled():
                    raise RushesError(Code.CANCELLED, "The scan was cancelled.")
        root = keep.root if keep is not None else root
        wrong += (last := list(at_end(root)))
        tally.judge(last)
        totals = tally.totals()
        record = keep.finish(totals, progress) if keep is not None else None
    except BaseException:
        if keep is not None:
            keep.fail()
        raise
    return Survey(root, started, monotonic() - began, totals, tuple(wrong), record)


def _started(folders: Iterable[FoundFolder]) -> Iterator[FoundFolder]:
    """The same folders, the first of them fetched now: the walk and its workers have begun."""
    walked = iter(folders)
    first = next(walked, None)

    def all_of_them() -> Iterator[FoundFolder]:
        if first is not None:
            yield first
            yield from walked

    return all_of_them()


class _Keeper:
    """One running scan in the records, fed in batches."""

    def __init__(self, records: Records, root: Root, *, started: datetime, actor: Actor) -> None:
        from rushes.ports.records import ScanRequest
        from rushes.scan.known import recorded

        self._records = records
        self._actor = actor
        self.root = recorded(root, records)
        self._above = PurePosixPath(root.mount).relative_to(self.root.mount)
        request = ScanRequest(self.root.mount, self.root.below, started)
        self._scan = records.begin_scans([request], actor=actor)[0].id
        self._waiting: list[FoundFolder] = []

    def under_known_root(self, folders: Iterator[FoundFolder]) -> Iterator[FoundFolder]:
        """The folders, relative to the root that the records know."""
        if self._above == PurePosixPath("."):
            return folders
        return (moved(folder, self._above) for folder in folders)

    def add(self, folder: FoundFolder) -> None:
        self._waiting.append(folder)
        if len(self._waiting) >= _BATCH:
            self._send()

    def finish(self, totals: ScanTotals, progress: Progress) -> ScanRecord:
        self._send()
        return self._records.finish_scan(self._scan, totals, actor=self._actor, progress=progress)

    def fail(self) -> None:
        """Give the scan up; records that are out of reach find that out by themselves."""
        try:
            self._records.fail_scans([self._scan], actor=self._actor)
        except RushesError:
            return

    def _send(self) -> None:
        if self._waiting:
            self._records.add_folders(self._scan, self._waiting, actor=self._actor)
            self._waiting = []
