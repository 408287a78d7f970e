"""The database's mirror of sidecars restored from what lies on storage, which is the truth."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.model.scan import Actor
from rushes.ports.progress import Progress
from rushes.ports.records import every
from rushes.ports.signoffs import AssetAt, Chain, Head, Known, MirroredRecord, SignOffs
from rushes.qc.kept import read_kept
from rushes.qc.kept_assets import KeptAsset, kept_assets, records_of
from rushes.qc.mirror import asset_at, known_root
from rushes.qc.places import LEGACY_SEQUENCE, Mode, sidecar
from rushes.qc.sidecar import record_hash
from rushes.scan.roots import Root

_AT_ONCE = 1_000  # sidecars in one call of the port


@dataclass(slots=True)
class Rebuilt:
    """What came of it, or would. `new` and `known` count records that are on storage.

    `lost` are records that only the mirror has, though their asset has a sidecar: it was set back,
    or edited. `gone` are assets that only the mirror knows. `problems` are sidecars and folders
    that could not be read, and were not mirrored. `forgotten` counts records dropped.
    """

    sidecars: int = 0
    new: int = 0
    known: int = 0
    lost: list[MirroredRecord] = field(default_factory=list)
    gone: list[Head] = field(default_factory=list)
    problems: list[RushesError] = field(default_factory=list)
    forgotten: int = 0
    bare: bool = False  # nothing at all was there, though sidecars are known: nothing was done


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done: `records` is the folder that stands for the root's mount, which is the
    mount itself, or where records are kept instead. `mode` is how sidecars are written now.
    """

    root: Root
    records: Path
    actor: Actor
    mode: Mode = Mode.SUBDIR
    forget: bool = False
    dry_run: bool = False


def rebuild(signoffs: SignOffs | None, task: Task, *, progress: Progress) -> Rebuilt:
    """Add what the sidecars below the root hold to the mirror, and find what it knows besides.

    What is lost is noted, and kept unless it is to be forgotten. A dry run only finds; without
    `signoffs`, everything is new to it. Raises what `kept` and `signoffs` raise.
    """
    work = _Rebuilding(task, signoffs)
    found = kept_assets(
        task.records, below=task.root.below, mode=task.mode, problems=work.done.problems
    )
    while batch := list(islice(found, _AT_ONCE)):
        work.take(batch)
        progress.report(work.done.sidecars)
        if progress.cancelled():
            raise RushesError(Code.CANCELLED, "The other sidecars were not mirrored any more.")
    work.finish()
    return work.done


class _Rebuilding:
    """One root on its way into the mirror."""

    def __init__(self, task: Task, signoffs: SignOffs | None) -> None:
        self.done = Rebuilt()
        self._task = task
        self._signoffs = signoffs
        mounts = signoffs.mounts() if signoffs is not None else ()
        self._known_root = known_root(task.root, mounts)
        self._met: set[tuple[PurePosixPath, str]] = set()

    def take(self, batch: Sequence[KeptAsset]) -> None:
        """Mirror some sidecars, as far as that is not done."""
        assets = [asset_at(self._known_root, one.folder, one.name) for one in batch]
        due: list[Chain] = []
        losing: list[AssetAt] = []
        for one, asset, known in zip(batch, assets, self._known(assets), strict=True):
            self._met.add((one.folder, one.name))
            there = known.held | known.lost
            chain = Chain(asset, one.records)
            hashes = _hashes(chain)
            if there - set(hashes):
                # It may have been signed since it was read: then the mirror is ahead of us.
                chain = _again(one, chain)
                hashes = _hashes(chain)
            self._count(hashes, there)
            if lost := there - set(hashes):
                losing.append(asset)
                self.done.lost += self._records(asset, lost)
            if known.head != hashes[-1] or known.held != set(hashes):
                due.append(chain)
        self._write(due, losing)

    def finish(self) -> None:
        """Find the assets that are known and have no sidecar any more."""
        if self._signoffs is None:
            return
        unmet = list(self._unmet())
        if unmet and not self._met and _is_empty(self._task.records / self._task.root.below):
            self.done.bare = True
            return
        for at in range(0, len(unmet), _AT_ONCE):
            gone = [one for one in unmet[at : at + _AT_ONCE] if self._is_gone(one.asset)]
            assets = [one.asset for one in gone]
            self.done.gone += gone
            if assets and not self._task.dry_run:
                self._signoffs.gone(assets, actor=self._task.actor)
            self._drop(assets)

    def _known(self, assets: Sequence[AssetAt]) -> Sequence[Known]:
        return [Known()] * len(assets) if self._signoffs is None else self._signoffs.known(assets)

    def _count(self, hashes: Sequence[str], there: frozenset[str]) -> None:
        known = sum(1 for one in hashes if one in there)
        self.done.sidecars += 1
        self.done.known += known
        self.done.new += len(hashes) - known

    def _records(self, asset: AssetAt, hashes: frozenset[str]) -> list[MirroredRecord]:
        if self._signoffs is None:
            return []
        ask = self._signoffs.history
        found = every(lambda page: ask(asset, page=page))
        return [one for one in found if one.record_hash in hashes]

    def _write(self, due: Sequence[Chain], losing: Sequence[AssetAt]) -> None:
        if due and self._signoffs is not None and not self._task.dry_run:
            self._signoffs.restore(due, actor=self._task.actor)
        self._drop(losing)

    def _drop(self, assets: Sequence[AssetAt]) -> None:
        task = self._task
        if assets and task.forget and not task.dry_run and self._signoffs is not None:
            self.done.forgotten += self._signoffs.forget(assets, actor=task.actor)

    def _unmet(self) -> Iterator[Head]:
        assert self._signoffs is not None
        heads = self._signoffs.heads
        mount, below = self._known_root.mount, self._known_root.below / self._task.root.below
        for one in every(lambda page: heads(mount, below=below, page=page)):
            if (self._folder(one.asset), one.asset.name) not in self._met:
                yield one

    def _is_gone(self, asset: AssetAt) -> bool:
        return _has_none(self._task.records / self._folder(asset), asset.name)

    def _folder(self, asset: AssetAt) -> PurePosixPath:
        return asset.folder.relative_to(self._known_root.below)


def _hashes(chain: Chain) -> list[str]:
    return [record_hash(one) for one in chain.records]


def _again(one: KeptAsset, chain: Chain) -> Chain:
    """The chain as its sidecar has it now; as it was, where that cannot be told."""
    records = records_of(read_kept(one.place, one.folder))
    return Chain(chain.asset, records) if records else chain


def _has_none(folder: Path, name: str) -> bool:
    """Whether there is certainly no sidecar of the asset: it may be unreadable, or have come just
    now, and its folder may not answer.
    """
    places = [sidecar(name, mode) for mode in Mode]
    legacy = [name] if name in LEGACY_SEQUENCE else []
    return all(_is_absent(folder / place) for place in (*places, *legacy))


def _is_absent(place: Path) -> bool:
    try:
        os.lstat(place)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _is_empty(folder: Path) -> bool:
    with os.scandir(folder) as listing:
        return next(listing, None) is None
