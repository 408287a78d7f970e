"""What finishing a scan does inside its one transaction."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import Any

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import unescape
from rushes.db.merge import FOLDERS, SEQUENCES, Scope, merge, unseen_folders
from rushes.db.scan_rows import ScanRow, end
from rushes.model.scan import ScanRecord, ScanState, ScanTotals, overlap
from rushes.ports.progress import Progress

# Above this many files, rows are told apart better in memory than by files on disk.
_WORK_MEMORY = "96MB"
_STEPS = 3


def finish(cursor: Any, scan: ScanRow, totals: ScanTotals, *, progress: Progress) -> ScanRecord:
    """Merge what `scan` has staged and return it, finished or superseded, and saved.

    Others who finish a scan of the same root wait for the end of our transaction.
    """
    number = scan.told.id
    cursor.execute("SELECT FROM rushes_storageroot WHERE id = %s FOR UPDATE", [scan.root])
    ended = replace(scan.told, finished=clock.now(), totals=totals)
    if _superseded(cursor, scan):
        return end(cursor, replace(ended, state=ScanState.SUPERSEDED))
    cursor.execute(
        "UPDATE rushes_storageroot SET ordinal = ordinal + 1 WHERE id = %s RETURNING ordinal",
        [scan.root],
    )
    (ordinal,) = cursor.fetchone()
    scope = Scope(scan.root, scan.told.below)
    cursor.execute(f"SET LOCAL work_mem = '{_WORK_MEMORY}'")
    scope.unseen.extend(unseen_folders(cursor, scan=number, scope=scope))
    _step(progress, 1)
    counted = merge(cursor, SEQUENCES, scan=number, ordinal=ordinal, scope=scope)
    _step(progress, 2)
    merge(cursor, FOLDERS, scan=number, ordinal=ordinal, scope=scope)
    _step(progress, 3)
    made = replace(ended, state=ScanState.FINISHED, **asdict(counted))
    return end(cursor, made, ordinal=ordinal)


def _superseded(cursor: Any, scan: ScanRow) -> bool:
    """Whether a scan that began later has already told of what this one would tell."""
    cursor.execute(
        "SELECT below FROM rushes_scan WHERE root_id = %s AND state = %s"
        " AND (started, id) > (%s, %s)",
        [scan.root, ScanState.FINISHED.value, scan.told.started, scan.told.id],
    )
    return any(
        overlap(scan.told.below, PurePosixPath(unescape(below))) for (below,) in cursor.fetchall()
    )


def _step(progress: Progress, done: int) -> None:
    if progress.cancelled():
        raise RushesError(Code.CANCELLED, "The scan was cancelled; nothing was recorded.")
    progress.report(done, _STEPS, "recording")
