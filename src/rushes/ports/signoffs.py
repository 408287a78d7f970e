"""The socket to what Rushes remembers of sidecars, shaped for a network like the records.

The sidecars beside the media are the truth, and this is their mirror: records are added and never
changed, so that it also tells when a sidecar was deleted or set back. Paths are relative to their
storage root, and escaped only at the adapter's own edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple, Protocol

from rushes.model.scan import Actor
from rushes.model.signoff import Past, Result, Sidecar
from rushes.ports.records import Page

ALL = PurePosixPath(".")


class AssetAt(NamedTuple):
    """Where an asset lies: `folder` is relative to the storage root mounted at `mount`, `name` is
    the file's name or the sequence's pattern; all as the file system spells them.
    """

    mount: str
    folder: PurePosixPath
    name: str


@dataclass(frozen=True)
class Chain:
    """All records of an asset's sidecar, the oldest first and the one in force last; not empty."""

    asset: AssetAt
    records: tuple[Past, ...]

    @classmethod
    def of(cls, asset: AssetAt, sidecar: Sidecar) -> Chain:
        """What the sidecar of the asset holds."""
        return cls(asset, (*sidecar.history, sidecar.record))


@dataclass(frozen=True)
class Mirrored:
    """How many records of a batch are new and how many were known; and of its assets, how many
    records have now been found to be lost.
    """

    new: int = 0
    known: int = 0
    lost: int = 0

    def plus(self, other: Mirrored) -> Mirrored:
        """Both together."""
        return Mirrored(self.new + other.new, self.known + other.known, self.lost + other.lost)


@dataclass(frozen=True)
class Known:
    """Hashes of an asset's mirrored records: those of its sidecar, and those that are `lost`, which
    the sidecar did not hold when it was last met. `head` is the record in force, None where there
    is none: the asset is not known, or its sidecar is gone.
    """

    head: str | None = None
    held: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Head:
    """The last known record of an asset, by `qc.sidecar.record_hash`, and how long its chain is.

    `lost` counts known records that are in no sidecar any more; `gone` says that there was no
    sidecar at all when it was last looked for.
    """

    asset: AssetAt
    record_hash: str
    length: int
    lost: int = 0
    gone: bool = False


@dataclass(frozen=True)
class MirroredRecord:
    """One record, whole, the `position`th of its chain, counted from 1; see `Known` on `lost`."""

    asset: AssetAt
    record: Past
    record_hash: str
    position: int
    lost: bool = False


class SignOffs(Protocol):
    """Records of quality checks, and questions about them.

    Records are the same when their hashes are. Every call raises `database.unavailable` when the
    database cannot be reached; nothing else gets out but `usage` for a token of no page.
    """

    def record(self, chains: Sequence[Chain], *, actor: Actor) -> Mirrored:
        """Add what was just written beside the media, all of it or nothing; again does nothing.

        Batches may come late and in any order: a chain that ends in what is known to have been
        followed by another record takes nothing back. A root not yet known is made.
        """
        ...

    def restore(self, chains: Sequence[Chain], *, actor: Actor) -> Mirrored:
        """Add what was just read from storage. What is known of these assets besides becomes lost,
        and is kept; what was lost and is there again is lost no more.
        """
        ...

    def gone(self, assets: Sequence[AssetAt], *, actor: Actor) -> int:
        """Note that these assets have no sidecar any more: all their records become lost, and are
        kept. How many became so.
        """
        ...

    def forget(self, assets: Sequence[AssetAt], *, actor: Actor) -> int:
        """Drop the lost records of these assets; how many those were."""
        ...

    def mounts(self) -> Sequence[str]:
        """Where the known storage roots lie on this operating system."""
        ...

    def known(self, assets: Sequence[AssetAt]) -> Sequence[Known]:
        """What is known of each asset."""
        ...

    def heads(
        self, mount: str, *, below: PurePosixPath = ALL, page: str | None = None
    ) -> Page[Head]:
        """The head of every known asset, those whose sidecar is gone too, by folder and name."""
        ...

    def latest(
        self,
        mount: str,
        *,
        below: PurePosixPath = ALL,
        result: Result | None = None,
        page: str | None = None,
    ) -> Page[MirroredRecord]:
        """The records in force, of one result if it is given, by folder and name."""
        ...

    def history(self, asset: AssetAt, *, page: str | None = None) -> Page[MirroredRecord]:
        """Every record of an asset, the oldest first, the lost ones among them."""
        ...

    def close(self) -> None:
        """Let go of the connection; whatever is asked next makes a new one."""
        ...
