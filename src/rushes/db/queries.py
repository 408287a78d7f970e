"""The read side of the records: every list in a fixed order, a page at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.db.merge import below_sql
from rushes.db.paging import ROWS_OF_A_PAGE, no_page, place_of, token_of
from rushes.db.roots import HERE, RootRow, find
from rushes.db.rows import (
    FOLDER_COLUMNS,
    SEQUENCE_COLUMNS,
    SEQUENCE_NAME,
    SEQUENCE_TOLD,
    folder_use_of,
    sequence_of,
)
from rushes.db.scan_rows import SCANS, scan_of, scan_row
from rushes.db.scan_standing import standing
from rushes.model.files import FoundSequence
from rushes.model.scan import (
    ChangeKind,
    FolderUseAt,
    ScanRecord,
    SequenceChange,
    StorageRoot,
)
from rushes.ports.records import Page

_NAME_KINDS = (str, str, str, int, str, int)


def storage_roots(cursor: Any, page: str | None) -> Page[StorageRoot]:
    """Every storage root, by name."""
    after = place_of(page, kinds=(str,))[0] if page is not None else None
    cursor.execute(
        f"SELECT id, name, {HERE} FROM rushes_storageroot"
        f" WHERE {'TRUE' if after is None else 'name > %(after)s'}"
        f" ORDER BY name LIMIT {ROWS_OF_A_PAGE + 1}",
        {"after": after},
    )
    found = [RootRow(*row) for row in cursor.fetchall()]
    shown = found[:ROWS_OF_A_PAGE]
    more = token_of([shown[-1].name]) if len(found) > ROWS_OF_A_PAGE else None
    return Page([row.told for row in shown], more)


def scans(cursor: Any, mount: str | None, page: str | None) -> Page[ScanRecord]:
    """Scans, those that began last first."""
    asked, values = ["TRUE"], dict[str, Any]()
    if page is not None:
        started, last = place_of(page, kinds=(str, int))
        try:
            moment = datetime.fromisoformat(str(started)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise no_page(page) from None
        asked.append("(s.started, s.id) < (%(moment)s, %(last)s)")
        values |= {"moment": moment, "last": last}
    if mount is not None:
        root = find(cursor, mount)
        asked.append("s.root_id = %(root)s")
        values["root"] = root.id if root else None
    cursor.execute(
        f"{SCANS} WHERE {' AND '.join(asked)}"
        f" ORDER BY s.started DESC, s.id DESC LIMIT {ROWS_OF_A_PAGE + 1}",
        values,
    )
    found = [scan_row(row).told for row in cursor.fetchall()]
    shown = found[:ROWS_OF_A_PAGE]
    earliest = shown[-1] if len(found) > ROWS_OF_A_PAGE else None
    more = token_of([earliest.started.isoformat(), earliest.id]) if earliest is not None else None
    return Page(standing(cursor, shown), more)


def sequences(
    cursor: Any, root: int, below: PurePosixPath, page: str | None
) -> Page[FoundSequence]:
    """File sequences of the present, by folder and name."""
    inside, parameters = below_sql(below)
    after = _after(page, parameters)
    columns = ", ".join(SEQUENCE_COLUMNS)
    # The first term is what the index has; it says nothing that `folder` does not.
    cursor.execute(
        f"""
        SELECT {columns} FROM rushes_sequencerow WHERE root_id = %(root)s AND {inside} AND {after}
        ORDER BY left(folder, 255), {", ".join(SEQUENCE_NAME)} LIMIT {ROWS_OF_A_PAGE + 1}
        """,
        {**parameters, "root": root},
    )
    rows = cursor.fetchall()
    shown = rows[:ROWS_OF_A_PAGE]
    more = token_of(shown[-1][: len(SEQUENCE_NAME)]) if len(rows) > ROWS_OF_A_PAGE else None
    return Page([sequence_of(row) for row in shown], more)


def changes(
    cursor: Any, root: int, states: tuple[int, int], page: str | None
) -> Page[SequenceChange]:
    """File sequences that the two states of the root do not agree on, by folder and name."""
    early, late = sorted(states)
    parameters: dict[str, Any] = {"root": root, "early": early, "late": late}
    after = _after(page, parameters)
    cursor.execute(_changes_sql(after), parameters)
    rows = cursor.fetchall()
    shown, width = rows[:ROWS_OF_A_PAGE], len(SEQUENCE_COLUMNS)
    told = []
    for row in shown:
        sides = row[len(SEQUENCE_NAME) :]
        halves = [sequence_of(half) if half[0] is not None else None
                  for half in (sides[:width], sides[width:])]  # fmt: skip
        before, now = halves if states[0] <= states[1] else reversed(halves)
        told.append(SequenceChange(_kind(before, now), before, now))
    more = token_of(shown[-1][: len(SEQUENCE_NAME)]) if len(rows) > ROWS_OF_A_PAGE else None
    return Page(told, more)


def folder_use(cursor: Any, root: int, state: int | None, page: str | None) -> Page[FolderUseAt]:
    """Each folder's own use in one state of the root, None for the present, by folder."""
    columns = ", ".join(FOLDER_COLUMNS)
    parameters: dict[str, Any] = {"root": root, "state": state}
    after = "TRUE"
    if page is not None:
        parameters["place"] = place_of(page, kinds=(str,))[0]
        after = "left(folder, 255) >= left(%(place)s, 255) AND folder > %(place)s"
    present = f"SELECT {columns} FROM rushes_folderuserow WHERE root_id = %(root)s AND {after}"
    past = (
        f" AND since <= %(state)s UNION ALL SELECT {columns} FROM rushes_folderusepast"
        f" WHERE root_id = %(root)s AND since <= %(state)s AND until > %(state)s AND {after}"
    )
    cursor.execute(
        f"""
        SELECT * FROM ({present}{"" if state is None else past}) state
        ORDER BY left(folder, 255), folder LIMIT {ROWS_OF_A_PAGE + 1}
        """,
        parameters,
    )
    rows = cursor.fetchall()
    shown = rows[:ROWS_OF_A_PAGE]
    more = token_of(shown[-1][:1]) if len(rows) > ROWS_OF_A_PAGE else None
    return Page([folder_use_of(row) for row in shown], more)


def ordinal(cursor: Any, root: RootRow | None, scan: int) -> int:
    """The number of the state that `scan` made of `root`. Raises `record.not_found`."""
    found = scan_of(cursor, scan)
    if root is None or found.root != root.id:
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"Scan {scan} is not of this storage root.",
            hint="Take the number of a scan of that place that has finished.",
        )
    if found.ordinal is None:
        stands = standing(cursor, [found.told])[0].state
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"Scan {scan} made no record: it is {stands.value}.",
            hint="Take the number of a scan of that place that has finished.",
        )
    return found.ordinal


def _kind(before: FoundSequence | None, now: FoundSequence | None) -> ChangeKind:
    if before is None:
        return ChangeKind.ADDED
    return ChangeKind.REMOVED if now is None else ChangeKind.CHANGED


def _after(page: str | None, parameters: dict[str, Any]) -> str:
    """The condition for rows that follow a page's last; its parameters are added."""
    if page is None:
        return "TRUE"
    places = {f"place_{at}": value for at, value in enumerate(place_of(page, kinds=_NAME_KINDS))}
    parameters.update(places)
    marks = ", ".join(f"%({name})s" for name in places)
    return (
        f"left(folder, 255) >= left(%(place_0)s, 255) AND ({', '.join(SEQUENCE_NAME)}) > ({marks})"
    )


def _changes_sql(after: str) -> str:
    """Rows that ended after the early state, beside those that began since and stand in the late.

    A row that began and ended in between is on neither side, and one that came back as it was is
    on both, the same.
    """
    every = ", ".join(SEQUENCE_COLUMNS)

    def of(side: str, columns: tuple[str, ...]) -> str:
        return ", ".join(f"{side}.{column}" for column in columns)

    either = ", ".join(f"coalesce(b.{column}, a.{column}) AS {column}" for column in SEQUENCE_NAME)
    return f"""
        SELECT {either}, {of("b", SEQUENCE_COLUMNS)}, {of("a", SEQUENCE_COLUMNS)}
        FROM (SELECT key, {every} FROM rushes_sequencepast
              WHERE root_id = %(root)s AND since <= %(early)s
                AND until > %(early)s AND until <= %(late)s AND {after}) b
        FULL JOIN (SELECT key, {every} FROM rushes_sequencerow
                   WHERE root_id = %(root)s AND since > %(early)s AND since <= %(late)s AND {after}
                   UNION ALL
                   SELECT key, {every} FROM rushes_sequencepast
                   WHERE root_id = %(root)s AND since > %(early)s AND since <= %(late)s
                     AND until > %(late)s AND {after}) a
        ON a.key = b.key
        WHERE ({of("b", SEQUENCE_TOLD)}) IS DISTINCT FROM ({of("a", SEQUENCE_TOLD)})
        ORDER BY 1, 2, 3, 4, 5, 6 LIMIT {ROWS_OF_A_PAGE + 1}
    """
