"""The one statement that makes staged rows the record of a storage root, and keeps the past."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from rushes.core.escape import escape
from rushes.db.rows import (
    FOLDER_NAME,
    FOLDER_TOLD,
    SEQUENCE_NAME,
    SEQUENCE_QUIET,
    SEQUENCE_TOLD,
)


@dataclass(frozen=True, slots=True)
class Merged:
    """A table of present rows, that of past ones, and the staging table that feeds both.

    Rows are the same by `key`. Where a `told` column differs, the row has changed and its former
    self becomes a past row; where only a `quiet` one differs, it is written over.
    """

    present: str
    past: str
    staged: str
    name: tuple[str, ...]
    told: tuple[str, ...]
    quiet: tuple[str, ...] = ()
    believed: str = "TRUE"

    @property
    def columns(self) -> tuple[str, ...]:
        """All that is recorded of a row, its key apart."""
        return self.name + self.told + self.quiet


SEQUENCES = Merged(
    "rushes_sequencerow",
    "rushes_sequencepast",
    "rushes_stagedsequence",
    name=SEQUENCE_NAME,
    told=SEQUENCE_TOLD,
    quiet=SEQUENCE_QUIET,
)
FOLDERS = Merged(
    "rushes_folderuserow",
    "rushes_folderusepast",
    "rushes_stagedfolder",
    name=FOLDER_NAME,
    told=FOLDER_TOLD,
    believed="NOT unread",
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which present rows a scan may speak of: those of its root below its path, but for the
    folders it could not see into.
    """

    root: int
    below: PurePosixPath
    unseen: list[str] = field(default_factory=list)  # escaped


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows a merge added, removed and changed."""

    added: int
    removed: int
    changed: int


def below_sql(below: PurePosixPath, column: str = "folder") -> tuple[str, dict[str, Any]]:
    """A condition, and its parameters, true for `below` and every folder under it.

    The same is asked of the first 255 characters, which have an index. `0` follows `/`.
    """
    path = escape(str(below))
    if path == ".":
        return "TRUE", {}
    return (
        f"left({column}, 255) >= left(%(below)s, 255)"
        f" AND left({column}, 255) <= left(%(below_end)s, 255)"
        f" AND ({column} = %(below)s OR {column} > %(below_start)s AND {column} < %(below_end)s)",
        {"below": path, "below_start": f"{path}/", "below_end": f"{path}0"},
    )


def merge(cursor: Any, tables: Merged, *, scan: int, ordinal: int, scope: Scope) -> Counted:
    """Make what `scan` has staged the present, as state `ordinal` of its root.

    To be called in a transaction that holds the root's row, so that nobody else merges into it.
    """
    inside, parameters = below_sql(scope.below)
    parameters |= {
        "scan": scan,
        "root": scope.root,
        "ordinal": ordinal,
        "unseen": scope.unseen,
    }
    cursor.execute(_once(tables), parameters)
    cursor.execute(
        f"SELECT EXISTS (SELECT FROM {tables.present} WHERE root_id = %(root)s AND {inside})",
        parameters,
    )
    if not cursor.fetchone()[0]:
        cursor.execute(_all_new(tables), parameters)
        return Counted(cursor.rowcount, 0, 0)
    cursor.execute(_compared(tables, inside), parameters)
    added, removed, changed = cursor.fetchone()
    return Counted(added, removed, changed)


def _once(tables: Merged) -> str:
    """Of rows that were staged more than once, leave the last."""
    return f"""
        DELETE FROM {tables.staged} WHERE id IN (
            SELECT id FROM (
                SELECT id, lead(id) OVER (PARTITION BY key ORDER BY id) AS later
                FROM {tables.staged} WHERE scan = %(scan)s AND {tables.believed}
            ) s
            WHERE later IS NOT NULL
        )
    """


def _all_new(tables: Merged) -> str:
    """Add all rows as they were staged: by folder, which suits the index of folders."""
    every = ", ".join(("key", *tables.columns))
    return f"""
        INSERT INTO {tables.present} (root_id, since, {every})
        SELECT %(root)s, %(ordinal)s, {every}
        FROM {tables.staged} WHERE scan = %(scan)s AND {tables.believed}
    """


def _compared(tables: Merged, inside: str) -> str:
    """Add, change and remove what differs, and count it.

    The planner knows nothing of rows just staged. A full join it can only do by hashing or
    sorting, never row by row, and all others go by the primary key.
    """
    told, quiet, columns = tables.told, tables.quiet, tables.columns
    every = ", ".join(("key", *columns))
    different = f"({_of('s', told)}) IS DISTINCT FROM ({_of('r', told)})"
    either = f"({_of('s', told + quiet)}) IS DISTINCT FROM ({_of('r', told + quiet)})"
    written = ", ".join(f"{column} = d.{column}" for column in told + quiet)
    return f"""
        WITH delta AS MATERIALIZED (
            SELECT r.id AS row_id, s.key IS NULL AS gone, r.key IS NULL AS fresh,
                   {different} AS telling, s.*
            FROM (SELECT {every} FROM {tables.staged}
                  WHERE scan = %(scan)s AND {tables.believed}) s
            FULL JOIN (SELECT * FROM {tables.present}
                       WHERE root_id = %(root)s AND {inside}) r
            ON s.key = r.key
            WHERE CASE WHEN s.key IS NULL THEN r.folder <> ALL (%(unseen)s::text[])
                       ELSE r.key IS NULL OR {either} END
        ),
        past AS (
            INSERT INTO {tables.past} (root_id, since, until, {every})
            SELECT r.root_id, r.since, %(ordinal)s, {_of("r", ("key", *columns))}
            FROM {tables.present} r JOIN delta d ON d.row_id = r.id WHERE d.gone OR d.telling
        ),
        removed AS (
            DELETE FROM {tables.present} r USING delta d WHERE r.id = d.row_id AND d.gone
        ),
        changed AS (
            UPDATE {tables.present} r
            SET {written}, since = CASE WHEN d.telling THEN %(ordinal)s ELSE r.since END
            FROM delta d WHERE r.id = d.row_id AND NOT d.gone
        ),
        added AS (
            INSERT INTO {tables.present} (root_id, since, {every})
            SELECT %(root)s, %(ordinal)s, {every} FROM delta WHERE fresh
        )
        SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE gone),
               count(*) FILTER (WHERE telling AND NOT fresh AND NOT gone)
        FROM delta
    """


def _of(table: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{table}.{column}" for column in columns)


def unseen_folders(cursor: Any, *, scan: int, scope: Scope) -> list[str]:
    """Recorded folders, escaped, at or below one that `scan` could not list.

    None of them was met by the scan, and that says nothing.
    """
    cursor.execute("SELECT folder FROM rushes_stagedfolder WHERE scan = %s AND unread", [scan])
    unread = {folder for (folder,) in cursor.fetchall()}
    if not unread:
        return []
    inside, parameters = below_sql(scope.below)
    cursor.execute(
        f"""
        SELECT folder FROM rushes_folderuserow WHERE root_id = %(root)s AND {inside}
        EXCEPT
        SELECT folder FROM rushes_stagedfolder WHERE scan = %(scan)s AND NOT unread
        """,
        {**parameters, "root": scope.root, "scan": scan},
    )
    return [folder for (folder,) in cursor.fetchall() if _is_under(folder, unread)]


def _is_under(folder: str, others: set[str]) -> bool:
    if folder in others or "." in others:
        return True
    at = folder.rfind("/")
    while at > 0:
        if folder[:at] in others:
            return True
        at = folder.rfind("/", 0, at)
    return False
