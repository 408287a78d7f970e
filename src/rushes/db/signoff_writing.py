"""Sidecars' records added to their mirror, by COPY: nothing is written over, and little changed.

Whoever changes what is known of an asset holds its row, so that two never do at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from rushes.core.escape import escape
from rushes.db.signoff_rows import COLUMNS, Hashed, columns_of, hashed, key_of, row
from rushes.model.signoff import Legacy
from rushes.ports.signoffs import AssetAt, Chain, Mirrored

_COPY = f"COPY rushes_signoff (asset_id, position, mirrored, {', '.join(COLUMNS)}) FROM STDIN"


@dataclass(slots=True)
class _Asset:
    """What is known of an asset whose row is held; `hashes` tells of each record whether lost."""

    id: int
    head: bytes
    gone: bool
    hashes: dict[bytes, bool] = field(default_factory=dict)


@dataclass(slots=True)
class _Changes:
    """What a batch does to rows that are there."""

    assets: list[tuple[Any, ...]] = field(default_factory=list)  # id, head, length, lost
    lost: list[tuple[int, bytes]] = field(default_factory=list)
    found: list[tuple[int, bytes]] = field(default_factory=list)


def rounds(chains: Sequence[Chain]) -> Iterator[dict[UUID, Chain]]:
    """The chains by their assets' keys, in order: of one asset, there is one in each round."""
    waiting = [(key_of(one.asset), one) for one in chains]
    while waiting:
        these: dict[UUID, Chain] = {}
        later: list[tuple[UUID, Chain]] = []
        for key, one in waiting:
            if key in these:
                later.append((key, one))
            else:
                these[key] = one
        yield these
        waiting = later


def unchanged(cursor: Any, root: int, chains: Mapping[UUID, Chain]) -> set[UUID]:
    """Of chains that were just written, those whose end and length are as they are known: then
    nothing before their ends can have changed.
    """
    cursor.execute(
        "SELECT key, head, length FROM rushes_signedasset"
        " WHERE root_id = %s AND key = ANY(%s) AND gone IS NULL",
        [root, list(chains)],
    )
    return {
        key
        for key, head, length in cursor.fetchall()
        if length == len(chains[key].records)
        and hashed(chains[key].records[-1]).hash == bytes(head)
    }


def write(cursor: Any, root: int, chains: Mapping[UUID, Chain], *, found: bool) -> Mirrored:
    """Add the chains; `found` on storage just now, or written at some time. To be called in a
    transaction.
    """
    assets = _held(cursor, root, chains)
    changes, new, adopted = _Changes(), [], []
    done = Mirrored()
    for key, chain in chains.items():
        asset = assets[key]
        records = [hashed(one) for one in chain.records]
        # Backwards, so that of a record that is there twice the first place counts.
        places = {one.hash: (at, one) for at, one in reversed([*enumerate(records, 1)])}
        fresh = [place for digest, place in places.items() if digest not in asset.hashes]
        new += [(asset.id, *place) for place in fresh]
        done = done.plus(Mirrored(len(fresh), len(records) - len(fresh)))
        if found or not _is_late(asset, records[-1].hash):
            done = done.plus(Mirrored(lost=_change(changes, asset, records)))
        if len(records) > 1 and isinstance(records[0].past, Legacy):
            adopted.append((asset.id, escape(str(chain.asset.folder)), records[0].hash))
    _copy(cursor, new)
    _apply(cursor, changes)
    _adopt(cursor, root, adopted)
    return done


def forsake(cursor: Any, root: int, assets: Iterable[AssetAt]) -> int:
    """Note that the assets have no sidecar; how many of their records are lost by that."""
    cursor.execute(
        "SELECT id FROM rushes_signedasset WHERE root_id = %s AND key = ANY(%s)"
        " ORDER BY key FOR UPDATE",
        [root, [key_of(one) for one in assets]],
    )
    ids = [number for (number,) in cursor.fetchall()]
    cursor.execute(
        "UPDATE rushes_signoff SET lost = now() WHERE asset_id = ANY(%s) AND lost IS NULL", [ids]
    )
    lost = int(cursor.rowcount)
    cursor.execute(
        "UPDATE rushes_signedasset a SET gone = coalesce(gone, now()), lost ="
        " (SELECT count(*) FROM rushes_signoff s WHERE s.asset_id = a.id) WHERE id = ANY(%s)",
        [ids],
    )
    return lost


def forget(cursor: Any, root: int, assets: Iterable[AssetAt]) -> int:
    """Drop lost records of the assets, and assets that are left without any; how many records."""
    cursor.execute(
        "SELECT id FROM rushes_signedasset WHERE root_id = %s AND key = ANY(%s) AND lost > 0"
        " ORDER BY key FOR UPDATE",
        [root, [key_of(one) for one in assets]],
    )
    ids = [number for (number,) in cursor.fetchall()]
    cursor.execute(
        "DELETE FROM rushes_signoff WHERE asset_id = ANY(%s) AND lost IS NOT NULL", [ids]
    )
    dropped = int(cursor.rowcount)
    cursor.execute("DELETE FROM rushes_signedasset WHERE id = ANY(%s) AND gone IS NOT NULL", [ids])
    cursor.execute("UPDATE rushes_signedasset SET lost = 0 WHERE id = ANY(%s)", [ids])
    return dropped


def _held(cursor: Any, root: int, chains: Mapping[UUID, Chain]) -> dict[UUID, _Asset]:
    """The assets' rows, made where they are new, and held until the transaction ends."""
    # In one order, so that two writers never wait for each other.
    rows = [
        (key, escape(str(chain.asset.folder)), escape(chain.asset.name))
        for key, chain in sorted(chains.items())
    ]
    cursor.execute(
        "INSERT INTO rushes_signedasset (root_id, key, folder, name, head, length, lost)"
        " SELECT %s, key, folder, name, '', 0, 0"
        " FROM unnest(%s::uuid[], %s::text[], %s::text[]) u (key, folder, name)"
        " ON CONFLICT DO NOTHING",
        [root, *columns_of(rows, 3)],
    )
    cursor.execute(
        "SELECT key, id, head, gone IS NOT NULL FROM rushes_signedasset"
        " WHERE root_id = %s AND key = ANY(%s) ORDER BY key FOR UPDATE",
        [root, list(chains)],
    )
    assets = {key: _Asset(number, bytes(head), gone) for key, number, head, gone in cursor}
    known = {one.id: one for one in assets.values() if one.head}
    cursor.execute(
        "SELECT asset_id, hash, lost IS NOT NULL FROM rushes_signoff WHERE asset_id = ANY(%s)",
        [list(known)],
    )
    for number, digest, lost in cursor:
        known[number].hashes[bytes(digest)] = lost
    return assets


def _is_late(asset: _Asset, head: bytes) -> bool:
    """Whether a chain with that end says nothing new: others have come after it already."""
    return not asset.gone and head != asset.head and head in asset.hashes


def _change(changes: _Changes, asset: _Asset, records: Sequence[Hashed]) -> int:
    """Note what the chain makes of an asset; how many records are lost by that."""
    there = {one.hash for one in records}
    missing = asset.hashes.keys() - there
    lost = [(asset.id, one) for one in missing if not asset.hashes[one]]
    changes.lost += lost
    changes.found += [(asset.id, one) for one in there if asset.hashes.get(one)]
    changes.assets.append((asset.id, records[-1].hash, len(records), len(missing)))
    asset.head, asset.gone = records[-1].hash, False
    return len(lost)


def _copy(cursor: Any, new: Sequence[tuple[int, int, Hashed]]) -> None:
    if not new:
        return
    cursor.execute("SELECT now()")
    (moment,) = cursor.fetchone()
    with cursor.copy(_COPY) as copy:
        for asset, position, one in new:
            copy.write_row((asset, position, moment, *row(one)))


def _apply(cursor: Any, changes: _Changes) -> None:
    for value, marked in (("now()", changes.lost), ("NULL", changes.found)):
        if marked:
            cursor.execute(
                f"UPDATE rushes_signoff s SET lost = {value}"
                " FROM unnest(%s::bigint[], %s::bytea[]) u (asset, hash)"
                " WHERE s.asset_id = u.asset AND s.hash = u.hash",
                columns_of(marked, 2),
            )
    cursor.execute(
        "UPDATE rushes_signedasset a"
        " SET head = u.head, length = u.length, lost = u.lost, gone = NULL"
        " FROM unnest(%s::bigint[], %s::bytea[], %s::int[], %s::int[]) u (id, head, length, lost)"
        " WHERE a.id = u.id",
        columns_of(changes.assets, 4),
    )


def _adopt(cursor: Any, root: int, adopted: Sequence[tuple[int, str, bytes]]) -> None:
    """Drop what was known as a sidecar of the earlier tool alone, under the name of its file, now
    that it has become the beginning of an asset's own history.
    """
    if not adopted:
        return
    cursor.execute(
        "SELECT a.id FROM rushes_signedasset a"
        " JOIN unnest(%s::bigint[], %s::text[], %s::bytea[]) u (id, folder, hash)"
        " ON a.folder = u.folder AND a.head = u.hash AND a.id <> u.id"
        " WHERE a.root_id = %s AND a.length = 1"
        " AND (SELECT count(*) FROM rushes_signoff s WHERE s.asset_id = a.id) = 1"
        " FOR UPDATE OF a SKIP LOCKED",
        [*columns_of(adopted, 3), root],
    )
    ids = [number for (number,) in cursor.fetchall()]
    cursor.execute("DELETE FROM rushes_signoff WHERE asset_id = ANY(%s)", [ids])
    cursor.execute("DELETE FROM rushes_signedasset WHERE id = ANY(%s)", [ids])
