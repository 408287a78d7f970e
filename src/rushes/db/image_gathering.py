"""Images on record under roots that lie in another root, made records of that one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from rushes.core.escape import escape, unescape
from rushes.db.image_writing import alone, key_of
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet

Roots = Mapping[int, PurePosixPath]


def folders(cursor: Any, inner: Roots) -> set[PurePosixPath]:
    """The folders of which images are recorded under the roots `inner`, by where those lie."""
    cursor.execute(
        "SELECT DISTINCT root_id, folder FROM rushes_imagesequence WHERE root_id = ANY(%s)",
        [list(inner)],
    )
    return {inner[root] / unescape(folder) for root, folder in cursor.fetchall()}


def gather(cursor: Any, outer: int, inner: Roots, shows: Mapping[PurePosixPath, str]) -> None:
    """Record under the root `outer` what is recorded under `inner`, in the folders of `shows`.

    Where a sequence is on record under several roots, the record stays that was made last. To be
    called in a transaction.
    """
    alone(cursor)
    cursor.execute(
        "SELECT id, root_id, folder, head, tail, padding, kind, subframe_digits"
        " FROM rushes_imagesequence WHERE root_id = ANY(%s)",
        [list(inner)],
    )
    rows = []
    for number, root, *named in cursor.fetchall():
        there = _sequence(named)
        moved = replace(there, folder=inner[root] / there.folder)
        if (show := shows.get(moved.folder)) is not None:
            rows.append((number, key_of(moved), escape(str(moved.folder)), escape(show)))
    if rows:
        _drop_rivals(cursor, outer, rows)
        _move(cursor, outer, rows)


def _sequence(named: Sequence[Any]) -> FileSequence:
    folder, head, tail, padding, kind, digits = named
    return FileSequence(
        PurePosixPath(unescape(folder)),
        *(unescape(head), unescape(tail), padding, FrameSet(), Kind(kind), digits),
    )


def _drop_rivals(cursor: Any, outer: int, rows: Sequence[tuple[Any, ...]]) -> None:
    """Forget all but the last record of each sequence."""
    cursor.execute(
        "WITH every AS ("
        " SELECT * FROM unnest(%(ids)s::int[], %(keys)s::uuid[]) t (id, key)"
        " UNION ALL SELECT id, key FROM rushes_imagesequence"
        " WHERE root_id = %(outer)s AND key = ANY(%(keys)s)),"
        " rivals AS (SELECT id, key, count(*) OVER (PARTITION BY key) AS several FROM every),"
        " ranked AS (SELECT id, row_number() OVER (PARTITION BY key ORDER BY"
        " (SELECT max(last_inspected) FROM rushes_imagefile WHERE sequence_id = r.id)"
        " DESC NULLS LAST, id DESC) AS place FROM rivals r WHERE several > 1)"
        " SELECT id FROM ranked WHERE place > 1",
        {"ids": [one[0] for one in rows], "keys": [one[1] for one in rows], "outer": outer},
    )
    gone = [number for (number,) in cursor.fetchall()]
    if gone:
        cursor.execute("DELETE FROM rushes_imagefile WHERE sequence_id = ANY(%s)", [gone])
        cursor.execute("DELETE FROM rushes_imagesequence WHERE id = ANY(%s)", [gone])


def _move(cursor: Any, outer: int, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    cursor.execute(
        "UPDATE rushes_imagesequence s"
        " SET root_id = %s, key = t.key, folder = t.folder, show = t.show"
        " FROM unnest(%s::int[], %s::uuid[], %s::text[], %s::text[]) t (id, key, folder, show)"
        " WHERE s.id = t.id",
        [outer, *columns],
    )
