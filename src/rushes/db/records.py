"""The records port on PostgreSQL: COPY and one merge, by the driver alone."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import PurePosixPath

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.db import liveness, queries, roots
from rushes.db.driving import Cursor, Driving
from rushes.db.finish import finish
from rushes.db.rows import FOLDER_COLUMNS, SEQUENCE_COLUMNS, staged_folders, staged_sequences
from rushes.db.scan_rows import begin, scan_of
from rushes.db.scan_standing import killed, running, standing
from rushes.model.files import FoundFolder, FoundSequence
from rushes.model.scan import (
    Actor,
    FolderUseAt,
    ScanRecord,
    ScanState,
    ScanTotals,
    SequenceChange,
    StorageRoot,
)
from rushes.ports.progress import Progress
from rushes.ports.records import Page, ScanRequest

_log = logging.getLogger(__name__)
_ALL = PurePosixPath(".")
_COPY_SEQUENCES = (
    f"COPY rushes_stagedsequence (scan, key, {', '.join(SEQUENCE_COLUMNS)}) FROM STDIN"
)
_COPY_FOLDERS = (
    f"COPY rushes_stagedfolder (scan, unread, key, {', '.join(FOLDER_COLUMNS)}) FROM STDIN"
)

# Where a scan's unmerged rows are, and the column that names it.
_STAGED = (
    ("rushes_stagedsequence", "scan"),
    ("rushes_stagedfolder", "scan"),
    ("rushes_staging", "scan_id"),
)

# How many lines of COPY text are put together before they are sent. The server takes them in
# while we make the next ones.
_LINES = 250


class DatabaseRecords:
    """`ports.records.Records` on one PostgreSQL.

    A running scan belongs to the thread that began it: when that thread's connection ends, it
    counts as killed. Where there is a `lease`, it belongs to nobody, any thread of any process may
    go on with it, and it counts as killed when nothing was heard of it for so long. A killed one is
    told as failed from then on, and noted so by the next scan to begin.
    """

    def __init__(self, session: Driving, *, lease: timedelta | None = None) -> None:
        self._session = session
        self._lease = lease
        self._run_by: dict[int, int] = {}  # the server's process that holds the lock of a scan

    def storage_roots(self, *, page: str | None = None) -> Page[StorageRoot]:
        """Every storage root, by name."""
        with self._asking() as cursor:
            return queries.storage_roots(cursor, page)

    def begin_scans(self, requests: Sequence[ScanRequest], *, actor: Actor) -> Sequence[ScanRecord]:
        """Note that scans begin, after clearing away those whose process was killed."""
        with self._writing() as cursor:
            _fail(cursor, killed(cursor, running(cursor)))
            begun = [_begun(cursor, one, actor, until=self._until()) for one in requests]
            if self._lease is None:
                self._run_by |= dict.fromkeys([scan.id for scan in begun], _process(cursor))
        _log.debug("scans %s begun by %s", [scan.id for scan in begun], actor)
        return begun

    def add_folders(self, scan: int, folders: Sequence[FoundFolder], *, actor: Actor) -> None:
        """Stage `folders` by COPY."""
        with self._writing() as cursor:
            _unhurried(cursor)
            _check_running(cursor, scan)
            self._heard_of(cursor, scan)
            _copy(cursor, _COPY_SEQUENCES, staged_sequences(scan, folders))
            _copy(cursor, _COPY_FOLDERS, staged_folders(scan, folders))
        _log.debug("%s folders staged for scan %s by %s", len(folders), scan, actor)

    def finish_scan(
        self, scan: int, totals: ScanTotals, *, actor: Actor, progress: Progress
    ) -> ScanRecord:
        """Merge what was staged, in one transaction; again does nothing and tells the same."""
        with self._writing() as cursor:
            # One at a time: who was not patient enough may ask again while we are at work.
            found = scan_of(cursor, scan, alone=self._lease is not None)
            if found.told.state in (ScanState.FINISHED, ScanState.SUPERSEDED):
                return found.told
            _check_running(cursor, scan)
            ended = finish(cursor, found, totals, progress=progress)
            _drop_staged(cursor, [scan])
        # The scan is recorded, and a connection that is lost by now holds nothing any more.
        with suppress(RushesError), self._asking() as cursor:
            liveness.let_go(cursor, scan)
        self._run_by.pop(scan, None)
        _log.debug("scan %s is %s, by %s", scan, ended.state.value, actor)
        return ended

    def fail_scans(self, scans: Sequence[int], *, actor: Actor) -> None:
        """Give running scans up; ended ones stay as they ended."""
        with self._writing() as cursor:
            for scan in scans:
                scan_of(cursor, scan)
            _fail(cursor, scans)
        _log.debug("scans %s given up by %s", list(scans), actor)

    def scans(self, *, mount: str | None = None, page: str | None = None) -> Page[ScanRecord]:
        """Scans, the newest first."""
        with self._asking() as cursor:
            return queries.scans(cursor, mount, page)

    def sequences(
        self, mount: str, *, below: PurePosixPath = _ALL, page: str | None = None
    ) -> Page[FoundSequence]:
        """File sequences as last recorded."""
        with self._asking() as cursor:
            root = roots.find(cursor, mount)
            return queries.sequences(cursor, root.id, below, page) if root else Page([])

    def changes(
        self, mount: str, *, since: int, until: int, page: str | None = None
    ) -> Page[SequenceChange]:
        """What differs between the states after two scans; backwards where `since` is later."""
        with self._asking() as cursor:
            root = roots.find(cursor, mount)
            before = queries.ordinal(cursor, root, since)
            after = queries.ordinal(cursor, root, until)
            return queries.changes(cursor, root.id if root else 0, (before, after), page)

    def folder_use(
        self, mount: str, *, at: int | None = None, page: str | None = None
    ) -> Page[FolderUseAt]:
        """Each folder's own use as last recorded, or as it was after scan `at`."""
        with self._asking() as cursor:
            root = roots.find(cursor, mount)
            state = None if at is None else queries.ordinal(cursor, root, at)
            return queries.folder_use(cursor, root.id, state, page) if root else Page([])

    def close(self) -> None:
        """Give this thread's connection back; scans it runs count as killed from then on."""
        self._session.close()

    def scan(self, scan: int) -> ScanRecord:
        """One scan. Raises `record.not_found`."""
        with self._asking() as cursor:
            return standing(cursor, [scan_of(cursor, scan).told])[0]

    @contextmanager
    def _asking(self) -> Iterator[Cursor]:
        with self._session.driving() as driver, driver.cursor() as cursor:
            yield cursor

    @contextmanager
    def _writing(self) -> Iterator[Cursor]:
        with self._session.transaction() as driver, driver.cursor() as cursor:
            yield cursor

    def _until(self) -> datetime | None:
        return clock.now() + self._lease if self._lease is not None else None

    def _heard_of(self, cursor: Cursor, scan: int) -> None:
        if self._lease is None:
            if self._run_by.get(scan) != _process(cursor):
                liveness.hold_on(cursor, scan)
                self._run_by[scan] = _process(cursor)
            return
        cursor.execute(
            "UPDATE rushes_staging SET until = %s WHERE scan_id = %s", [self._until(), scan]
        )


def _process(cursor: Cursor) -> int:
    """The server's process that this connection speaks to."""
    return cursor.connection.info.backend_pid


def _begun(
    cursor: Cursor, request: ScanRequest, actor: Actor, *, until: datetime | None
) -> ScanRecord:
    root = roots.find_or_make(cursor, request.mount)
    started = request.started or clock.now()
    scan = begin(cursor, root, request.below, started=started, actor=actor)
    if until is None:
        # Before anyone else can see the scan, so that nobody takes it for a dead one.
        liveness.hold(cursor, scan.id)
    cursor.execute("INSERT INTO rushes_staging (scan_id, until) VALUES (%s, %s)", [scan.id, until])
    return scan


def _fail(cursor: Cursor, scans: Sequence[int]) -> None:
    if scans:
        cursor.execute(
            "UPDATE rushes_scan SET state = %s, finished = %s WHERE id = ANY(%s) AND state = %s",
            [ScanState.FAILED.value, clock.now(), list(scans), ScanState.RUNNING.value],
        )
        _drop_staged(cursor, scans)
        for scan in scans:
            liveness.let_go(cursor, scan)


def _drop_staged(cursor: Cursor, scans: Sequence[int]) -> None:
    for table, scan in _STAGED:
        cursor.execute(f"DELETE FROM {table} WHERE {scan} = ANY(%s)", [list(scans)])


def _check_running(cursor: Cursor, scan: int) -> None:
    """Raise unless `scan` runs and all it has staged is there."""
    cursor.execute(
        "SELECT FROM rushes_staging t JOIN rushes_scan s ON s.id = t.scan_id"
        " WHERE s.id = %s AND s.state = %s",
        [scan, ScanState.RUNNING.value],
    )
    if cursor.fetchone() is not None:
        return
    state = scan_of(cursor, scan).told.state
    if state is ScanState.RUNNING:
        raise RushesError(
            Code.DATABASE_UNAVAILABLE,
            f"The database was restarted after a crash while scan {scan} ran, and lost what the"
            " scan had told it.",
            hint="Scan again; the records are as they were before.",
        )
    raise RushesError(
        Code.RECORD_NOT_FOUND,
        f"Scan {scan} does not run any more: it is {state.value}.",
        hint="Scan again; the records are as they were before.",
    )


def _copy(cursor: Cursor, statement: str, lines: Iterator[str]) -> None:
    text = "".join(islice(lines, _LINES))
    if not text:
        return
    with cursor.copy(statement) as copy:
        while text:
            copy.write(text)
            text = "".join(islice(lines, _LINES))


def _unhurried(cursor: Cursor) -> None:
    """Staging need not survive a crash, so it need not wait for the disk."""
    cursor.execute("SET LOCAL synchronous_commit = off")
