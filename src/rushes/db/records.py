"""The records port on PostgreSQL: Django's models and connection, COPY and one merge."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.db import liveness, queries, roots
from rushes.db.finish import finish
from rushes.db.models import Scan, StagedFolder, StagedSequence, Staging
from rushes.db.queries import scan_record
from rushes.db.rows import FOLDER_COLUMNS, SEQUENCE_COLUMNS, staged_folders, staged_sequences
from rushes.db.session import Session
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

# How many lines of COPY text are put together before they are sent. The server takes them in
# while we make the next ones.
_LINES = 250


class DatabaseRecords:
    """`ports.records.Records` on one PostgreSQL.

    A running scan belongs to the thread that began it: when that thread's connection ends, the
    next scan to begin takes it for killed. Where there is a `lease`, it belongs to nobody, any
    thread of any process may go on with it, and it counts as killed when nothing was heard of it
    for so long.
    """

    def __init__(self, session: Session, *, lease: timedelta | None = None) -> None:
        self._session = session
        self._lease = lease

    def storage_roots(self, *, page: str | None = None) -> Page[StorageRoot]:
        """Every storage root, by name."""
        with self._session.asking() as connection:
            return queries.storage_roots(connection.alias, page)

    def begin_scans(self, requests: Sequence[ScanRequest], *, actor: Actor) -> Sequence[ScanRecord]:
        """Note that scans begin, after clearing away those whose process was killed."""
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database), connection.cursor() as cursor:
                _fail(database, cursor, _killed(database, cursor))
                begun = [
                    _begin(database, cursor, request, actor, until=self._until())
                    for request in requests
                ]
        _log.debug("scans %s begun by %s", [scan.pk for scan in begun], actor)
        return [scan_record(scan) for scan in begun]

    def add_folders(self, scan: int, folders: Sequence[FoundFolder], *, actor: Actor) -> None:
        """Stage `folders` by COPY."""
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database), connection.cursor() as cursor:
                _unhurried(cursor)
                self._heard_of(database, scan)
                _running(database, scan)
                _copy(cursor, _COPY_SEQUENCES, staged_sequences(scan, folders))
                _copy(cursor, _COPY_FOLDERS, staged_folders(scan, folders))
        _log.debug("%s folders staged for scan %s by %s", len(folders), scan, actor)

    def finish_scan(
        self, scan: int, totals: ScanTotals, *, actor: Actor, progress: Progress
    ) -> ScanRecord:
        """Merge what was staged, in one transaction; again does nothing and tells the same."""
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database), connection.cursor() as cursor:
                # One at a time: who was not patient enough may ask again while we are at work.
                found = _scan(database, scan, alone=self._lease is not None)
                if found.state in (ScanState.FINISHED, ScanState.SUPERSEDED):
                    return scan_record(found)
                _running(database, scan)
                ended = finish(database, cursor, found, totals, progress=progress)
                _drop_staged(database, [scan])
            with connection.cursor() as cursor:
                liveness.let_go(cursor, scan)
        _log.debug("scan %s is %s, by %s", scan, ended.state, actor)
        return scan_record(ended)

    def fail_scans(self, scans: Sequence[int], *, actor: Actor) -> None:
        """Give running scans up; ended ones stay as they ended."""
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database), connection.cursor() as cursor:
                for scan in scans:
                    _scan(database, scan)
                _fail(database, cursor, scans)
        _log.debug("scans %s given up by %s", list(scans), actor)

    def scans(self, *, mount: str | None = None, page: str | None = None) -> Page[ScanRecord]:
        """Scans, the newest first."""
        with self._session.asking() as connection:
            return queries.scans(connection.alias, mount, page)

    def sequences(
        self, mount: str, *, below: PurePosixPath = _ALL, page: str | None = None
    ) -> Page[FoundSequence]:
        """File sequences as last recorded."""
        with self._session.asking() as connection:
            root = roots.find(connection.alias, mount)
            if root is None:
                return Page([])
            with connection.cursor() as cursor:
                return queries.sequences(cursor, root.pk, below, page)

    def changes(
        self, mount: str, *, since: int, until: int, page: str | None = None
    ) -> Page[SequenceChange]:
        """What differs between the states after two scans; backwards where `since` is later."""
        with self._session.asking() as connection:
            root, database = roots.find(connection.alias, mount), connection.alias
            before = queries.ordinal(database, root, since)
            after = queries.ordinal(database, root, until)
            with connection.cursor() as cursor:
                return queries.changes(cursor, root.pk if root else 0, (before, after), page)

    def folder_use(
        self, mount: str, *, at: int | None = None, page: str | None = None
    ) -> Page[FolderUseAt]:
        """Each folder's own use as last recorded, or as it was after scan `at`."""
        with self._session.asking() as connection:
            root, database = roots.find(connection.alias, mount), connection.alias
            state = None if at is None else queries.ordinal(database, root, at)
            if root is None:
                return Page([])
            with connection.cursor() as cursor:
                return queries.folder_use(cursor, root.pk, state, page)

    def close(self) -> None:
        """Give this thread's connection back; scans it runs count as killed from then on."""
        self._session.close()

    def scan(self, scan: int) -> ScanRecord:
        """One scan. Raises `record.not_found`."""
        with self._session.asking() as connection:
            return scan_record(_scan(connection.alias, scan))

    def _until(self) -> datetime | None:
        return clock.now() + self._lease if self._lease is not None else None

    def _heard_of(self, database: str, scan: int) -> None:
        if self._lease is not None:
            Staging.objects.using(database).filter(scan=scan).update(until=self._until())


def _begin(
    database: str, cursor: Any, request: ScanRequest, actor: Actor, *, until: datetime | None
) -> Scan:
    scan = Scan.objects.using(database).create(
        root=roots.find_or_make(database, cursor, request.mount),
        below=escape(str(request.below)),
        state=ScanState.RUNNING.value,
        started=request.started or clock.now(),
        actor=escape(actor.name),
        on_behalf_of=escape(actor.on_behalf_of),
        tool=escape(actor.tool),
    )
    if until is None:
        # Before anyone else can see the scan, so that nobody takes it for a dead one.
        liveness.hold(cursor, scan.pk)
    Staging.objects.using(database).create(scan=scan, until=until)
    return scan


def _killed(database: str, cursor: Any) -> list[int]:
    running = Scan.objects.using(database).filter(state=ScanState.RUNNING.value)
    known = dict(running.values_list("pk", "staging__until"))
    now = clock.now()
    late = [scan for scan, until in known.items() if until is not None and until < now]
    held = [scan for scan, until in known.items() if until is None]
    return late + (liveness.dead(cursor, held) if held else [])


def _fail(database: str, cursor: Any, scans: Sequence[int]) -> None:
    if scans:
        Scan.objects.using(database).filter(pk__in=scans, state=ScanState.RUNNING.value).update(
            state=ScanState.FAILED.value, finished=clock.now()
        )
        _drop_staged(database, scans)
        for scan in scans:
            liveness.let_go(cursor, scan)


def _drop_staged(database: str, scans: Sequence[int]) -> None:
    StagedSequence.objects.using(database).filter(scan__in=scans).delete()
    StagedFolder.objects.using(database).filter(scan__in=scans).delete()
    Staging.objects.using(database).filter(scan__in=scans).delete()


def _scan(database: str, scan: int, *, alone: bool = False) -> Scan:
    """The scan; nobody else has it until the end of the transaction where it is to be ours
    `alone`, and the database refuses at once where somebody has.
    """
    rows = Scan.objects.using(database).select_related("root")
    if alone:
        rows = rows.select_for_update(of=("self",), nowait=True)
    found = rows.filter(pk=scan).first()
    if found is None:
        raise queries.no_scan(scan)
    return found


def _running(database: str, scan: int) -> None:
    """Raise unless `scan` runs and all it has staged is there."""
    if (
        Staging.objects.using(database)
        .filter(scan=scan, scan__state=ScanState.RUNNING.value)
        .exists()
    ):
        return
    state = ScanState(_scan(database, scan).state)
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


def _copy(cursor: Any, statement: str, lines: Iterator[str]) -> None:
    text = "".join(islice(lines, _LINES))
    if not text:
        return
    with cursor.copy(statement) as copy:
        while text:
            copy.write(text)
            text = "".join(islice(lines, _LINES))


def _unhurried(cursor: Any) -> None:
    """Staging need not survive a crash, so it need not wait for the disk."""
    cursor.execute("SET LOCAL synchronous_commit = off")
