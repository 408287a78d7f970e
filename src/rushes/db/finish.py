"""What finishing a scan does inside its one transaction."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import unescape
from rushes.db.merge import FOLDERS, SEQUENCES, Scope, merge, unseen_folders
from rushes.db.models import Scan, StorageRoot
from rushes.model.scan import ScanState, ScanTotals, overlap
from rushes.ports.progress import Progress

# Above this many files, rows are told apart better in memory than by files on disk.
_WORK_MEMORY = "96MB"
_STEPS = 3


def finish(
    database: str, cursor: Any, scan: Scan, totals: ScanTotals, *, progress: Progress
) -> Scan:
    """Merge what `scan` has staged and return it, finished or superseded, and saved.

    Others who finish a scan of the same root wait for the end of our transaction.
    """
    root = StorageRoot.objects.using(database).select_for_update().get(pk=scan.root_id)
    for name, value in asdict(totals).items():
        setattr(scan, name, value)
    scan.finished = clock.now()
    if _superseded(database, scan):
        scan.state = ScanState.SUPERSEDED.value
        scan.save(using=database)
        return scan
    root.ordinal += 1
    root.save(using=database, update_fields=["ordinal"])
    scope = Scope(root.pk, PurePosixPath(unescape(scan.below)))
    cursor.execute(f"SET LOCAL work_mem = '{_WORK_MEMORY}'")
    scope.unseen.extend(unseen_folders(cursor, scan=scan.pk, scope=scope))
    _step(progress, 1)
    counted = merge(cursor, SEQUENCES, scan=scan.pk, ordinal=root.ordinal, scope=scope)
    _step(progress, 2)
    merge(cursor, FOLDERS, scan=scan.pk, ordinal=root.ordinal, scope=scope)
    _step(progress, 3)
    scan.state, scan.ordinal = ScanState.FINISHED.value, root.ordinal
    scan.added, scan.removed, scan.changed = counted.added, counted.removed, counted.changed
    scan.save(using=database)
    return scan


def _superseded(database: str, scan: Scan) -> bool:
    """Whether a scan that began later has already told of what this one would tell."""
    later = (
        Scan.objects.using(database)
        .filter(root=scan.root_id, state=ScanState.FINISHED.value, started__gte=scan.started)
        .exclude(started=scan.started, pk__lt=scan.pk)
        .exclude(pk=scan.pk)
    )
    mine = PurePosixPath(unescape(scan.below))
    return any(
        overlap(mine, PurePosixPath(unescape(below)))
        for below in later.values_list("below", flat=True)
    )


def _step(progress: Progress, done: int) -> None:
    if progress.cancelled():
        raise RushesError(Code.CANCELLED, "The scan was cancelled; nothing was recorded.")
    progress.report(done, _STEPS, "recording")
