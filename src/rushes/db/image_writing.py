"""Seen images made the record, by COPY: sequences, structures, files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from psycopg import sql

from rushes.core.digest import digester
from rushes.core.escape import escape
from rushes.db import vectors
from rushes.db.image_bases import BASE, HEADER, Base, Bases, NewBase, Told, kin_of, row, words
from rushes.db.locks import DatabaseLock
from rushes.inspection.header import wire
from rushes.model.files import FileSequence
from rushes.ports.images import Recorded, SeenImage, SeenSequence

_FILE = (
    *("sequence_id", "frame", "base_id", "delta", "header_hash", "size", "mtime_ns", "width"),
    *("height", "problem"),
)
_MOST_SIDE = 2**31 - 1  # what the column holds


def key_of(sequence: FileSequence) -> UUID:
    """The key of a file sequence within its root."""
    digest = digester()
    for one in name_of(sequence):
        part = str(one).encode("utf-8")
        digest.update(b"%d:" % len(part) + part)
    return UUID(bytes=digest.digest())


def name_of(sequence: FileSequence) -> tuple[str, str, str, int, str, int]:
    """The columns that name a file sequence: folder, head, tail, padding, kind, digits."""
    return (
        escape(str(sequence.folder)),
        escape(sequence.head),
        escape(sequence.tail),
        sequence.padding,
        sequence.kind.value,
        sequence.subframe_digits,
    )


def write(cursor: Any, root: int, seen: Sequence[SeenSequence]) -> Recorded:
    """Make `seen` the record. To be called in a transaction."""
    vectors.ready(cursor)
    # While anyone writes, nobody takes away structures that seem to be unused.
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [DatabaseLock.IMAGE_BASES])
    ids = _sequences(cursor, root, seen)
    told, bases = _told(cursor, seen)
    base_ids = _bases(cursor, bases, told)
    touched = _touch(cursor, seen, ids)
    added = _files(cursor, _rows(seen, ids, told, base_ids))
    forgotten = _forget_frames(cursor, seen, ids)
    images = sum(len(one.images) for one in seen)
    return Recorded(added, images - added, touched, forgotten)


def forget(cursor: Any, root: int, folder: PurePosixPath, but: Sequence[FileSequence]) -> int:
    """Forget all sequences of a folder `but` those; how many files that were."""
    cursor.execute(
        "SELECT count(*) FROM rushes_imagefile f JOIN rushes_imagesequence s"
        " ON s.id = f.sequence_id"
        " WHERE s.root_id = %(root)s AND s.folder = %(folder)s AND s.key <> ALL(%(but)s)",
        asked := {
            "root": root,
            "folder": escape(str(folder)),
            "but": [key_of(one) for one in but],
        },
    )
    (count,) = cursor.fetchone()
    if count:
        gone = (
            "SELECT id FROM rushes_imagesequence"
            " WHERE root_id = %(root)s AND folder = %(folder)s AND key <> ALL(%(but)s)"
        )
        cursor.execute(f"DELETE FROM rushes_imagefile WHERE sequence_id IN ({gone})", asked)
        cursor.execute(f"DELETE FROM rushes_imagesequence WHERE id IN ({gone})", asked)
    return int(count)


def prune(cursor: Any) -> None:
    """Take away structures that no file has any more, unless somebody is writing just now. To be
    called in a transaction.
    """
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [DatabaseLock.IMAGE_BASES])
    if cursor.fetchone()[0]:
        unused = "NOT EXISTS (SELECT FROM rushes_imagefile f WHERE f.base_id = {})"
        cursor.execute(f"DELETE FROM rushes_imageheader h WHERE {unused.format('h.base_id')}")
        cursor.execute(f"DELETE FROM rushes_imagebase b WHERE {unused.format('b.id')}")


def alone(cursor: Any) -> None:
    """Wait until nobody writes, and let nobody begin before the transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DatabaseLock.IMAGE_BASES])


def _sequences(cursor: Any, root: int, seen: Sequence[SeenSequence]) -> dict[UUID, int]:
    # In one order, so that two writers never wait for each other.
    keys = dict(sorted({key_of(one.sequence): one for one in seen}.items()))
    rows = [(key, *name_of(one.sequence), escape(one.show)) for key, one in keys.items()]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(8)]
    cursor.execute(
        "INSERT INTO rushes_imagesequence AS s"
        " (root_id, key, folder, head, tail, padding, kind, subframe_digits, show)"
        " SELECT %s, * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::int[],"
        " %s::text[], %s::int[], %s::text[])"
        " ON CONFLICT (root_id, key) DO UPDATE SET show = excluded.show RETURNING key, id",
        [root, *columns],
    )
    return dict(cursor.fetchall())


def _told(cursor: Any, seen: Sequence[SeenSequence]) -> tuple[dict[tuple[int, int], Told], Bases]:
    """How each header is told, by the places of its sequence and image in `seen`."""
    headers = {
        (at, place): wire.parse(image.header)
        for at, one in enumerate(seen)
        for place, image in enumerate(one.images)
        if image.header
    }
    kins = {place: kin_of(header) for place, header in headers.items()}
    bases = Bases(stored_bases(cursor, set(kins.values())))
    told: dict[tuple[int, int], Told] = {}
    near: tuple[FileSequence, UUID] | None = None
    for place, header in headers.items():
        sequence = seen[place[0]].sequence
        image = seen[place[0]].images[place[1]]
        before = near[1] if near is not None and near[0] == sequence else None
        told[place] = bases.told(image, header, kins[place], before)
        near = (sequence, told[place].kin)
    return told, bases


def stored_bases(cursor: Any, kins: Iterable[UUID]) -> Mapping[UUID, Base]:
    """The stored headers of these kin keys, as far as there are any."""
    cursor.execute(
        "SELECT b.kin, b.id, h.data, h.varying FROM rushes_imagebase b"
        " JOIN rushes_imageheader h ON h.base_id = b.id WHERE b.kin = ANY(%s)",
        [list(kins)],
    )
    return {
        kin: Base(number, wire.parse(bytes(data)), frozenset(varying))
        for kin, number, data, varying in cursor.fetchall()
    }


def _bases(cursor: Any, bases: Bases, told: Mapping[tuple[int, int], Told]) -> dict[UUID, int]:
    """Store the new structures, and what their headers vary in; the ids of all by kin."""
    varying: dict[UUID, set[str]] = {}
    for one in told.values():
        if one.varying:
            varying.setdefault(one.kin, set()).update(one.varying)
    _add_bases(cursor, bases, varying)
    for kin, base in sorted(bases.stored.items(), key=lambda pair: pair[1].id):
        if more := varying.get(kin, set()) - base.varying:
            _vary(cursor, base, sorted(more))
    cursor.execute(
        "SELECT kin, id FROM rushes_imagebase WHERE kin = ANY(%s)",
        [[*bases.stored, *bases.new]],
    )
    return dict(cursor.fetchall())


def _vary(cursor: Any, base: Base, names: list[str]) -> None:
    """Note that headers told by `base` change attributes which had been the same in all."""
    cursor.execute(
        "UPDATE rushes_imageheader h SET varying = varying || %(names)s::text[],"
        " attributes = attributes - %(names)s::text[], changing = changing ||"
        " (SELECT coalesce(jsonb_object_agg(name, entry), '{}') FROM"
        "  (SELECT DISTINCT ON (a.item ->> 1) a.item ->> 1 AS name,"
        "   jsonb_build_array(a.at - 1, a.item -> 2, a.item -> 3) AS entry"
        "   FROM jsonb_array_elements(h.listed) WITH ORDINALITY a (item, at)"
        "   WHERE a.item ->> 1 = ANY(%(names)s) ORDER BY a.item ->> 1, a.at) n)"
        " WHERE base_id = %(base)s",
        {"names": names, "base": base.id},
    )


def _add_bases(cursor: Any, bases: Bases, varying: Mapping[UUID, set[str]]) -> None:
    if not bases.new:
        return
    base, header = ", ".join(BASE), ", ".join(HEADER)
    cursor.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS new_base ON COMMIT DELETE ROWS AS SELECT {base}, {header}"
        " FROM rushes_imagebase JOIN rushes_imageheader ON base_id = id WITH NO DATA"
    )
    rows = (row(new, varying=varying.get(kin, ())) for kin, new in bases.new.items())
    _copy(cursor, "new_base", BASE + HEADER, rows)
    cursor.execute(
        f"INSERT INTO rushes_imagebase ({base}) SELECT {base} FROM new_base ORDER BY kin"
        " ON CONFLICT (kin) DO NOTHING RETURNING kin, id"
    )
    made = dict(cursor.fetchall())
    # Somebody else may have brought the same structure since this batch looked: then theirs is
    # another header, and what was told by ours has to be told anew.
    if len(made) < len(bases.new):
        raise RacedError
    cursor.execute(
        f"INSERT INTO rushes_imageheader (base_id, {header})"
        f" SELECT id, {header} FROM new_base JOIN rushes_imagebase USING (kin)"
    )
    _add_words(cursor, bases.new.values())
    vectors.add_vectors(cursor, [(made[kin], new.image) for kin, new in bases.new.items()])


class RacedError(Exception):
    """Somebody else stored the same structure at the same time: the batch is to be begun again."""


def _add_words(cursor: Any, new: Iterable[NewBase]) -> None:
    found = sorted({one for each in new for one in words(each)})
    kinds, several = [kind for kind, _ in found], [word.replace("\0", "") for _, word in found]
    cursor.execute(
        "INSERT INTO rushes_imageword (kind, word)"
        " SELECT * FROM unnest(%s::text[], %s::text[]) ON CONFLICT DO NOTHING",
        [kinds, several],
    )


def _rows(
    seen: Sequence[SeenSequence],
    ids: Mapping[UUID, int],
    told: Mapping[tuple[int, int], Told],
    bases: Mapping[UUID, int],
) -> Iterable[tuple[Any, ...]]:
    for at, one in enumerate(seen):
        sequence = ids[key_of(one.sequence)]
        for place, image in enumerate(one.images):
            yield (sequence, image.frame, *_file(image, told.get((at, place)), bases))


def _file(image: SeenImage, told: Told | None, bases: Mapping[UUID, int]) -> tuple[Any, ...]:
    meaning = image.image
    window = meaning.parts[0].data_window if meaning is not None and meaning.parts else None
    return (
        bases[told.kin] if told is not None else None,
        told.delta if told is not None else b"",
        UUID(hex=meaning.header_hash) if meaning is not None else None,
        image.state.size,
        image.state.mtime_ns,
        _side(window.width) if window is not None else None,
        _side(window.height) if window is not None else None,
        image.problem.replace("\0", ""),
    )


def _side(length: int) -> int | None:
    return length if -_MOST_SIDE <= length <= _MOST_SIDE else None


def _files(cursor: Any, rows: Iterable[tuple[Any, ...]]) -> int:
    """Write files anew or over; how many are new."""
    names = ", ".join(_FILE)
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS new_file ON COMMIT DELETE ROWS AS"
        f" SELECT {names} FROM rushes_imagefile WITH NO DATA"
    )
    _copy(cursor, "new_file", _FILE, rows)
    written = ", ".join(f"{name} = excluded.{name}" for name in _FILE[2:])
    cursor.execute(
        f"INSERT INTO rushes_imagefile AS f"
        f" ({names}, inspected, last_inspected, inspection_count)"
        f" SELECT {names}, now(), now(), 1 FROM new_file"
        f" ON CONFLICT (sequence_id, frame) DO UPDATE SET {written}, inspected = now(),"
        f" last_inspected = now(), inspection_count = f.inspection_count + 1"
        f" RETURNING (inspection_count = 1)"
    )
    return sum(1 for (new,) in cursor.fetchall() if new)


def _touch(cursor: Any, seen: Sequence[SeenSequence], ids: Mapping[UUID, int]) -> int:
    pairs = [(ids[key_of(one.sequence)], frame) for one in seen for frame in one.unchanged]
    if not pairs:
        return 0
    cursor.execute(
        "UPDATE rushes_imagefile f SET last_inspected = now(),"
        " inspection_count = inspection_count + 1"
        " FROM unnest(%s::bigint[], %s::bigint[]) u (sequence_id, frame)"
        " WHERE f.sequence_id = u.sequence_id AND f.frame = u.frame",
        [[sequence for sequence, _ in pairs], [frame for _, frame in pairs]],
    )
    return int(cursor.rowcount)


def _forget_frames(cursor: Any, seen: Sequence[SeenSequence], ids: Mapping[UUID, int]) -> int:
    gone = 0
    for one in seen:
        if one.frames:
            cursor.execute(
                "DELETE FROM rushes_imagefile WHERE sequence_id = %s AND frame <> ALL(%s)",
                [ids[key_of(one.sequence)], list(one.frames)],
            )
            gone += cursor.rowcount
    return gone


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    target = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(target) as copy:
        for one in rows:
            copy.write_row(one)
