"""The mirror of sidecars on PostgreSQL."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.db import transaction

from rushes.core.escape import unescape
from rushes.db import roots
from rushes.db.merge import below_sql
from rushes.db.paging import ROWS_OF_A_PAGE, place_of, token_of
from rushes.db.session import Session
from rushes.db.signoff_rows import asset_of, hash_text, key_of, past_in
from rushes.db.signoff_writing import forget, forsake, rounds, unchanged, write
from rushes.model.scan import Actor
from rushes.model.signoff import Result
from rushes.ports.records import Page
from rushes.ports.signoffs import ALL, AssetAt, Chain, Head, Known, Mirrored, MirroredRecord

_log = logging.getLogger(__name__)
_HERE = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
_WHOLE = 1_000  # whole records on a page

Change = Callable[[Any, int, Sequence[AssetAt]], int]


class DatabaseSignOffs:
    """`ports.signoffs.SignOffs` on one PostgreSQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, chains: Sequence[Chain], *, actor: Actor) -> Mirrored:
        """Add what was just written, in one transaction."""
        return self._add(chains, actor, found=False)

    def restore(self, chains: Sequence[Chain], *, actor: Actor) -> Mirrored:
        """Add what was just read, in one transaction, and note what is lost."""
        return self._add(chains, actor, found=True)

    def gone(self, assets: Sequence[AssetAt], *, actor: Actor) -> int:
        """Note that these assets have no sidecar any more."""
        lost = self._each_root(assets, forsake)
        _log.debug("%s assets without a sidecar, by %s", len(assets), actor)
        return lost

    def forget(self, assets: Sequence[AssetAt], *, actor: Actor) -> int:
        """Drop the lost records of these assets."""
        dropped = self._each_root(assets, forget)
        _log.info("%s lost records forgotten by %s", dropped, actor)
        return dropped

    def mounts(self) -> Sequence[str]:
        """Where the storage roots lie on this operating system."""
        with self._session.asking() as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT {_HERE} FROM rushes_storageroot WHERE {_HERE} <> ''")
            return [unescape(mount) for (mount,) in cursor.fetchall()]

    def known(self, assets: Sequence[AssetAt]) -> Sequence[Known]:
        """What is known of each asset."""
        found: dict[AssetAt, Known] = {}
        with self._session.asking() as connection, connection.cursor() as cursor:
            for mount, several in _by_mount(assets, lambda one: one.mount):
                root = roots.find(cursor, mount)
                if root is not None:
                    told = _known(cursor, root.id, [key_of(one) for one in several])
                    found |= {one: told[key] for one in several if (key := key_of(one)) in told}
        return [found.get(one, Known()) for one in assets]

    def heads(
        self, mount: str, *, below: PurePosixPath = ALL, page: str | None = None
    ) -> Page[Head]:
        """The head of every known asset, by folder and name."""
        rows, more = self._page(
            "SELECT a.folder, a.name, a.head, a.length, a.lost, a.gone IS NOT NULL"
            " FROM rushes_signedasset a WHERE TRUE",
            (mount, below, page),
            most=ROWS_OF_A_PAGE,
        )
        return Page([_head(mount, one) for one in rows], more)

    def latest(
        self,
        mount: str,
        *,
        below: PurePosixPath = ALL,
        result: Result | None = None,
        page: str | None = None,
    ) -> Page[MirroredRecord]:
        """The records in force, by folder and name."""
        rows, more = self._page(
            "SELECT a.folder, a.name, s.data, s.hash, s.position FROM rushes_signedasset a"
            " JOIN rushes_signoff s ON s.asset_id = a.id AND s.hash = a.head"
            " WHERE a.gone IS NULL AND (%(result)s::text IS NULL OR s.result = %(result)s)",
            (mount, below, page),
            most=_WHOLE,
            result=result.value if result else None,
        )
        return Page([_record(mount, one) for one in rows], more)

    def history(self, asset: AssetAt, *, page: str | None = None) -> Page[MirroredRecord]:
        """Every record of an asset, the oldest first."""
        after = place_of(page, kinds=(int, int)) if page is not None else [0, 0]
        with self._session.asking() as connection, connection.cursor() as cursor:
            root = roots.find(cursor, asset.mount)
            cursor.execute(
                "SELECT a.folder, a.name, s.data, s.hash, s.position, s.lost IS NOT NULL, s.id"
                " FROM rushes_signedasset a JOIN rushes_signoff s ON s.asset_id = a.id"
                " WHERE a.root_id = %s AND a.key = %s AND (s.position, s.id) > (%s, %s)"
                f" ORDER BY s.position, s.id LIMIT {_WHOLE + 1}",
                [root.id if root else None, key_of(asset), *after],
            )
            rows = cursor.fetchall()
        shown = rows[:_WHOLE]
        more = token_of([shown[-1][4], shown[-1][6]]) if len(rows) > _WHOLE else None
        return Page([_record(asset.mount, one[:6]) for one in shown], more)

    def close(self) -> None:
        """Give this thread's connection back."""
        self._session.close()

    def _add(self, chains: Sequence[Chain], actor: Actor, *, found: bool) -> Mirrored:
        done = Mirrored()
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database), connection.cursor() as cursor:
                for mount, several in _by_mount(chains, lambda one: one.asset.mount):
                    root = roots.find_or_make(cursor, mount)
                    for these in rounds(several):
                        done = done.plus(_added(cursor, root.id, these, found=found))
        _log.debug("%s of %s sidecars by %s", done, len(chains), actor)
        return done

    def _each_root(self, assets: Sequence[AssetAt], change: Change) -> int:
        done = 0
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database), connection.cursor() as cursor:
                for mount, several in _by_mount(assets, lambda one: one.mount):
                    root = roots.find(cursor, mount)
                    if root is not None:
                        done += change(cursor, root.id, several)
        return done

    def _page(
        self,
        question: str,
        where: tuple[str, PurePosixPath, str | None],
        *,
        most: int,
        **values: Any,
    ) -> tuple[list[tuple[Any, ...]], str | None]:
        """Rows that begin with folder and name, of assets `a` in a part of a root, by these two."""
        mount, below, page = where
        inside, values_below = below_sql(below, "a.folder")
        values |= values_below
        after = "TRUE"
        if page is not None:
            folder, name = place_of(page, kinds=(str, str))
            after = "(left(a.folder, 255), a.folder, a.name) > (left(%(f)s, 255), %(f)s, %(n)s)"
            values |= {"f": folder, "n": name}
        with self._session.asking() as connection, connection.cursor() as cursor:
            root = roots.find(cursor, mount)
            # The first term is what the index has; it says nothing that `folder` does not.
            cursor.execute(
                f"{question} AND a.root_id = %(root)s AND {inside} AND {after}"
                f" ORDER BY left(a.folder, 255), a.folder, a.name LIMIT {most + 1}",
                {**values, "root": root.id if root else None},
            )
            rows = cursor.fetchall()
        return rows[:most], token_of(rows[most - 1][:2]) if len(rows) > most else None


def _by_mount(those: Iterable[Any], mount: Callable[[Any], str]) -> Iterable[tuple[str, list[Any]]]:
    """What belongs to each mount, the mounts in one order so that nobody waits in a circle."""
    for one, several in groupby(sorted(those, key=mount), key=mount):
        yield one, list(several)


def _added(cursor: Any, root: int, chains: Mapping[UUID, Chain], *, found: bool) -> Mirrored:
    if found:
        return write(cursor, root, chains, found=True)
    same = unchanged(cursor, root, chains)
    known = sum(len(chains[key].records) for key in same)
    others = {key: chain for key, chain in chains.items() if key not in same}
    if not others:
        return Mirrored(known=known)
    return write(cursor, root, others, found=False).plus(Mirrored(known=known))


def _known(cursor: Any, root: int, keys: list[UUID]) -> dict[UUID, Known]:
    cursor.execute(
        "SELECT a.key, CASE WHEN a.gone IS NULL THEN a.head END,"
        " array_agg(s.hash) FILTER (WHERE s.lost IS NULL),"
        " array_agg(s.hash) FILTER (WHERE s.lost IS NOT NULL)"
        " FROM rushes_signedasset a JOIN rushes_signoff s ON s.asset_id = a.id"
        " WHERE a.root_id = %s AND a.key = ANY(%s) GROUP BY a.id",
        [root, keys],
    )
    return {
        key: Known(
            hash_text(head) if head is not None else None,
            frozenset(map(hash_text, held or ())),
            frozenset(map(hash_text, lost or ())),
        )
        for key, head, held, lost in cursor.fetchall()
    }


def _head(mount: str, row: Sequence[Any]) -> Head:
    folder, name, head, length, lost, gone = row
    return Head(asset_of(mount, folder, name), hash_text(head), length, lost, gone)


def _record(mount: str, row: Sequence[Any]) -> MirroredRecord:
    folder, name, data, digest, position, *lost = row
    asset = asset_of(mount, folder, name)
    return MirroredRecord(asset, past_in(data), hash_text(digest), position, *lost)
