"""Scans as rows of their table, and rows as scans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.db.roots import HERE, RootRow
from rushes.model.scan import Actor, ScanRecord, ScanState, ScanTotals

_TOTALS = tuple(column.name for column in fields(ScanTotals))
_NAMED = ("below", "state", "started", "finished", "actor", "on_behalf_of", "tool")
_COUNTED = (*_TOTALS, "added", "removed", "changed")
_COLUMNS = ", ".join(f"s.{name}" for name in (*_NAMED, *_COUNTED))

# To be followed by conditions; of scans `s` and their roots `r`.
SCANS = (
    f"SELECT s.id, s.ordinal, r.id, r.name, r.{HERE}, {_COLUMNS}"
    " FROM rushes_scan s JOIN rushes_storageroot r ON r.id = s.root_id"
)


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A scan as the house speaks of it, the number of its root, and that of the state it made."""

    told: ScanRecord
    root: int
    ordinal: int | None


def scan_row(row: Sequence[Any]) -> ScanRow:
    """One row of `SCANS`."""
    number, ordinal, root, name, mount = row[:5]
    below, state, started, finished, *actor = row[5 : 5 + len(_NAMED)]
    *totals, added, removed, changed = row[5 + len(_NAMED) :]
    told = ScanRecord(
        id=number,
        root=RootRow(root, name, mount).told,
        below=PurePosixPath(unescape(below)),
        state=ScanState(state),
        started=started,
        finished=finished,
        totals=ScanTotals(*totals),
        added=added,
        removed=removed,
        changed=changed,
        actor=Actor(*map(unescape, actor)),
    )
    return ScanRow(told, root, ordinal)


def scan_of(cursor: Any, number: int, *, alone: bool = False) -> ScanRow:
    """The scan of that number. Raises `record.not_found`.

    Nobody else has it until the end of the transaction where it is to be ours `alone`, and the
    database refuses at once where somebody has.
    """
    cursor.execute(f"{SCANS} WHERE s.id = %s{' FOR UPDATE OF s NOWAIT' if alone else ''}", [number])
    found = cursor.fetchone()
    if found is None:
        raise no_scan(number)
    return scan_row(found)


def no_scan(scan: int) -> RushesError:
    """The error for a scan that nobody began."""
    return RushesError(
        Code.RECORD_NOT_FOUND,
        f"There is no scan {scan} in the records.",
        hint="Take the number of a scan of that place that has finished.",
    )


def begin(
    cursor: Any, root: RootRow, below: PurePosixPath, *, started: datetime, actor: Actor
) -> ScanRecord:
    """Note that a scan runs."""
    said = (escape(one) for one in (actor.name, actor.on_behalf_of, actor.tool))
    values = [escape(str(below)), ScanState.RUNNING.value, started, None, *said]
    counted = [*astuple(ScanTotals()), 0, 0, 0]
    marks = ", ".join(["%s"] * (1 + len(values) + len(counted)))
    cursor.execute(
        f"INSERT INTO rushes_scan (root_id, {', '.join((*_NAMED, *_COUNTED))})"
        f" VALUES ({marks}) RETURNING id",
        [root.id, *values, *counted],
    )
    (number,) = cursor.fetchone()
    return ScanRecord(
        number, root.told, below, ScanState.RUNNING, started, None, ScanTotals(), actor=actor
    )


def end(cursor: Any, ended: ScanRecord, *, ordinal: int | None = None) -> ScanRecord:
    """Note how it `ended`, and the number of the state that it made, if it made one."""
    counted = [*astuple(ended.totals), ended.added, ended.removed, ended.changed]
    written = ", ".join(f"{name} = %s" for name in ("state", "finished", "ordinal", *_COUNTED))
    cursor.execute(
        f"UPDATE rushes_scan SET {written} WHERE id = %s",
        [ended.state.value, ended.finished, ordinal, *counted, ended.id],
    )
    return ended
