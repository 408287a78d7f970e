"""The records port in memory: every state of every root as a whole, so that it is plainly right."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath, PurePosixPath
from typing import Any, TypeVar

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.files import FileFacts, FoundFolder, FoundSequence
from rushes.model.frames import FrameSet
from rushes.model.scan import (
    Actor,
    ChangeKind,
    FolderUseAt,
    ScanRecord,
    ScanState,
    ScanTotals,
    SequenceChange,
    StorageRoot,
    overlap,
)
from rushes.ports.progress import Progress
from rushes.ports.records import Page, ScanRequest

_ALL = PurePosixPath(".")
_ROWS_OF_A_PAGE = 1_000

Row = TypeVar("Row")
Name = tuple[str, str, str, int, str, int]


@dataclass(slots=True)
class _State:
    """What was recorded of one root after one finished scan; `scan` is 0 before the first."""

    scan: int = 0
    sequences: dict[Name, FoundSequence] = field(default_factory=dict)
    use: dict[str, FolderUseAt] = field(default_factory=dict)


class MemoryRecords:
    """`ports.records.Records` for tests and dry runs; gone with its process."""

    def __init__(self) -> None:
        self._roots: dict[str, StorageRoot] = {}
        self._states: dict[str, list[_State]] = {}
        self._scans: dict[int, ScanRecord] = {}
        self._staged: dict[int, list[FoundFolder]] = {}
        self._killed: set[int] = set()

    def storage_roots(self, *, page: str | None = None) -> Page[StorageRoot]:
        """Every storage root, by name."""
        roots = sorted(self._roots.values(), key=lambda root: root.name)
        return _page(roots, page, lambda root: [root.name])

    def begin_scans(self, requests: Sequence[ScanRequest], *, actor: Actor) -> Sequence[ScanRecord]:
        """Note that scans begin, after clearing away those that were killed."""
        self.fail_scans(sorted(self._killed), actor=actor)
        self._killed.clear()
        return [self._begin(request, actor) for request in requests]

    def add_folders(self, scan: int, folders: Sequence[FoundFolder], *, actor: Actor) -> None:
        """Stage what a running scan has met."""
        self._running(scan)
        self._staged[scan].extend(folders)

    def finish_scan(
        self, scan: int, totals: ScanTotals, *, actor: Actor, progress: Progress
    ) -> ScanRecord:
        """Make what was staged the record."""
        found = self._scan(scan)
        if found.state in (ScanState.FINISHED, ScanState.SUPERSEDED):
            return found
        self._running(scan)
        if progress.cancelled():
            raise RushesError(Code.CANCELLED, "The scan was cancelled; nothing was recorded.")
        ended = replace(found, finished=clock.now(), totals=totals)
        if self._superseded(found):
            ended = replace(ended, state=ScanState.SUPERSEDED)
        else:
            ended = self._merge(replace(ended, state=ScanState.FINISHED))
        self._scans[scan] = ended
        del self._staged[scan]
        progress.report(1, 1, "recording")
        return ended

    def fail_scans(self, scans: Sequence[int], *, actor: Actor) -> None:
        """Give running scans up."""
        for found in [self._scan(scan) for scan in scans]:
            if found.state is ScanState.RUNNING:
                self._scans[found.id] = replace(found, state=ScanState.FAILED, finished=clock.now())
                del self._staged[found.id]

    def scans(self, *, mount: str | None = None, page: str | None = None) -> Page[ScanRecord]:
        """Scans, the newest first."""
        wanted = None if mount is None else escape(mount)
        newest = sorted(
            (
                self._standing(one)
                for one in self._scans.values()
                if wanted in (None, one.root.mount)
            ),
            key=_by_start,
            reverse=True,
        )
        return _page(newest, page, lambda one: _backwards(*_by_start(one)))

    def sequences(
        self, mount: str, *, below: PurePosixPath = _ALL, page: str | None = None
    ) -> Page[FoundSequence]:
        """File sequences as last recorded."""
        present = self._present(mount).sequences
        rows = [
            present[name]
            for name in sorted(present)
            if present[name].sequence.folder.is_relative_to(below)
        ]
        return _page(rows, page, _name)

    def changes(
        self, mount: str, *, since: int, until: int, page: str | None = None
    ) -> Page[SequenceChange]:
        """What differs between two states."""
        before, after = (self._after(mount, scan).sequences for scan in (since, until))
        told = [
            change
            for name in sorted(before.keys() | after.keys())
            if (change := _change(before.get(name), after.get(name))) is not None
        ]
        return _page(told, page, lambda one: _name(one.before or one.after))

    def folder_use(
        self, mount: str, *, at: int | None = None, page: str | None = None
    ) -> Page[FolderUseAt]:
        """Each folder's own use."""
        state = self._present(mount) if at is None else self._after(mount, at)
        rows = [state.use[path] for path in sorted(state.use)]
        return _page(rows, page, lambda one: [escape(str(one.path))])

    def close(self) -> None:
        """Nothing to give back."""

    def kill(self, scan: int) -> None:
        """Have a running scan be one whose process was killed, which nobody noted."""
        self._running(scan)
        self._killed.add(scan)

    def _begin(self, request: ScanRequest, actor: Actor) -> ScanRecord:
        mount = escape(request.mount)
        if mount not in self._roots:
            taken = {root.name for root in self._roots.values()}
            self._roots[mount] = StorageRoot(_new_name(request.mount, taken), mount)
            self._states[mount] = [_State()]
        begun = ScanRecord(
            id=len(self._scans) + 1,
            root=self._roots[mount],
            below=request.below,
            state=ScanState.RUNNING,
            started=request.started or clock.now(),
            finished=None,
            totals=ScanTotals(),
            actor=actor,
        )
        self._scans[begun.id] = begun
        self._staged[begun.id] = []
        return begun

    def _merge(self, scan: ScanRecord) -> ScanRecord:
        states = self._states[scan.root.mount]
        former, staged = states[-1], self._staged[scan.id]
        unread = {folder.path for folder in staged if folder.unread}
        read = {folder.path: folder for folder in staged if not folder.unread}

        def kept(path: PurePosixPath) -> bool:
            unseen = not unread.isdisjoint((path, *path.parents))
            return not path.is_relative_to(scan.below) or (unseen and path not in read)

        state = _State(scan.id)
        for name, found in former.sequences.items():
            if kept(found.sequence.folder):
                state.sequences[name] = found
        state.use = {path: use for path, use in former.use.items() if kept(use.path)}
        for path, folder in read.items():
            state.use[escape(str(path))] = FolderUseAt(path, folder.use)
            for found in folder.sequences:
                state.sequences[_name(found)] = found
        states.append(state)
        kinds = []
        for name in former.sequences.keys() | state.sequences.keys():
            before, now = former.sequences.get(name), state.sequences.get(name)
            change = _change(before, now)
            if change is not None:
                kinds.append(change.kind)
            elif before is not None and now is not None:
                _write_over(states, name, before, now)
        return replace(
            scan,
            added=kinds.count(ChangeKind.ADDED),
            removed=kinds.count(ChangeKind.REMOVED),
            changed=kinds.count(ChangeKind.CHANGED),
        )

    def _superseded(self, scan: ScanRecord) -> bool:
        return any(
            one.root == scan.root
            and one.state is ScanState.FINISHED
            and _by_start(one) > _by_start(scan)
            and overlap(one.below, scan.below)
            for one in self._scans.values()
        )

    def _standing(self, scan: ScanRecord) -> ScanRecord:
        return replace(scan, state=ScanState.FAILED) if scan.id in self._killed else scan

    def _scan(self, scan: int) -> ScanRecord:
        if scan not in self._scans:
            raise _not_found(f"There is no scan {scan} in the records.")
        return self._scans[scan]

    def _running(self, scan: int) -> None:
        state = self._scan(scan).state
        if state is not ScanState.RUNNING:
            raise _not_found(f"Scan {scan} does not run any more: it is {state.value}.")

    def _present(self, mount: str) -> _State:
        return self._states.get(escape(mount), [_State()])[-1]

    def _after(self, mount: str, scan: int) -> _State:
        self._scan(scan)
        for state in self._states.get(escape(mount), []):
            if state.scan == scan:
                return state
        raise _not_found(f"Scan {scan} made no record of {escape(mount)}.")


def _name(found: FoundSequence | None) -> Name:
    assert found is not None
    one = found.sequence
    return (
        escape(str(one.folder)),
        escape(one.head),
        escape(one.tail),
        one.padding,
        one.kind.value,
        one.subframe_digits,
    )


def _change(before: FoundSequence | None, after: FoundSequence | None) -> SequenceChange | None:
    if before is None and after is None:
        return None
    if before is None:
        return SequenceChange(ChangeKind.ADDED, None, after)
    if after is None:
        return SequenceChange(ChangeKind.REMOVED, before, None)
    if _told(before) == _told(after):
        return None
    return SequenceChange(ChangeKind.CHANGED, before, after)


def _told(found: FoundSequence) -> tuple[FrameSet, FileFacts]:
    """What has to differ for a sequence to have changed."""
    facts = found.facts._replace(allocated=0, empty=FrameSet(), short=FrameSet())
    return found.sequence.frames, facts


def _write_over(
    states: list[_State], name: Name, before: FoundSequence, now: FoundSequence
) -> None:
    """A row that has not changed is one row in all the states since it last did."""
    for state in reversed(states[:-1]):
        found = state.sequences.get(name)
        if found is None or _told(found) != _told(before):
            return
        state.sequences[name] = now


def _new_name(mount: str, taken: set[str]) -> str:
    name = escape(PurePath(mount).name)[:80] or "root"
    number = 1
    while (candidate := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return candidate


def _by_start(scan: ScanRecord) -> tuple[float, int]:
    return scan.started.timestamp(), scan.id


def _backwards(started: float, number: int) -> tuple[float, int]:
    return -started, -number


def _page(
    rows: Sequence[Row], page: str | None, place: Callable[[Row], Sequence[object]]
) -> Page[Row]:
    """The rows whose places follow the one in the token `page`."""
    places: list[Any] = [list(place(row)) for row in rows]
    start = 0 if page is None else bisect_right(places, _place_of(page))
    end = start + _ROWS_OF_A_PAGE
    more = json.dumps(places[end - 1]) if end < len(rows) else None
    return Page(rows[start:end], more)


def _place_of(page: str) -> list[Any]:
    try:
        place = json.loads(page)
    except ValueError:
        place = None
    if isinstance(place, list):
        return place
    raise RushesError(
        Code.USAGE,
        f"{page!r} is not the token of a page.",
        hint="Ask for the first page without one, and pass on what each page gives.",
    )


def _not_found(message: str) -> RushesError:
    return RushesError(
        Code.RECORD_NOT_FOUND,
        message,
        hint="Take the number of a scan of that place that has finished.",
    )
