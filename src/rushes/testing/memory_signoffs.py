"""The mirror of sidecars in memory: sets of records, so that it is plainly right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TypeVar

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.scan import Actor
from rushes.model.signoff import Legacy, Past, Record, Result
from rushes.ports.records import Page
from rushes.ports.signoffs import ALL, AssetAt, Chain, Head, Known, Mirrored, MirroredRecord
from rushes.qc.sidecar import record_hash

_ROWS_OF_A_PAGE = 1_000

Row = TypeVar("Row")


@dataclass(slots=True)
class _Asset:
    """What is known of one asset: every record by its hash, with its first place in a chain."""

    records: dict[str, tuple[int, Past]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    head: str = ""
    length: int = 0
    gone: bool = False


class MemorySignOffs:
    """`ports.signoffs.SignOffs` for tests; gone with its process."""

    def __init__(self) -> None:
        self._assets: dict[AssetAt, _Asset] = {}

    def record(self, chains: Sequence[Chain], *, actor: Actor) -> Mirrored:
        """Add what was just written."""
        return self._add(chains, found=False)

    def restore(self, chains: Sequence[Chain], *, actor: Actor) -> Mirrored:
        """Add what was just read, and note what is lost."""
        return self._add(chains, found=True)

    def gone(self, assets: Sequence[AssetAt], *, actor: Actor) -> int:
        """Note that these assets have no sidecar any more."""
        count = 0
        for asset in self._there(assets):
            count += len(asset.records) - len(asset.lost)
            asset.lost, asset.gone = set(asset.records), True
        return count

    def forget(self, assets: Sequence[AssetAt], *, actor: Actor) -> int:
        """Drop the lost records of these assets."""
        count = 0
        for asset in self._there(assets):
            count += len(asset.lost)
            for one in asset.lost:
                del asset.records[one]
            asset.lost = set()
        self._assets = {at: one for at, one in self._assets.items() if one.records}
        return count

    def mounts(self) -> Sequence[str]:
        """Where the known storage roots lie."""
        return sorted({at.mount for at in self._assets})

    def known(self, assets: Sequence[AssetAt]) -> Sequence[Known]:
        """What is known of each asset."""
        return [_known(self._assets.get(at, _Asset(gone=True))) for at in assets]

    def heads(
        self, mount: str, *, below: PurePosixPath = ALL, page: str | None = None
    ) -> Page[Head]:
        """The head of every known asset, by folder and name."""
        rows = [
            Head(at, one.head, one.length, len(one.lost), one.gone)
            for at, one in self._below(mount, below)
        ]
        return _page(rows, page)

    def latest(
        self,
        mount: str,
        *,
        below: PurePosixPath = ALL,
        result: Result | None = None,
        page: str | None = None,
    ) -> Page[MirroredRecord]:
        """The records in force, by folder and name."""
        rows = []
        for at, one in self._below(mount, below):
            if not one.gone:
                position, past = one.records[one.head]
                if result is None or _result(past) == result.value:
                    rows.append(MirroredRecord(at, past, one.head, position))
        return _page(rows, page)

    def history(self, asset: AssetAt, *, page: str | None = None) -> Page[MirroredRecord]:
        """Every record of an asset, the oldest first."""
        known = self._assets.get(asset, _Asset())
        ordered = sorted(known.records.items(), key=lambda one: one[1][0])
        rows = [
            MirroredRecord(asset, past, digest, position, digest in known.lost)
            for digest, (position, past) in ordered
        ]
        return _page(rows, page)

    def close(self) -> None:
        """Nothing to let go of."""

    def _add(self, chains: Sequence[Chain], *, found: bool) -> Mirrored:
        done = Mirrored()
        for chain in chains:
            asset = self._assets.setdefault(chain.asset, _Asset())
            hashes = [record_hash(one) for one in chain.records]
            known = set(asset.records)
            late = not asset.gone and hashes[-1] in known and hashes[-1] != asset.head
            for at, (digest, past) in enumerate(zip(hashes, chain.records, strict=True), 1):
                asset.records.setdefault(digest, (at, past))
            lost = asset.lost
            if found or not late:
                asset.lost = set(asset.records) - set(hashes)
                asset.head, asset.length, asset.gone = hashes[-1], len(hashes), False
            new = len(asset.records) - len(known)
            done = done.plus(Mirrored(new, len(hashes) - new, len(asset.lost - lost)))
            self._adopt(chain, hashes[0])
        return done

    def _adopt(self, chain: Chain, first: str) -> None:
        """Drop what was known as a sidecar of the earlier tool alone."""
        if len(chain.records) > 1 and isinstance(chain.records[0], Legacy):
            for at, one in list(self._assets.items()):
                same = (at.mount, at.folder) == (chain.asset.mount, chain.asset.folder)
                if same and at != chain.asset and set(one.records) == {first}:
                    del self._assets[at]

    def _there(self, assets: Sequence[AssetAt]) -> Iterator[_Asset]:
        return (self._assets[at] for at in assets if at in self._assets)

    def _below(self, mount: str, below: PurePosixPath) -> list[tuple[AssetAt, _Asset]]:
        found = [
            (at, one)
            for at, one in self._assets.items()
            if at.mount == mount and at.folder.is_relative_to(below)
        ]
        return sorted(found, key=lambda one: _order(one[0]))


def _order(asset: AssetAt) -> tuple[str, str]:
    return (escape(str(asset.folder)), escape(asset.name))


def _known(asset: _Asset) -> Known:
    held = frozenset(asset.records) - asset.lost
    return Known(None if asset.gone else asset.head, held, frozenset(asset.lost))


def _result(past: Past) -> str:
    return past.qc_result.value if isinstance(past, Record) else past.result


def _page(rows: Sequence[Row], page: str | None) -> Page[Row]:
    try:
        at = int(page or 0)
    except ValueError as error:
        raise RushesError(Code.USAGE, f"{page!r} is not the token of a page.") from error
    more = str(at + _ROWS_OF_A_PAGE) if len(rows) > at + _ROWS_OF_A_PAGE else None
    return Page(rows[at : at + _ROWS_OF_A_PAGE], more)
