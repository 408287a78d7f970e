"""The images port on PostgreSQL."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

from rushes.core.errors import Code, RushesError
from rushes.core.escape import unescape
from rushes.db import roots, vectors
from rushes.db.image_asking import Asked
from rushes.db.image_gathering import folders, gather
from rushes.db.image_writing import RacedError, forget, key_of, prune, write
from rushes.db.merge import below_sql
from rushes.db.paging import place_of, token_of
from rushes.db.session import Session
from rushes.inspection.header import wire
from rushes.inspection.header.delta import applied
from rushes.inspection.similarity import embedding
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet
from rushes.model.image import Image
from rushes.model.image_query import ImageQuery
from rushes.ports.images import FileState, FoundImage, Recorded, SeenSequence
from rushes.ports.records import Page

_HERE = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
_ROWS = 500
_TRIES = 5
_NARROW = 0.05  # of all files
_TUPLES = 2_000  # that the index of vectors looks at
_COLUMNS = (
    f"r.{_HERE}, s.folder, s.head, s.tail, s.padding, s.kind, s.subframe_digits, f.frame,"
    " f.size, f.mtime_ns, f.width, f.height, b.compressions, b.layers, b.parts, b.channel_count"
)


class DatabaseImages:
    """`ports.images.Images` on one PostgreSQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def states(
        self, mount: str, sequences: Sequence[FileSequence]
    ) -> Sequence[Mapping[int, FileState]]:
        """What is recorded of each sequence's frames, those with a problem left out."""
        keys = [key_of(one) for one in sequences]
        with self._session.asking() as connection, connection.cursor() as cursor:
            root = roots.find(cursor, mount)
            cursor.execute(
                "SELECT s.key, f.frame, f.size, f.mtime_ns FROM rushes_imagesequence s"
                " JOIN rushes_imagefile f ON f.sequence_id = s.id"
                " WHERE s.root_id = %s AND s.key = ANY(%s) AND f.problem = ''",
                [root.id if root else None, keys],
            )
            found: dict[Any, dict[int, FileState]] = {key: {} for key in keys}
            for key, frame, size, mtime_ns in cursor.fetchall():
                found[key][frame] = FileState(size, mtime_ns)
        return [found[key] for key in keys]

    def record(self, mount: str, seen: Sequence[SeenSequence]) -> Recorded:
        """Make what was seen the record, in one transaction."""
        with self._session.asking() as connection:
            database = connection.alias
            for _ in range(_TRIES):
                try:
                    with transaction.atomic(using=database), connection.cursor() as cursor:
                        root = roots.find_or_make(cursor, mount)
                        return write(cursor, root.id, seen)
                except RacedError:
                    continue
                except OperationalError as error:
                    if not isinstance(error.__cause__, DeadlockDetected):
                        raise
        raise RushesError(
            Code.DATABASE_UNAVAILABLE,
            "Others record the same headers all the time.",
            hint="Run the command again.",
        )

    def forget(self, mount: str, folder: PurePosixPath, *, but: Sequence[FileSequence] = ()) -> int:
        """Forget a folder's images, or those of all other sequences."""
        with (
            self._session.asking() as connection,
            transaction.atomic(using=connection.alias),
            connection.cursor() as cursor,
        ):
            root = roots.find(cursor, mount)
            return forget(cursor, root.id, folder, but) if root is not None else 0

    def tidy(self) -> None:
        """Take away what nothing on record has any more."""
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database), connection.cursor() as cursor:
                prune(cursor)

    def mounts(self) -> Sequence[str]:
        """Where the storage roots lie on this operating system."""
        with self._session.asking() as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT {_HERE} FROM rushes_storageroot WHERE {_HERE} <> ''")
            return [unescape(mount) for (mount,) in cursor.fetchall()]

    def nested(self, mount: str) -> Sequence[PurePosixPath]:
        """Folders in `mount` of which images are recorded under roots that lie in it."""
        with self._session.asking() as connection, connection.cursor() as cursor:
            inner = _inner(cursor, mount)
            return sorted(folders(cursor, inner)) if inner else []

    def gather(self, mount: str, shows: Mapping[PurePosixPath, str]) -> None:
        """Record under `mount` what is recorded of these folders under roots that lie in it."""
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database), connection.cursor() as cursor:
                outer = roots.find_or_make(cursor, mount)
                gather(cursor, outer.id, _inner(cursor, mount), shows)

    def folders(self, mount: str, below: PurePosixPath) -> Sequence[PurePosixPath]:
        """Folders at or below `below` of which images are recorded."""
        inside, values = below_sql(below)
        with self._session.asking() as connection, connection.cursor() as cursor:
            root = roots.find(cursor, mount)
            cursor.execute(
                "SELECT DISTINCT folder FROM rushes_imagesequence"
                f" WHERE root_id = %(root)s AND {inside}",
                {**values, "root": root.id if root else None},
            )
            return [PurePosixPath(unescape(folder)) for (folder,) in cursor.fetchall()]

    def header(self, mount: str, sequence: FileSequence, frame: int) -> bytes | None:
        """The bytes of a recorded header."""
        with self._session.asking() as connection, connection.cursor() as cursor:
            root = roots.find(cursor, mount)
            cursor.execute(
                "SELECT h.data, f.delta FROM rushes_imagesequence s"
                " JOIN rushes_imagefile f ON f.sequence_id = s.id AND f.frame = %s"
                " JOIN rushes_imageheader h ON h.base_id = f.base_id"
                " WHERE s.root_id = %s AND s.key = %s",
                [frame, root.id if root else None, key_of(sequence)],
            )
            found = cursor.fetchone()
        if found is None:
            return None
        return applied(wire.parse(bytes(found[0])), bytes(found[1])).data()

    def find(self, query: ImageQuery, *, page: str | None = None) -> Page[FoundImage]:
        """Files that the query holds of."""
        place = place_of(page, kinds=(int, int)) if page is not None else None
        with self._session.asking() as connection, connection.cursor() as cursor:
            asked = Asked(query, _words(cursor))
            after = "(s.id, f.frame) > (%s, %s)" if place else "TRUE"
            cursor.execute(
                f"SELECT s.id, {_COLUMNS} FROM rushes_imagefile f"
                f" JOIN rushes_imagebase b ON b.id = f.base_id{_headers(asked)}"
                " JOIN rushes_imagesequence s ON s.id = f.sequence_id"
                " JOIN rushes_storageroot r ON r.id = s.root_id"
                f" WHERE {asked.sql} AND {after} ORDER BY s.id, f.frame LIMIT {_ROWS + 1}",
                [*asked.values, *(place or ())],
            )
            rows = cursor.fetchall()
        more = None
        if len(rows) > _ROWS:
            rows = rows[:_ROWS]
            more = token_of([rows[-1][0], rows[-1][8]])
        return Page([_found(one[1:]) for one in rows], more)

    def similar(self, image: Image, query: ImageQuery, *, most: int) -> Sequence[FoundImage]:
        """One file of each structure like the image's, the nearest first."""
        vector = vectors.literal(embedding(image))
        with (
            self._session.asking() as connection,
            transaction.atomic(using=connection.alias),
            connection.cursor() as cursor,
        ):
            vectors.wanted(cursor)
            asked = Asked(query, _words(cursor))
            if not _is_narrow(cursor, asked):
                found = _nearest(cursor, vector, asked, most)
                if len(found) >= most:
                    return found
            return _nearest(cursor, vector, asked, most, among=_bases(cursor, asked))

    def close(self) -> None:
        """Give this thread's connection back."""
        self._session.close()


def _inner(cursor: Any, mount: str) -> dict[int, PurePosixPath]:
    """The roots that lie in `mount`, and where in it."""
    cursor.execute(f"SELECT id, {_HERE} FROM rushes_storageroot WHERE {_HERE} <> ''")
    known = {number: PurePosixPath(unescape(one)) for number, one in cursor.fetchall()}
    return {
        number: one.relative_to(mount)
        for number, one in known.items()
        if one.is_relative_to(mount) and one != PurePosixPath(mount)
    }


def _words(cursor: Any) -> Any:
    def look(kind: str, like: str) -> list[str]:
        cursor.execute(
            "SELECT word FROM rushes_imageword WHERE kind = %s AND word ILIKE %s", [kind, like]
        )
        return [word for (word,) in cursor.fetchall()]

    return look


def _nearest(
    cursor: Any, vector: str, asked: Asked, most: int, *, among: list[int] | None = None
) -> list[FoundImage]:
    """The nearest by the index, which gives up when conditions leave next to nothing of what it
    meets; exactly, where it is said `among` which bases to look.
    """
    cursor.execute("SET LOCAL hnsw.iterative_scan = strict_order")
    cursor.execute("SET LOCAL hnsw.ef_search = 100")
    cursor.execute(f"SET LOCAL hnsw.max_scan_tuples = {_TUPLES}")
    nearby, values = "rushes_imagevector", []
    if among is not None:
        # The index orders by the distance alone, and not by a sum.
        nearby = (
            "(SELECT * FROM rushes_imagevector WHERE base_id = ANY(%s)"
            " ORDER BY (embedding <=> %s::halfvec) + 0 LIMIT %s)"
        )
        values = [among, vector, most]
    cursor.execute(
        f"SELECT {_COLUMNS}, v.embedding <=> %s::halfvec AS distance FROM {nearby} v"
        f" JOIN rushes_imagebase b ON b.id = v.base_id{_headers(asked)}"
        " CROSS JOIN LATERAL (SELECT f.* FROM rushes_imagefile f"
        " JOIN rushes_imagesequence s ON s.id = f.sequence_id"
        f" WHERE f.base_id = b.id AND {asked.sql}"
        " ORDER BY f.sequence_id, f.frame LIMIT 1) f"
        " JOIN rushes_imagesequence s ON s.id = f.sequence_id"
        " JOIN rushes_storageroot r ON r.id = s.root_id"
        " ORDER BY v.embedding <=> %s::halfvec LIMIT %s",
        [vector, *values, *asked.values, vector, most],
    )
    return [_found(one[:-1], distance=one[-1]) for one in cursor.fetchall()]


def _is_narrow(cursor: Any, asked: Asked) -> bool:
    """Whether the planner thinks that the conditions hold of but a few files in a hundred: then
    the index of vectors would have to go far until enough were met.
    """
    if not asked.values:
        return False
    cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT FROM {_holding(asked)}", asked.values)
    (plan,) = cursor.fetchone()[0]
    cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'rushes_imagefile'")
    (files,) = cursor.fetchone()
    return bool(plan["Plan"]["Plan Rows"] < _NARROW * files)


def _bases(cursor: Any, asked: Asked) -> list[int]:
    """The bases that the conditions hold of."""
    cursor.execute(f"SELECT DISTINCT b.id FROM {_holding(asked)}", asked.values)
    return [number for (number,) in cursor.fetchall()]


def _holding(asked: Asked) -> str:
    """Where the conditions hold; files are only looked at where a condition is about them."""
    files = (
        " JOIN rushes_imagefile f ON f.base_id = b.id"
        " JOIN rushes_imagesequence s ON s.id = f.sequence_id"
    )
    there = "EXISTS (SELECT FROM rushes_imagefile f WHERE f.base_id = b.id)"
    about_files = "f." in asked.sql or "s." in asked.sql
    joined, also = (files, "") if about_files else ("", f" AND {there}")
    return f"rushes_imagebase b{_headers(asked)}{joined} WHERE {asked.sql}{also}"


def _headers(asked: Asked) -> str:
    return " JOIN rushes_imageheader h ON h.base_id = b.id" if asked.headers else ""


def _found(row: Sequence[Any], *, distance: float | None = None) -> FoundImage:
    mount, folder, head, tail, padding, kind, digits, frame, size, mtime_ns, *rest = row
    width, height, compressions, layers, parts, channels = rest
    sequence = FileSequence(
        PurePosixPath(unescape(folder)),
        unescape(head),
        unescape(tail),
        padding,
        FrameSet(),
        Kind(kind),
        digits,
    )
    return FoundImage(
        unescape(mount),
        sequence,
        frame,
        FileState(size, mtime_ns),
        width,
        height,
        tuple(compressions),
        tuple(layers),
        parts,
        channels,
        distance,
    )
