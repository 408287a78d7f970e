"""How a walk is cut into pieces, and how they come together again in path order."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding, Severity
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.scan.folder import Ground, subject, unread_folder
from rushes.scan.piece import opened, walk_packed, walk_piece
from rushes.scan.rows import MARSHAL, FolderRow, unpack

if TYPE_CHECKING:
    from concurrent.futures import Future

_LOOK_S = 0.01  # a first look, to find something to share out
_OWN_S = 0.02  # a piece of the caller's, short enough to come back in time to feed the workers
_ALONE_S = 0.2  # the same when nobody else has to be fed
_FOLDERS_S = 4096  # folders that nobody reads in less than a second
_AHEAD = 3  # pieces per worker under way or waiting, so that none runs dry
_AT_FIRST = 3  # times as long are the first pieces, since the caller may have things to open
_PATIENT_HANGS = 3  # after so many hung folders the next ones get less time
_IMPATIENT = 10  # times less
_LEAST_S = 1.0
_CHANGED_FEW = 64  # known folders that may have changed before stamps are doubted at all
_POLL_S = 0.5  # how long to wait for a worker before looking whether anybody still cares


@dataclass(slots=True, eq=False)
class _Segment:
    """A stretch of the walk in path order: folders still to walk, a piece sent away, or rows.

    A `careful` segment is one folder to be read alone, because a piece with it was lost.
    """

    folders: list[str] = field(default_factory=list)
    careful: bool = False
    sent: Future[bytes] | None = None
    rows: list[FolderRow] | bytes | None = None

    @property
    def waiting(self) -> bool:
        """Whether nobody walks this yet."""
        return self.sent is None and self.rows is None


class Split:
    """One walk over one executor.

    The walk is a row of segments in path order. Walking a segment's first folders yields rows
    and the folders left over, which come right after them; so the order is kept by construction,
    however a subtree is cut, and nobody needs to know beforehand where the files are. Folders
    that the cache knows are asked by the caller, who holds the cache; all else can be sent away.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        executor: Executor,
        timeout: float,
        known: Mapping[str, FolderRow],
        progress: Progress,
    ) -> None:
        self._ground = ground
        self._packed: bytes | None = None
        self._executor = executor
        self._timeout = timeout
        self._known = known
        self._progress = progress
        self._segments = [_Segment([ground.start])]
        self._looked = False
        self._came_back = False
        self._hung = 0
        self._met = 0
        self._changed = 0

    def rows(self) -> Iterator[tuple[list[FolderRow], bytes | None]]:
        """All rows in path order, a handful at a time; also packed, where they came like that."""
        try:
            while self._segments:
                if self._progress.cancelled():
                    raise RushesError(Code.CANCELLED, "The walk was cancelled.")
                self._collect()
                self._send()
                first = self._segments[0]
                if first.rows is not None:
                    del self._segments[0]
                    if isinstance(first.rows, bytes):
                        yield unpack(first.rows), first.rows
                    else:
                        yield first.rows, None
                elif (own := self._own()) is not None:
                    self._walk_here(own)
                else:
                    from concurrent.futures import FIRST_COMPLETED, wait

                    sent = [one.sent for one in self._segments if one.sent is not None]
                    wait(sent, timeout=_POLL_S, return_when=FIRST_COMPLETED)
        finally:
            for one in self._segments:
                if one.sent is not None:
                    one.sent.cancel()

    def _own(self) -> _Segment | None:
        """What the caller itself walks now, the first in path order that it may."""
        all_ours = not self._looked or not self._executor.workers or self._executor.caller_helps
        for one in self._segments:
            if one.waiting and not one.careful and (all_ours or self._is_known(one.folders[0])):
                return one
        return None

    def _walk_here(self, segment: _Segment) -> None:
        alone = self._looked and not self._executor.workers
        walked = walk_piece(
            self._ground,
            segment.folders,
            seconds=_ALONE_S if alone else _OWN_S if self._looked else _LOOK_S,
            timeout=self._patience(),
            known=self._known,
        )
        self._looked = True
        self._met += len(walked.rows)
        self._changed += walked.changed
        if self._changed > _CHANGED_FEW and self._changed * 2 > self._met:
            self._known = {}  # so much is new that the workers are quicker than the stamps
        self._replace(segment, walked.rows, walked.left, walked.hung)

    def _send(self) -> None:
        """Keep every worker supplied, from the front of the walk on."""
        if not self._looked or not self._executor.workers:
            return
        under_way = sum(one.sent is not None for one in self._segments)
        waiting = sum(len(one.folders) for one in self._segments if one.waiting)
        fair = waiting // (8 * self._executor.workers)
        worth_s = self._executor.worth_s * (1 if self._came_back else _AT_FIRST)
        at = 0
        while under_way < _AHEAD * self._executor.workers and at < len(self._segments):
            one = self._segments[at]
            at += 1
            if not one.waiting or (count := self._share(one, fair)) == 0:
                continue
            if count < len(one.folders):
                self._segments.insert(at, _Segment(one.folders[count:]))
                del one.folders[count:]
            seconds = 0.0 if one.careful else worth_s
            folders = marshal.dumps(one.folders, MARSHAL)
            if self._packed is None:
                import pickle

                self._packed = pickle.dumps(self._ground)
            one.sent = self._executor.submit(
                walk_packed, self._packed, folders, seconds, self._patience()
            )
            under_way += 1

    def _share(self, segment: _Segment, fair: int) -> int:
        """How many of the segment's first folders make one message; none that we know.

        A `fair` share of all that waits, and no fewer than reach one of the folders highest up:
        those before it are what an earlier piece left over in one corner, too little for a message
        of their own.
        """
        folders = segment.folders
        most = max(1, int(_FOLDERS_S * self._executor.worth_s))
        highest = min(folder.count("/") for folder in folders[:most])
        reach = next(at for at, folder in enumerate(folders, 1) if folder.count("/") == highest)
        some = min(most, len(folders), max(fair, reach))
        if not self._known:
            return some
        for at in range(some):
            if self._is_known(segment.folders[at]):
                return at
        return some

    def _is_known(self, folder: str) -> bool:
        row = self._known.get(folder)
        return row is not None and (row.stamp is not None or bool(row.folders))

    def _collect(self) -> None:
        for one in [one for one in self._segments if one.sent is not None and one.sent.done()]:
            assert one.sent is not None
            self._came_back = True
            try:
                rows, left, hung = opened(one.sent.result())
            except RushesError as error:
                if error.code is not Code.EXECUTOR_FAILED:
                    raise
                self._lost(one, error)
            else:
                self._replace(one, rows, left, hung)

    def _replace(
        self, segment: _Segment, rows: list[FolderRow] | bytes, left: list[str], hung: int
    ) -> None:
        """Put rows where a segment was, and what was left over right after them."""
        self._hung += hung
        at = self._segments.index(segment)
        segment.folders, segment.sent, segment.rows = [], None, rows
        if not left:
            return
        after = self._segments[at + 1] if at + 1 < len(self._segments) else None
        if after is not None and after.waiting and not after.careful:
            after.folders = left + after.folders
        else:
            self._segments.insert(at + 1, _Segment(left))

    def _lost(self, segment: _Segment, error: RushesError) -> None:
        """A piece that cost several workers their lives: find the folder that does it."""
        at = self._segments.index(segment)
        if segment.careful:
            path = segment.folders[0]
            self._replace(segment, [unread_folder(path, _deadly(path, error))], [], 0)
        else:
            alone = [_Segment([folder], careful=True) for folder in segment.folders]
            self._segments[at : at + 1] = alone

    def _patience(self) -> float:
        if self._hung < _PATIENT_HANGS:
            return self._timeout
        return min(self._timeout, max(_LEAST_S, self._timeout / _IMPATIENT))


def _deadly(path: str, error: RushesError) -> Finding:
    return Finding(
        rule="folder.failed",
        severity=Severity.ERROR,
        subject=subject(path),
        message=f"This folder could not be read: {error.message}",
        fix="Look for what kills processes on the workers: memory limits above all.",
    )
