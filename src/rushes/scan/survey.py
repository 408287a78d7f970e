"""One scan from walk to record: what was found, what it lacks, and that it is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.files import FoundFolder, Kind
from rushes.model.finding import Finding, Severity
from rushes.model.scan import Actor, ScanRecord, ScanTotals
from rushes.ports.progress import Progress
from rushes.ports.records import Records, ScanRequest
from rushes.scan.gaps import Expect, Judged, findings, judge

_BATCH = 2_000


@dataclass(slots=True)
class Survey:
    """What one scan found. `record` is None where nothing was to be remembered."""

    request: ScanRequest
    started: datetime
    took_s: float = 0.0
    folders: list[FoundFolder] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    totals: ScanTotals = ScanTotals()  # noqa: RUF009 (frozen)
    record: ScanRecord | None = None


def survey(
    request: ScanRequest,
    folders: Iterable[FoundFolder],
    *,
    expect: Expect,
    open_records: Callable[[], Records] | None,
    actor: Actor,
    progress: Progress,
) -> Survey:
    """Take in all `folders` of a walk, judge them, and have the records keep them.

    The records are opened once the walk has begun, so that its workers are busy meanwhile. A
    walk that breaks off leaves the records as they were.
    """
    began = monotonic()
    result = Survey(replace(request, started=request.started or clock.now()), clock.now())
    walked = iter(folders)
    first = next(walked, None)
    keep = _Keeper(open_records(), result.request, actor) if open_records else None
    try:
        for folder in _chain(first, walked):
            _take(result, folder, expect)
            if keep is not None:
                keep.add(folder)
            progress.report(len(result.folders), note="folders")
            if progress.cancelled():
                raise RushesError(Code.CANCELLED, "The scan was cancelled; nothing was recorded.")
        result.totals = totals(result)
        if keep is not None:
            result.record = keep.finish(result.totals, progress)
    except BaseException:
        if keep is not None:
            keep.fail()
        raise
    result.took_s = monotonic() - began
    return result


def totals(result: Survey) -> ScanTotals:
    """Sums over everything a survey met."""
    kinds = [one.found.sequence.kind for one in result.judged]
    severities = [finding.severity for finding in result.findings]
    return ScanTotals(
        folders=len(result.folders),
        files=sum(f.use.files for f in result.folders),
        sequences=sum(kind is not Kind.FILE for kind in kinds),
        single_files=sum(kind is Kind.FILE for kind in kinds),
        size=sum(f.use.size for f in result.folders),
        allocated=sum(f.use.allocated for f in result.folders),
        hidden=sum(f.left_out.hidden for f in result.folders),
        temporary=sum(f.left_out.temporary for f in result.folders),
        special=sum(f.left_out.special for f in result.folders),
        unread_folders=sum(f.unread for f in result.folders),
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
    )


def _take(result: Survey, folder: FoundFolder, expect: Expect) -> None:
    judged = list(judge(folder, expect))
    result.folders.append(folder)
    result.judged.extend(judged)
    result.findings.extend(folder.findings)
    result.findings.extend(findings(judged))


def _chain(first: FoundFolder | None, rest: Iterator[FoundFolder]) -> Iterator[FoundFolder]:
    if first is not None:
        yield first
        yield from rest


class _Keeper:
    """One running scan in the records, fed in batches."""

    def __init__(self, records: Records, request: ScanRequest, actor: Actor) -> None:
        self._records = records
        self._actor = actor
        self._scan = records.begin_scans([request], actor=actor)[0].id
        self._waiting: list[FoundFolder] = []

    def add(self, folder: FoundFolder) -> None:
        self._waiting.append(folder)
        if len(self._waiting) >= _BATCH:
            self._send()

    def finish(self, totals: ScanTotals, progress: Progress) -> ScanRecord:
        self._send()
        return self._records.finish_scan(
            self._scan, totals, actor=self._actor, progress=progress
        )

    def fail(self) -> None:
        """Give the scan up; when the records are out of reach they will find that by themselves."""
        try:
            self._records.fail_scans([self._scan], actor=self._actor)
        except RushesError:
            return

    def _send(self) -> None:
        if self._waiting:
            self._records.add_folders(self._scan, self._waiting, actor=self._actor)
            self._waiting = []
